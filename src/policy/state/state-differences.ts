/** What leads from one state to another, in batches of bounded size. */
import type { StoredKind } from '../objects/kinds.js';
import type { StoredObject } from '../objects/stored.js';
import type { Batch, SourceEvent } from '../ports.js';
import type { PersistentMap } from '../../model/persistent-map.js';
import type { NamespaceState, State } from './state.js';

/** At most `size` events a batch; none for what is the same value in both. */
export function* stateDifferences(before: State, after: State, size: number): Generator<Batch> {
  let batch: SourceEvent[] = [];
  for (const event of events(before, after)) {
    batch.push(event);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function* events(before: State, after: State): Generator<SourceEvent> {
  for (const [name, old] of before.namespaces) {
    const now = after.namespaces.get(name);
    if (now !== old) yield* gone(old, now);
  }
  for (const [name, now] of after.namespaces) {
    const old = before.namespaces.get(name);
    if (now !== old) yield* applied(old, now);
  }
}

function* gone(old: NamespaceState, now: NamespaceState | undefined): Generator<SourceEvent> {
  for (const [kind, objects] of mapsOf(old)) {
    const left = now === undefined ? undefined : mapOf(now, kind);
    if (left === objects) continue;
    for (const [name, { namespace }] of objects)
      if (left?.has(name) !== true) yield { type: 'deleted', kind, namespace, name };
  }
}

function* applied(old: NamespaceState | undefined, now: NamespaceState): Generator<SourceEvent> {
  for (const [kind, objects] of mapsOf(now)) {
    const known = old === undefined ? undefined : mapOf(old, kind);
    if (known === objects) continue;
    for (const [name, object] of objects) if (known?.get(name) !== object) yield { type: 'applied', object };
  }
}

type Objects = PersistentMap<StoredObject>;

function* mapsOf({ objects, pods, externalWorkloads }: NamespaceState): Generator<[StoredKind, Objects]> {
  yield* objects;
  yield ['core/Pod', pods.workloads];
  yield ['workload.linkerd.io/ExternalWorkload', externalWorkloads.workloads];
}

function mapOf({ objects, pods, externalWorkloads }: NamespaceState, kind: StoredKind): Objects | undefined {
  if (kind === 'core/Pod') return pods.workloads;
  if (kind === 'workload.linkerd.io/ExternalWorkload') return externalWorkloads.workloads;
  return objects.get(kind);
}
