/** What each way to fail means for a reflector. Whatever it is, another attempt follows. */
import { errorName, isVersionTooLarge, KubeError, KubeHttpError, messageOf } from './errors.js';
import type { RelistReason } from './metrics.js';
import { WatchErrorEvent, WatchSilence } from './watching.js';

/** The cluster serves no version of the kind that we know. */
export class MissingKind extends Error {
  constructor() {
    super('the cluster does not serve this kind');
    this.name = 'MissingKind';
  }
}

/** The taker of batches threw. */
export class SinkFailure extends Error {
  constructor(cause: unknown) {
    super(`the batch was not taken: ${messageOf(cause)}`, { cause });
    this.name = 'SinkFailure';
  }
}

/** The server ends watches as soon as they begin. */
export class ShortWatch extends Error {
  constructor() {
    super('the watch ended as soon as it began');
    this.name = 'ShortWatch';
  }
}

export interface Failure {
  /** For metrics and logs: an HTTP status or one of a few words. */
  readonly code: string;
  /** Where to go on: with a new list, for this reason, or where the watch stopped. */
  readonly relist?: RelistReason | undefined;
  /** Needs no wait, unless it follows itself. */
  readonly prompt?: boolean;
  readonly retryAfterMs?: number | undefined;
  readonly unavailable?: 'missing' | 'forbidden';
  /** The version may not be served any more. */
  readonly doubt?: boolean;
  /** The server answers, and refuses: if it goes on like that, perhaps it is the place where we want to go on. */
  readonly refused?: boolean;
  /** A page was too large. */
  readonly smallerPages?: boolean;
}

export function failureOf(error: unknown): Failure {
  const code = codeOf(error);
  if (error instanceof MissingKind) return { code, relist: 'unavailable', unavailable: 'missing' };
  if (error instanceof KubeHttpError) return { code, ...refusal(error) };
  if (error instanceof WatchErrorEvent) {
    return error.code === 410 ? { code, relist: 'expired', prompt: true } : { code, relist: 'error-event' };
  }
  if (error instanceof WatchSilence)
    return { code, prompt: true, relist: error.silence === 'quiet' ? 'quiet' : undefined };
  if (error instanceof SinkFailure) return { code, relist: 'sink' };
  if (error instanceof ShortWatch) return { code };
  if (!(error instanceof KubeError)) return { code, relist: 'bug' };
  if (error.code === 'kube-too-large') return { code, relist: 'malformed', smallerPages: true };
  return error.code === 'kube-malformed' ? { code, relist: 'malformed' } : { code };
}

function refusal(error: KubeHttpError): Omit<Failure, 'code'> {
  switch (error.status) {
    case 401:
      return {};
    case 403:
      return { relist: 'unavailable', unavailable: 'forbidden' };
    case 404:
      return { doubt: true };
    case 410:
      return { relist: 'expired', prompt: true };
    case 429:
    case 503:
      return { retryAfterMs: error.retryAfterMs };
    default:
      return isVersionTooLarge(error.body)
        ? { relist: 'version', retryAfterMs: error.retryAfterMs }
        : { refused: true, retryAfterMs: error.retryAfterMs };
  }
}

function codeOf(error: unknown): string {
  if (error instanceof MissingKind) return 'missing';
  if (error instanceof WatchErrorEvent)
    return error.code >= 100 && error.code <= 599 ? String(error.code) : 'error-event';
  if (error instanceof WatchSilence) return error.silence;
  if (error instanceof SinkFailure) return 'sink';
  if (error instanceof ShortWatch) return 'short-watch';
  return errorName(error);
}
