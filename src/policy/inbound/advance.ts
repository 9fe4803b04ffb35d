/**
 * Carries the index of effective policy from one generation to the next: a batch of changes gives a new index and the
 * ports whose policy changed, and leaves the old index as it was (architecture, 1). A change touches only what depends
 * on it. The index is a function of the objects in it and of nothing else: it equals the index built from scratch,
 * whatever changes led to it.
 */
import type { WorkloadKind } from '../objects/kinds.js';
import type { StoredObject, StoredOf } from '../objects/stored.js';
import type { Batch, SourceEvent } from '../ports.js';
import { apply, find, toBatch, type NamespaceState, type State } from '../state/state.js';
import { jsonEqual } from '../../model/json.js';
import { changedPorts, type Changes } from './changed-ports.js';
import type { Authentications } from './compile/authorization-policy.js';
import type { PolicyWorld } from './compiler.js';
import { concerned } from './concerned.js';
import { emptyIndex, serverKey, type InboundIndex } from './inbound-index.js';
import { changesOf } from './object-changes.js';
import { serverPolicy } from './server-policy.js';

const SERVER = 'policy.linkerd.io/Server';

export interface Advanced {
  readonly index: InboundIndex;
  readonly changes: Changes;
}

/** The index of these objects. */
export const buildIndex = (world: PolicyWorld, objects: readonly StoredObject[]): InboundIndex =>
  advance(emptyIndex(world), toBatch(objects)).index;

/** The index after a batch; the same index where the batch changes nothing. */
export function advance(before: InboundIndex, batch: Batch): Advanced {
  const pending = new Pending(before);
  for (const event of batch) pending.take(event);
  const index = pending.finish();
  return { index, changes: changedPorts(before, index, pending.servers, pending.workloads) };
}

/** The events of a batch taken one by one, and which Servers and workloads they concern. */
class Pending {
  /** The Servers whose claims or policy may have changed, by key. */
  readonly servers = new Map<string, { readonly namespace: string; readonly name: string }>();
  readonly workloads = new Map<
    string,
    { readonly kind: WorkloadKind; readonly namespace: string; readonly name: string }
  >();
  #index: InboundIndex;

  constructor(index: InboundIndex) {
    this.#index = index;
  }

  take(event: SourceEvent): void {
    const changes = changesOf(this.#index.state, event);
    if (changes.length === 0) return;
    // What an object was about is asked while it is there, and what it is about once it is.
    for (const { before } of changes) if (before !== undefined) this.#mark(before);
    let { relations } = this.#index;
    for (const change of changes)
      relations = relations.changed(change.before, change.after, this.#index.compiler);
    this.#index = { ...this.#index, state: apply(this.#index.state, [event]), relations };
    for (const { after } of changes) if (after !== undefined) this.#mark(after);
  }

  #mark(object: StoredObject): void {
    if (object.kind === 'core/Pod' || object.kind === 'workload.linkerd.io/ExternalWorkload') {
      const { kind, namespace, name } = object;
      this.workloads.set(`${kind} ${namespace} ${name}`, { kind, namespace, name });
      return;
    }
    const { compiler, relations, state } = this.#index;
    const serversIn = (namespace: string): Iterable<StoredOf<typeof SERVER>> =>
      serversOf(state.namespaces.get(namespace));
    for (const { namespace, name } of concerned(object, { compiler, relations, serversIn }))
      this.servers.set(serverKey(namespace, name), { namespace, name });
  }

  /** The index with a policy for each Server that was concerned. */
  finish(): InboundIndex {
    const { state, relations, world } = this.#index;
    const authentications = authenticationsIn(this.#index);
    let { servers } = this.#index;
    for (const [key, { namespace, name }] of this.servers) {
      const server = readableServer(state, namespace, name);
      if (server === undefined) {
        servers = servers.without(key);
        continue;
      }
      const policy = serverPolicy(server, { relations, authentications, world });
      const known = servers.get(key);
      if (known === undefined || !jsonEqual(known, policy)) servers = servers.with(key, policy);
    }
    return servers === this.#index.servers ? this.#index : { ...this.#index, servers };
  }
}

function* serversOf(ns: NamespaceState | undefined): Generator<StoredOf<typeof SERVER>> {
  for (const object of ns?.objects.get(SERVER)?.values() ?? []) yield object as StoredOf<typeof SERVER>;
}

/** A Server that takes part: one whose port and selector Linkerd can read. */
function readableServer(state: State, namespace: string, name: string): StoredOf<typeof SERVER> | undefined {
  const ns = state.namespaces.get(namespace);
  return (ns?.pods.server(name) ?? ns?.externalWorkloads.server(name))?.stored;
}

const authenticationsIn = ({ state, compiler }: InboundIndex): Authentications => ({
  identities: ({ namespace, name }) => {
    const found = find(state, 'policy.linkerd.io/MeshTLSAuthentication', namespace, name);
    return found === undefined ? undefined : compiler.compile(found.kind, found);
  },
  networks: ({ namespace, name }) => {
    const found = find(state, 'policy.linkerd.io/NetworkAuthentication', namespace, name);
    return found === undefined ? undefined : compiler.compile(found.kind, found);
  },
});
