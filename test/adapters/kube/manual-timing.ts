/** A clock that stands still until it is moved, and chance that is no chance. */
import type { Timing } from '../../../src/adapters/kube/timing.js';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

export class ManualTiming implements Timing {
  #now = 1_000_000;
  readonly #timers = new Set<Timer>();
  /** What `random` gives. */
  chance = 0;
  /** Every wait that was begun. */
  readonly waits: number[] = [];

  readonly now = (): number => this.#now;

  readonly random = (): number => this.chance;

  readonly after = (ms: number, callback: () => void): (() => void) => {
    const timer = { at: this.#now + ms, callback };
    this.#timers.add(timer);
    this.waits.push(ms);
    return () => this.#timers.delete(timer);
  };

  /** The timers that are set. */
  get pending(): number {
    return this.#timers.size;
  }

  /** How long until each timer, the next one first. */
  get due(): readonly number[] {
    return [...this.#timers].map(({ at }) => at - this.#now).sort((a, b) => a - b);
  }

  /** Moves the clock, from timer to timer. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
    }
    this.#now = end;
  }
}
