import { describe, expect, it } from '@jest/globals';
import { budgetOf, pathOf } from '../../../src/adapters/http/request-line.js';

describe('budgetOf', () => {
  it.each([
    ['/validate?timeout=5s', 4_500],
    ['/validate?timeout=1s', 500],
    ['/validate?timeout=30s', 29_500],
    ['/?a=b&timeout=7s&c=d', 6_500],
    // Absent or odd: the API server's own default of 10 s.
    ['/validate', 9_500],
    ['/validate?', 9_500],
    ['/validate?timeout=', 9_500],
    ['/validate?timeout=0s', 9_500],
    ['/validate?timeout=31s', 9_500],
    ['/validate?timeout=5', 9_500],
    ['/validate?timeout=-5s', 9_500],
    ['/validate?timeout=1.5s', 9_500],
    ['/validate?timeout=5000ms', 9_500],
    ['/validate?timeout=5s&timeout=6s', 9_500],
    ['/validate?xtimeout=5s', 9_500],
    ['/timeout=5s', 9_500],
  ])('gives %s %d ms', (url, budget) => {
    expect(budgetOf(url)).toBe(budget);
  });
});

describe('pathOf', () => {
  it.each([
    ['/validate', '/validate'],
    ['/validate?timeout=5s', '/validate'],
    ['/?timeout=5s', '/'],
    ['/a?b?c', '/a'],
  ])('cuts the query off %s', (url, path) => {
    expect(pathOf(url)).toBe(path);
  });
});
