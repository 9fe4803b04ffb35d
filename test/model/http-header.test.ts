import { expect, it } from '@jest/globals';
import { isHeaderName, isHeaderValue } from '../../src/model/http-header.js';

const character = (code: number): string => String.fromCharCode(code);

it('takes for a header name all token characters, and no other', () => {
  const accepted = [...Array(256).keys()].map(character).filter(isHeaderName);
  expect(accepted.join('')).toBe(
    "!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~",
  );
});

it.each([
  ['', false],
  ['x-a', true],
  ['X-A', true],
  ['a b', false],
  [':authority', false],
  ['a\n', false],
  ['ä', false],
  ['a'.repeat(65_535), true],
  ['a'.repeat(65_536), false],
])('takes %j for a header name: %s', (name, expected) => {
  expect(isHeaderName(name)).toBe(expected);
});

it('takes for a header value all but control characters; a tab is none', () => {
  const refused = [...Array(0x300).keys()].filter((code) => !isHeaderValue(`a${character(code)}b`));
  expect(refused).toEqual([...Array(32).keys(), 0x7f].filter((code) => code !== 9));
});

it('looks at every character of a value', () => {
  expect(['\na', 'a\n', '\n'].map(isHeaderValue)).toEqual([false, false, false]);
});

it.each(['', ' ', '\t', 'é', '\u{1f600}', '\u2028'])('takes %j for a header value', (value) => {
  expect(isHeaderValue(value)).toBe(true);
});
