import { describe, expect, test } from '@jest/globals';
import { compileRustPattern } from '../../../src/adapters/regex/rust-regex.js';
import { sampleOf, startOf } from '../../../src/policy/impact/sample-pattern.js';

describe('sampleOf', () => {
  test.each([
    ['/api/v[0-9]+', '/api/v0'],
    ['^/users/\\d+/orders$', '/users/0/orders'],
    ['/(?:a|b)/(?P<rest>.*)', '/a/'],
    ['(?i:x){3}y?', 'xxx'],
    ['[^/]+\\.json', 'a.json'],
    ['[\\w.-]{2,5}', 'aa'],
    ['a|b', 'a'],
    ['/.+?', '/a'],
    ['', ''],
  ])('%s', (pattern, sample) => {
    expect(sampleOf(pattern)).toBe(sample);
    const compiled = compileRustPattern(pattern);
    expect(compiled.ok && compiled.pattern.matchesWhole(sample)).toBe(true);
  });

  test.each(['(a', 'a)', '[[:alpha:]]', '\\pL', '(?i)x', '[a'])('gives up on %s', (pattern) => {
    const sample = sampleOf(pattern);
    const compiled = compileRustPattern(pattern);
    if (compiled.ok && sample !== undefined) expect(compiled.pattern.matchesWhole(sample)).toBe(false);
    else expect(sample).toBeUndefined();
  });
});

describe('startOf', () => {
  test.each([
    ['/api/v[0-9]+', '/api/v'],
    ['/apis?', '/api'],
    ['/ab{0}c', '/a'],
    ['/ab+', '/ab'],
    ['/a.b', '/a'],
    ['/a|b', ''],
    ['(?i)/a', ''],
    ['/a(?i)b', ''],
    ['^/a', ''],
    ['', ''],
  ])('%s', (pattern, start) => {
    expect(startOf(pattern)).toBe(start);
  });
});
