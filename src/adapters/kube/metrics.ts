/** What the cache tells of itself (webhook-operations, sections 11 and 12); the composition root wires it. */
import type { StoredKind } from '../../policy/objects/kinds.js';

/** Why a kind was listed. */
export type RelistReason =
  | 'start'
  | 'expired'
  | 'error-event'
  | 'malformed'
  | 'sink'
  | 'quiet'
  | 'refresh'
  | 'refused'
  | 'unavailable'
  | 'version'
  | 'bug';

export type CacheEventType = 'replaced' | 'added' | 'modified' | 'deleted' | 'bookmark';

export interface CacheMetrics {
  /** The number of cached objects, whenever it may have changed. */
  readonly objects: (kind: StoredKind, count: number) => void;
  readonly event: (kind: StoredKind, type: CacheEventType) => void;
  /** A list was delivered; the first one is `start`. */
  readonly relist: (kind: StoredKind, reason: RelistReason) => void;
  /** An attempt failed: an HTTP status, or one of a few words. `unreadable` is an object that could not be read. */
  readonly watchError: (kind: StoredKind, code: string) => void;
  readonly synced: (kind: StoredKind, synced: boolean) => void;
}

export const NO_METRICS: CacheMetrics = Object.freeze({
  objects: () => undefined,
  event: () => undefined,
  relist: () => undefined,
  watchError: () => undefined,
  synced: () => undefined,
});

export type KubeLog = (
  level: 'info' | 'warn',
  message: string,
  fields: Readonly<Record<string, string | number | undefined>>,
) => void;

export const NO_LOG: KubeLog = () => undefined;
