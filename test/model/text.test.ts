import { describe, expect, it } from '@jest/globals';
import { andList, backticks, count, escapeControls, orList, quote } from '../../src/model/text.js';

describe('quote', () => {
  it.each([
    ['web', '"web"'],
    [80, '80'],
    [null, 'null'],
    [undefined, 'nothing'],
    [['a', 1], '["a",1]'],
    [{ a: 1 }, '{"a":1}'],
    ['a"b\n', '"a\\"b\\n"'],
    ['\u009b31m', '"\\u009b31m"'],
    ['\u202eevil', '"\\u202eevil"'],
  ])('shows %j', (value, expected) => {
    expect(quote(value)).toBe(expected);
  });

  it('cuts at 80 characters and says so', () => {
    expect(quote('a'.repeat(78))).toBe(`"${'a'.repeat(78)}"`);
    expect(quote('a'.repeat(79))).toBe(`"${'a'.repeat(79)}…`);
  });

  it('never leaves half a character', () => {
    expect(quote(`${'a'.repeat(78)}\u{1f600}`)).toBe(`"${'a'.repeat(78)}…`);
  });
});

it('puts names into backticks, cut and without control characters', () => {
  expect(backticks('web')).toBe('`web`');
  expect(backticks('a\u0007b')).toBe('`a\\u0007b`');
  expect(backticks('a'.repeat(81))).toBe(`\`${'a'.repeat(80)}…\``);
});

it('spells out every character that could move the cursor or turn the text', () => {
  const hidden = [...Array(0x2100).keys()]
    .map((code) => String.fromCharCode(code))
    .filter((character) => escapeControls(character) !== character)
    .map((character) => character.charCodeAt(0));
  const range = (from: number, to: number): number[] => [...Array(to - from + 1).keys()].map((i) => from + i);
  expect(hidden).toEqual([
    ...range(0x00, 0x1f),
    ...range(0x7f, 0x9f),
    ...range(0x2028, 0x2029),
    ...range(0x202a, 0x202e),
    ...range(0x2066, 0x2069),
  ]);
  expect(escapeControls('a\u001b[31m')).toBe('a\\u001b[31m');
});

it.each([
  [[], '', ''],
  [['a'], 'a', 'a'],
  [['a', 'b'], 'a or b', 'a and b'],
  [['a', 'b', 'c'], 'a, b or c', 'a, b and c'],
])('lists %j as %j and %j', (words, or, and) => {
  expect([orList(words), andList(words)]).toEqual([or, and]);
});

it('counts', () => {
  expect([count(0, 'problem'), count(1, 'problem'), count(2, 'problem')]).toEqual([
    '0 problems',
    '1 problem',
    '2 problems',
  ]);
});
