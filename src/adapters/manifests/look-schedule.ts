/** When to look whether something changed: a while after a notice, and from time to time without one. */

/** Time as this adapter needs it, passed in so that tests can hold it still. */
export interface SourceTiming {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Runs `callback` after `ms` milliseconds; the result cancels it. */
  readonly after: (ms: number, callback: () => void) => () => void;
}

/** Notices that do not end delay a look no longer than so many times `settleMs`. */
const MOST_DELAYS = 10;
const RETRY_MS = 1_000;

export class LookSchedule {
  readonly #timing: SourceTiming;
  readonly #pollMs: number;
  readonly #settleMs: number;
  readonly #look: () => void;
  #ended = false;
  #cancel: () => void = () => undefined;
  #wake: () => void = () => undefined;
  /** When the look that notices ask for is due at the latest; undefined while there is none. */
  #latest: number | undefined;
  #failed = false;

  constructor(
    timing: SourceTiming,
    { pollMs, settleMs }: { readonly pollMs: number; readonly settleMs: number },
    look: () => void,
  ) {
    this.#timing = timing;
    this.#pollMs = pollMs;
    this.#settleMs = settleMs;
    this.#look = look;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Something may have changed, and more of it may follow. */
  noticed(): void {
    const now = this.#timing.now();
    this.#latest ??= now + MOST_DELAYS * this.#settleMs;
    this.#arm(Math.min(this.#settleMs, this.#latest - now));
  }

  /** A look is over. */
  looked(): void {
    if (this.#latest === undefined) this.#arm(this.#failed ? RETRY_MS : this.#pollMs);
    this.#failed = false;
  }

  /** The look that goes on must be repeated soon. */
  failed(): void {
    this.#failed = true;
  }

  /** Waits for what may follow; not longer than until the end. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#timing.after(this.#settleMs, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }

  end(): void {
    this.#ended = true;
    this.#cancel();
    this.#wake();
  }

  #arm(ms: number): void {
    this.#cancel();
    if (this.#ended) return;
    this.#cancel = this.#timing.after(Math.max(0, ms), () => {
      this.#latest = undefined;
      this.#look();
    });
  }
}
