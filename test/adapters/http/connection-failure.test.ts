import { describe, expect, it } from '@jest/globals';
import { httpFailure, tlsFailure } from '../../../src/adapters/http/connection-failure.js';

const withCode = (code?: string): NodeJS.ErrnoException =>
  Object.defineProperty(new Error('x'), 'code', { value: code });

describe('a failed handshake', () => {
  it.each([
    ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'certificate-refused'],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'certificate-refused'],
    ['ERR_TLS_HANDSHAKE_TIMEOUT', 'timeout'],
    ['ECONNRESET', 'reset'],
    ['constructor', 'other'],
    [undefined, 'other'],
  ])('with %s is counted as %s', (code, reason) => {
    expect(tlsFailure(withCode(code), { authorizationError: null })).toBe(reason);
  });

  it('is about the certificate of the client when that could not be verified', () => {
    expect(tlsFailure(withCode('ECONNRESET'), { authorizationError: 'X' })).toBe('client-certificate');
  });
});

describe('bytes that are no request', () => {
  it.each([
    ['HPE_INVALID_METHOD', 'http', 400],
    ['HPE_HEADER_OVERFLOW', 'headers-too-large', 431],
    ['ERR_HTTP_REQUEST_TIMEOUT', 'request-timeout', 408],
  ])('(%s) are counted as %s and answered by %d', (code, reason, status) => {
    const failure = httpFailure(withCode(code));
    expect(failure?.reason).toBe(reason);
    expect(failure?.status).toMatch(new RegExp(`^${String(status)} [A-Z]`));
  });

  it.each(['ECONNRESET', 'HPE_INVALID_EOF_STATE', undefined])(
    'are not answered when nobody listens: %s',
    (code) => {
      expect(httpFailure(withCode(code))).toBeUndefined();
    },
  );
});
