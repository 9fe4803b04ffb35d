/** The objects of a cluster: one reflector per kind, and reads past them. */
import { member } from '../../model/json.js';
import { project } from '../../policy/objects/project.js';
import { SOURCE_KINDS, sourceKind, type SourceKind, type StoredKind } from '../../policy/objects/kinds.js';
import type { StoredObject } from '../../policy/objects/stored.js';
import type { Batch, KindStatus, ObjectSource } from '../../policy/ports.js';
import { collectionPath, objectPath } from './addresses.js';
import { Discovery } from './discovery.js';
import { isObjectNotFound, KubeError, KubeHttpError } from './errors.js';
import type { KubeClient } from './kube-client.js';
import type { Project } from './known-objects.js';
import { readPage } from './listing.js';
import { NO_LOG, NO_METRICS, type CacheMetrics, type KubeLog } from './metrics.js';
import { Reflector, REFLECTOR_LIMITS, type ReflectorLimits } from './reflector.js';
import { SharedTable } from './shared-table.js';
import { SYSTEM_TIMING, type Timing } from './timing.js';

export interface ClusterSourceOptions {
  /** Closed by whoever made it. */
  readonly client: KubeClient;
  readonly timing?: Timing;
  readonly limits?: Partial<ReflectorLimits>;
  readonly metrics?: CacheMetrics;
  readonly log?: KubeLog;
  readonly project?: Project;
}

/** One life: after `stop` it is not started again. */
export class ClusterSource implements ObjectSource {
  readonly #client: KubeClient;
  readonly #timing: Timing;
  readonly #stop = new AbortController();
  readonly #table: SharedTable;
  readonly #projectRaw: Project;
  readonly #discovery: Discovery;
  readonly #reflectors: readonly Reflector[];
  #sink: ((batch: Batch) => void) | undefined;

  constructor(options: ClusterSourceOptions) {
    const { client, timing = SYSTEM_TIMING } = options;
    this.#client = client;
    this.#timing = timing;
    this.#discovery = new Discovery(client, timing, this.#stop.signal);
    this.#table = new SharedTable(() => this.status().reduce((sum, { objects }) => sum + objects, 0));
    this.#projectRaw = options.project ?? project;
    const parts = {
      client,
      timing,
      discovery: this.#discovery,
      table: this.#table,
      project: this.#projectRaw,
      limits: { ...REFLECTOR_LIMITS, ...options.limits },
      metrics: options.metrics ?? NO_METRICS,
      log: options.log ?? NO_LOG,
    };
    this.#reflectors = SOURCE_KINDS.map((kind) => new Reflector(kind, parts, (batch) => this.#sink?.(batch)));
  }

  readonly start = (sink: (batch: Batch) => void): void => {
    if (this.#stop.signal.aborted) throw new Error('a cluster source is not started again');
    if (this.#sink !== undefined) throw new Error('a cluster source is started once');
    this.#sink = sink;
    for (const reflector of this.#reflectors) reflector.start();
  };

  readonly stop = async (): Promise<void> => {
    this.#stop.abort();
    await Promise.all(this.#reflectors.map((reflector) => reflector.stop()));
  };

  readonly status = (): readonly KindStatus[] => this.#reflectors.map((reflector) => reflector.status);

  readonly get = (
    kind: StoredKind,
    namespace: string,
    name: string,
    { timeoutMs }: { readonly timeoutMs: number },
  ): Promise<StoredObject | undefined> =>
    this.#read(kind, timeoutMs, undefined, async (of, version, call) => {
      try {
        return this.#project(
          kind,
          await this.#client.getJson(objectPath(of, version, namespace, name), call),
        );
      } catch (error) {
        if (error instanceof KubeHttpError && isObjectNotFound(error)) return undefined;
        throw error;
      }
    });

  readonly list = (
    kind: StoredKind,
    namespace: string,
    { timeoutMs, limit }: { readonly timeoutMs: number; readonly limit: number },
  ): Promise<readonly StoredObject[]> =>
    this.#read<readonly StoredObject[]>(kind, timeoutMs, [], async (of, version, call) => {
      const path = `${collectionPath(of, version, namespace)}?limit=${String(limit)}`;
      const { items } = readPage(await this.#client.getJson(path, call));
      return items.slice(0, limit).flatMap((raw) => this.#project(kind, raw) ?? []);
    });

  /** Reads with the version that the cluster serves; `none` where it serves none. */
  async #read<T>(
    id: StoredKind,
    timeoutMs: number,
    none: T,
    read: (kind: SourceKind, version: string, call: { timeoutMs: number; signal: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    const kind = sourceKind(id);
    const end = this.#timing.now() + timeoutMs;
    for (let attempt = 0; ; attempt++) {
      const version = await this.#inTime(this.#versionOf(kind), end - this.#timing.now());
      if (version === undefined) return none;
      try {
        const left = Math.max(1, end - this.#timing.now());
        return await read(kind, version, { timeoutMs: left, signal: this.#stop.signal });
      } catch (error) {
        // The resource itself is not there: served in another version by now, or not at all.
        if (!(error instanceof KubeHttpError && error.status === 404) || attempt > 0) throw error;
        this.#discovery.doubt(kind);
      }
    }
  }

  /** That a kind is missing is never taken from memory. */
  async #versionOf(kind: SourceKind): Promise<string | undefined> {
    const known = await this.#discovery.versionOf(kind);
    if (known !== undefined) return known;
    this.#discovery.doubt(kind);
    return this.#discovery.versionOf(kind);
  }

  #inTime<T>(promise: Promise<T>, ms: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const cancel = this.#timing.after(Math.max(1, ms), () =>
        reject(new KubeError('kube-timeout', 'no answer in time')),
      );
      promise.then(resolve, reject).finally(cancel);
    });
  }

  /** An object that cannot be read counts as absent, here as in the cache. */
  #project(kind: StoredKind, raw: unknown): StoredObject | undefined {
    this.#table.used(1);
    const result = this.#projectRaw(kind, raw, this.#table.table);
    if (result.ok) return result.value;
    // An answer that is no object at all says nothing about the object.
    if (member(raw, 'metadata') === undefined) throw new KubeError('kube-malformed', result.error);
    return undefined;
  }
}
