import { describe, expect, it } from '@jest/globals';
import { SelectorIndex } from '../../src/selector/index-by-requirement.js';
import { compileSelector } from '../../src/selector/normalize.js';
import type { RawLabelSelector, Selector } from '../../src/selector/requirement.js';

const ids = (entries: readonly { id: string }[]) => entries.map(({ id }) => id);
const labelled = (matchLabels: Record<string, string>) => compileSelector({ matchLabels });

/** An index of the given raw selectors under their own names, each filed in the buckets after it. */
function indexOf(entries: Record<string, [RawLabelSelector, ...string[]]>): SelectorIndex<string> {
  return Object.entries(entries).reduce(
    (index, [id, [raw, ...buckets]]) => index.with(id, compileSelector(raw), `value of ${id}`, buckets),
    SelectorIndex.empty<string>(),
  );
}

const NEVER = { matchExpressions: [{ key: 'app', operator: 'In' as const, values: [] }] };

describe('SelectorIndex', () => {
  const index = indexOf({
    web: [{ matchLabels: { app: 'web' } }, '80', '443'],
    api: [{ matchLabels: { app: 'api' } }, '80'],
    both: [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['api', 'web'] }] }, '443'],
    front: [{ matchLabels: { tier: 'front' } }, '80'],
    named: [{ matchExpressions: [{ key: 'app', operator: 'Exists' }] }],
    unnamed: [{ matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] }, '80'],
    all: [{}, '80'],
    never: [NEVER, '80'],
  });

  it('finds the selectors that select a label set, in order of ids', () => {
    expect(ids(index.candidates({ app: 'web', tier: 'front' }))).toEqual([
      'all',
      'both',
      'front',
      'named',
      'web',
    ]);
    expect(ids(index.candidates({ app: 'other' }))).toEqual(['all', 'named']);
    expect(ids(index.candidates(new Map([['tier', 'front']])))).toEqual(['all', 'front', 'unnamed']);
    expect(ids(index.candidates({}))).toEqual(['all', 'unnamed']);
  });

  it('finds the selectors that share a label set with one', () => {
    expect(ids(index.overlapping(labelled({ app: 'web' })))).toEqual([
      'all',
      'both',
      'front',
      'named',
      'web',
    ]);
    expect(ids(index.overlapping(labelled({ tier: 'back' })))).toEqual([
      'all',
      'api',
      'both',
      'named',
      'unnamed',
      'web',
    ]);
    expect(ids(index.overlapping(compileSelector(NEVER)))).toEqual([]);
  });

  it('finds an entry once through several shared values', () => {
    const either = compileSelector({
      matchExpressions: [{ key: 'app', operator: 'In', values: ['api', 'web', 'x'] }],
    });
    expect(ids(index.overlapping(either, ['443']))).toEqual(['both', 'web']);
  });

  it('keeps to the named buckets, and names an entry of several once', () => {
    expect(ids(index.candidates({ app: 'web' }, ['443']))).toEqual(['both', 'web']);
    expect(ids(index.candidates({ app: 'web' }, ['443', '80', '443']))).toEqual(['all', 'both', 'web']);
    expect(ids(index.overlapping(labelled({ app: 'api' }), ['80']))).toEqual(['all', 'api', 'front']);
    expect(index.candidates({ app: 'web' }, ['8080'])).toEqual([]);
    expect(index.candidates({ app: 'web' }, [])).toEqual([]);
  });

  it('gives back what was put in', () => {
    expect(index.get('web')).toEqual({
      id: 'web',
      selector: labelled({ app: 'web' }),
      value: 'value of web',
      buckets: ['80', '443'],
    });
    expect(index.get('nobody')).toBeUndefined();
    expect(ids(index.entries)).toEqual(['all', 'api', 'both', 'front', 'named', 'never', 'unnamed', 'web']);
  });

  it('replaces an entry of the same id with all its keys and buckets', () => {
    const moved = index.with('web', labelled({ tier: 'front' }), 'moved', ['90']);
    expect(ids(moved.candidates({ app: 'web' }))).toEqual(['all', 'both', 'named']);
    expect(moved.candidates({ tier: 'front' }, ['90'])).toEqual([moved.get('web')]);
    expect(moved.overlapping(labelled({ app: 'web' }), ['443'])).toEqual([moved.get('both')]);
  });

  it('leaves the index that it was made from as it was', () => {
    const before = ids(index.candidates({ app: 'web' }));
    index
      .with('new', labelled({ app: 'web' }), 'new', ['80'])
      .without('web')
      .without('all');
    expect(ids(index.candidates({ app: 'web' }))).toEqual(before);
    expect(index.get('new')).toBeUndefined();
  });

  it('is itself without an id that it does not have', () => expect(index.without('nobody')).toBe(index));

  it('is empty again without all', () => {
    const none = index.entries.reduce((rest, { id }) => rest.without(id), index);
    // Nothing is left behind, in no list and no bucket.
    expect(none).toEqual(SelectorIndex.empty());
    expect(none.candidates({ app: 'web', tier: 'front' })).toEqual([]);
    expect(none.overlapping(compileSelector({}), ['80', '443'])).toEqual([]);
  });

  it('takes labels named like members of Object', () => {
    const selector = compileSelector(JSON.parse('{"matchLabels":{"__proto__":"x"}}') as RawLabelSelector);
    const odd = SelectorIndex.empty<string>().with('constructor', selector, 'odd');
    expect(ids(odd.candidates(JSON.parse('{"__proto__":"x"}') as Record<string, string>))).toEqual([
      'constructor',
    ]);
    expect(odd.candidates({})).toEqual([]);
    expect(odd.get('toString')).toBeUndefined();
  });
});

describe('SelectorIndex at ten thousand entries', () => {
  /** The selectors that a question looks at: reading its requirements is looking at one. */
  const looks = new Set<Selector>();
  function watched(selector: Selector): Selector {
    return Object.defineProperty({ ...selector }, 'requirements', {
      get(this: Selector) {
        looks.add(this);
        return selector.requirements;
      },
    });
  }

  function grown(size: number, labels: (n: number) => Record<string, string>): SelectorIndex<number> {
    let index = SelectorIndex.empty<number>();
    for (let n = 0; n < size; n++) {
      index = index.with(`s${String(n)}`, watched(labelled(labels(n))), n, [String(n % 100)]);
    }
    return index;
  }

  function looksOf(ask: () => unknown): number {
    looks.clear();
    ask();
    return looks.size;
  }

  const byApp = grown(10_000, (n) => ({ app: `app-${String(n % 200)}` }));
  const byTwo = grown(10_000, (n) => ({
    app: `app-${String(n % 200)}`,
    team: `team-${String(n % 7)}`,
    env: 'prod',
  }));
  const byOwnKey = grown(10_000, (n) => ({ app: 'web', [`feature-${String(n)}`]: 'on' }));

  it('looks only at entries pinned to the value that a label set has', () => {
    expect(looksOf(() => byApp.candidates({ app: 'app-7', pod: 'x' }))).toBe(50);
    expect(
      looksOf(() => byTwo.candidates({ app: 'app-7', team: 'team-3', env: 'prod' })),
    ).toBeLessThanOrEqual(50);
    expect(looksOf(() => byApp.candidates({ tier: 'x' }))).toBe(0);
    expect(looksOf(() => byTwo.candidates({ app: 'app-x', team: 'team-3', env: 'prod' }))).toBe(0);
  });

  it('looks only at entries pinned to the value that a selector has', () => {
    expect(looksOf(() => byApp.overlapping(labelled({ app: 'app-7' })))).toBe(50);
    expect(looksOf(() => byTwo.overlapping(labelled({ app: 'app-7' })))).toBe(50);
    expect(looksOf(() => byTwo.overlapping(labelled({ app: 'app-7', env: 'prod' })))).toBe(50);
  });

  it('looks at none where one side forbids what the other requires', () => {
    const none = compileSelector({ matchExpressions: [{ key: 'team', operator: 'DoesNotExist' }] });
    expect(looksOf(() => byTwo.overlapping(none))).toBe(0);
    const some = compileSelector({ matchExpressions: [{ key: 'team', operator: 'Exists' }] });
    const lacking = SelectorIndex.empty<number>().with('lacking', watched(none), 1);
    expect(looksOf(() => lacking.overlapping(some))).toBe(0);
  });

  it('looks only at the bucket asked about where selectors are on different keys', () => {
    expect(looksOf(() => byApp.overlapping(labelled({ tier: 'x' }), ['7']))).toBe(100);
  });

  it('looks at one entry where each selector has a key of its own besides a common one', () => {
    let reads = 0;
    class CountingMap extends Map<string, string> {
      override get(key: string): string | undefined {
        reads++;
        return super.get(key);
      }
    }
    const labels = new CountingMap(Object.entries({ app: 'web', 'feature-7': 'on' }));
    expect(looksOf(() => byOwnKey.candidates(labels))).toBe(1);
    // Each group that is visited reads its keys: a visit to all of them would be some ten thousand reads.
    expect(reads).toBeLessThan(20);
  });
});
