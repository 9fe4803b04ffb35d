import { describe, expect, it } from '@jest/globals';
import { OperationalError } from '../../src/model/operational-error.js';

describe('OperationalError', () => {
  it('carries a stable code, advice and what caused it', () => {
    const cause = new Error('EACCES');
    const error = new OperationalError('certs-unreadable', 'tls.key cannot be read', {
      hint: 'check it',
      cause,
    });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'OperationalError',
      code: 'certs-unreadable',
      message: 'tls.key cannot be read',
      hint: 'check it',
      cause,
    });
  });

  it('has neither hint nor cause where none is given', () => {
    const error = new OperationalError('some-code', 'it failed');
    expect([Object.hasOwn(error, 'hint'), Object.hasOwn(error, 'cause')]).toEqual([false, false]);
  });
});
