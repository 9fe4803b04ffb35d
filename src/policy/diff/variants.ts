/** The pods of a workload by what policy makes of them: during a rollout, or by their labels, they may differ. */
import type { FoundWorkload } from '../endpoints/workloads.js';
import { SKIP_INBOUND_ANNOTATION } from '../endpoints/skipped.js';
import type { Side } from '../impact/side.js';
import { policyOfGroup, type InboundIndex } from '../inbound/inbound-index.js';
import type { Group } from '../state/workload-index.js';
import { includesPort, parsePortSet, type PortSet } from '../state/workload-settings.js';
import type { Workload } from '../state/workload-shape.js';

/** Members of a workload that share every policy. */
export interface Variant {
  readonly members: readonly [Workload, ...Workload[]];
  readonly group: Group<Workload>;
  /** Ports whose traffic never meets the proxy. */
  readonly skipped: PortSet;
}

export function variantsOf({ state }: InboundIndex, workload: FoundWorkload): readonly Variant[] {
  const ns = state.namespaces.get(workload.namespace);
  const found = new Map<Group<Workload>, Map<string, Variant & { members: [Workload, ...Workload[]] }>>();
  for (const member of workload.members) {
    const group =
      member.kind === 'core/Pod' ? ns?.pods.groupOf(member) : ns?.externalWorkloads.groupOf(member);
    if (group === undefined) continue;
    const annotation = skipAnnotation(member);
    const row = found.get(group) ?? new Map<string, Variant & { members: [Workload, ...Workload[]] }>();
    found.set(group, row);
    const variant = row.get(annotation);
    if (variant === undefined)
      row.set(annotation, { members: [member], group, skipped: parsePortSet(annotation) ?? [] });
    else variant.members.push(member);
  }
  return [...found.values()].flatMap((row) => [...row.values()]);
}

/** The annotations of an external workload configure no iptables. */
function skipAnnotation(member: Workload): string {
  if (member.kind !== 'core/Pod') return '';
  const { annotations } = member.template;
  return (
    (Object.hasOwn(annotations, SKIP_INBOUND_ANNOTATION)
      ? annotations[SKIP_INBOUND_ANNOTATION]
      : undefined) ?? ''
  );
}

/** What stands before a port: a policy, or nothing that enforces one. */
export const sideAt = (index: InboundIndex, { group, skipped }: Variant, port: number): Side =>
  includesPort(skipped, port) ? 'unenforced' : (policyOfGroup(index, group, port) ?? 'unenforced');
