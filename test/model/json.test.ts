import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatPath, isObject, jsonEqual, member, stringMap, valueAt } from '../../src/model/json.js';

const parse = (text: string): unknown => JSON.parse(text);

it('takes for objects neither lists nor null', () => {
  expect([{}, [], null, 'a', 1, undefined].map(isObject)).toEqual([true, false, false, false, false, false]);
});

describe('member', () => {
  it('follows no prototype', () => {
    for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
      expect(member({}, name)).toBeUndefined();
    }
    expect(member(parse('{"__proto__": 1}'), '__proto__')).toBe(1);
  });

  it('is undefined where there is no object', () => {
    expect([member(['a'], '0'), member('a', 'length'), member(null, 'a')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('valueAt', () => {
  const value = parse('{"a": [{"b": 1}], "__proto__": {"c": 2}}');

  it.each([
    [[], value],
    [['a', 0, 'b'], 1],
    [['__proto__', 'c'], 2],
    [['a', 1], undefined],
    [['a', 'length'], undefined],
    [['a', 0, 'b', 'c'], undefined],
    [[0], undefined],
    [['constructor', 'name'], undefined],
  ])('%j', (path, expected) => {
    expect(valueAt(value, path)).toEqual(expected);
  });
});

describe('jsonEqual', () => {
  it.each([
    ['{"a": 1, "b": [2]}', '{"b": [2], "a": 1}', true],
    ['[1, 2]', '[2, 1]', false],
    ['[1]', '[1, 1]', false],
    ['{}', '[]', false],
    ['[]', '{}', false],
    ['{"0": 1}', '[1]', false],
    ['null', '{}', false],
    ['{"a": null}', '{}', false],
    ['1', '"1"', false],
    ['{"constructor": 1}', '{"x": 1}', false],
    ['{"toString": null}', '{"x": null}', false],
    ['{"__proto__": 1}', '{"__proto__": 1}', true],
    ['{"__proto__": 1}', '{"__proto__": 2}', false],
    ['{"__proto__": {}}', '{"a": {}}', false],
  ])('of %s and %s is %s', (a, b, expected) => {
    expect(jsonEqual(parse(a), parse(b))).toBe(expected);
  });

  it('takes a member that is undefined for absent', () => {
    expect(jsonEqual({ a: 1, b: undefined }, { a: 1 })).toBe(true);
    expect(jsonEqual({ a: undefined }, { b: undefined })).toBe(true);
    expect(jsonEqual({ a: 1, b: undefined }, { a: 1, b: 2 })).toBe(false);
  });

  it('agrees with the text of values whose members are sorted', () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(jsonEqual(a, structuredClone(a))).toBe(true);
        expect(jsonEqual(a, b)).toBe(sorted(a) === sorted(b));
      }),
    );
  });
});

/** JSON text with the members of every object in order; -0 and 0 are one number. */
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) =>
    isObject(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) : item,
  );

it('reads string maps, and leaves out what is no string', () => {
  const map = stringMap(parse('{"a": "1", "b": 2, "constructor": "3", "__proto__": "4"}'));
  expect([...map]).toEqual([
    ['a', '1'],
    ['constructor', '3'],
    ['__proto__', '4'],
  ]);
  expect([null, undefined, ['a'], 'a'].map((value) => stringMap(value).size)).toEqual([0, 0, 0, 0]);
});

describe('formatPath', () => {
  it.each([
    [[], ''],
    [['spec', 'rules', 0, 'matches', 12, 'path'], 'spec.rules[0].matches[12].path'],
    [['metadata', 'annotations', 'a.b/c'], 'metadata.annotations["a.b/c"]'],
    [['spec', 'podSelector', 'matchLabels', 'app-name_1'], 'spec.podSelector.matchLabels.app-name_1'],
    [['spec', '0'], 'spec["0"]'],
    [['spec', ''], 'spec[""]'],
    [['spec', 'a"b'], 'spec["a\\"b"]'],
    [['spec', 'a\nb'], 'spec["a\\nb"]'],
    [['spec', 'a\u009bb\u202e'], 'spec["a\\u009bb\\u202e"]'],
  ])('writes %j as %s', (path, expected) => {
    expect(formatPath(path)).toBe(expected);
  });

  it('cuts a key that is longer than any key can be', () => {
    expect(formatPath(['spec', 'a'.repeat(317)])).toBe(`spec.${'a'.repeat(317)}`);
    expect(formatPath(['spec', 'a'.repeat(318), 'b'])).toBe(`spec["${'a'.repeat(317)}"…].b`);
  });
});
