/**
 * How late the event loop is (webhook-operations, section 7): sampled at 20 ms. When its 99th percentile stays over
 * 500 ms for 5 s, new requests are shed and the replica is not ready. One long stall is no reason: it is over.
 *
 * The samples are our own timer's: `monitorEventLoopDelay` skips the interval in which its histogram is reset, which
 * under a steady stall is the one that counts.
 */
import type { Clock } from './clock.js';

const SAMPLE_MS = 20;
const WINDOW_MS = 1_000;
const LIMIT_MS = 500;
const FOR_MS = 5_000;
/** Windows that the quantiles speak of. */
const KEPT = 5;

export const QUANTILES: readonly number[] = Object.freeze([0.5, 0.9, 0.99]);

export class LoopGuard {
  readonly #clock: Clock;
  readonly #changed: (overloaded: boolean) => void;
  #cancel = (): void => undefined;
  #due = 0;
  #windowEnds = 0;
  #window: number[] = [];
  #windows: readonly (readonly number[])[] = [];
  #overSince: number | undefined;
  #overloaded = false;

  /** `changed` is told of every change of mind. */
  constructor(clock: Clock, changed: (overloaded: boolean) => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  get overloaded(): boolean {
    return this.#overloaded;
  }

  start(): void {
    const now = this.#clock.now();
    this.#windowEnds = now + WINDOW_MS;
    this.#arm(now);
  }

  stop(): void {
    this.#cancel();
  }

  /** The delay in ms at these quantiles over the last seconds; 0 before the first of them is over. */
  delays(): readonly number[] {
    const sorted = this.#windows.flat().sort((a, b) => a - b);
    return QUANTILES.map((quantile) => at(sorted, quantile));
  }

  #arm(now: number): void {
    this.#due = now + SAMPLE_MS;
    this.#cancel = this.#clock.after(SAMPLE_MS, () => this.#sample());
  }

  #sample(): void {
    const now = this.#clock.now();
    this.#window.push(Math.max(0, now - this.#due));
    if (now >= this.#windowEnds) this.#look(now);
    this.#arm(now);
  }

  #look(now: number): void {
    const window = this.#window.sort((a, b) => a - b);
    this.#windows = [...this.#windows.slice(1 - KEPT), window];
    this.#window = [];
    this.#windowEnds = now + WINDOW_MS;
    this.#overSince = at(window, 0.99) > LIMIT_MS ? (this.#overSince ?? now) : undefined;
    const overloaded = this.#overSince !== undefined && now - this.#overSince >= FOR_MS;
    if (overloaded === this.#overloaded) return;
    this.#overloaded = overloaded;
    this.#changed(overloaded);
  }
}

const at = (sorted: readonly number[], quantile: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? 0;
