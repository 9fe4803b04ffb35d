/** The ports that an assertion is about, and what stands before each. */
import { fail, ok, type Result } from '../../model/result.js';
import { portClasses } from '../diff/port-classes.js';
import { sideAt, variantsOf, type Variant } from '../diff/variants.js';
import type { EndpointProblem } from '../endpoints/problem.js';
import { targetOf } from '../endpoints/target.js';
import type { FoundWorkload } from '../endpoints/workloads.js';
import type { Side } from '../impact/side.js';
import type { InboundIndex } from '../inbound/inbound-index.js';
import type { To } from './assertion.js';
import { selectWorkloads, type SelectProblem } from './select.js';

export const ANY_PORT = 'any';

/** A port of pods of a workload that share every policy. */
export interface ExpectedTarget {
  /** With those pods alone. */
  readonly workload: FoundWorkload;
  readonly variant: Variant;
  readonly port: number;
  readonly side: Side;
}

export type ToProblem = SelectProblem | { readonly member: 'port'; readonly problem: EndpointProblem };

export function expectedTargets(
  index: InboundIndex,
  to: To,
  namespace: string,
): Result<readonly ExpectedTarget[], ToProblem> {
  const workloads = selectWorkloads(index.state, to.workloads, namespace);
  if (!workloads.ok) return workloads;
  const single = to.workloads?.workload !== undefined;
  const found = workloads.value.flatMap((workload) =>
    variantsOf(index, workload).flatMap((variant) =>
      portsOf(variant, to.port, single).map((port): ExpectedTarget => ({
        workload: { ...workload, members: variant.members },
        variant,
        port,
        side: sideAt(index, variant, port),
      })),
    ),
  );
  const [first] = workloads.value;
  if (found.length > 0 || to.port === undefined || first === undefined) return ok(found);
  const missing = targetOf(index.state, first, to.port);
  const problem: EndpointProblem = missing.ok
    ? { code: 'no-port-name', port: String(to.port), near: undefined, declared: [] }
    : missing.error;
  return fail({ member: 'port', problem });
}

/** A number counts for a single workload in any case, and for several where they know it. */
function portsOf(variant: Variant, port: To['port'], single: boolean): readonly number[] {
  if (typeof port === 'string' && port !== ANY_PORT) return variant.group.shape.named.get(port) ?? [];
  if (typeof port === 'number' && single) return [port];
  const classes = portClasses([variant], { rest: port === ANY_PORT });
  const own = classes.filter(({ kind }) => kind === 'own' || port === ANY_PORT).map(({ sample }) => sample);
  return typeof port === 'number' ? own.filter((each) => each === port) : own;
}
