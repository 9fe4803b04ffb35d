/** The workloads that a selector means. */
import { nearest } from '../../model/nearest.js';
import { fail, ok, type Result } from '../../model/result.js';
import { parseName } from '../endpoints/names.js';
import type { EndpointProblem } from '../endpoints/problem.js';
import { everyWorkload, findWorkload, namespacesOf, type FoundWorkload } from '../endpoints/workloads.js';
import type { State } from '../state/state.js';
import type { Workload } from '../state/workload-shape.js';
import type { WorkloadSelector } from './assertion.js';

/** Why a selector means nothing, and which member of it is to blame. */
export interface SelectProblem {
  readonly member: 'workload' | 'namespace' | 'labels';
  readonly problem: EndpointProblem | { readonly code: 'no-labels'; readonly near: string | undefined };
}

/** The workloads, each with those of its pods that are selected; at least one. */
export function selectWorkloads(
  state: State,
  selector: WorkloadSelector | undefined,
  fallback: string,
): Result<readonly FoundWorkload[], SelectProblem> {
  if (selector === undefined) return ok(everyWorkload(state));
  const { workload, labels } = selector;
  const candidates =
    workload === undefined ? inNamespace(state, selector) : named(state, workload, selector, fallback);
  if (!candidates.ok || labels === undefined) return candidates;
  const found = candidates.value.flatMap((one) => withMembers(one, (member) => hasLabels(member, labels)));
  return found.length > 0
    ? ok(found)
    : fail({ member: 'labels', problem: { code: 'no-labels', near: nearLabel(candidates.value, labels) } });
}

/** The workload with those of its members only; nothing if there are none. */
export function withMembers(
  workload: FoundWorkload,
  keep: (member: Workload) => boolean,
): readonly FoundWorkload[] {
  const [first, ...rest] = workload.members.filter(keep);
  if (first === undefined) return [];
  return rest.length + 1 === workload.members.length
    ? [workload]
    : [{ ...workload, members: [first, ...rest] }];
}

function inNamespace(
  state: State,
  { namespace }: WorkloadSelector,
): Result<readonly FoundWorkload[], SelectProblem> {
  const every = everyWorkload(state);
  if (namespace === undefined) return ok(every);
  const found = every.filter((workload) => workload.namespace === namespace);
  if (found.length > 0) return ok(found);
  const near = nearest(
    namespace,
    namespacesOf(state).flatMap(({ name }) => (name === namespace ? [] : [name])),
  );
  return fail({ member: 'namespace', problem: { code: 'no-namespace', namespace, near } });
}

function named(
  state: State,
  text: string,
  { namespace }: WorkloadSelector,
  fallback: string,
): Result<readonly FoundWorkload[], SelectProblem> {
  const found = parseName(text, (each) => state.namespaces.has(each));
  const blame = (problem: EndpointProblem): Result<never, SelectProblem> =>
    fail({ member: 'workload', problem });
  if (found === undefined || found.kind === 'ServiceAccount') return blame({ code: 'unreadable-to', text });
  if (found.kind === 'Service') return blame({ code: 'service-as-target', name: found.name });
  const result = findWorkload(
    state,
    { ...found, namespace: found.namespace ?? namespace },
    namespace ?? fallback,
  );
  return result.ok ? ok([result.value]) : blame(result.error);
}

const hasLabels = ({ labels }: Workload, wanted: ReadonlyMap<string, string>): boolean =>
  [...wanted].every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);

/** A label that there is, near to one that nobody has. */
function nearLabel(
  workloads: readonly FoundWorkload[],
  wanted: ReadonlyMap<string, string>,
): string | undefined {
  const there = new Set(
    workloads.flatMap(({ members }) =>
      members.flatMap(({ labels }) => Object.entries(labels).map(([key, value]) => `${key}: ${value}`)),
    ),
  );
  for (const [key, value] of wanted) {
    const near = there.has(`${key}: ${value}`) ? undefined : nearest(`${key}: ${value}`, there);
    if (near !== undefined) return near;
  }
  return undefined;
}
