/** What policy needs from the outside: where its objects come from. Adapters implement it. */
import type { StoredKind } from './objects/kinds.js';
import type { StoredObject } from './objects/stored.js';

export type SourceEvent =
  /** Every object of a kind, after a list: what is not among them is gone. */
  | { readonly type: 'replaced'; readonly kind: StoredKind; readonly objects: readonly StoredObject[] }
  | { readonly type: 'applied'; readonly object: StoredObject }
  | {
      readonly type: 'deleted';
      readonly kind: StoredKind;
      readonly namespace: string;
      readonly name: string;
    };

/** Events that belong together; a batch becomes one generation (architecture, 11). */
export type Batch = readonly SourceEvent[];

export type KindState =
  /** Not yet listed. */
  | 'pending'
  | 'listed'
  /** Refused, or its CRD is missing; `reason` says which. Tried again every 60 s. */
  | 'unavailable';

export interface KindStatus {
  readonly kind: StoredKind;
  readonly state: KindState;
  readonly reason?: 'missing' | 'forbidden' | undefined;
  /** When the source last heard of this kind, an event or a bookmark, in ms of the source's clock. */
  readonly heardAt?: number | undefined;
  readonly objects: number;
}

/** Where objects come from: a cluster, or manifests. */
export interface ObjectSource {
  /**
   * Begins to deliver batches to `sink`, until `stop`. A `sink` that throws is given the kind anew. The first batch of
   * a kind is a `replaced`. Resolves at once; never rejects.
   */
  readonly start: (sink: (batch: Batch) => void) => void;
  readonly stop: () => Promise<void>;
  /** Every kind of SOURCE_KINDS, in that order. */
  readonly status: () => readonly KindStatus[];
  /** Reads one object now, past any cache; undefined when there is none. Rejects when it cannot tell in time. */
  readonly get: (
    kind: StoredKind,
    namespace: string,
    name: string,
    options: { readonly timeoutMs: number },
  ) => Promise<StoredObject | undefined>;
  /** Lists a kind in a namespace now, at most `limit` objects. Rejects when it cannot in time. */
  readonly list: (
    kind: StoredKind,
    namespace: string,
    options: { readonly timeoutMs: number; readonly limit: number },
  ) => Promise<readonly StoredObject[]>;
}
