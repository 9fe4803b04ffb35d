/** Read-only lookups into one state of the cluster: all that rules may see of other objects. */
import type { StoredKind } from './objects/kinds.js';
import type { StoredOf } from './objects/stored.js';
import { overlapsOf, overlapsWith, type Overlap } from './overlap.js';
import type { Batch } from './ports.js';
import { toPolicyServer } from './state/server.js';
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
  overlaps: remembered((namespace, server) => overlapsOf(state, namespace, server)),
});

/** The view after a batch; computed when a rule first looks, and no further than it looks. */
export function viewAfter(before: View, batch: () => Batch): View {
  let given: Batch | undefined;
  let state: State | undefined;
  const events = (): Batch => (given ??= batch());
  const after = (): State => (state ??= apply(before.state, events()));
  return {
    get state() {
      return after();
    },
    get: (kind, namespace, name) => find(after(), kind, namespace, name),
    overlaps: remembered((namespace, name) => {
      const server = onlyServer(events(), namespace, name);
      if (server === undefined) return overlapsOf(after(), namespace, name);
      const ns = before.state.namespaces.get(namespace);
      const proposed = toPolicyServer(server);
      return ns === undefined || proposed === undefined ? [] : overlapsWith(ns, proposed);
    }),
  };
}

/** The Server of this name, where it is all that a batch applies. */
function onlyServer(
  batch: Batch,
  namespace: string,
  name: string,
): StoredOf<'policy.linkerd.io/Server'> | undefined {
  const [event] = batch;
  if (batch.length !== 1 || event?.type !== 'applied') return undefined;
  const { object } = event;
  const isIt = object.namespace === namespace && object.name === name;
  return isIt && object.kind === 'policy.linkerd.io/Server' ? object : undefined;
}

/** Several rules ask the same of one Server: the last answer is kept. */
function remembered(ask: View['overlaps']): View['overlaps'] {
  let last: { namespace: string; server: string; answer: readonly Overlap[] } | undefined;
  return (namespace, server) => {
    if (last?.namespace !== namespace || last.server !== server)
      last = { namespace, server, answer: ask(namespace, server) };
    return last.answer;
  };
}

/** A cluster without objects. */
export const EMPTY_VIEW: View = Object.freeze(viewOf(EMPTY_STATE));
