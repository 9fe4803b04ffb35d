/** Notices when one object changes. What it is now is for the reader to get: a notice is no more than that. */
import { backoffMs } from './backoff.js';
import { KubeError } from './errors.js';
import type { KubeClient } from './kube-client.js';
import { sleep, type Timing } from './timing.js';
import { versionIn, watch } from './watching.js';

const BACKOFF = { minMs: 800, maxMs: 30_000 } as const;
const LIST_MS = 10_000;
const WATCH_MIN_S = 240;
const WATCH_SPREAD_S = 60;
const LINE_BYTES = 8 * 1_048_576;

export interface WatchObjectOptions {
  readonly client: KubeClient;
  readonly timing: Timing;
  /** Of the collection, without a query. */
  readonly path: string;
  readonly name: string;
  /** Called after each list and for each event. */
  readonly notice: () => void;
  /** Told of every failure; another attempt follows. */
  readonly failed: (error: unknown) => void;
  readonly signal: AbortSignal;
}

/** Lists and watches until the signal is aborted; then it resolves. Never rejects. */
export async function watchObject(options: WatchObjectOptions): Promise<void> {
  const { client, timing, path, name, notice, failed, signal } = options;
  const selector = `fieldSelector=${encodeURIComponent(`metadata.name=${name}`)}`;
  const isOver = (): boolean => signal.aborted;
  let failures = 0;
  while (!isOver()) {
    const begun = timing.now();
    try {
      const version = versionIn(await client.getJson(`${path}?${selector}`, { timeoutMs: LIST_MS, signal }));
      if (version === undefined) throw new KubeError('kube-malformed', 'a list without a version');
      notice();
      const seconds = WATCH_MIN_S + Math.floor(timing.random() * WATCH_SPREAD_S);
      const query = `${selector}&watch=true&resourceVersion=${version}&timeoutSeconds=${String(seconds)}`;
      await watch(client, `${path}?${query}`, {
        signal,
        timing,
        headersMs: LIST_MS,
        // One quiet object: silence says nothing, and who needs to be sure looks from time to time.
        stallMs: (WATCH_MIN_S + WATCH_SPREAD_S + 15) * 1_000,
        newsDue: () => Infinity,
        lineBytes: LINE_BYTES,
        onOpen: () => undefined,
        onEvents: notice,
      });
      failures = timing.now() - begun < BACKOFF.minMs ? failures + 1 : 0;
    } catch (error) {
      if (isOver()) return;
      failures += 1;
      failed(error);
    }
    if (failures > 0) await sleep(timing, backoffMs(failures, BACKOFF, timing), signal);
  }
}
