/**
 * Certificates from a CA of our own (webhook-operations, section 4): the CA lies in a Secret that all replicas share;
 * each replica signs a leaf for itself, whose key never leaves its memory. The holder of the Lease also renews the CA
 * and keeps `caBundle` as it should be.
 *
 * A turn reads Secret and configuration, takes the steps that are due (next-step.ts) and then looks after the leaf. It
 * is made when one of the objects changes and, because time passes too, every few seconds.
 */
import { X509Certificate } from 'node:crypto';
import { KubeHttpError } from '../../kube/errors.js';
import type { Installation, Registration, StoredSecret } from '../../kube/installation.js';
import type { Clock } from '../../http/clock.js';
import { BACKDATE_MS, makeCa, signLeaf } from '../authority.js';
import type { CertificateObserver, Certificates, CertificateSink } from '../ports.js';
import { Serving } from '../serving.js';
import { caOf, certsOf, readCaState, writeCaState, type Ca, type CaState } from './ca-state.js';
import { isDue, type Lifetimes } from './lifetimes.js';
import { nextStep, wantedBundle, type Step } from './next-step.js';
import { CALM, isFight, repairAt, repaired, type Pace } from './repair-pace.js';

export interface ManagedOptions {
  readonly installation: Pick<Installation, 'secret' | 'writeSecret' | 'registration' | 'publish'>;
  /** Calls back whenever an object of the installation changes; the result ends it. */
  readonly watch: (notice: () => void) => () => Promise<void>;
  readonly leadership: {
    readonly leads: boolean;
    readonly start: () => void;
    readonly stop: () => Promise<void>;
  };
  readonly lifetimes: Lifetimes;
  /** What leaves are for; the first is the one that the API server calls. */
  readonly names: readonly [string, ...string[]];
  readonly clock: Clock;
  readonly sink: CertificateSink;
  readonly observer: CertificateObserver;
  readonly told: ManagedObserver;
}

/** What is said of the installation besides certificates. */
export interface ManagedObserver {
  readonly bundle: (certificates: number) => void;
  readonly registered: (registered: boolean) => void;
  /** The holder of the Lease wrote something. */
  readonly wrote: (what: string) => void;
  /** Somebody overwrites `caBundle` again and again. */
  readonly fight: (repairs: string) => void;
  /** A turn could not be made; another follows. */
  readonly failed: (error: unknown) => void;
}

interface Seen {
  readonly secret: StoredSecret | undefined;
  readonly state: CaState | undefined;
  readonly registration: Registration | undefined;
}

const RETRY_MS = 5_000;
/** Another replica wrote at the same moment. */
const CONFLICT_MS = 500;
/** Steps that may follow each other in one turn; more would be a circle. */
const MAX_STEPS = 8;

export class ManagedCertificates implements Certificates {
  readonly #options: ManagedOptions;
  readonly #serving: Serving;
  #registration: Registration | undefined;
  #pace: Pace = CALM;
  /** The bundle that the holder saw in place last; what differs from it later was overwritten. */
  #settled: string | undefined;
  #turning: Promise<void> | undefined;
  #again = false;
  #ended = false;
  #cancel = (): void => undefined;
  #stopWatching = (): Promise<void> => Promise.resolve();

  constructor(options: ManagedOptions) {
    this.#options = options;
    const { names, sink, observer, clock } = options;
    const needs = () => ({ names, bundle: this.#registration?.entries[0]?.bundle });
    this.#serving = new Serving({ sink, observer, clock, needs });
  }

  /** Resolves at once: without an API server there is no certificate yet, and the replica is not ready. */
  readonly start = (): Promise<void> => {
    this.#serving.look();
    this.#options.leadership.start();
    this.#stopWatching = this.#options.watch(() => this.#soon());
    this.#soon();
    return Promise.resolve();
  };

  readonly stop = async (): Promise<void> => {
    this.#ended = true;
    this.#cancel();
    await Promise.all([this.#stopWatching(), this.#options.leadership.stop()]);
    await this.#turning;
  };

  /** Whether no turn is under way; for tests. */
  get idle(): boolean {
    return this.#turning === undefined;
  }

  /** One turn after the other; whoever asks during one gets another. */
  #soon(): void {
    if (this.#turning !== undefined) {
      this.#again = true;
      return;
    }
    this.#cancel();
    this.#turning = this.#turn().then((waitMs) => {
      this.#turning = undefined;
      if (this.#ended) return;
      if (this.#again) {
        this.#again = false;
        this.#soon();
      } else this.#cancel = this.#options.clock.after(waitMs, () => this.#soon());
    });
  }

  /** Makes one turn; the result says how long to wait for the next. Never rejects. */
  async #turn(): Promise<number> {
    const { leadership, lifetimes, told } = this.#options;
    try {
      let seen = await this.#look();
      for (let i = 0; i < MAX_STEPS && leadership.leads && !this.#ended; i++) {
        const step = this.#due(seen);
        if (step === undefined) break;
        await this.#take(step, seen);
        seen = await this.#look();
      }
      await this.#lookAfterLeaf(seen);
      return leadership.leads || this.#serving.pair === undefined ? lifetimes.holderMs : lifetimes.checkMs;
    } catch (error) {
      this.#serving.look();
      if (error instanceof KubeHttpError && error.status === 409) return CONFLICT_MS;
      if (!this.#ended) told.failed(error);
      return Math.min(RETRY_MS, lifetimes.checkMs);
    }
  }

  async #look(): Promise<Seen> {
    const { installation, told, observer } = this.#options;
    const [secret, registration] = await Promise.all([installation.secret(), installation.registration()]);
    this.#registration = registration;
    const state = secret === undefined ? undefined : readCaState(secret.data);
    told.registered(registration !== undefined);
    told.bundle(certsOf(registration?.entries[0]?.bundle ?? '').length);
    observer.expires('ca', state?.current?.endsAt);
    return { secret, state, registration };
  }

  /** The step that is due now: a repair in a fight has to wait. */
  #due({ state, registration }: Seen): Step | undefined {
    const { clock, lifetimes } = this.#options;
    const published = registration?.entries.map(({ bundle }) => bundle);
    const step = nextStep({ state, published, now: clock.wall(), lifetimes });
    if (step?.do !== 'publish') {
      if (step === undefined && registration !== undefined && state !== undefined)
        this.#settled = wantedBundle(state);
      return step;
    }
    return this.#isRepair(step) && repairAt(this.#pace, clock.now()) > clock.now() ? undefined : step;
  }

  /** Whether the bundle that is to be published was in place already. */
  readonly #isRepair = ({ bundle }: { readonly bundle: string }): boolean => bundle === this.#settled;

  async #take(step: Step, { secret, registration }: Seen): Promise<void> {
    const { installation, clock, lifetimes, told } = this.#options;
    switch (step.do) {
      case 'new-ca': {
        const next = caOf(await makeCa('Gatehouse CA', this.#validity(lifetimes.caMs)));
        await installation.writeSecret(secret, writeCaState({ ...step.state, next }));
        told.wrote(secret === undefined ? 'a new Secret with a new CA' : 'a new CA beside the current one');
        return;
      }
      case 'store':
        await installation.writeSecret(secret, writeCaState(step.state));
        told.wrote(STORED[step.why]);
        return;
      case 'publish': {
        if (registration === undefined) return;
        if (this.#isRepair(step)) {
          this.#pace = repaired(this.#pace, clock.now());
          if (isFight(this.#pace, clock.now())) told.fight(String(this.#pace.repairs.length));
        }
        await installation.publish(registration, step.bundle);
        told.wrote(`caBundle with ${String(certsOf(step.bundle).length)} certificates`);
      }
    }
  }

  /** Signs a leaf when there is none, when two thirds of its life are over, or when its CA is not known any more. */
  async #lookAfterLeaf({ state }: Seen): Promise<void> {
    const { clock, lifetimes, names } = this.#options;
    const { pair } = this.#serving;
    if (
      state?.current === undefined ||
      (pair !== undefined && !isLeafDue(pair.cert, state, lifetimes, clock.wall()))
    ) {
      this.#serving.look();
      return;
    }
    const { cert, key, endsAt } = state.current;
    const { from, to } = this.#validity(lifetimes.leafMs);
    const leaf = await signLeaf(
      { cert, key },
      { dnsNames: names, ipAddresses: [] },
      { from, to: Math.min(to, endsAt) },
    );
    if (!this.#ended) this.#serving.offer({ ...leaf, ca: cert });
  }

  #validity(lifeMs: number): { readonly from: number; readonly to: number } {
    const now = this.#options.clock.wall();
    return { from: now - BACKDATE_MS, to: now + lifeMs };
  }
}

const STORED = {
  note: 'that the new CA was read back from caBundle',
  forget: 'that the new CA is not in caBundle any more',
  promote: 'that the new CA signs from now on',
  prune: 'the Secret without a CA that has ended',
} as const;

function isLeafDue(cert: string, state: CaState, { leafMs }: Lifetimes, now: number): boolean {
  const leaf = new X509Certificate(cert);
  const cas: readonly Pick<Ca, 'cert'>[] = [
    ...(state.current === undefined ? [] : [state.current]),
    ...state.previous,
  ];
  const isKnown = cas.some((ca) => leaf.verify(new X509Certificate(ca.cert).publicKey));
  const endsAt = Date.parse(leaf.validTo);
  // A leaf cannot outlive its CA: one that would end no later is not worth signing.
  const isLonger = Math.min(now + leafMs, state.current?.endsAt ?? 0) > endsAt + 1_000;
  return !isKnown || (isLonger && isDue(endsAt, leafMs, now));
}
