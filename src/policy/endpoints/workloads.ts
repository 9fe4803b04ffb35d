/** Finds the workloads that a name stands for. */
import { nearest } from '../../model/nearest.js';
import { fail, ok, type Result } from '../../model/result.js';
import type { WorkloadKind } from '../objects/kinds.js';
import { ownersOf, type Owner } from '../objects/owners.js';
import { all, type NamespaceState, type State } from '../state/state.js';
import type { Workload } from '../state/workload-shape.js';
import type { ObjectName } from './names.js';
import type { EndpointProblem } from './problem.js';

/** A pod or external workload, or all pods of one controller. */
export interface FoundWorkload {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  /** As it was asked for: that of the pod, or of its controller. */
  readonly name: string;
  /** The controller; undefined for a pod on its own and for external workloads. */
  readonly owner: Owner | undefined;
  /** By name, at least one. */
  readonly members: readonly [Workload, ...Workload[]];
}

/** In which order controllers of one name are looked for. */
const OWNER_KINDS = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob'];

/** How many names a problem lists. */
const SHOWN = 8;

/** The workload of a name: in its namespace, else in `fallback`, else in the only namespace that has one. */
export function findWorkload(
  state: State,
  name: ObjectName,
  fallback: string,
): Result<FoundWorkload, EndpointProblem> {
  if (name.namespace !== undefined) {
    const ns = state.namespaces.get(name.namespace);
    const found = ns === undefined ? undefined : workloadIn(ns, name);
    return found === undefined ? fail(missing(state, name)) : ok(found);
  }
  const preferred = state.namespaces.get(fallback);
  const here = preferred === undefined ? undefined : workloadIn(preferred, name);
  if (here !== undefined) return ok(here);
  const everywhere = namespacesOf(state).flatMap((ns) => workloadIn(ns, name) ?? []);
  const [only, ...others] = everywhere;
  if (only === undefined) return fail(missing(state, name));
  if (others.length === 0) return ok(only);
  const candidates = everywhere.map((found) => `${found.namespace}/${found.name}`);
  return fail({ code: 'ambiguous', name: name.name, candidates });
}

export const namespacesOf = (state: State): readonly NamespaceState[] => state.namespaces.sorted();

/** A pod of the name, then an external workload, then the pods of a controller. */
function workloadIn(ns: NamespaceState, { kind, name }: ObjectName): FoundWorkload | undefined {
  const pod = kind === undefined || kind === 'Pod' ? ns.pods.workloads.get(name) : undefined;
  if (pod !== undefined) return asFound(ns, name, [pod]);
  const external =
    kind === undefined || kind === 'ExternalWorkload' ? ns.externalWorkloads.workloads.get(name) : undefined;
  if (external !== undefined) return asFound(ns, name, [external]);
  const pods = all(ns, 'core/Pod');
  for (const owner of kind === undefined ? OWNER_KINDS : [kind]) {
    const [first, ...rest] = pods.filter((each) =>
      ownersOf(each).some((of) => of.kind === owner && of.name === name),
    );
    if (first !== undefined) return asFound(ns, name, [first, ...rest], { kind: owner, name });
  }
  return undefined;
}

function asFound(
  ns: NamespaceState,
  name: string,
  members: FoundWorkload['members'],
  owner?: Owner,
): FoundWorkload {
  const [first] = members;
  const made = first.kind === 'core/Pod' ? ownersOf(first).at(-1) : undefined;
  return { kind: first.kind, namespace: ns.name, name, owner: owner ?? made, members };
}

/** Every workload, the pods of a controller together, by namespace, name and kind. */
export const everyWorkload = (state: State): readonly FoundWorkload[] =>
  namespacesOf(state).flatMap(workloadsIn);

/** Those of one namespace. */
export function workloadsIn(ns: NamespaceState): readonly FoundWorkload[] {
  const found = new Map<string, [Workload, ...Workload[]]>();
  const add = (key: string, member: Workload): void => {
    const members = found.get(key);
    if (members === undefined) found.set(key, [member]);
    else members.push(member);
  };
  for (const pod of all(ns, 'core/Pod')) {
    const owner = ownersOf(pod).at(-1);
    add(owner === undefined ? `${pod.name} Pod` : `${owner.name} ${owner.kind}`, pod);
  }
  for (const external of all(ns, 'workload.linkerd.io/ExternalWorkload'))
    add(`${external.name} ExternalWorkload`, external);
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, members]) => asFound(ns, key.slice(0, key.lastIndexOf(' ')), members));
}

/** What tells a workload from all others, whatever its pods are called. */
export const workloadKey = ({ kind, namespace, name, owner }: FoundWorkload): string =>
  `${namespace} ${name} ${owner?.kind ?? kind}`;

/** Every name that `findWorkload` knows in a namespace, each once. */
export function workloadNames(ns: NamespaceState): readonly string[] {
  const names = new Set<string>();
  // A controller's name says more than those of its pods.
  for (const pod of all(ns, 'core/Pod')) names.add(ownersOf(pod).at(-1)?.name ?? pod.name);
  for (const { name } of all(ns, 'workload.linkerd.io/ExternalWorkload')) names.add(name);
  return [...names].sort();
}

/** Why there is no workload of a name, with what may have been meant. */
export function missing(
  state: State,
  { namespace, name }: Pick<ObjectName, 'namespace' | 'name'>,
  accounts = false,
): EndpointProblem {
  const ns = namespace === undefined ? undefined : state.namespaces.get(namespace);
  if (namespace !== undefined && ns === undefined) return noNamespace(state, namespace, name);
  const searched = ns === undefined ? namespacesOf(state) : [ns];
  const names = searched.flatMap((each) =>
    workloadNames(each).map((known) => ({ known, full: `${each.name}/${known}` })),
  );
  const nearName = nearest(
    name,
    names.map(({ known }) => known),
  );
  const near = names.find(({ known }) => known === nearName)?.full ?? elsewhere(state, name);
  return {
    code: 'no-workload',
    namespace,
    name,
    near,
    known: names.slice(0, SHOWN).map(({ known, full }) => (ns === undefined ? full : known)),
    service: searched.some((each) => each.objects.get('core/Service')?.has(name) === true),
    accounts,
  };
}

/** Why there is no namespace of a name. */
export const missingNamespace = (state: State, namespace: string): EndpointProblem => ({
  code: 'no-namespace',
  namespace,
  near: nearest(
    namespace,
    namespacesOf(state).map(({ name }) => name),
  ),
});

function noNamespace(state: State, namespace: string, name: string): EndpointProblem {
  const names = namespacesOf(state).map((ns) => ns.name);
  const near = nearest(namespace, names);
  const ns = near === undefined ? undefined : state.namespaces.get(near);
  const known = ns === undefined ? undefined : nearest(name, workloadNames(ns));
  const meant = near === undefined || known === undefined ? near : `${near}/${known}`;
  return { code: 'no-namespace', namespace, near: meant ?? elsewhere(state, name) };
}

/** The workload of exactly this name in another namespace. */
const elsewhere = (state: State, name: string): string | undefined =>
  namespacesOf(state)
    .filter((ns) => workloadNames(ns).includes(name))
    .map((ns) => `${ns.name}/${name}`)[0];
