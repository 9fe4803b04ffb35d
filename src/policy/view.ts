/** Read-only lookups into one state of the cluster: all that rules may see of other objects. */
import type { StoredKind } from './objects/kinds.js';
import type { StoredOf } from './objects/stored.js';
import { overlapsOf, type Overlap } from './overlap.js';
import type { Batch } from './ports.js';
import { apply, EMPTY_STATE, find, type State } from './state/state.js';

export interface View {
  readonly state: State;
  readonly get: <K extends StoredKind>(kind: K, namespace: string, name: string) => StoredOf<K> | undefined;
  /** The overlaps of a Server with others, by the other's name. */
  readonly overlaps: (namespace: string, server: string) => readonly Overlap[];
}

export const viewOf = (state: State): View => ({
  state,
  get: (kind, namespace, name) => find(state, kind, namespace, name),
  overlaps: (namespace, server) => overlapsOf(state, namespace, server),
});

/** The view after a batch; computed when a rule first looks, which most reviews never do. */
export function viewAfter(before: View, batch: () => Batch): View {
  let state: State | undefined;
  const view = (): View => viewOf((state ??= apply(before.state, batch())));
  return {
    get state() {
      return view().state;
    },
    get: (kind, namespace, name) => view().get(kind, namespace, name),
    overlaps: (namespace, server) => view().overlaps(namespace, server),
  };
}

/** A cluster without objects. */
export const EMPTY_VIEW: View = Object.freeze(viewOf(EMPTY_STATE));
