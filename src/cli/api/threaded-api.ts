/**
 * Answers the questions of the HTTP API on a thread of its own: they may take seconds, and a review must not wait for
 * them (architecture, 11). The thread has a copy of the cluster, brought up to the generation that a question is about;
 * it starts with the first question and ends a while after the last one.
 */
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Api, ApiAnswer, ApiQuestion } from '../../adapters/http/api.js';
import type { Clock } from '../../adapters/http/clock.js';
import type { ClusterCache } from '../../app/cluster-cache.js';
import type { ThreadSettings } from '../../app/judging/judge-thread.js';
import { OperationalError } from '../../model/operational-error.js';
import { stateDifferences } from '../../policy/state/state-differences.js';
import { EMPTY_STATE, type State } from '../../policy/state/state.js';
import type { FromThread, ToThread } from './messages.js';

export interface ThreadedApiOptions {
  readonly cache: ClusterCache;
  readonly settings: ThreadSettings;
  readonly today: () => string;
  readonly clock: Clock;
  readonly loopbackOnly: boolean;
  /** For tests: how the thread's module is loaded where it is not compiled. */
  readonly thread?: { readonly url: URL; readonly execArgv: readonly string[] };
}

export interface ThreadedApi extends Api {
  /** Ends the thread. */
  readonly close: () => Promise<void>;
}

const SCRIPT = new URL('./thread.js', import.meta.url);
/** Questions that wait while one is answered. */
const MOST_WAITING = 8;
/** Objects that are copied in one turn: a few milliseconds. */
const CHUNK = 100;
/** How long one part of an answer may take. */
const PATIENCE_MS = 60_000;
const IDLE_MS = 60_000;
const HEAP_MIB = 256;

interface Thread {
  readonly worker: Worker;
  /** Rejects when it ends. */
  readonly gone: Promise<never>;
  /** What it has been told of. */
  state: State;
}

export function createThreadedApi({
  cache,
  settings,
  today,
  clock,
  loopbackOnly,
  thread: module,
}: ThreadedApiOptions): ThreadedApi {
  let thread: Thread | undefined;
  let last = Promise.resolve();
  let waiting = 0;
  let wasReady = false;
  let cancelIdle = (): void => undefined;

  const start = (): Thread => {
    const worker = new Worker(module?.url ?? SCRIPT, {
      workerData: settings,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
      ...(module === undefined ? {} : { execArgv: [...module.execArgv] }),
    });
    const gone = new Promise<never>((_, reject) => {
      worker.once('error', reject);
      worker.once('exit', () => {
        reject(new OperationalError('api-thread', 'the thread that answers questions ended'));
      });
    });
    // Nobody may be waiting for it.
    gone.catch(() => {
      if (thread?.worker === worker) thread = undefined;
    });
    worker.unref();
    return { worker, gone, state: EMPTY_STATE };
  };

  const end = async (): Promise<void> => {
    cancelIdle();
    const ended = thread;
    thread = undefined;
    await ended?.worker.terminate();
  };

  /** Says something and waits for what it says to that. */
  const hear = async ({ worker, gone }: Thread, message: ToThread): Promise<FromThread> => {
    const abort = new AbortController();
    const { signal } = abort;
    let cancel = (): void => undefined;
    const late = new Promise<never>((_, reject) => {
      cancel = clock.after(PATIENCE_MS, () => {
        reject(new OperationalError('api-thread', 'a question took too long'));
      });
    });
    try {
      const heard = once(worker, 'message', { signal });
      heard.catch(() => undefined);
      worker.postMessage(message);
      const [said] = (await Promise.race([heard, gone, late])) as [FromThread];
      if (said.type === 'fault') throw said.error;
      return said;
    } catch (error) {
      await end();
      throw error;
    } finally {
      cancel();
      abort.abort();
    }
  };

  /** Answers one question; `over` is called when the thread is free again. */
  const answer = async (question: ApiQuestion, over: () => void): Promise<ApiAnswer> => {
    const now = (thread ??= start());
    const { state } = cache.generation;
    for (const batch of stateDifferences(now.state, state, CHUNK)) {
      now.worker.postMessage({ type: 'changes', batch } satisfies ToThread);
      await turn();
    }
    now.state = state;
    let said = await hear(now, { type: 'ask', question, today: today() });
    if (said.type === 'bad-question') {
      over();
      return { is: 'bad-question', message: said.message };
    }
    async function* parts(): AsyncGenerator<string> {
      try {
        while (said.type === 'part') {
          yield said.text;
          said = await hear(now, { type: 'more' });
        }
      } finally {
        if (said.type === 'part') now.worker.postMessage({ type: 'stop' } satisfies ToThread);
        over();
      }
    }
    return { is: 'json', parts: parts() };
  };

  return {
    loopbackOnly,
    ask: async (question) => {
      if (!(wasReady ||= cache.ready)) return { is: 'not-ready' };
      if (waiting >= MOST_WAITING) return { is: 'busy' };
      waiting += 1;
      cancelIdle();
      const before = last;
      let over = (): void => undefined;
      last = new Promise<void>((resolve) => {
        over = () => {
          waiting -= 1;
          resolve();
          if (waiting === 0) cancelIdle = clock.after(IDLE_MS, () => void end());
        };
      });
      await before;
      try {
        return await answer(question, over);
      } catch (error) {
        over();
        throw error;
      }
    },
    close: end,
  };
}
