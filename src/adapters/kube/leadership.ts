/**
 * Which replica writes: the one that holds our Lease. Two may think so for a moment, when one was paused; each of
 * their writes carries the version that it read, so that the second is refused.
 *
 * Whether another holder is still there is judged by our own clock, from the moment that we last saw the Lease
 * change: the clocks of two machines are never compared.
 */
import { isObject, member } from '../../model/json.js';
import { KubeHttpError } from './errors.js';
import type { KubeClient } from './kube-client.js';
import type { Timing } from './timing.js';

export interface LeadershipOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly name: string;
  /** Of this replica alone: two that share it would both hold the Lease. */
  readonly holder: string;
  readonly timing: Timing;
  /** Milliseconds since 1970; what others read in the Lease, and nobody here. */
  readonly wall: () => number;
  readonly durationMs?: number;
  /** Told of every change of mind. */
  readonly changed: (leads: boolean) => void;
  readonly failed: (error: unknown) => void;
}

const DURATION_MS = 15_000;
const TIMEOUT_MS = 4_000;

export class Leadership {
  readonly #options: LeadershipOptions;
  readonly #durationMs: number;
  readonly #stop = new AbortController();
  #turn: Promise<void> = Promise.resolve();
  #cancel = (): void => undefined;
  #lease: unknown;
  /** When we last saw the Lease change, and in which version. */
  #seen: { readonly version: unknown; readonly at: number } | undefined;
  #renewedAt: number | undefined;
  #told = false;

  constructor(options: LeadershipOptions) {
    this.#options = options;
    this.#durationMs = options.durationMs ?? DURATION_MS;
  }

  /** Whether we hold it now: with room to spare before another may take it. */
  get leads(): boolean {
    const at = this.#renewedAt;
    return at !== undefined && this.#options.timing.now() - at < (this.#durationMs * 2) / 3;
  }

  start(): void {
    this.#turn = this.#run();
  }

  /** Gives it up, so that another need not wait. */
  async stop(): Promise<void> {
    const led = this.leads;
    this.#cancel();
    this.#stop.abort();
    await this.#turn;
    this.#renewedAt = undefined;
    this.#tell();
    if (led) await this.#release().catch(this.#options.failed);
  }

  async #run(): Promise<void> {
    const { timing, failed } = this.#options;
    try {
      await this.#renew();
    } catch (error) {
      // Another wrote first: what it wrote is read next time.
      this.#lease = undefined;
      if (isStatus(error, 409)) this.#renewedAt = undefined;
      if (!this.#stop.signal.aborted && !isStatus(error, 409)) failed(error);
    }
    if (this.#stop.signal.aborted) return;
    this.#tell();
    this.#cancel = timing.after(this.#durationMs / 5, () => this.start());
  }

  /** Takes the Lease, renews it, or finds that another has it. */
  async #renew(): Promise<void> {
    const { client, timing, holder } = this.#options;
    const asked = timing.now();
    const known = this.leads ? this.#lease : undefined;
    const lease = known ?? (await this.#read());
    if (lease === undefined) {
      this.#lease = await client.request('POST', this.#path(), this.#written(undefined), this.#call);
    } else {
      const version = member(member(lease, 'metadata'), 'resourceVersion');
      if (this.#seen?.version !== version) this.#seen = { version, at: asked };
      const holds = member(member(lease, 'spec'), 'holderIdentity');
      const since = this.#seen?.at ?? asked;
      const free = typeof holds !== 'string' || holds === '' || asked - since >= this.#durationMs;
      if (holds !== holder && !free) {
        this.#renewedAt = undefined;
        return;
      }
      const path = this.#path(this.#options.name);
      this.#lease = await client.request('PUT', path, this.#written(lease), this.#call);
    }
    this.#renewedAt = asked;
  }

  #written(lease: unknown): object {
    const { namespace, name, holder, wall } = this.#options;
    const spec = member(lease, 'spec');
    const old = isObject(spec) ? spec : {};
    const now = new Date(wall()).toISOString().replace('Z', '000Z');
    const taken = old['holderIdentity'] !== holder;
    const transitions = typeof old['leaseTransitions'] === 'number' ? old['leaseTransitions'] : 0;
    return {
      ...(isObject(lease)
        ? lease
        : { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { namespace, name } }),
      spec: {
        ...old,
        holderIdentity: holder,
        leaseDurationSeconds: Math.max(1, Math.round(this.#durationMs / 1_000)),
        renewTime: now,
        ...(taken ? { acquireTime: now, leaseTransitions: lease === undefined ? 0 : transitions + 1 } : {}),
      },
    };
  }

  async #read(): Promise<unknown> {
    try {
      return await this.#options.client.getJson(this.#path(this.#options.name), this.#call);
    } catch (error) {
      if (isStatus(error, 404)) return undefined;
      throw error;
    }
  }

  async #release(): Promise<void> {
    const resourceVersion = member(member(this.#lease, 'metadata'), 'resourceVersion');
    const patch = { metadata: { resourceVersion }, spec: { holderIdentity: null } };
    await this.#options.client.request('PATCH', this.#path(this.#options.name), patch, {
      timeoutMs: TIMEOUT_MS,
      contentType: 'application/merge-patch+json',
    });
  }

  #path(name?: string): string {
    const all = `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(this.#options.namespace)}/leases`;
    return name === undefined ? all : `${all}/${encodeURIComponent(name)}`;
  }

  get #call() {
    return { timeoutMs: TIMEOUT_MS, signal: this.#stop.signal };
  }

  #tell(): void {
    if (this.leads === this.#told) return;
    this.#told = this.leads;
    this.#options.changed(this.#told);
  }
}

const isStatus = (error: unknown, status: number): boolean =>
  error instanceof KubeHttpError && error.status === status;
