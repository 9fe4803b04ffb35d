import { describe, expect, it } from '@jest/globals';
import { Repeats } from '../../../src/adapters/telemetry/repeats.js';
import { ManualClock } from '../http/harness.js';

describe('Repeats', () => {
  it('says the latest of what it held back', () => {
    const clock = new ManualClock();
    const repeats = new Repeats(clock);
    const said: string[] = [];
    for (const text of ['a', 'b', 'c'])
      repeats.report('key', 10, (count) => said.push(`${text}${String(count)}`));
    clock.advance(10);
    expect(said).toEqual(['a0', 'c2']);
  });

  it('keeps no timer once all is said', () => {
    const clock = new ManualClock();
    const repeats = new Repeats(clock);
    repeats.report('key', 10, () => undefined);
    repeats.report('key', 10, () => undefined);
    clock.advance(20);
    expect(clock.due).toEqual([]);
    repeats.report('key', 10, () => undefined);
    repeats.flush();
    expect(clock.due).toEqual([]);
  });

  it('keeps a bounded number of keys, however many a caller makes up', () => {
    const clock = new ManualClock();
    const repeats = new Repeats(clock);
    let said = 0;
    for (let i = 0; i < 10_000; i += 1) repeats.report(`key ${String(i)}`, 10, () => (said += 1));
    expect(said).toBe(257);
    expect(clock.due).toHaveLength(257);
    clock.advance(10);
    expect(said).toBe(258);
  });
});
