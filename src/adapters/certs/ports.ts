/** What certificates ask of the rest of the process; the composition root supplies it. */
import type { Pair, PairReason } from './pair.js';

/** Where the pair goes that is to be served. */
export interface CertificateSink {
  /** New connections get this pair. Throws when it cannot be used; then the old one stays. */
  readonly serve: (pair: Pair) => void;
  /** New connections get none: an ended certificate is never served. */
  readonly withdraw: () => void;
}

/** Why a new pair was not taken: what is wrong with it, or that it could not be had. */
export type ReloadReason = PairReason | 'missing' | 'unreadable' | 'unusable' | 'secret' | 'api';

/** Told of everything that metrics, logs and readiness say of certificates. */
export interface CertificateObserver {
  /** Whether what is served is good, whenever it was looked at. */
  readonly status: (ok: boolean, detail: string) => void;
  readonly reloaded: (detail: string) => void;
  readonly reloadFailed: (reason: ReloadReason, detail: string) => void;
  /** When a certificate ends, in ms since 1970; undefined when there is none any more. */
  readonly expires: (cert: 'leaf' | 'ca', at: number | undefined) => void;
}

/** One way of coming by certificates. */
export interface Certificates {
  /** Begins, and follows every change from then on. Rejects when there is nothing to begin with and will not be. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}
