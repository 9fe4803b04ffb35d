import { describe, expect, it } from '@jest/globals';
import { groupByMentionedKeys, MentionedKeys } from '../../src/selector/mentioned-keys.js';
import { compileSelector } from '../../src/selector/normalize.js';

const app = compileSelector({ matchLabels: { app: 'web' } });
const appAndTier = compileSelector({
  matchLabels: { app: 'web' },
  matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }],
});

describe('MentionedKeys', () => {
  it('counts selectors per key', () => {
    const both = MentionedKeys.empty().with(app).with(appAndTier);
    expect(both.keys).toEqual(['app', 'tier']);
    expect(both.without(app).keys).toEqual(['app', 'tier']);
    expect(both.without(appAndTier).keys).toEqual(['app']);
    expect(both.without(appAndTier).without(app).keys).toEqual([]);
    expect([both.has('app'), both.has('constructor')]).toEqual([true, false]);
  });

  it('leaves the value that it was made from as it was', () => {
    const one = MentionedKeys.empty().with(app);
    one.with(appAndTier);
    one.without(app);
    expect(one.keys).toEqual(['app']);
    expect(MentionedKeys.empty().keys).toEqual([]);
  });

  it('keeps the list of keys itself while no key comes or goes', () => {
    const both = MentionedKeys.empty().with(appAndTier);
    expect(both.with(app).keys).toBe(both.keys);
    expect(both.with(app).without(app).keys).toBe(both.keys);
  });

  it('does not count keys that decide nothing', () => {
    const idle = compileSelector({ matchExpressions: [{ key: 'app', operator: 'NotIn', values: [] }] });
    const never = compileSelector({ matchExpressions: [{ key: 'app', operator: 'In' }] });
    expect(MentionedKeys.empty().with(idle).with(never).keys).toEqual([]);
  });

  it('refuses to forget a selector that was never added', () => {
    expect(() => MentionedKeys.empty().with(app).without(appAndTier)).toThrow('`tier`');
  });

  it('projects on mentioned keys that are there, in their order', () => {
    const keys = MentionedKeys.empty().with(appAndTier);
    expect([...keys.project({ tier: 'x', app: 'web', 'pod-name': 'web-1' })]).toEqual([
      ['app', 'web'],
      ['tier', 'x'],
    ]);
    expect([...keys.project(new Map([['pod-name', 'web-1']]))]).toEqual([]);
  });

  it('keeps a projection key when a key is mentioned that the labels lack', () => {
    const labels = { app: 'web', 'pod-name': 'web-1' };
    const keys = MentionedKeys.empty().with(app);
    expect(keys.with(appAndTier).projectionKey(labels)).toBe(keys.projectionKey(labels));
    expect(keys.projectionKey(labels)).toBe('app=web');
  });

  it('projects on many mentioned keys as on few', () => {
    const many = Array.from({ length: 40 }, (_, n) =>
      compileSelector({ matchLabels: { [`key-${String(n)}`]: 'x' } }),
    );
    const keys = many.reduce((mentioned, selector) => mentioned.with(selector), MentionedKeys.empty());
    const labels = { 'key-7': 'b', 'pod-name': 'web-1', 'key-21': 'a', constructor: 'c' };
    expect(keys.projectionKey(labels)).toBe('key-21=a,key-7=b');
    expect(keys.projectionKey(new Map(Object.entries(labels)))).toBe('key-21=a,key-7=b');
    expect([...keys.project(labels).keys()]).toEqual(['key-21', 'key-7']);
  });

  it('keeps projections apart that would read alike', () => {
    const keys = MentionedKeys.empty().with(compileSelector({ matchLabels: { a: '', b: '' } }));
    const texts = [{ a: '1,b=2' }, { a: '1', b: '2' }, { a: '' }, { a: '""' }, {}].map((l) =>
      keys.projectionKey(l),
    );
    expect(new Set(texts).size).toBe(5);
  });
});

describe('groupByMentionedKeys', () => {
  it('puts pods together that differ by a label nobody mentions', () => {
    const pods = [
      { name: 'web-1', labels: { 'pod-name': 'web-1', app: 'web' } },
      { name: 'api-1', labels: { 'pod-name': 'api-1', app: 'api' } },
      { name: 'web-2', labels: { app: 'web', 'pod-name': 'web-2' } },
    ];
    const names = (keys: MentionedKeys) =>
      [...groupByMentionedKeys(pods, ({ labels }) => labels, keys).values()].map((group) =>
        group.map((pod) => pod.name),
      );
    expect(names(MentionedKeys.empty())).toEqual([['web-1', 'api-1', 'web-2']]);
    expect(names(MentionedKeys.empty().with(app))).toEqual([['web-1', 'web-2'], ['api-1']]);
    expect(
      names(MentionedKeys.empty().with(compileSelector({ matchLabels: { 'pod-name': 'web-1' } }))),
    ).toEqual([['web-1'], ['api-1'], ['web-2']]);
  });
});
