/** The Server that a port without one would need before anybody can be authorized by name. */
import { CONTROL_PLANE_LABEL } from '../objects/workload.js';
import { ownersOf } from '../objects/owners.js';
import type { LabelRecord } from '../../selector/requirement.js';
import { all, type State } from '../state/state.js';
import type { Workload } from '../state/workload-shape.js';
import { create, type ChangeStep } from './change.js';
import { freeName } from './free-name.js';
import type { Situation } from './situation.js';

const SERVER = 'policy.linkerd.io/Server';

export interface ProposedServer {
  readonly name: string;
  readonly step: ChangeStep;
}

/**
 * Servers of this port of this workload and of no other, the one with the shortest selector first. Each keeps what the
 * default policy allows as its `accessPolicy`, and the protocol that the proxy takes the port for. None where no labels
 * tell the workload from others, or another Server has the port on some of its pods.
 */
export function newServers({ index, target, policy }: Situation): readonly ProposedServer[] {
  const { workload, port, portName } = target;
  const { namespace } = target.ref;
  const [first] = workload.members;
  if (workload.members.some((member) => isClaimed(index.state, member, port))) return [];
  const owner = workload.owner?.name ?? workload.name;
  const name = freeName(index.state, SERVER, namespace, `${owner}-${portName ?? String(port)}`);
  const word = policy.server.kind === 'default' ? policy.server.word : 'deny';
  const selectorName = first.kind === 'core/Pod' ? 'podSelector' : 'externalWorkloadSelector';
  return labelsOf(index.state, first).map((matchLabels) => ({
    name,
    step: create(
      SERVER,
      { namespace, name },
      {
        [selectorName]: { matchLabels },
        port: portName ?? port,
        ...(policy.protocol === 'opaque' ? { proxyProtocol: 'opaque' } : {}),
        ...(word === 'deny' ? {} : { accessPolicy: word }),
      },
    ),
  }));
}

function isClaimed(state: State, workload: Workload, port: number): boolean {
  const ns = state.namespaces.get(workload.namespace);
  const group =
    workload.kind === 'core/Pod' ? ns?.pods.groupOf(workload) : ns?.externalWorkloads.groupOf(workload);
  return group?.claims.has(port) === true;
}

/** Labels that controllers and the injector put on pods; they say nothing of what a person would select by. */
const GENERATED = new Set([
  CONTROL_PLANE_LABEL,
  'pod-template-hash',
  'pod-template-generation',
  'controller-revision-hash',
  'controller-uid',
  'job-name',
]);
const isWritten = (key: string): boolean =>
  !GENERATED.has(key) &&
  !['linkerd.io/', 'statefulset.kubernetes.io/', 'apps.kubernetes.io/', 'batch.kubernetes.io/'].some(
    (prefix) => key.startsWith(prefix),
  );

/** The first label that no other workload of its kind in the namespace has, and all that people wrote. */
function labelsOf(state: State, workload: Workload): readonly LabelRecord[] {
  const ns = state.namespaces.get(workload.namespace);
  if (ns === undefined) return [];
  const others = all(ns, workload.kind).filter((other) => !isSameWorkload(workload, other));
  const written = Object.entries(workload.labels).filter(([key]) => isWritten(key));
  const isOwn = (chosen: readonly (readonly [string, string])[]): boolean =>
    others.every(({ labels }) => chosen.some(([key, value]) => valueOf(labels, key) !== value));
  const single = written.find((label) => isOwn([label]));
  const choices = [...(single === undefined || written.length === 1 ? [] : [[single]]), written];
  return choices.filter(isOwn).map((chosen) => Object.fromEntries(chosen));
}

const valueOf = (labels: LabelRecord, key: string): string | undefined =>
  Object.hasOwn(labels, key) ? labels[key] : undefined;

function isSameWorkload(a: Workload, b: Workload): boolean {
  if (a.name === b.name) return true;
  if (a.kind !== 'core/Pod' || b.kind !== 'core/Pod') return false;
  const [mine, theirs] = [ownersOf(a).at(-1), ownersOf(b).at(-1)];
  return mine !== undefined && mine.kind === theirs?.kind && mine.name === theirs.name;
}
