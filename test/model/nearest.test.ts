import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { editDistance, nearest } from '../../src/model/nearest.js';

describe('nearest', () => {
  it.each([
    ['podselector', ['podSelector'], 'podSelector'],
    ['podSelectors', ['port', 'podSelector'], 'podSelector'],
    ['grpc', ['HTTP/2', 'gRPC'], 'gRPC'],
    ['HTTP/3', ['unknown', 'HTTP/1', 'HTTP/2'], 'HTTP/1'],
    ['Dney', ['Allow', 'Deny'], 'Deny'],
    ['ab', ['ac'], 'ac'],
    ['ab', ['cd'], undefined],
    ['abcdef', ['abcdxy'], 'abcdxy'],
    ['abcde', ['abcxy'], undefined],
    ['allow', ['all-authenticated', 'deny'], undefined],
    ['', ['deny'], undefined],
    ['', ['x'], 'x'],
    ['web', [], undefined],
  ])('of %j among %j is %j', (word, candidates, expected) => {
    expect(nearest(word, candidates)).toBe(expected);
  });

  it('is never more than four edits away, however long the word', () => {
    expect(nearest('abcdefghijklmnop', ['ABCDEFGHIJKL'])).toBe('ABCDEFGHIJKL');
    expect(nearest('abcdefghijklmnopq', ['ABCDEFGHIJKL'])).toBeUndefined();
  });

  it('is not sought for a word that is no name', () => {
    expect(nearest('a'.repeat(254), ['a'.repeat(254)])).toBeUndefined();
    expect(nearest('a'.repeat(253), ['a'.repeat(253)])).toBe('a'.repeat(253));
  });
});

describe('editDistance', () => {
  it('counts a swap of neighbours once', () => {
    expect(editDistance('deny', 'dney', 9)).toBe(1);
    expect(editDistance('kitten', 'sitting', 9)).toBe(3);
  });

  it('stops at the bound', () => {
    expect(editDistance('aaaa', 'bbbb', 2)).toBe(2);
  });

  it('is what the textbook recursion says', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 5 });
    fc.assert(
      fc.property(word, word, fc.integer({ min: 1, max: 9 }), (a, b, bound) => {
        expect(editDistance(a, b, bound)).toBe(Math.min(bound, slowly(a, b)));
      }),
      { numRuns: 500 },
    );
  });
});

/** Restricted edit distance, straight from its definition. */
function slowly(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const [restA, restB] = [a.slice(0, -1), b.slice(0, -1)];
  const swapped = a.length > 1 && b.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1);
  return Math.min(
    slowly(restA, b) + 1,
    slowly(a, restB) + 1,
    slowly(restA, restB) + (a.at(-1) === b.at(-1) ? 0 : 1),
    swapped ? slowly(a.slice(0, -2), b.slice(0, -2)) + 1 : Infinity,
  );
}
