/**
 * What a change would do to who may talk to whom, as data: the index after it, and for each workload port whose policy
 * changes the clients and requests that gain or lose access. The index before it stays as it is, so a question costs
 * what the change touches and is thrown away (architecture, 1).
 */
import { advance } from '../inbound/advance.js';
import type { ChangedPort } from '../inbound/changed-ports.js';
import type { InboundIndex, WorkloadRef } from '../inbound/inbound-index.js';
import type { WorkloadKind } from '../objects/kinds.js';
import type { Batch } from '../ports.js';
import { find } from '../state/state.js';
import { impactOfPolicies, type PolicyImpact } from './impact-of-policies.js';
import type { Side } from './side.js';

export interface PortImpact extends PolicyImpact {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  /** Ascending. */
  readonly workloads: readonly string[];
  readonly port: number;
  readonly before: Side;
  readonly after: Side;
}

export interface Impact {
  /** The index after the change. */
  readonly index: InboundIndex;
  /**
   * Every port whose policy changes, also where that changes nothing for anybody; by namespace, kind, first workload and
   * port. Of `workloads` those that they declare, probe, or a Server selects.
   */
  readonly ports: readonly PortImpact[];
  /** Workloads that come, go or change themselves. */
  readonly workloads: readonly WorkloadRef[];
  /** Whether those of all ports are. */
  readonly exact: boolean;
  readonly complete: boolean;
}

export function impact(before: InboundIndex, batch: Batch): Impact {
  const { index, changes } = advance(before, batch);
  // Many ports change from one policy to another one; that is worked out once.
  const known = new Map<Side, Map<Side, PolicyImpact>>();
  const between = (a: Side, b: Side): PolicyImpact => {
    const row = known.get(a) ?? new Map<Side, PolicyImpact>();
    known.set(a, row);
    let found = row.get(b);
    if (found === undefined) row.set(b, (found = impactOfPolicies(a, b, before.world.semantics)));
    return found;
  };
  const ports = changes.ports.map((changed): PortImpact => {
    const { kind, namespace, workloads, port } = changed;
    const a = changed.before ?? sideWithout(before, changed);
    const b = changed.after ?? sideWithout(index, changed);
    return { kind, namespace, workloads, port, before: a, after: b, ...between(a, b) };
  });
  return {
    index,
    ports,
    workloads: changes.workloads,
    exact: ports.every(({ exact }) => exact),
    complete: ports.every(({ complete }) => complete),
  };
}

/** Workloads without a policy come one by one: they are not there, or have no proxy. */
function sideWithout({ state }: InboundIndex, { kind, namespace, workloads }: ChangedPort): Side {
  const there = workloads.some((name) => find(state, kind, namespace, name) !== undefined);
  return there ? 'unenforced' : 'absent';
}
