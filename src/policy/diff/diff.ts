/**
 * Who may talk to whom in one state and not in another one: for every workload of either, every port and every client
 * (architecture, 4). Ports whose changes are the same stand together.
 *
 *   two indexes ──by owner or name──> units ──port by port──> pairs of sides ──impact──> changes ──named──> groups
 */
import { key as keyOfSet, type ClientSet } from '../../algebra/index.js';
import { EVERYBODY } from '../endpoints/elsewhere.js';
import {
  KnownClients,
  WITH_IDENTITY,
  WITHOUT_IDENTITY,
  type NamedClient,
} from '../endpoints/known-clients.js';
import { everyWorkload, workloadKey, type FoundWorkload } from '../endpoints/workloads.js';
import type { Side } from '../impact/side.js';
import type { Transport } from '../impact/ways.js';
import type { InboundIndex } from '../inbound/inbound-index.js';
import type { PortSet } from '../state/workload-settings.js';
import { changesOf, isOpaque, type PortChanges, type SetChange } from './changes.js';
import { credentialChanges, type CredentialChange } from './credential-changes.js';
import { portClasses } from './port-classes.js';
import { pairsAt, unitsOf, type SidePair, type Unit } from './presence.js';
import { probeChanges, type ProbeChange } from './probe-changes.js';
import type { Variant } from './variants.js';

export interface NamedChange extends SetChange {
  /** Workloads among the clients: as they are after the change, or were before it where it closes or no longer logs. */
  readonly workloads: readonly NamedClient[];
  /** The clients that are none of these workloads, wherever their identities may come from. */
  readonly others: ClientSet;
}

/** Ports of a workload that policy treats alike. */
export interface DiffTarget {
  readonly workload: FoundWorkload;
  /** In which of the states the workload is. */
  readonly there: 'before' | 'after' | 'both';
  readonly ports: PortSet;
  /** The name that the workload gives this one port alone. */
  readonly portName: string | undefined;
  /** Whether these are ports that nobody declares, probes or selects. */
  readonly rest: boolean;
}

export interface DiffGroup {
  readonly targets: readonly DiffTarget[];
  /** By effect: what opens first. */
  readonly changes: readonly NamedChange[];
}

export interface Diff {
  /** By their first target. */
  readonly groups: readonly DiffGroup[];
  readonly appeared: readonly FoundWorkload[];
  readonly disappeared: readonly FoundWorkload[];
  readonly probes: readonly ProbeChange[];
  /** Workloads that show another identity when they call. */
  readonly credentials: readonly CredentialChange[];
  /** Whether each change has its request, and no pattern has a say in which requests those are. */
  readonly exact: boolean;
  /** Whether these are all changes. */
  readonly complete: boolean;
}

/** The differences from one state to another one, both in one world. */
export function diff(before: InboundIndex, after: InboundIndex): Diff {
  const units = unitsOf(before, after);
  const comparison = new Comparison(before, after);
  const groups = new Map<string, { targets: DiffTarget[]; changes: readonly NamedChange[] }>();
  for (const unit of units) {
    for (const { target, changes } of comparison.portsOf(unit)) {
      const key = JSON.stringify(changes.map(keyOfChange));
      const known = groups.get(key);
      if (known === undefined) groups.set(key, { targets: [target], changes });
      else known.targets.push(target);
    }
  }
  const { semantics } = after.world;
  return {
    groups: [...groups.values()],
    appeared: units.filter((unit) => unit.before === undefined).map(({ workload }) => workload),
    disappeared: units.filter((unit) => unit.after === undefined).map(({ workload }) => workload),
    probes: units.flatMap((unit) => probeChanges(unit, semantics)),
    credentials: units.flatMap((unit) => credentialChanges(unit, after.world.settings)),
    exact: comparison.exact,
    complete: comparison.complete,
  };
}

export const isSame = ({ groups, appeared, disappeared, probes, credentials, complete }: Diff): boolean =>
  complete &&
  [groups, appeared, disappeared, probes, credentials].every((differences) => differences.length === 0);

const keyOfChange = ({
  effect,
  transport,
  clients,
  authorizations,
  answers,
  requests,
  workloads,
}: NamedChange): unknown => [
  [effect, transport, keyOfSet(clients), authorizations, answers],
  requests,
  workloads.map(({ workload, whole }) => [workloadKey(workload), whole]),
];

/** Two states, and what has been worked out about them. */
class Comparison {
  exact = true;
  complete = true;
  readonly #after: InboundIndex;
  readonly #clientsBefore: KnownClients;
  readonly #clientsAfter: KnownClients;
  readonly #keys = new Map<Side, string>();
  readonly #numbers = new Map<string, string>();
  readonly #known = new Map<string, PortChanges>();

  constructor(before: InboundIndex, after: InboundIndex) {
    this.#after = after;
    this.#clientsBefore = new KnownClients(before, everyWorkload(before.state));
    this.#clientsAfter = new KnownClients(after, everyWorkload(after.state));
  }

  *portsOf(unit: Unit): Generator<{ target: DiffTarget; changes: readonly NamedChange[] }> {
    const { workload, before, after } = unit;
    const there = before === undefined ? 'after' : after === undefined ? 'before' : 'both';
    const variants = [...(before?.variants ?? []), ...(after?.variants ?? [])];
    for (const { ports, sample, kind } of portClasses(variants, { rest: there === 'both' })) {
      const changes = this.#changesAt(unit, sample);
      if (changes.length === 0) continue;
      const rest = kind === 'rest';
      const portName = rest ? undefined : nameOf(variants, sample);
      yield { target: { workload, there, ports, portName, rest }, changes };
    }
  }

  #changesAt(unit: Unit, port: number): readonly NamedChange[] {
    const found = new Map<string, NamedChange>();
    for (const pair of pairsAt(unit, port, this.#keyOf)) {
      const { changes, exact, complete } = this.#between(pair);
      this.exact &&= exact;
      this.complete &&= complete;
      for (const change of changes) {
        const named = { ...change, ...this.#named(change, pair, port) };
        found.set(JSON.stringify(keyOfChange(named)), named);
      }
    }
    return [...found.values()];
  }

  /** Many ports change from one policy to another one; that is worked out once. */
  #between(pair: SidePair): PortChanges {
    const key = pair.map(this.#keyOf).join(' ');
    let found = this.#known.get(key);
    if (found === undefined) this.#known.set(key, (found = changesOf(pair, this.#after.world.semantics)));
    return found;
  }

  /** Equal policies of two indexes are two values, so it is by content that they are told apart. */
  readonly #keyOf = (side: Side): string => {
    let key = this.#keys.get(side);
    if (key === undefined) {
      const text = typeof side === 'string' ? side : JSON.stringify(side, bigIntsAsText);
      this.#keys.set(side, (key = this.#number(text)));
    }
    return key;
  };

  #number(text: string): string {
    const number = this.#numbers.get(text) ?? String(this.#numbers.size);
    this.#numbers.set(text, number);
    return number;
  }

  #named(
    { effect, clients, transport }: SetChange,
    pair: SidePair,
    port: number,
  ): Pick<NamedChange, 'workloads' | 'others'> {
    const known = effect === 'closes' || effect === 'audit-ends' ? this.#clientsBefore : this.#clientsAfter;
    const among = workloadsComing(transport, pair.some(isOpaque));
    if (among === undefined) return { workloads: [], others: clients };
    const workloads = known.inSet(clients, port, among);
    return { workloads, others: known.without(clients, workloads, port) };
  }
}

/**
 * Which of the clients come so when they are workloads: to an opaque port those with an identity over the proxy's own
 * port, to all others everybody redirected.
 */
function workloadsComing(transport: Transport, opaque: boolean): ClientSet | undefined {
  switch (transport) {
    case 'any':
      return EVERYBODY;
    case 'redirected':
      return opaque ? WITHOUT_IDENTITY : EVERYBODY;
    case 'direct':
      return opaque ? WITH_IDENTITY : undefined;
  }
}

const bigIntsAsText = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? `${String(value)}n` : value;

/** The name of a port, from the newest variant that has one. */
function nameOf(variants: readonly Variant[], port: number): string | undefined {
  for (const { group } of variants.toReversed())
    for (const [name, numbers] of group.shape.named)
      if (numbers.length === 1 && numbers[0] === port) return name;
  return undefined;
}
