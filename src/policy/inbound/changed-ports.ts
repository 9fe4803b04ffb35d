/** Which workload ports have another policy in one index than in the one before it. */
import type { WorkloadKind } from '../objects/kinds.js';
import type { Group, WorkloadIndex } from '../state/workload-index.js';
import type { Workload } from '../state/workload-shape.js';
import { policyOfGroup, type InboundIndex, type WorkloadRef } from './inbound-index.js';
import type { PortPolicy } from './port-policy.js';

/** A port of workloads that had one policy and have another. */
export interface ChangedPort {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  /** Ascending. */
  readonly workloads: readonly string[];
  readonly port: number;
  /** Undefined where the workloads were not there, or had no proxy. */
  readonly before: PortPolicy | undefined;
  /** Undefined where they are gone, or have no proxy. */
  readonly after: PortPolicy | undefined;
}

export interface Changes {
  /** By namespace, kind, first workload and port. */
  readonly ports: readonly ChangedPort[];
  /** Workloads that came, went or changed. Of these `ports` names those they declare, probe, or a Server selects. */
  readonly workloads: readonly WorkloadRef[];
}

/** More Servers than this are looked for in every group instead of one after the other. */
const FEW_SERVERS = 16;

/** `servers` and `workloads` hold at least all whose policy, claims, labels or shape differ between the two. */
export function changedPorts(
  before: InboundIndex,
  after: InboundIndex,
  servers: ReadonlyMap<string, { readonly namespace: string; readonly name: string }>,
  workloads: ReadonlyMap<string, WorkloadRef>,
): Changes {
  const byNamespace = new Map<string, Set<string>>();
  for (const { namespace, name } of servers.values()) {
    byNamespace.set(namespace, (byNamespace.get(namespace) ?? new Set()).add(name));
  }
  const touched = new Map<string, Set<string>>();
  for (const { kind, namespace, name } of workloads.values()) {
    const key = `${kind} ${namespace}`;
    touched.set(key, (touched.get(key) ?? new Set()).add(name));
  }
  const found: ChangedPort[] = [];
  for (const [namespace, names] of byNamespace) {
    for (const kind of ['core/Pod', 'workload.linkerd.io/ExternalWorkload'] as const) {
      const skip = touched.get(`${kind} ${namespace}`) ?? new Set<string>();
      found.push(...ofServers({ before, after, namespace, kind, skip }, names));
    }
  }
  for (const ref of workloads.values()) found.push(...ofWorkload(before, after, ref));
  return { ports: found.sort(inOrder), workloads: [...workloads.values()] };
}

const inOrder = (a: ChangedPort, b: ChangedPort): number =>
  compare(a.namespace, b.namespace) ||
  compare(a.kind, b.kind) ||
  compare(a.workloads[0] ?? '', b.workloads[0] ?? '') ||
  a.port - b.port;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

interface Place {
  readonly before: InboundIndex;
  readonly after: InboundIndex;
  readonly namespace: string;
  readonly kind: WorkloadKind;
  /** Workloads that changed themselves; they are looked at one by one. */
  readonly skip: ReadonlySet<string>;
}

const workloadsOf = (
  { state }: InboundIndex,
  namespace: string,
  kind: WorkloadKind,
): WorkloadIndex<Workload> | undefined => {
  const ns = state.namespaces.get(namespace);
  return kind === 'core/Pod' ? ns?.pods : ns?.externalWorkloads;
};

/** A group as it was and as it is, and the workloads in both. */
interface Pair {
  readonly old: Group<Workload>;
  readonly now: Group<Workload>;
  readonly members: Iterable<Workload>;
}

function* ofServers(place: Place, servers: ReadonlySet<string>): Generator<ChangedPort> {
  const { before, after, namespace, kind, skip } = place;
  const old = workloadsOf(before, namespace, kind);
  const now = workloadsOf(after, namespace, kind);
  // Without workloads on both sides there are none that stayed the same.
  if (old === undefined || now === undefined) return;
  const pairs = old.mentionedKeys === now.mentionedKeys ? sameClasses(old, now, servers) : refined(old, now);
  for (const { old: was, now: is, members } of pairs) {
    if (!is.shape.meshed) continue;
    let names: readonly string[] | undefined;
    for (const port of new Set([...was.claims.keys(), ...is.claims.keys()])) {
      const [a, b] = [policyOfGroup(before, was, port), policyOfGroup(after, is, port)];
      if (a === b) continue;
      names ??= [...members]
        .map(({ name }) => name)
        .filter((name) => !skip.has(name))
        .sort();
      if (names.length === 0) break;
      yield { kind, namespace, workloads: names, port, before: a, after: b };
    }
  }
}

/** The groups that the Servers select now or selected; both indexes divide workloads by the same label keys. */
function* sameClasses(
  old: WorkloadIndex<Workload>,
  now: WorkloadIndex<Workload>,
  servers: ReadonlySet<string>,
): Generator<Pair> {
  const groups = new Set<Group<Workload>>();
  if (servers.size > FEW_SERVERS) for (const group of now.groups()) groups.add(group);
  else {
    for (const name of servers) {
      for (const server of [old.server(name), now.server(name)]) {
        if (server === undefined) continue;
        for (const group of now.groupsOf(server)) groups.add(group);
      }
    }
  }
  for (const group of groups) {
    // A member that is in both has the group it had: neither its labels nor the keys that count have changed.
    for (const member of group.members.values()) {
      if (old.workloads.get(member.name) !== member) continue;
      const was = old.groupOf(member);
      if (was !== undefined) yield { old: was, now: group, members: group.members.values() };
      break;
    }
  }
}

/** Every workload that stayed as it was, by the group that it was in and the one that it is in. */
function* refined(old: WorkloadIndex<Workload>, now: WorkloadIndex<Workload>): Generator<Pair> {
  const pairs = new Map<Group<Workload>, Map<Group<Workload>, Workload[]>>();
  for (const group of now.groups()) {
    for (const member of group.members.values()) {
      if (old.workloads.get(member.name) !== member) continue;
      const was = old.groupOf(member);
      if (was === undefined) continue;
      const known = pairs.get(was) ?? new Map<Group<Workload>, Workload[]>();
      pairs.set(was, known);
      const members = known.get(group);
      if (members === undefined) known.set(group, [member]);
      else members.push(member);
    }
  }
  for (const [was, known] of pairs) {
    for (const [group, members] of known) yield { old: was, now: group, members };
  }
}

/** The ports of one workload that came, went or changed. */
function* ofWorkload(before: InboundIndex, after: InboundIndex, ref: WorkloadRef): Generator<ChangedPort> {
  const { kind, namespace, name } = ref;
  const was = groupOf(before, ref);
  const is = groupOf(after, ref);
  const ports = new Set([...interesting(was), ...interesting(is)]);
  for (const port of ports) {
    const a = was === undefined ? undefined : policyOfGroup(before, was, port);
    const b = is === undefined ? undefined : policyOfGroup(after, is, port);
    if (a !== b) yield { kind, namespace, workloads: [name], port, before: a, after: b };
  }
}

function groupOf(index: InboundIndex, { kind, namespace, name }: WorkloadRef): Group<Workload> | undefined {
  const workloads = workloadsOf(index, namespace, kind);
  const workload = workloads?.workloads.get(name);
  return workload === undefined ? undefined : workloads?.groupOf(workload);
}

/** The ports of a group that something is said of: declared, probed, or selected by a Server. */
export function interesting(group: Group<Workload> | undefined): Iterable<number> {
  if (group === undefined) return [];
  const { shape, claims } = group;
  return new Set([...shape.numbers, ...shape.probes.keys(), ...claims.keys()]);
}
