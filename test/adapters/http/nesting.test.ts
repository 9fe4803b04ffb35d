import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_NESTING, nestsDeeperThan } from '../../../src/adapters/http/nesting.js';

const deeper = (limit: number, text: string): boolean => nestsDeeperThan(limit, Buffer.from(text));

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe('nestsDeeperThan', () => {
  it('agrees with the depth of every parsed value', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), fc.integer({ min: 0, max: 9 }), (text, limit) => {
        expect(deeper(limit, text)).toBe(depthOf(JSON.parse(text)) > limit);
      }),
    );
  });

  it('takes no bracket in a string for a level, whatever is escaped before it', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('"', '\\', '[', '{', ']', '}', 'x', 'ü')), (letters) => {
        expect(deeper(1, JSON.stringify([letters.join('')]))).toBe(false);
      }),
    );
  });

  it('allows 256 levels and refuses 257', () => {
    const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
    expect(MAX_NESTING).toBe(256);
    expect(deeper(MAX_NESTING, nested(256))).toBe(false);
    expect(deeper(MAX_NESTING, nested(257))).toBe(true);
    expect(deeper(MAX_NESTING, `{"a":${nested(255)},"b":${nested(255)}}`)).toBe(false);
  });

  it.each(['"', '"\\', '{"a":"\\', '', ']]]]'])('ends on text cut short: %j', (text) => {
    expect(deeper(256, text)).toBe(false);
  });
});
