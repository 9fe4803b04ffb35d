/**
 * Overlapping Servers, decided exactly (product description, section 3). Two Servers overlap when some workload is
 * selected by both and some port of it by both:
 *
 *   live      a workload is there
 *   certain   none is, but one selector implies the other and the ports are the same number or the same name
 *   possible  some label set satisfies both and the ports may meet, but nothing proves they will
 */
import { PersistentMap } from '../model/persistent-map.js';
import { andList } from '../model/text.js';
import { implies, matches, witnessTogether, type LabelMap } from '../selector/index.js';
import { byPrecedence, formatPort, type PolicyServer } from './state/server.js';
import type { NamespaceState, State } from './state/state.js';
import { meetingBuckets, resolvePort, type Group, type WorkloadIndex } from './state/workload-index.js';
import type { Workload } from './state/workload-shape.js';

export type OverlapKind = 'live' | 'certain' | 'possible';

export interface Overlap {
  readonly kind: OverlapKind;
  /** The two Servers; `winner` is the one that Linkerd would let govern the port. */
  readonly server: PolicyServer;
  readonly other: PolicyServer;
  readonly winner: PolicyServer;
  /** Live: the numbers on which they meet. Otherwise none. */
  readonly ports: readonly number[];
  /** Live: the first workload by name that both select. */
  readonly workload: string | undefined;
  /** Otherwise the smallest label set that both select. */
  readonly labels: LabelMap | undefined;
}

/** Every overlap of one Server with others, by the other's name; none when it is not there or unreadable. */
export function overlapsOf(state: State, namespace: string, name: string): readonly Overlap[] {
  const ns = state.namespaces.get(namespace);
  const server = ns?.pods.server(name) ?? ns?.externalWorkloads.server(name);
  return ns === undefined || server === undefined ? [] : overlapsWith(ns, server);
}

/**
 * Every overlap that a Server has, or would have in place of the one of its name. It need not be there: an admission
 * asks this of every Server, and to build the state with it would cost many times as much.
 */
export function overlapsWith(ns: NamespaceState, server: PolicyServer): readonly Overlap[] {
  const index: WorkloadIndex<Workload> = server.workloads === 'pods' ? ns.pods : ns.externalWorkloads;
  const found = new Map<string, Overlap>();
  for (const overlap of liveOverlaps(index, server)) found.set(overlap.other.name, overlap);
  for (const { value: other } of index.servers.overlapping(server.selector, meetingBuckets(server))) {
    if (other.name === server.name || found.has(other.name)) continue;
    found.set(other.name, toOverlap(isCertain(server, other) ? 'certain' : 'possible', server, other));
  }
  return [...found.values()].sort((a, b) => (a.other.name < b.other.name ? -1 : 1));
}

/** Every pair of a namespace that overlaps live, each pair once: what has arisen, through whatever change. */
export function liveOverlapsIn(ns: NamespaceState): readonly Overlap[] {
  return [ns.pods, ns.externalWorkloads].flatMap((index) => [
    ...livePairs(index as WorkloadIndex<Workload>).values(),
  ]);
}

/** The other Servers with which one overlaps for certain, whatever workloads there are. */
export function certainOverlapsOf(ns: NamespaceState, name: string): readonly Overlap[] {
  const index = ns.pods.server(name) === undefined ? ns.externalWorkloads : ns.pods;
  const server = index.server(name);
  if (server === undefined) return [];
  return index.servers
    .overlapping(server.selector, meetingBuckets(server))
    .filter(({ value }) => value.name !== name && isCertain(server, value))
    .map(({ value }) => toOverlap('certain', server, value));
}

interface Meeting {
  readonly other: PolicyServer;
  readonly ports: Set<number>;
  readonly groups: Set<Group<Workload>>;
}

function liveOverlaps(index: WorkloadIndex<Workload>, server: PolicyServer): Overlap[] {
  const meetings = new Map<string, Meeting>();
  const exact = index.tellsApart(server.selector);
  for (const group of index.groupsOf(server)) {
    for (const port of resolvePort(server, group.shape)) {
      const others = group.claims.get(port)?.filter(({ name }) => name !== server.name) ?? [];
      if (others.length === 0) continue;
      const selected = exact ? group : selectedIn(group, server);
      if (selected.members.size === 0) continue;
      for (const other of others) meet(meetings, other.name, other, port, selected);
    }
  }
  return [...meetings.values()].map((meeting) => toLive(server, meeting));
}

/** The group with those of its members alone that a Server selects. */
function selectedIn(group: Group<Workload>, { selector }: PolicyServer): Group<Workload> {
  const members = [...group.members].filter(([, { labels }]) => matches(selector, labels));
  return { ...group, members: PersistentMap.of(members) };
}

function livePairs(index: WorkloadIndex<Workload>): ReadonlyMap<string, Overlap> {
  const meetings = new Map<string, Meeting & { readonly server: PolicyServer }>();
  for (const group of index.groups()) {
    for (const [port, servers] of group.claims) {
      for (const [i, server] of servers.entries()) {
        for (const other of servers.slice(i + 1)) {
          const key = JSON.stringify([server.name, other.name]);
          const found = meetings.get(key) ?? { server, other, ports: new Set(), groups: new Set() };
          meetings.set(key, found);
          found.ports.add(port);
          found.groups.add(group);
        }
      }
    }
  }
  const sorted = [...meetings].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(sorted.map(([key, meeting]) => [key, toLive(meeting.server, meeting)]));
}

function meet(
  meetings: Map<string, Meeting>,
  key: string,
  other: PolicyServer,
  port: number,
  group: Group<Workload>,
): void {
  let meeting = meetings.get(key);
  if (meeting === undefined) {
    meeting = { other, ports: new Set(), groups: new Set() };
    meetings.set(key, meeting);
  }
  meeting.ports.add(port);
  meeting.groups.add(group);
}

function toLive(server: PolicyServer, { other, ports, groups }: Meeting): Overlap {
  return {
    kind: 'live',
    server,
    other,
    winner: byPrecedence(server, other) < 0 ? server : other,
    ports: [...ports].sort((a, b) => a - b),
    workload: firstMember(groups),
    labels: undefined,
  };
}

function firstMember(groups: Iterable<Group<Workload>>): string | undefined {
  let first: string | undefined;
  for (const { members } of groups) {
    for (const { name } of members.values()) if (first === undefined || name < first) first = name;
  }
  return first;
}

function toOverlap(kind: OverlapKind, server: PolicyServer, other: PolicyServer): Overlap {
  return {
    kind,
    server,
    other,
    winner: byPrecedence(server, other) < 0 ? server : other,
    ports: [],
    workload: undefined,
    labels: witnessTogether(server.selector, other.selector),
  };
}

/** Whether the narrower Server could never act alone. */
function isCertain(a: PolicyServer, b: PolicyServer): boolean {
  const samePort = a.port.kind === b.port.kind && formatPort(a.port) === formatPort(b.port);
  return samePort && (implies(a.selector, b.selector) || implies(b.selector, a.selector));
}

/** The labels of a witness as people write them. */
export const formatLabels = (labels: LabelMap): string =>
  labels.size === 0
    ? 'every workload'
    : `a workload with ${andList([...labels].map(([key, value]) => `${key}=${value}`))}`;
