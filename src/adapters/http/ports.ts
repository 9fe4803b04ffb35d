/** What the webhook's HTTP edge needs from the rest of the process; the composition root supplies it. */
import type { Malformed, Review, Verdict } from '../../admission/index.js';

/**
 * What the process as a whole can do now. `starting`: caches are not loaded, and `judge` alone knows which reviews
 * need them. `draining`: everything is served, on connections that end with their answer. `failed`: an exception
 * that nobody caught; new work is refused (webhook-operations, sections 6 to 8).
 */
export interface Gate {
  readonly state: 'starting' | 'ready' | 'draining' | 'failed';
}

/** Judging is impossible here and now; another replica may be able to. */
export interface Retry {
  readonly retry: 'not-ready' | 'stale';
}

/** When the answer is due, on the clock that the handler was given. */
export interface Deadline {
  readonly at: number;
}

export type Judge = (review: Review, deadline: Deadline) => Verdict | Retry | Promise<Verdict | Retry>;

/** Why a review was turned away although nothing is wrong with it. */
export type ShedReason = Retry['retry'] | 'failed' | 'budget' | 'in-flight' | 'buffered-bytes' | 'event-loop';

/** Why a body could not be judged. */
export type MalformedReason = Malformed['reason'] | 'utf8' | 'depth' | 'json';

/** One answered request, or one whose caller went away; everything that metrics and logs tell of it. */
export interface Outcome {
  /** `refuse` is a 4xx without a review; `abort` has no answer. */
  readonly decision: 'allow' | 'deny' | 'retry' | 'refuse' | 'abort';
  /** The HTTP status; of a deny, the code in its status; of an abort, 499. */
  readonly code: number;
  readonly durationMs: number;
  readonly budgetMs: number;
  readonly bodyBytes: number;
  /** Known also where the rest of the review could not be read. */
  readonly uid?: string | undefined;
  readonly review?: Review | undefined;
  readonly verdict?: Verdict | undefined;
  readonly shed?: ShedReason | undefined;
  readonly malformed?: MalformedReason | undefined;
  /** What was thrown where nothing should throw. */
  readonly fault?: unknown;
}

/** Told of every request once, after its answer was handed to the socket. */
export interface RequestObserver {
  readonly answered: (outcome: Outcome) => void;
  /** The number of requests in work, whenever it changes. */
  readonly inFlight: (count: number) => void;
  /** Something threw after the answer had gone. */
  readonly fault: (error: unknown, uid?: string) => void;
}

/** Why a connection ended before, or without, a request that could be read. */
export type TlsFailure =
  | 'alpn'
  | 'certificate-refused'
  | 'cipher'
  | 'client-certificate'
  | 'client-name'
  | 'other'
  | 'plain-http'
  | 'reset'
  | 'timeout'
  | 'version';
export type HttpFailure = 'headers-too-large' | 'http' | 'request-timeout';

/** Told of connections that failed; none of this is an error of ours. */
export interface ConnectionObserver {
  readonly tlsFailed: (reason: TlsFailure, detail?: string) => void;
  readonly httpFailed: (reason: HttpFailure) => void;
  /** A connection over the limit was dropped. */
  readonly connectionDropped: () => void;
  /** The listener itself failed, for example to accept; it goes on. */
  readonly serverFailed: (error: unknown) => void;
}
