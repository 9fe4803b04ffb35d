import { describe, expect, it } from '@jest/globals';
import type { Clock } from '../../../src/adapters/http/clock.js';
import { SYSTEM_CLOCK } from '../../../src/adapters/http/clock.js';
import { LoopGuard } from '../../../src/adapters/http/loop-guard.js';
import { createReviewHandler } from '../../../src/adapters/http/validate-handler.js';
import { mkReview, mkServer } from '../../builders.js';
import { mkDeps, Recorder, serve, sleep } from './harness.js';

/** A loop whose timers fire as late as the test says. */
class LateClock implements Clock {
  #now = 0;
  #timer: { at: number; run: () => void } | undefined;
  now = (): number => this.#now;
  wall = (): number => this.#now;
  after = (ms: number, run: () => void): (() => void) => {
    this.#timer = { at: this.#now + ms, run };
    return () => (this.#timer = undefined);
  };
  /** Turns for `ms`, each timer `late` ms late. */
  turn(ms: number, late: number): void {
    for (const end = this.#now + ms; this.#now < end && this.#timer !== undefined;) {
      const { at, run } = this.#timer;
      this.#now = at + late;
      run();
    }
  }
}

function mkGuard() {
  const clock = new LateClock();
  const told: string[] = [];
  const guard = new LoopGuard(clock, (overloaded) =>
    told.push(`${String(clock.now() / 1_000)} ${String(overloaded)}`),
  );
  guard.start();
  return { clock, guard, told };
}

describe('the guard of the event loop', () => {
  it('is content with a loop that is a little late, and measures it', () => {
    const { clock, guard, told } = mkGuard();
    clock.turn(20_000, 30);
    expect(told).toEqual([]);
    expect(guard.delays()).toEqual([30, 30, 30]);
  });

  it('takes no offence at one long stall', () => {
    const { clock, guard, told } = mkGuard();
    clock.turn(2_000, 0);
    clock.turn(1, 30_000);
    clock.turn(10_000, 0);
    expect(told).toEqual([]);
    expect(guard.overloaded).toBe(false);
  });

  it('sheds after 5 s over 500 ms, until a second is better', () => {
    const { clock, guard, told } = mkGuard();
    clock.turn(1_000, 0);
    clock.turn(4_900, 600);
    expect(guard.overloaded).toBe(false);
    clock.turn(3_000, 600);
    expect(guard.overloaded).toBe(true);
    clock.turn(1_500, 0);
    expect(guard.overloaded).toBe(false);
    expect(told).toHaveLength(2);
    expect(parseFloat(told[0]!)).toBeGreaterThan(6);
    expect(parseFloat(told[0]!)).toBeLessThan(9);
  });

  it('starts anew when it was fine for a second in between', () => {
    const { clock, guard } = mkGuard();
    for (let i = 0; i < 5; i++) {
      clock.turn(3_500, 600);
      clock.turn(2_500, 0);
      expect(guard.overloaded).toBe(false);
    }
  });

  it('sees a loop that is really blocked', async () => {
    const guard = new LoopGuard(SYSTEM_CLOCK, () => undefined);
    guard.start();
    const end = performance.now() + 1_600;
    while (performance.now() < end) {
      const until = performance.now() + 700;
      while (performance.now() < until);
      await sleep(0);
    }
    await sleep(100);
    guard.stop();
    expect(guard.delays().at(-1)).toBeGreaterThan(600);
  });
});

describe('a replica whose loop is late', () => {
  it('turns new requests away, to be tried again in a second, after it has read them', async () => {
    const observer = new Recorder();
    let overloaded = true;
    const handler = createReviewHandler(mkDeps({ observer, overloaded: () => overloaded }));
    const { port, close } = await serve(handler);
    const send = () =>
      fetch(`http://127.0.0.1:${String(port)}/validate`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(mkReview(mkServer({}, { annotations: { note: 'x'.repeat(300_000) } }))),
      });
    const refused = await send();
    expect([refused.status, refused.headers.get('retry-after'), refused.headers.get('connection')]).toEqual([
      429,
      '1',
      'keep-alive',
    ]);
    expect(observer.outcomes[0]).toMatchObject({ decision: 'retry', shed: 'event-loop' });
    expect(observer.outcomes[0]!.bodyBytes).toBeGreaterThan(300_000);
    overloaded = false;
    expect((await send()).status).toBe(200);
    await close();
  });
});
