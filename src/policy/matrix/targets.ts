/** Whom is asked for: ports of workloads, those together that have one policy. */
import type { Semantics } from '../../model/world.js';
import { skipsInbound } from '../endpoints/skipped.js';
import type { FoundWorkload } from '../endpoints/workloads.js';
import { policyOf, type InboundIndex, type WorkloadRef } from '../inbound/inbound-index.js';
import type { PortPolicy } from '../inbound/port-policy.js';
import { probePaths } from '../state/probes.js';
import { shapeOf, type Workload } from '../state/workload-shape.js';
import { skippedBy, type MatrixClient } from './clients.js';
import { trafficTo, type PortTraffic } from './regions.js';
import { compareText, type NamedWorkload } from './workloads.js';

/** A port of a workload, or of those of its pods that have one policy on it. */
export interface MatrixTarget {
  /** `namespace/name:port`. */
  readonly name: string;
  readonly workload: FoundWorkload;
  readonly port: number;
  /** The name that the workload gives this port alone. */
  readonly portName: string | undefined;
  /** Of the pods; one stands for all. */
  readonly refs: readonly [WorkloadRef, ...WorkloadRef[]];
  /** How many pods the workload has in all. */
  readonly pods: number;
  readonly enforcement: Enforcement;
}

/** The policy that a proxy enforces on a port, or why none does. */
export type Enforcement = PortPolicy | 'no-proxy' | 'skip-inbound-ports';

/** A column: ports on which every client fares alike, whatever it sends. */
export interface MatrixColumn {
  readonly targets: readonly [MatrixTarget, ...MatrixTarget[]];
  readonly enforcement: Enforcement;
  /** No regions where no policy is enforced; of a column for one region that alone. */
  readonly traffic: PortTraffic;
  /** Whether the policy has other regions, in columns of their own. */
  readonly partial: boolean;
}

/** The container that the injector adds: its ports are nobody's business unless a Server claims them. */
const PROXY = 'linkerd-proxy';

/** The ports that are declared, probed or claimed by a Server, ascending. */
export function portsOf(index: InboundIndex, { workload }: NamedWorkload): readonly number[] {
  const ports = new Set<number>();
  for (const member of workload.members) for (const port of portsOfMember(index, member)) ports.add(port);
  return [...ports].sort((a, b) => a - b);
}

function portsOfMember({ state }: InboundIndex, member: Workload): readonly number[] {
  const ns = state.namespaces.get(member.namespace);
  const group = member.kind === 'core/Pod' ? ns?.pods.groupOf(member) : ns?.externalWorkloads.groupOf(member);
  const claimed = group?.claims.keys() ?? [];
  if (member.kind !== 'core/Pod') return [...member.ports.map(({ port }) => port), ...claimed];
  const containers = member.template.containers.filter(({ name }) => name !== PROXY);
  const declared = containers.flatMap(({ ports }) => ports.map(({ port }) => port));
  return [...declared, ...probePaths(containers).keys(), ...claimed];
}

/** The port as targets: one, unless the pods of the workload have different policies on it. */
export function targetsOf(
  index: InboundIndex,
  { workload, label }: NamedWorkload,
  port: number,
): readonly MatrixTarget[] {
  const alike = new Map<Enforcement, Workload[]>();
  for (const member of workload.members) {
    const enforcement = enforcementOf(index, member, port);
    const known = alike.get(enforcement);
    if (known === undefined) alike.set(enforcement, [member]);
    else known.push(member);
  }
  return [...alike].flatMap(([enforcement, members]): MatrixTarget[] => {
    const [first, ...rest] = members;
    if (first === undefined) return [];
    return [
      {
        name: `${members.length === workload.members.length ? label : podName(first)}:${String(port)}`,
        workload,
        port,
        portName: portNameOf(first, port),
        refs: [refOf(first), ...rest.map(refOf)],
        pods: workload.members.length,
        enforcement,
      },
    ];
  });
}

function enforcementOf(index: InboundIndex, member: Workload, port: number): Enforcement {
  if (skipsInbound(member, port)) return 'skip-inbound-ports';
  return policyOf(index, refOf(member), port) ?? 'no-proxy';
}

const podName = ({ namespace, name }: Workload): string => `${namespace}/${name}`;

const refOf = ({ kind, namespace, name }: Workload): WorkloadRef => ({ kind, namespace, name });

export function portNameOf(member: Workload, port: number): string | undefined {
  for (const [name, numbers] of shapeOf(member).named)
    if (numbers.length === 1 && numbers[0] === port) return name;
  return undefined;
}

const NO_TRAFFIC: PortTraffic = Object.freeze({ regions: Object.freeze([]), exact: true });

/**
 * Columns of the targets, in the order of their first ones: targets of one policy together, unless some client's proxy
 * does not see what it sends to the one and sees what it sends to the other.
 */
export function columnsOf(
  targets: readonly MatrixTarget[],
  clients: readonly MatrixClient[],
  { semantics, perRegion }: { readonly semantics: Semantics; readonly perRegion: boolean },
): readonly MatrixColumn[] {
  const skipping = new Map<number, string>();
  const skippers = (port: number): string => {
    let known = skipping.get(port);
    if (known === undefined) skipping.set(port, (known = skippedBy(clients, port)));
    return known;
  };
  const groups = new Map<Enforcement, Map<string, MatrixTarget[]>>();
  for (const target of targets) {
    // What is not enforced lets everybody through, however they come.
    const key = typeof target.enforcement === 'string' ? '' : skippers(target.port);
    const byKey = groups.get(target.enforcement) ?? new Map<string, MatrixTarget[]>();
    groups.set(target.enforcement, byKey);
    const group = byKey.get(key);
    if (group === undefined) byKey.set(key, [target]);
    else group.push(target);
  }
  const places = new Map(targets.map((target, place) => [target, place]));
  const columns = [...groups.values()]
    .flatMap((byKey) => [...byKey.values()])
    .flatMap((group): MatrixColumn[] => {
      const [first, ...rest] = group;
      if (first === undefined) return [];
      const { enforcement } = first;
      const traffic = typeof enforcement === 'string' ? NO_TRAFFIC : trafficTo(enforcement, semantics);
      return [{ targets: [first, ...rest], enforcement, traffic, partial: false }];
    })
    .sort((a, b) => (places.get(a.targets[0]) ?? 0) - (places.get(b.targets[0]) ?? 0));
  return perRegion ? columns.flatMap(regionColumns) : columns;
}

const regionColumns = (column: MatrixColumn): readonly MatrixColumn[] =>
  column.traffic.regions.length < 2
    ? [column]
    : column.traffic.regions.map((region) => ({
        ...column,
        traffic: { regions: [region], exact: column.traffic.exact },
        partial: true,
      }));

/** By workload, then port. */
export const byTarget = (a: MatrixTarget, b: MatrixTarget): number =>
  compareText(a.workload.namespace, b.workload.namespace) ||
  compareText(a.workload.name, b.workload.name) ||
  compareText(a.name.slice(0, a.name.lastIndexOf(':')), b.name.slice(0, b.name.lastIndexOf(':'))) ||
  a.port - b.port ||
  compareText(a.refs[0].name, b.refs[0].name);
