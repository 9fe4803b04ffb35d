/**
 * The streams of WatchPort. A watch holds the message that it sent last and nothing else: what changed meanwhile is
 * looked up when there is room for another message, so a slow reader gets the newest state and no queue grows.
 *
 *   change ─> due ──a slice of a turn─> policyOf ─> the same value or bytes: nothing
 *              ^                                └> send ──there is room again─> due, if it changed meanwhile
 */
import type { Changes } from '../../policy/inbound/changed-ports.js';
import type { WorkloadRef } from '../../policy/inbound/inbound-index.js';
import type { PortPolicy } from '../../policy/inbound/port-policy.js';
import { encoded } from './encoded.js';
import type { WorkloadPort } from './port-spec.js';
import type { InboundPolicies } from './ports.js';

/** A stream to a reader. */
export interface WatchSink {
  /** Hands a message over; `done` is called once there is room for another. */
  readonly send: (message: Buffer, done: () => void) => void;
  /** Ends the stream with status OK, after what was handed over. */
  readonly end: () => void;
}

export interface WatchTiming {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Runs something in a later turn, after whatever is waiting now. */
  readonly soon: (callback: () => void) => void;
}

/** How long watches are served before others get their turn, in milliseconds. */
const SLICE_MS = 5;

interface Watch extends WorkloadPort {
  readonly sink: WatchSink;
  /** What `sent` was made of. */
  policy: PortPolicy | undefined;
  sent: Buffer | undefined;
  /** Whether the reader has not taken the last message yet. */
  sending: boolean;
  /** Whether something may have changed since. */
  stale: boolean;
}

export class Watches {
  readonly #policies: InboundPolicies;
  readonly #timing: WatchTiming;
  /** By kind and namespace of the workload, then by its name. */
  readonly #byPlace = new Map<string, Map<string, Set<Watch>>>();
  readonly #due = new Set<Watch>();
  #scheduled = false;
  #size = 0;

  constructor(policies: InboundPolicies, timing: WatchTiming) {
    this.#policies = policies;
    this.#timing = timing;
    policies.onChange((changes) => {
      this.#noteChanges(changes);
    });
  }

  /** How many streams are open. */
  get size(): number {
    return this.#size;
  }

  /** Begins a watch with a first message; false where nobody knows the workload. The result forgets the watch. */
  add({ workload, port }: WorkloadPort, sink: WatchSink): (() => void) | undefined {
    const watch: Watch = {
      workload,
      port,
      sink,
      policy: undefined,
      sent: undefined,
      sending: false,
      stale: false,
    };
    if (this.#policies.policyOf(workload, port) === undefined) return undefined;
    const named = getOrAdd(this.#byPlace, placeOf(workload), () => new Map<string, Set<Watch>>());
    getOrAdd(named, workload.name, () => new Set<Watch>()).add(watch);
    this.#size += 1;
    this.#settle(watch);
    return () => {
      this.#forget(watch);
    };
  }

  /** Never throws: it is called by whoever changed the cluster. */
  #noteChanges({ ports, workloads }: Changes): void {
    for (const { kind, namespace, workloads: names, port } of ports) {
      const named = this.#byPlace.get(placeOf({ kind, namespace }));
      if (named === undefined) continue;
      for (const name of names)
        for (const watch of named.get(name) ?? []) if (watch.port === port) this.#mark(watch);
    }
    // Of a workload that changed, the ports that nobody speaks of may be watched too.
    for (const ref of workloads)
      for (const watch of this.#byPlace.get(placeOf(ref))?.get(ref.name) ?? []) this.#mark(watch);
  }

  #mark(watch: Watch): void {
    if (watch.sending) {
      watch.stale = true;
      return;
    }
    this.#due.add(watch);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled || this.#due.size === 0) return;
    this.#scheduled = true;
    this.#timing.soon(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  /** Serves those that are due, in the order in which they came to be, for as long as a slice lasts. */
  #flush(): void {
    const until = this.#timing.now() + SLICE_MS;
    for (const watch of this.#due) {
      this.#due.delete(watch);
      this.#settle(watch);
      if (this.#timing.now() >= until) break;
    }
    this.#schedule();
  }

  #settle(watch: Watch): void {
    const policy = this.#policies.policyOf(watch.workload, watch.port);
    if (policy === undefined) {
      this.#forget(watch);
      watch.sink.end();
      return;
    }
    if (policy === watch.policy) return;
    const message = encoded(policy);
    watch.policy = policy;
    if (watch.sent?.equals(message) === true) return;
    watch.sent = message;
    watch.sending = true;
    watch.sink.send(message, () => {
      watch.sending = false;
      if (!watch.stale) return;
      watch.stale = false;
      this.#mark(watch);
    });
  }

  #forget(watch: Watch): void {
    const { workload } = watch;
    const place = placeOf(workload);
    const named = this.#byPlace.get(place);
    const watches = named?.get(workload.name);
    if (named === undefined || watches?.delete(watch) !== true) return;
    this.#size -= 1;
    this.#due.delete(watch);
    watch.stale = false;
    if (watches.size === 0) named.delete(workload.name);
    if (named.size === 0) this.#byPlace.delete(place);
  }
}

const placeOf = ({ kind, namespace }: Pick<WorkloadRef, 'kind' | 'namespace'>): string =>
  `${kind} ${namespace}`;

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
