/**
 * Judges in a thread, one body after the other. A body that takes longer than any object should, or more memory, ends
 * the thread, and the next one gets a new thread: a crafted object costs itself its admission and others a little time.
 */
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../adapters/http/clock.js';
import type { HeavyAnswer, HeavyJudge } from '../../adapters/http/heavy.js';
import type { Deadline } from '../../adapters/http/ports.js';
import type { World } from '../../model/world.js';
import type { RuleSettings } from '../../rules/settings.js';
import type { ThreadJob, ThreadResult, ThreadSettings } from './judge-thread.js';

export interface HeavyJudgeOptions {
  readonly settings: ThreadSettings;
  readonly today: () => string;
  readonly clock: Clock;
  /** For tests: how the thread's module is loaded where it is not compiled. */
  readonly thread?: { readonly url: URL; readonly execArgv: readonly string[] };
  readonly runMs?: number;
}

/** Of one body, once its turn has come. An object of 3 MB needs a tenth of it. */
const RUN_MS = 2_000;
/** Kept back for the answer. */
const RESERVE_MS = 50;
/** Loading the rules and the engine for patterns. */
const START_MS = 30_000;
/** Beside the heap of the main thread in a container of 512 MiB: a body of 7 MiB of ordinary JSON takes half of it. */
const HEAP = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 } as const;

interface Waiting {
  readonly bytes: Buffer;
  readonly deadline: Deadline;
  readonly resolve: (answer: HeavyAnswer) => void;
}

/** What a thread must know of the world; `semantics` has functions, which stay where they are. */
export const threadSettings = (
  { settings: cluster, selectors, routeStatus, semantics }: World,
  settings: RuleSettings,
): ThreadSettings => ({
  world: { settings: cluster, selectors, routeStatus },
  semantics: semantics.name,
  settings,
});

export class ThreadJudge {
  readonly #options: HeavyJudgeOptions;
  readonly #queue: Waiting[] = [];
  #worker: Worker | undefined;
  #ready = false;
  #id = 0;
  #running: { readonly id: number; readonly finish: (answer: HeavyAnswer) => void } | undefined;
  #ended = false;

  constructor(options: HeavyJudgeOptions) {
    this.#options = options;
  }

  readonly judge: HeavyJudge = (bytes, deadline) =>
    new Promise((resolve) => {
      this.#queue.push({ bytes, deadline, resolve });
      this.#next();
    });

  readonly stop = async (): Promise<void> => {
    this.#ended = true;
    for (const { resolve } of this.#queue.splice(0)) resolve({ kind: 'late' });
    await this.#drop({ kind: 'late' });
  };

  #next(): void {
    if (this.#running !== undefined || this.#queue.length === 0 || this.#ended) return;
    const worker = (this.#worker ??= this.#spawn());
    if (!this.#ready) return;
    const { clock, today, runMs = RUN_MS } = this.#options;
    const job = this.#queue.shift();
    if (job === undefined) return;
    const left = job.deadline.at - RESERVE_MS - clock.now();
    if (left <= 0) {
      job.resolve({ kind: 'late' });
      this.#next();
      return;
    }
    const id = ++this.#id;
    // Who had all the time that an object may take is too heavy; who was cut short by its caller's is not.
    const cut: HeavyAnswer = { kind: left < runMs ? 'late' : 'too-heavy' };
    const cancel = clock.after(Math.min(runMs, left), () => void this.#drop(cut));
    this.#running = {
      id,
      finish: (answer) => {
        cancel();
        this.#running = undefined;
        job.resolve(answer);
      },
    };
    worker.postMessage({ id, bytes: job.bytes, today: today() } satisfies ThreadJob);
  }

  #spawn(): Worker {
    const { settings, clock, thread } = this.#options;
    const worker = new Worker(thread?.url ?? new URL('./judge-thread.js', import.meta.url), {
      workerData: settings,
      resourceLimits: HEAP,
      ...(thread === undefined ? {} : { execArgv: [...thread.execArgv] }),
    });
    worker.unref();
    const cancelStart = clock.after(START_MS, () => void this.#drop({ kind: 'late' }));
    worker.on('message', (message: 'ready' | ThreadResult) => {
      if (worker !== this.#worker) return;
      if (message === 'ready') {
        cancelStart();
        this.#ready = true;
      } else if (message.id === this.#running?.id) this.#running.finish(message.answer);
      this.#next();
    });
    worker.on('error', (error: NodeJS.ErrnoException) => {
      cancelStart();
      if (worker !== this.#worker) return;
      const outOfMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      void this.#drop(outOfMemory ? { kind: 'too-heavy' } : { kind: 'fault', error });
    });
    return worker;
  }

  /** Ends the thread; what it was at gets `answer`, and so does all that waits if it never began. */
  async #drop(answer: HeavyAnswer): Promise<void> {
    const worker = this.#worker;
    const began = this.#ready;
    this.#worker = undefined;
    this.#ready = false;
    this.#running?.finish(answer);
    if (!began) for (const { resolve } of this.#queue.splice(0)) resolve(answer);
    await worker?.terminate();
    this.#next();
  }
}
