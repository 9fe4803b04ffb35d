import { beforeEach, describe, expect, it } from '@jest/globals';
import { LookSchedule } from '../../../src/adapters/manifests/look-schedule.js';
import { ManualTiming } from '../kube/manual-timing.js';

describe('a schedule of looks', () => {
  let timing: ManualTiming;
  let schedule: LookSchedule;
  let looks: number[];
  let began: number;

  beforeEach(() => {
    timing = new ManualTiming();
    began = timing.now();
    looks = [];
    schedule = new LookSchedule(timing, { pollMs: 3_000, settleMs: 100 }, () => {
      looks.push(timing.now() - began);
      schedule.looked();
    });
    schedule.looked();
  });

  it('looks every few seconds', () => {
    timing.advance(9_000);
    expect(looks).toEqual([3_000, 6_000, 9_000]);
  });

  it('looks a while after a notice, and every few seconds after that', () => {
    timing.advance(1_000);
    schedule.noticed();
    timing.advance(4_000);
    expect(looks).toEqual([1_100, 4_100]);
  });

  it('waits for the notices that follow', () => {
    schedule.noticed();
    timing.advance(90);
    schedule.noticed();
    timing.advance(90);
    expect(looks).toEqual([]);
    timing.advance(10);
    expect(looks).toEqual([190]);
  });

  it('does not wait for ever when notices do not end', () => {
    for (let i = 0; i < 50; i++) {
      schedule.noticed();
      timing.advance(50);
    }
    expect(looks).toEqual([1_000, 2_000]);
  });

  it('keeps a notice that comes while it looks', () => {
    schedule.noticed();
    schedule.looked();
    timing.advance(100);
    expect(looks).toEqual([100]);
  });

  it('looks again soon after a failure, once', () => {
    schedule.failed();
    schedule.looked();
    timing.advance(4_500);
    expect(looks).toEqual([1_000, 4_000]);
  });

  it('lets whoever reads wait for what follows', async () => {
    let settled = false;
    const wait = schedule.settled().then(() => (settled = true));
    timing.advance(99);
    await Promise.resolve();
    expect(settled).toBe(false);
    timing.advance(1);
    expect(await wait).toBe(true);
  });

  it('ends: no look, no notice, no wait goes on', async () => {
    const wait = schedule.settled();
    schedule.end();
    await wait;
    schedule.noticed();
    schedule.looked();
    timing.advance(60_000);
    expect(looks).toEqual([]);
    expect(timing.pending).toBe(0);
    expect(schedule.ended).toBe(true);
  });
});
