import { describe, expect, it } from '@jest/globals';
import { LIMITS, limitsWith, Load } from '../../../src/adapters/http/limits.js';

describe('limits', () => {
  it('are those of the contract', () => {
    expect(LIMITS).toEqual({ bodyBytes: 7_340_032, inFlight: 64, bufferedBytes: 67_108_864 });
  });

  it.each([Number.NaN, 0, -1, 1.5, Infinity])('stop the start when one is %d', (bodyBytes) => {
    expect(() => limitsWith({ bodyBytes })).toThrow('the limit bodyBytes must be a positive whole number');
  });
});

describe('Load', () => {
  it('takes in as many requests as the limit says, and another when one has left', () => {
    const load = new Load(limitsWith({ inFlight: 2 }));
    expect([load.enter(), load.enter(), load.enter()]).toEqual([true, true, false]);
    load.leave(0);
    expect([load.requests, load.enter(), load.enter()]).toEqual([1, true, false]);
  });

  it('sets aside as many bytes as the limit says, and more when some are free again', () => {
    const load = new Load(limitsWith({ bufferedBytes: 10 }));
    load.enter();
    expect([load.reserve(6), load.reserve(5), load.reserve(4)]).toEqual([true, false, true]);
    load.leave(6);
    expect([load.bytes, load.reserve(6)]).toEqual([4, true]);
  });
});
