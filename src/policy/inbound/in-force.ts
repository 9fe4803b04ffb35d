/**
 * Which version of each object is in force (architecture, 5). Linkerd's controller keeps the old version of an object
 * whose update it cannot use, ignores some updates of pods, and loses some objects with their namespace; all of that
 * depends on history, and all of it is decided here, before the index, which knows only its outcome.
 *
 *   running     what a controller holds that has seen all of these events
 *   restarted   what one would hold that lists everything now: the objects as they are
 *
 * Where the two differ, a restart of the controller changes who may talk to whom.
 */
import { jsonEqual } from '../../model/json.js';
import { PersistentMap } from '../../model/persistent-map.js';
import type { StoredKind } from '../objects/kinds.js';
import type { StoredObject, StoredPod, StoredPolicy } from '../objects/stored.js';
import type { Batch, SourceEvent } from '../ports.js';
import { apply, find, type NamespaceState, type State } from '../state/state.js';
import { shapeOf } from '../state/workload-shape.js';
import type { CompiledKind, Compiler } from './compiler.js';

export type HistoryMode = 'running' | 'restarted';

export interface History {
  /** By kind, namespace and name: objects whose last version cannot be read. Their deletion is not noticed either. */
  readonly unreadable: PersistentMap<true>;
}

export const NO_HISTORY: History = Object.freeze({ unreadable: PersistentMap.empty<true>() });

export interface Reduced {
  readonly history: History;
  /** What is to be applied to the objects in force. */
  readonly batch: Batch;
}

/** `inForce` is the state that earlier batches of the same history led to. */
export function reduce(
  history: History,
  inForce: State,
  batch: Batch,
  { mode, compiler }: { readonly mode: HistoryMode; readonly compiler: Compiler },
): Reduced {
  if (mode === 'restarted') return { history, batch };
  const reducer = new Reducer(history, inForce, compiler);
  for (const event of batch) reducer.take(event);
  return { history: { unreadable: reducer.unreadable }, batch: reducer.batch };
}

const keyOf = (kind: StoredKind, namespace: string, name: string): string => `${kind} ${namespace} ${name}`;

class Reducer {
  readonly batch: SourceEvent[] = [];
  unreadable: PersistentMap<true>;
  #state: State;
  readonly #compiler: Compiler;

  constructor(history: History, inForce: State, compiler: Compiler) {
    this.unreadable = history.unreadable;
    this.#state = inForce;
    this.#compiler = compiler;
  }

  take(event: SourceEvent): void {
    switch (event.type) {
      case 'applied': {
        const object = this.#applied(event.object);
        if (object !== undefined) this.#emit({ type: 'applied', object });
        return;
      }
      case 'deleted': {
        const key = keyOf(event.kind, event.namespace, event.name);
        // An object that cannot be read is not seen going either (known-gaps G-34).
        if (this.unreadable.has(key)) return;
        this.#emit(event);
        this.#forget(event.kind === 'core/Namespace' ? event.name : event.namespace);
        return;
      }
      case 'replaced':
        this.#relisted(event.kind, event.objects);
    }
  }

  /** A list shows what is gone; what it holds counts as if it had just been applied. */
  #relisted(kind: StoredKind, objects: readonly StoredObject[]): void {
    for (const [key] of this.unreadable)
      if (key.startsWith(`${kind} `)) this.unreadable = this.unreadable.without(key);
    const kept = objects.flatMap((object): StoredObject[] => {
      const used = this.#applied(object);
      if (used !== undefined) return [used];
      const old = isUnreadable(object) ? undefined : this.#find(object);
      return old === undefined ? [] : [old];
    });
    this.#emit({ type: 'replaced', kind, objects: kept });
  }

  /** The version that comes into force with an update; undefined where what is in force stays. */
  #applied(object: StoredObject): StoredObject | undefined {
    const key = keyOf(object.kind, object.namespace, object.name);
    if (isUnreadable(object)) {
      this.unreadable = this.unreadable.with(key, true);
      return undefined;
    }
    this.unreadable = this.unreadable.without(key);
    if (object.kind === 'core/Pod') return podInForce(this.#find(object) as StoredPod | undefined, object);
    return converts(object, this.#compiler) ? object : undefined;
  }

  #find({ kind, namespace, name }: StoredObject): StoredObject | undefined {
    return find(this.#state, kind, namespace, name);
  }

  #emit(event: SourceEvent): void {
    this.batch.push(event);
    this.#state = apply(this.#state, [event]);
  }

  /** A namespace that holds nothing else loses its GRPCRoutes and rate limits (known-gaps G-44). */
  #forget(namespace: string): void {
    const ns = this.#state.namespaces.get(namespace);
    if (ns === undefined || isHeld(ns)) return;
    for (const kind of FORGOTTEN) {
      for (const { name } of ns.objects.get(kind)?.values() ?? []) {
        this.#emit({ type: 'deleted', kind, namespace, name });
      }
    }
  }
}

const isUnreadable = (object: StoredObject): boolean =>
  Object.hasOwn(object, 'readable') && !(object as StoredPolicy).readable;

const CONVERTED: ReadonlySet<StoredKind> = new Set<CompiledKind>([
  'policy.linkerd.io/ServerAuthorization',
  'policy.linkerd.io/AuthorizationPolicy',
  'policy.linkerd.io/MeshTLSAuthentication',
  'policy.linkerd.io/NetworkAuthentication',
  'policy.linkerd.io/HTTPRoute',
  'gateway.networking.k8s.io/HTTPRoute',
  'gateway.networking.k8s.io/GRPCRoute',
  'policy.linkerd.io/HTTPLocalRateLimitPolicy',
]);

/** Whether the controller can use an object; where not, the version before it stays in force (known-gaps G-33). */
const converts = (object: StoredObject, compiler: Compiler): boolean =>
  !CONVERTED.has(object.kind) || compiler.compile(object.kind as CompiledKind, object as never) !== undefined;

/** A pod with other named ports is ignored, and probes stay as they were first seen (A1, known-gaps G-39). */
function podInForce(before: StoredPod | undefined, after: StoredPod): StoredPod | undefined {
  if (before === undefined || before.template === after.template) return after;
  const [old, now] = [shapeOf(before), shapeOf(after)];
  if (!jsonEqual([...old.named], [...now.named])) return undefined;
  return { ...after, template: { ...after.template, containers: before.template.containers } };
}

const HOLDING: readonly StoredKind[] = [
  'policy.linkerd.io/Server',
  'policy.linkerd.io/ServerAuthorization',
  'policy.linkerd.io/AuthorizationPolicy',
  'policy.linkerd.io/HTTPRoute',
  'gateway.networking.k8s.io/HTTPRoute',
];
const FORGOTTEN: readonly StoredKind[] = [
  'gateway.networking.k8s.io/GRPCRoute',
  'policy.linkerd.io/HTTPLocalRateLimitPolicy',
];

function isHeld({ objects, pods, externalWorkloads }: NamespaceState): boolean {
  if (externalWorkloads.workloads.size > 0 || HOLDING.some((kind) => objects.has(kind))) return true;
  for (const pod of pods.workloads.values()) if (pod.template.meshed) return true;
  return false;
}
