/** Replicas of one installation under one clock that the test moves. */
import { X509Certificate } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { certsOf } from '../../../../src/adapters/certs/managed/ca-state.js';
import type { Lifetimes } from '../../../../src/adapters/certs/managed/lifetimes.js';
import { ManagedCertificates } from '../../../../src/adapters/certs/managed/managed-certificates.js';
import { pairFaults, type Pair } from '../../../../src/adapters/certs/pair.js';
import { Installation } from '../../../../src/adapters/kube/installation.js';
import { Leadership } from '../../../../src/adapters/kube/leadership.js';
import { ManualClock } from '../../http/harness.js';
import { FakeCluster } from './fake-cluster.js';

export const SECRET = '/api/v1/namespaces/gatehouse/secrets/gatehouse-ca';
export const LEASE = '/apis/coordination.k8s.io/v1/namespaces/gatehouse/leases/gatehouse';
export const HOOKS = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/gatehouse';
export const NAME = 'gatehouse.gatehouse.svc';

export const base64 = (text: string): string => Buffer.from(text).toString('base64');

export class Replica {
  pair: Pair | undefined;
  ok = false;
  reloads = 0;
  /** Handshakes that would have failed while it had a certificate, with the reason. */
  readonly failed: string[] = [];
  readonly wrote: string[] = [];
  readonly errors: string[] = [];
  fights = 0;
  registered = false;
  readonly certificates: ManagedCertificates;
  readonly leadership: Leadership;

  constructor(rig: Rig, holder: string) {
    const { cluster, clock } = rig;
    const timing = { now: clock.now, after: clock.after, random: () => 0.5 };
    const stop = new AbortController();
    const names = { namespace: 'gatehouse', secret: 'gatehouse-ca', configuration: 'gatehouse' };
    const installation = new Installation(cluster, names, stop.signal);
    const failed = (error: unknown): void => void this.errors.push(String(error));
    this.leadership = new Leadership({
      client: cluster,
      namespace: 'gatehouse',
      name: 'gatehouse',
      holder,
      durationMs: 3 * Math.max(5_000, rig.lifetimes.holderMs),
      timing,
      wall: clock.wall,
      changed: () => undefined,
      failed,
    });
    this.certificates = new ManagedCertificates({
      installation,
      watch: (notice) => {
        const watching = rig.watched
          ? installation.watch(timing, { secret: true }, notice, failed)
          : Promise.resolve();
        return () => {
          stop.abort();
          return watching;
        };
      },
      leadership: this.leadership,
      lifetimes: rig.lifetimes,
      names: [NAME],
      clock,
      sink: { serve: (pair) => void (this.pair = pair), withdraw: () => void (this.pair = undefined) },
      observer: {
        status: (ok) => void (this.ok = ok),
        reloaded: () => void (this.reloads += 1),
        reloadFailed: (reason, detail) => void this.errors.push(`${reason}: ${detail}`),
        expires: () => undefined,
      },
      told: {
        bundle: () => undefined,
        registered: (is) => void (this.registered = is),
        wrote: (what) => void this.wrote.push(what),
        fight: () => void (this.fights += 1),
        failed,
      },
    });
  }
}

export class Rig {
  readonly cluster = new FakeCluster();
  readonly clock = new ManualClock();
  readonly lifetimes: Lifetimes;
  /** Whether replicas are told of changes; without, they only look from time to time. */
  readonly watched: boolean;
  readonly replicas: Replica[] = [];
  /** What an API server may still trust: every bundle, and since when. */
  readonly bundles: { at: number; text: string }[] = [];

  constructor(lifetimes: Lifetimes, { watched = true } = {}) {
    this.lifetimes = lifetimes;
    this.watched = watched;
  }

  register(caBundle = ''): void {
    const entry = (name: string) => ({
      name,
      failurePolicy: 'Ignore',
      clientConfig: { service: { name: 'gatehouse' }, ...(caBundle === '' ? {} : { caBundle }) },
    });
    this.cluster.put(HOOKS, {
      metadata: { labels: { team: 'mesh' } },
      webhooks: [entry('validate.gatehouse.dev'), entry('someone.else.dev'), entry('advise.gatehouse.dev')],
    });
  }

  async start(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const replica = new Replica(this, `replica-${String(this.replicas.length)}`);
      this.replicas.push(replica);
      await replica.certificates.start();
    }
    await this.settle();
  }

  /** Waits until no replica has anything under way. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 8; quiet++) {
      await turn();
      if (!this.replicas.every(({ certificates }) => certificates.idle)) quiet = 0;
    }
  }

  /** Moves the clock in steps, and looks after each whether every API server still trusts every replica. */
  async pass(ms: number, stepMs = this.lifetimes.holderMs): Promise<void> {
    for (let gone = 0; gone < ms; gone += stepMs) {
      this.clock.advance(Math.min(stepMs, ms - gone));
      await this.settle();
      this.check();
    }
  }

  /** A handshake of each replica with API servers that have heard of the newest bundle, and not yet. */
  check(): void {
    const [now, text] = [this.clock.now(), this.published];
    if (this.bundles.at(-1)?.text !== text) this.bundles.push({ at: now, text });
    const late = now - this.lifetimes.settleMs / 2;
    const heard = [...this.bundles].reverse().find(({ at }) => at <= late)?.text ?? text;
    for (const replica of this.replicas)
      for (const bundle of new Set([text, heard])) {
        const { pair } = replica;
        const faults =
          pair === undefined
            ? [{ message: 'no certificate' }]
            : pairFaults(pair, { names: [NAME], now: new Date(this.clock.wall()), bundle });
        replica.failed.push(...faults.map(({ message }) => `${String(now)}: ${message}`));
      }
  }

  get published(): string {
    const caBundle = this.cluster.get(HOOKS)?.['webhooks'][0].clientConfig.caBundle ?? '';
    return Buffer.from(caBundle, 'base64').toString();
  }

  get bundleSize(): number {
    return certsOf(this.published).length;
  }

  /** The decoded data of the Secret. */
  get secret(): ReadonlyMap<string, string> {
    const data: Record<string, string> = this.cluster.get(SECRET)?.['data'] ?? {};
    return new Map(
      Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
    );
  }

  get leader(): Replica | undefined {
    return this.replicas.find(({ leadership }) => leadership.leads);
  }

  async stop(): Promise<void> {
    for (const { certificates } of this.replicas) await certificates.stop();
  }
}

export const issuerOf = (pair: Pair | undefined): string =>
  pair === undefined ? 'nobody' : new X509Certificate(pair.cert).issuer;
