/**
 * Keeps one kind in step with the cluster (webhook-operations, section 5): lists it, watches from there, and goes on
 * from wherever that ends.
 *
 *     resume unknown ──list──> replaced ──watch from its version──> events ──┐
 *          ^                                                                 │ ended, cut, silent
 *          └── 410, ERROR, a malformed line, the sink threw, ... ────────────┤
 *                                   watch from the last version <────────────┘ after a wait, if any
 *
 * One attempt runs at a time, in one loop; so there is never a second watch, and `stop` has one promise to wait for.
 */
import type { SourceKind } from '../../policy/objects/kinds.js';
import type { Batch, KindStatus, SourceEvent } from '../../policy/ports.js';
import { collectionPath } from './addresses.js';
import { backoffMs } from './backoff.js';
import type { Discovery } from './discovery.js';
import { cut, KubeError, messageOf } from './errors.js';
import { failureOf, MissingKind, ShortWatch, SinkFailure, type Failure } from './failures.js';
import { KnownObjects, type Project } from './known-objects.js';
import type { KubeClient } from './kube-client.js';
import { listAll } from './listing.js';
import type { CacheEventType, CacheMetrics, KubeLog, RelistReason } from './metrics.js';
import type { SharedTable } from './shared-table.js';
import { sleep, type Timing } from './timing.js';
import { versionIn, watch, type WatchEvent } from './watching.js';

export interface ReflectorLimits {
  readonly pageSize: number;
  /** A page of more is asked for again in halves. */
  readonly pageBytes: number;
  /** For each page. */
  readonly listTimeoutMs: number;
  /** Until a watch begins. */
  readonly headersMs: number;
  /** The server is asked to end a watch after a time drawn from here. */
  readonly watchSeconds: readonly [number, number];
  /** Shorter where only an older version is served: the next watch is opened in the newer one as soon as there is one. */
  readonly olderWatchSeconds: number;
  /** So long without a byte: the connection is dead. */
  readonly stallMs: number;
  /**
   * So long without an event or a bookmark: listed anew. An API server that was just started sends no bookmarks for a
   * kind until something happens to it; its objects would count as stale (120 s) for minutes.
   */
  readonly quietMs: number;
  /**
   * A kind of a CRD is listed anew, at the end of a watch, when its list is older: a change of the CRD may change what is
   * served of an object (a default, a member that is dropped), and no event tells of it.
   */
  readonly refreshMs: number;
  /** A kind that is refused or missing is tried again after at most this. */
  readonly unavailableMs: number;
  readonly backoffMinMs: number;
  readonly backoffMaxMs: number;
  /** A watch that lived so long makes up for the failures before it. */
  readonly healthyMs: number;
  /** A watch that ended before is a failure. */
  readonly shortWatchMs: number;
  /** No server's wish to be left alone is granted for longer. */
  readonly retryAfterMaxMs: number;
  /** An object has at most 3 MiB where it is stored, and binary ones grow when they are written as JSON. */
  readonly lineBytes: number;
}

const MIB = 1_048_576;

export const REFLECTOR_LIMITS: ReflectorLimits = Object.freeze({
  pageSize: 500,
  pageBytes: 64 * MIB,
  listTimeoutMs: 60_000,
  headersMs: 30_000,
  watchSeconds: [240, 300],
  olderWatchSeconds: 50,
  stallMs: 75_000,
  quietMs: 100_000,
  refreshMs: 1_800_000,
  unavailableMs: 60_000,
  backoffMinMs: 800,
  backoffMaxMs: 30_000,
  healthyMs: 60_000,
  shortWatchMs: 1_000,
  retryAfterMaxMs: 300_000,
  lineBytes: 16 * MIB,
} as const);

export interface ReflectorParts {
  readonly client: KubeClient;
  readonly discovery: Discovery;
  readonly table: SharedTable;
  readonly project: Project;
  readonly timing: Timing;
  readonly limits: ReflectorLimits;
  readonly metrics: CacheMetrics;
  readonly log: KubeLog;
}

/** So many refusals of a watch in a row, and the kind is listed anew. */
const REFUSALS_BEFORE_LIST = 3;
/** So many 404s in a row where discovery sees the kind, and we believe them. */
const NOT_FOUND_BEFORE_MISSING = 3;
/** So many unreadable objects are told apart in the log. */
const UNREADABLE_NAMED = 100;

const EVENT_TYPES = {
  ADDED: 'added',
  MODIFIED: 'modified',
  DELETED: 'deleted',
  BOOKMARK: 'bookmark',
} as const;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export class Reflector {
  readonly #kind: SourceKind;
  readonly #parts: ReflectorParts;
  readonly #sink: (batch: Batch) => void;
  readonly #stop = new AbortController();
  readonly #objects: KnownObjects;
  readonly #status: Mutable<Omit<KindStatus, 'objects'>>;
  readonly #unreadable = new Set<string>();
  #running: Promise<void> | undefined;

  /** The served version that the cached objects were read in. */
  #version: string | undefined;
  #listedAt = 0;
  /** Where a watch goes on; undefined where only a list helps, for this reason. */
  #resume: string | undefined;
  #relist: RelistReason = 'start';
  /** Whether the sink may hold objects of ours. */
  #hasDelivered = false;
  #pageSize: number;
  #failures = 0;
  #lastCode: string | undefined;
  #refusals = 0;
  #notFound = 0;
  /** The failure that the log knows of. */
  #told: string | undefined;

  constructor(kind: SourceKind, parts: ReflectorParts, sink: (batch: Batch) => void) {
    this.#kind = kind;
    this.#parts = parts;
    this.#sink = sink;
    this.#pageSize = parts.limits.pageSize;
    this.#status = { kind: kind.id, state: 'pending' };
    this.#objects = new KnownObjects(kind.id, parts.table, parts.project, this.#onUnreadable);
  }

  /** Begins; once. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves when nothing of it is left: no request, no timer, no batch. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  get status(): KindStatus {
    return { ...this.#status, objects: this.#objects.size };
  }

  async #run(): Promise<void> {
    const { timing, limits } = this.#parts;
    while (!this.#isStopped()) {
      let waitMs = limits.backoffMaxMs;
      try {
        waitMs = await this.#attempt();
      } catch {
        // What tells of failures failed itself; there is nobody left to tell. The next attempt follows all the same.
      }
      await sleep(timing, waitMs, this.#stop.signal);
    }
  }

  #isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Lists if need be, and watches until that ends. Gives the time to wait before the next attempt. */
  async #attempt(): Promise<number> {
    try {
      const version = await this.#findVersion();
      if (this.#isDueForRefresh()) this.#needList('refresh');
      if (this.#resume === undefined) await this.#list(version);
      await this.#watch(version);
      return 0;
    } catch (error) {
      return this.#isStopped() ? 0 : this.#onFailure(error);
    }
  }

  async #findVersion(): Promise<string> {
    // An older version may leave out members that a newer one has: it is kept no longer than need be.
    if (this.#version !== undefined && this.#isOlder(this.#version)) this.#parts.discovery.doubt(this.#kind);
    const version = await this.#parts.discovery.versionOf(this.#kind);
    if (version === undefined) {
      this.#empty();
      throw new MissingKind();
    }
    if (this.#version !== undefined && this.#version !== version) this.#needList('version');
    this.#version = version;
    return version;
  }

  #isDueForRefresh(): boolean {
    const { timing, limits } = this.#parts;
    if (this.#resume === undefined || this.#kind.group === '') return false;
    return timing.now() - this.#listedAt >= limits.refreshMs;
  }

  #isOlder(version: string): boolean {
    return version !== this.#kind.versions[0];
  }

  /** A kind that is not served has no objects; whoever was told of some is told so. */
  #empty(): void {
    if (!this.#hasDelivered) return;
    this.#deliver([this.#objects.replace([])]);
    this.#hasDelivered = false;
  }

  async #list(version: string): Promise<void> {
    const { client, limits, metrics, timing } = this.#parts;
    const { objects, resourceVersion } = await listAll(client, collectionPath(this.#kind, version), {
      pageSize: this.#pageSize,
      pageBytes: limits.pageBytes,
      timeoutMs: limits.listTimeoutMs,
      signal: this.#stop.signal,
      read: (items) => this.#objects.read(items),
    });
    this.#hasDelivered = true;
    this.#deliver([this.#objects.replace(objects)]);
    this.#resume = resourceVersion;
    this.#notFound = 0;
    this.#listedAt = timing.now();
    this.#status.heardAt = this.#listedAt;
    this.#setState('listed');
    metrics.event(this.#kind.id, 'replaced');
    metrics.relist(this.#kind.id, this.#relist);
  }

  async #watch(version: string): Promise<void> {
    const { client, limits, timing } = this.#parts;
    let openedAt: number | undefined;
    try {
      await watch(client, this.#watchPath(version), {
        signal: this.#stop.signal,
        timing,
        headersMs: limits.headersMs,
        stallMs: limits.stallMs,
        // A watch that has just begun is given the time to catch up.
        newsDue: () =>
          Math.max(
            (this.#status.heardAt ?? 0) + limits.quietMs,
            (openedAt ?? timing.now()) + limits.quietMs / 4,
          ),
        lineBytes: limits.lineBytes,
        onOpen: () => {
          openedAt = timing.now();
          this.#onOpen();
        },
        onEvents: (events) => this.#onEvents(events),
      });
    } finally {
      if (openedAt !== undefined && timing.now() - openedAt >= limits.healthyMs) this.#failures = 0;
    }
    if (timing.now() - (openedAt ?? 0) < limits.shortWatchMs) throw new ShortWatch();
  }

  #watchPath(version: string): string {
    const { limits, timing } = this.#parts;
    const [least, most] = limits.watchSeconds;
    const seconds = least + Math.floor(timing.random() * (most - least + 1));
    const query = new URLSearchParams({
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: this.#resume ?? '',
      timeoutSeconds: String(this.#isOlder(version) ? Math.min(seconds, limits.olderWatchSeconds) : seconds),
    });
    return `${collectionPath(this.#kind, version)}?${query.toString()}`;
  }

  #onOpen(): void {
    this.#refusals = 0;
    this.#notFound = 0;
    if (this.#told === undefined) return;
    this.#told = undefined;
    this.#parts.log('info', 'watching again', { kind: this.#kind.id, objects: this.#objects.size });
  }

  /** The events of one chunk are one batch. Where they end is where the next watch begins. */
  #onEvents(events: readonly WatchEvent[]): void {
    const { metrics, timing } = this.#parts;
    const batch: SourceEvent[] = [];
    let resume = this.#resume;
    for (const { type, object } of events) {
      resume = versionIn(object) ?? resume;
      const event = this.#take(type, object);
      if (event !== undefined) batch.push(event);
      metrics.event(this.#kind.id, EVENT_TYPES[type] satisfies CacheEventType);
    }
    if (batch.length > 0) this.#deliver(batch);
    this.#resume = resume;
    this.#status.heardAt = timing.now();
  }

  #take(type: WatchEvent['type'], object: unknown): SourceEvent | undefined {
    switch (type) {
      case 'ADDED':
      case 'MODIFIED':
        return this.#objects.apply(object);
      case 'DELETED':
        return this.#objects.delete(object);
      case 'BOOKMARK':
        return undefined;
    }
  }

  #deliver(batch: Batch): void {
    if (this.#isStopped()) throw new KubeError('kube-aborted', 'stopped');
    try {
      this.#sink(batch);
    } catch (cause) {
      throw new SinkFailure(cause);
    }
    this.#parts.metrics.objects(this.#kind.id, this.#objects.size);
  }

  #needList(reason: RelistReason): void {
    this.#resume = undefined;
    this.#relist = this.#status.heardAt === undefined ? 'start' : reason;
  }

  #setState(state: KindStatus['state'], reason?: KindStatus['reason']): void {
    this.#status.state = state;
    this.#status.reason = reason;
    this.#parts.metrics.synced(this.#kind.id, state === 'listed');
  }

  /** Draws the consequences and gives the time to wait. */
  #onFailure(error: unknown): number {
    const failure = this.#hardened(failureOf(error));
    const repeated = this.#failures > 0 && this.#lastCode === failure.code;
    this.#failures += 1;
    this.#lastCode = failure.code;
    if (failure.relist !== undefined) this.#needList(failure.relist);
    if (failure.smallerPages === true) this.#pageSize = Math.max(1, Math.floor(this.#pageSize / 2));
    if (failure.doubt === true || failure.unavailable !== undefined) this.#parts.discovery.doubt(this.#kind);
    if (failure.unavailable !== undefined) this.#setState('unavailable', failure.unavailable);
    const waitMs = this.#waitMs(failure, repeated);
    this.#tell(failure, error, waitMs);
    return waitMs;
  }

  /** What a failure means when it has come several times in a row. */
  #hardened(failure: Failure): Failure {
    if (failure.code === '404') {
      this.#notFound += 1;
      if (this.#notFound >= NOT_FOUND_BEFORE_MISSING)
        return { ...failure, unavailable: 'missing', relist: 'unavailable' };
    }
    if (failure.refused === true) {
      this.#refusals += 1;
      if (this.#refusals % REFUSALS_BEFORE_LIST === 0) return { ...failure, relist: 'refused' };
    }
    return failure;
  }

  #waitMs(failure: Failure, repeated: boolean): number {
    const { limits, timing } = this.#parts;
    // Up to a quarter less: replicas that were refused together do not come back together.
    if (failure.unavailable !== undefined) return limits.unavailableMs * (1 - timing.random() / 4);
    if (failure.prompt === true && !repeated) return 0;
    const { backoffMinMs: minMs, backoffMaxMs: maxMs } = limits;
    return Math.max(
      backoffMs(this.#failures, { minMs, maxMs }, timing),
      Math.min(failure.retryAfterMs ?? 0, limits.retryAfterMaxMs),
    );
  }

  /** The same failure over and over is one line. */
  #tell(failure: Failure, error: unknown, waitMs: number): void {
    const { log, metrics } = this.#parts;
    metrics.watchError(this.#kind.id, failure.code);
    if (this.#told === failure.code) return;
    this.#told = failure.code;
    log('warn', failure.unavailable === undefined ? 'the watch failed' : 'the kind is unavailable', {
      kind: this.#kind.id,
      code: failure.code,
      error: cut(messageOf(error)),
      waitMs: Math.round(waitMs),
    });
  }

  readonly #onUnreadable = (namespace: string, name: string, problem: string): void => {
    const { log, metrics } = this.#parts;
    metrics.watchError(this.#kind.id, 'unreadable');
    const key = `${namespace}/${name}`;
    if (this.#unreadable.has(key) || this.#unreadable.size >= UNREADABLE_NAMED) return;
    this.#unreadable.add(key);
    log('warn', 'an object cannot be read and counts as absent', {
      kind: this.#kind.id,
      namespace,
      name,
      error: cut(problem),
    });
  };
}
