import { describe, expect, it } from '@jest/globals';
import { compileSelector } from '../../src/selector/normalize.js';
import { withEntry, withoutEntry } from '../../src/selector/shape-group.js';

const entry = (id: string, ...values: string[]) => ({
  id,
  selector: compileSelector({ matchExpressions: [{ key: 'app', operator: 'In', values }] }),
  value: 1,
  buckets: [],
});

describe('shape groups', () => {
  it('keep no value that no entry is pinned to any more', () => {
    const one = withEntry(undefined, entry('a', 'api'));
    const two = withEntry(one, entry('b', 'api', 'web'));
    expect(two.pinned[0]?.values.map(({ id }) => id)).toEqual(['api', 'web']);
    expect(withoutEntry(two, entry('b', 'api', 'web'))).toEqual(one);
  });

  it('are gone with their last entry', () => {
    expect(withoutEntry(withEntry(undefined, entry('a', 'api')), entry('a', 'api'))).toBeUndefined();
  });
});
