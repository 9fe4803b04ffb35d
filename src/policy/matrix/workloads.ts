/** Every workload of an index, its pods together: what stands in the rows and in the columns. */
import type { InboundIndex } from '../inbound/inbound-index.js';
import { namespacesOf, workloadsIn, type FoundWorkload } from '../endpoints/workloads.js';
import type { NamespaceState } from '../state/state.js';

export interface NamedWorkload {
  readonly workload: FoundWorkload;
  /** `namespace/name`, with the kind between where that names something else as well. */
  readonly label: string;
}

/** By namespace, then name, then kind. */
export const namedWorkloads = ({ state }: InboundIndex): readonly NamedWorkload[] =>
  namespacesOf(state).flatMap(namedIn);

export function namedIn(ns: NamespaceState): readonly NamedWorkload[] {
  const workloads = workloadsIn(ns);
  const names = new Map<string, number>();
  for (const { name } of workloads) names.set(name, (names.get(name) ?? 0) + 1);
  // A name alone is that of a pod first.
  const isOtherPod = ({ name, members: [first, ...others] }: FoundWorkload): boolean =>
    ns.pods.workloads.has(name) && (first.kind !== 'core/Pod' || others.length > 0 || first.name !== name);
  return workloads.map((workload) => ({
    workload,
    label: labelOf(workload, names.get(workload.name) !== 1 || isOtherPod(workload)),
  }));
}

/** As people ask for it. */
export function labelOf({ kind, namespace, name, owner }: FoundWorkload, several: boolean): string {
  if (!several) return `${namespace}/${name}`;
  const word = owner?.kind ?? (kind === 'core/Pod' ? 'Pod' : 'ExternalWorkload');
  return `${namespace}/${word.toLowerCase()}/${name}`;
}

export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
