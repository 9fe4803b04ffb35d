/**
 * The state: everything that is known of a cluster, as a value. `apply` gives a new state and leaves the old one
 * untouched, so that "what if" costs what the change touches (architecture, 1).
 */
import { PersistentMap } from '../../model/persistent-map.js';
import type { StoredKind } from '../objects/kinds.js';
import type { StoredExternalWorkload, StoredObject, StoredOf, StoredPod } from '../objects/stored.js';
import type { Batch, SourceEvent } from '../ports.js';
import { toPolicyServer, type PolicyServer } from './server.js';
import { WorkloadIndex } from './workload-index.js';

export interface NamespaceState {
  readonly name: string;
  /** Every object but the pods and external workloads, which their indexes hold. */
  readonly objects: ReadonlyMap<StoredKind, PersistentMap<StoredObject>>;
  readonly pods: WorkloadIndex<StoredPod>;
  readonly externalWorkloads: WorkloadIndex<StoredExternalWorkload>;
}

export interface State {
  readonly namespaces: PersistentMap<NamespaceState>;
}

export const EMPTY_STATE: State = Object.freeze({ namespaces: PersistentMap.empty<NamespaceState>() });

const SERVER = 'policy.linkerd.io/Server';

const emptyNamespace = (name: string): NamespaceState => ({
  name,
  objects: new Map(),
  pods: WorkloadIndex.empty(),
  externalWorkloads: WorkloadIndex.empty(),
});

const isEmpty = ({ objects, pods, externalWorkloads }: NamespaceState): boolean =>
  objects.size === 0 &&
  pods.workloads.size + externalWorkloads.workloads.size === 0 &&
  pods.servers.entries.length + externalWorkloads.servers.entries.length === 0;

/** The state after a batch; the same state where the batch changes nothing. */
export function apply(state: State, batch: Batch): State {
  return batch.reduce(applyEvent, state);
}

/** The batch that lists these objects, kind by kind. */
export function toBatch(objects: readonly StoredObject[]): Batch {
  const byKind = new Map<StoredKind, StoredObject[]>();
  for (const object of objects) {
    const list = byKind.get(object.kind);
    if (list === undefined) byKind.set(object.kind, [object]);
    else list.push(object);
  }
  return [...byKind].map(([kind, list]) => ({ type: 'replaced' as const, kind, objects: list }));
}

function applyEvent(state: State, event: SourceEvent): State {
  switch (event.type) {
    case 'applied':
      return edit(state, namespaceOf(event.object.kind, event.object), (ns) => withObject(ns, event.object));
    case 'deleted':
      return edit(state, namespaceOf(event.kind, event), (ns) => withoutObject(ns, event.kind, event.name));
    case 'replaced':
      return replaceKind(state, event.kind, event.objects);
  }
}

/** A Namespace object lives in its own namespace. */
const namespaceOf = (kind: StoredKind, { namespace, name }: { namespace: string; name: string }): string =>
  kind === 'core/Namespace' ? name : namespace;

function edit(state: State, name: string, change: (ns: NamespaceState) => NamespaceState): State {
  const old = state.namespaces.get(name) ?? emptyNamespace(name);
  const changed = change(old);
  if (changed === old) return state;
  const namespaces = isEmpty(changed) ? state.namespaces.without(name) : state.namespaces.with(name, changed);
  return { namespaces };
}

/** Every object of a kind, in all namespaces: what is not among them is gone. */
function replaceKind(state: State, kind: StoredKind, objects: readonly StoredObject[]): State {
  const byNamespace = new Map<string, StoredObject[]>();
  for (const object of objects) {
    const name = namespaceOf(kind, object);
    const list = byNamespace.get(name);
    if (list === undefined) byNamespace.set(name, [object]);
    else list.push(object);
  }
  let next = state;
  for (const [name] of state.namespaces) {
    if (!byNamespace.has(name)) next = edit(next, name, (ns) => withAll(ns, kind, []));
  }
  for (const [name, list] of byNamespace) next = edit(next, name, (ns) => withAll(ns, kind, list));
  return next;
}

function withObject(ns: NamespaceState, object: StoredObject): NamespaceState {
  if (object.kind === 'core/Pod') return { ...ns, pods: ns.pods.withWorkload(object) };
  if (object.kind === 'workload.linkerd.io/ExternalWorkload') {
    return { ...ns, externalWorkloads: ns.externalWorkloads.withWorkload(object) };
  }
  const stored = withStored(ns, object.kind, (map) => map.with(object.name, object));
  return object.kind === SERVER ? withServer(stored, object.name, toPolicyServer(object)) : stored;
}

function withoutObject(ns: NamespaceState, kind: StoredKind, name: string): NamespaceState {
  if (kind === 'core/Pod') return changedIndex(ns, 'pods', ns.pods.withoutWorkload(name));
  if (kind === 'workload.linkerd.io/ExternalWorkload') {
    return changedIndex(ns, 'externalWorkloads', ns.externalWorkloads.withoutWorkload(name));
  }
  const stored = withStored(ns, kind, (map) => map.without(name));
  return kind === SERVER ? withServer(stored, name, undefined) : stored;
}

function withAll(ns: NamespaceState, kind: StoredKind, objects: readonly StoredObject[]): NamespaceState {
  if (kind === 'core/Pod') {
    if (objects.length === 0 && ns.pods.workloads.size === 0) return ns;
    return { ...ns, pods: WorkloadIndex.of(ofKind(objects, kind), serversOf(ns, 'pods')) };
  }
  if (kind === 'workload.linkerd.io/ExternalWorkload') {
    if (objects.length === 0 && ns.externalWorkloads.workloads.size === 0) return ns;
    const servers = serversOf(ns, 'externalWorkloads');
    return {
      ...ns,
      externalWorkloads: WorkloadIndex.of(ofKind(objects, kind), servers),
    };
  }
  if (objects.length === 0 && !ns.objects.has(kind)) return ns;
  const stored = withStored(ns, kind, () =>
    PersistentMap.of(objects.map((o): [string, StoredObject] => [o.name, o])),
  );
  if (kind !== SERVER) return stored;
  return {
    ...stored,
    pods: WorkloadIndex.of(ns.pods.workloads.values(), serversOf(stored, 'pods')),
    externalWorkloads: WorkloadIndex.of(
      ns.externalWorkloads.workloads.values(),
      serversOf(stored, 'externalWorkloads'),
    ),
  };
}

const ofKind = <K extends StoredKind>(objects: readonly StoredObject[], kind: K): StoredOf<K>[] =>
  objects.filter((object) => object.kind === kind) as StoredOf<K>[];

const serversOf = (ns: NamespaceState, workloads: PolicyServer['workloads']): PolicyServer[] =>
  all(ns, SERVER).flatMap((stored) => {
    const server = toPolicyServer(stored);
    return server?.workloads === workloads ? [server] : [];
  });

const changedIndex = <K extends 'pods' | 'externalWorkloads'>(
  ns: NamespaceState,
  which: K,
  index: NamespaceState[K],
): NamespaceState => (index === ns[which] ? ns : { ...ns, [which]: index });

function withServer(ns: NamespaceState, name: string, server: PolicyServer | undefined): NamespaceState {
  const pods = server?.workloads === 'pods' ? ns.pods.withServer(server) : ns.pods.withoutServer(name);
  const external =
    server?.workloads === 'externalWorkloads'
      ? ns.externalWorkloads.withServer(server)
      : ns.externalWorkloads.withoutServer(name);
  return changedIndex(changedIndex(ns, 'pods', pods), 'externalWorkloads', external);
}

function withStored(
  ns: NamespaceState,
  kind: StoredKind,
  change: (map: PersistentMap<StoredObject>) => PersistentMap<StoredObject>,
): NamespaceState {
  const old = ns.objects.get(kind) ?? PersistentMap.empty<StoredObject>();
  const map = change(old);
  if (map === old) return ns;
  const objects = new Map(ns.objects);
  if (map.size === 0) objects.delete(kind);
  else objects.set(kind, map);
  return { ...ns, objects };
}

/** One object of any kind. */
export function find<K extends StoredKind>(
  state: State,
  kind: K,
  namespace: string,
  name: string,
): StoredOf<K> | undefined {
  const ns = state.namespaces.get(kind === 'core/Namespace' ? name : namespace);
  const found =
    kind === 'core/Pod'
      ? ns?.pods.workloads.get(name)
      : kind === 'workload.linkerd.io/ExternalWorkload'
        ? ns?.externalWorkloads.workloads.get(name)
        : ns?.objects.get(kind)?.get(name);
  return found as StoredOf<K> | undefined;
}

/** All objects of a kind in a namespace, by name. */
export function all<K extends StoredKind>(ns: NamespaceState, kind: K): readonly StoredOf<K>[] {
  const found =
    kind === 'core/Pod'
      ? ns.pods.workloads.sorted()
      : kind === 'workload.linkerd.io/ExternalWorkload'
        ? ns.externalWorkloads.workloads.sorted()
        : (ns.objects.get(kind)?.sorted() ?? []);
  return found as readonly StoredOf<K>[];
}

/** All objects of a kind in all namespaces, in no order that means anything. */
export function* objectsOf(state: State, kind: StoredKind): Generator<StoredObject> {
  for (const ns of state.namespaces.values()) {
    if (kind === 'core/Pod') yield* ns.pods.workloads.values();
    else if (kind === 'workload.linkerd.io/ExternalWorkload') yield* ns.externalWorkloads.workloads.values();
    else yield* ns.objects.get(kind)?.values() ?? [];
  }
}
