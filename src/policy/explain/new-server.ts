/** The Server that a port without one would need before anybody can be authorized by name. */
import { CONTROL_PLANE_LABEL } from '../objects/workload.js';
import { ownersOf } from '../objects/owners.js';
import type { StoredPod } from '../objects/stored.js';
import type { LabelRecord } from '../../selector/requirement.js';
import { all } from '../state/state.js';
import type { Workload } from '../state/workload-shape.js';
import { create, type ChangeStep } from './change.js';
import { freeName } from './free-name.js';
import type { Situation } from './situation.js';

const SERVER = 'policy.linkerd.io/Server';

/**
 * A Server of this port of this workload and of no other. It keeps what the default policy allows as its
 * `accessPolicy`, and the protocol that the proxy takes the port for.
 */
export function newServer({ index, target, policy }: Situation): {
  readonly name: string;
  readonly step: ChangeStep;
} {
  const { workload, port, portName } = target;
  const { namespace } = target.ref;
  const name = freeName(
    index.state,
    SERVER,
    namespace,
    `${workload.owner?.name ?? workload.name}-${portName ?? String(port)}`,
  );
  const word = policy.server.kind === 'default' ? policy.server.word : 'deny';
  const [first] = workload.members;
  const selector = { matchLabels: first.kind === 'core/Pod' ? podLabels(index, first) : { ...first.labels } };
  const step = create(
    SERVER,
    { namespace, name },
    {
      ...(first.kind === 'core/Pod' ? { podSelector: selector } : { externalWorkloadSelector: selector }),
      port: portName ?? port,
      ...(policy.protocol === 'opaque' ? { proxyProtocol: 'opaque' } : {}),
      ...(word === 'deny' ? {} : { accessPolicy: word }),
    },
  );
  return { name, step };
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

/** The first label that the pods of no other workload have; else all that people wrote. */
function podLabels({ state }: Situation['index'], pod: StoredPod): LabelRecord {
  const ns = state.namespaces.get(pod.namespace);
  const others = ns === undefined ? [] : all(ns, 'core/Pod').filter((other) => !isSameWorkload(pod, other));
  const written = Object.entries(pod.labels).filter(([key]) => isWritten(key));
  const single = written.find(([key, value]) => others.every(({ labels }) => valueOf(labels, key) !== value));
  return Object.fromEntries(single === undefined ? written : [single]);
}

const valueOf = (labels: LabelRecord, key: string): string | undefined =>
  Object.hasOwn(labels, key) ? labels[key] : undefined;

function isSameWorkload(a: Workload, b: StoredPod): boolean {
  if (a.kind !== 'core/Pod' || a.name === b.name) return a.name === b.name;
  const [mine, theirs] = [ownersOf(a).at(-1), ownersOf(b).at(-1)];
  return mine !== undefined && mine.kind === theirs?.kind && mine.name === theirs.name;
}
