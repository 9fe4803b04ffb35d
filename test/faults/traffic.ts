/** Calls at a steady rate, whether or not the ones before were answered, and what became of each. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach } from '@jest/globals';

export type Outcome =
  | { readonly kind: 'right' }
  /** A verdict, and not the one that is due. */
  | { readonly kind: 'wrong'; readonly detail: string }
  /** No verdict. */
  | { readonly kind: 'failed'; readonly detail: string };

export interface Call {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly outcome: Outcome;
}

export interface Tally {
  readonly calls: number;
  readonly wrong: readonly Call[];
  readonly failed: readonly Call[];
}

let duties: (() => void)[] = [];
afterEach(() => {
  for (const duty of duties) duty();
  duties = [];
});

/** Does this when the test has ended, well or not: what calls in the background must not go on. */
export function onTestEnd(duty: () => void): void {
  duties.push(duty);
}

/** Calls are made in small bursts, so that several connections are in use. */
const TICK_MS = 100;

export class Traffic {
  readonly #ask: (n: number) => Promise<Outcome>;
  readonly #perSecond: number;
  readonly #open = new Set<Promise<void>>();
  readonly #calls: Call[] = [];
  readonly #startedAt = performance.now();
  #stopped = false;
  #made = 0;
  readonly #running: Promise<void>;

  constructor(perSecond: number, ask: (n: number) => Promise<Outcome>) {
    this.#perSecond = perSecond;
    this.#ask = ask;
    onTestEnd(() => (this.#stopped = true));
    this.#running = this.#run();
  }

  /** Calls that have no answer yet. */
  get inFlight(): number {
    return this.#open.size;
  }

  /** Calls answered so far. */
  get calls(): readonly Call[] {
    return this.#calls;
  }

  /** Calls a second that were made. */
  get rate(): number {
    return (this.#made * 1_000) / (performance.now() - this.#startedAt);
  }

  /** Ends it, waits for every answer, and counts. */
  async stop(): Promise<Tally> {
    this.#stopped = true;
    await this.#running;
    await Promise.all(this.#open);
    return tally(this.#calls);
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const due = Math.floor(((performance.now() - this.#startedAt) * this.#perSecond) / 1_000);
      while (this.#made < due) this.#begin(this.#made++);
      await delay(TICK_MS);
    }
  }

  #begin(n: number): void {
    const startedAt = performance.now();
    const call = this.#ask(n)
      .catch((error: unknown): Outcome => ({ kind: 'failed', detail: String(error) }))
      .then((outcome) => {
        this.#calls.push({ startedAt, endedAt: performance.now(), outcome });
        this.#open.delete(call);
      });
    this.#open.add(call);
  }
}

export function tally(calls: readonly Call[]): Tally {
  const of = (kind: Outcome['kind']): Call[] => calls.filter(({ outcome }) => outcome.kind === kind);
  return { calls: calls.length, wrong: of('wrong'), failed: of('failed') };
}

/** The distinct things said of these calls, each with how often; short enough to be read in a failed test. */
export function details(calls: readonly Call[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { outcome } of calls) {
    const text = outcome.kind === 'right' ? 'right' : outcome.detail;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].map(([text, count]) => `${String(count)} x ${text}`);
}
