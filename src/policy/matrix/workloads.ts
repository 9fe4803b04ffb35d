/** Every workload of an index, its pods together: what stands in the rows and in the columns. */
import type { InboundIndex } from '../inbound/inbound-index.js';
import { ownersOf, type Owner } from '../objects/owners.js';
import { all, type NamespaceState } from '../state/state.js';
import type { Workload } from '../state/workload-shape.js';
import type { FoundWorkload } from '../endpoints/workloads.js';

export interface NamedWorkload {
  readonly workload: FoundWorkload;
  /** `namespace/name`, with the kind between where that names something else as well. */
  readonly label: string;
}

/** By namespace, then name, then kind. */
export const namedWorkloads = ({ state }: InboundIndex): readonly NamedWorkload[] =>
  state.namespaces.sorted().flatMap(workloadsIn);

export function workloadsIn(ns: NamespaceState): readonly NamedWorkload[] {
  const found = new Map<string, { owner: Owner | undefined; name: string; members: Workload[] }>();
  for (const pod of all(ns, 'core/Pod')) {
    const owner = ownersOf(pod).at(-1);
    const name = owner?.name ?? pod.name;
    const key = `${owner?.kind ?? ''}/${name}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { owner, name, members: [pod] });
    else known.members.push(pod);
  }
  for (const external of all(ns, 'workload.linkerd.io/ExternalWorkload'))
    found.set(`ExternalWorkload/${external.name}`, {
      owner: undefined,
      name: external.name,
      members: [external],
    });
  const workloads = [...found.values()].flatMap(({ owner, name, members }): FoundWorkload[] => {
    const [first, ...rest] = members;
    return first === undefined
      ? []
      : [{ kind: first.kind, namespace: ns.name, name, owner, members: [first, ...rest] }];
  });
  const names = new Map<string, number>();
  for (const { name } of workloads) names.set(name, (names.get(name) ?? 0) + 1);
  // A name alone is that of a pod first.
  const isOtherPod = ({ name, members: [first, ...others] }: FoundWorkload): boolean =>
    ns.pods.workloads.has(name) && (first.kind !== 'core/Pod' || others.length > 0 || first.name !== name);
  return workloads
    .map((workload) => ({
      workload,
      label: labelOf(workload, names.get(workload.name) !== 1 || isOtherPod(workload)),
    }))
    .sort((a, b) => compareText(a.workload.name, b.workload.name) || compareText(a.label, b.label));
}

/** As people ask for it. */
export function labelOf({ kind, namespace, name, owner }: FoundWorkload, several: boolean): string {
  if (!several) return `${namespace}/${name}`;
  const word = owner?.kind ?? (kind === 'core/Pod' ? 'Pod' : 'ExternalWorkload');
  return `${namespace}/${word.toLowerCase()}/${name}`;
}

export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
