import { expect, test } from '@jest/globals';
import { compileRustPattern } from '../../../src/adapters/regex/rust-regex.js';

const matches = (source: string, text: string): boolean | string => {
  const compiled = compileRustPattern(source);
  return compiled.ok ? compiled.pattern.matchesWhole(text) : compiled.error;
};

test.each([
  ['a|ab', 'ab', false],
  ['ab|a', 'ab', true],
  ['[a-z&&[^b]]', 'b', false],
  ['\u00e9+', '\u00e9\u00e9', true],
])('%j matches all of %j: %j', (source, text, whole) => {
  expect(matches(source, text)).toBe(whole);
});

test('an engine that is full is dropped, and what it compiled still matches', () => {
  const first = compileRustPattern('a{1,500}b');
  // Some 35 MB each, which `free` does not give back: 110 of them would end the engine.
  for (let i = 0; i < 110; i++) expect(compileRustPattern(`(\\w{40}|x${String(i)}){5}`).ok).toBe(true);
  expect(process.memoryUsage().external).toBeLessThan(1_000_000_000);
  expect(first.ok && first.pattern.matchesWhole('aab')).toBe(true);
  expect(first.ok && first.pattern.matchesWhole('b')).toBe(false);
});
