/** Says the same thing once an interval, and then how often it would have been said. */
import type { Clock } from '../http/clock.js';

type Say = (repeats: number) => void;

interface Window {
  count: number;
  say: Say;
  readonly cancel: () => void;
}

/** Messages differ by what they quote, and a caller chooses that; beyond so many they share one window. */
const MAX_KEYS = 256;
const OVERFLOW = '';

export class Repeats {
  readonly #clock: Clock;
  readonly #windows = new Map<string, Window>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `say(0)` now if `key` is new; otherwise the last `say` is called with the count when the interval ends. */
  report(key: string, intervalMs: number, say: Say): void {
    const full = this.#windows.size >= MAX_KEYS && !this.#windows.has(key);
    const known = full ? OVERFLOW : key;
    const window = this.#windows.get(known);
    if (window !== undefined) {
      window.count += 1;
      window.say = say;
      return;
    }
    this.#open(known, intervalMs, say);
    say(0);
  }

  /** Says all that is still counted, for example before the process ends. */
  flush(): void {
    for (const [key, window] of this.#windows) {
      window.cancel();
      this.#windows.delete(key);
      if (window.count > 0) window.say(window.count);
    }
  }

  #open(key: string, intervalMs: number, say: Say): void {
    const cancel = this.#clock.after(intervalMs, () => {
      const window = this.#windows.get(key);
      this.#windows.delete(key);
      if (window === undefined || window.count === 0) return;
      this.#open(key, intervalMs, window.say);
      window.say(window.count);
    });
    this.#windows.set(key, { count: 0, say, cancel });
  }
}
