/** How people name workloads and ports: the text alone, before anybody looks whether they exist. */
import { asciiLower } from '../../model/text.js';

/** What may stand before a name, as kubectl understands it. */
export type NamedKind =
  | 'Pod'
  | 'Deployment'
  | 'StatefulSet'
  | 'DaemonSet'
  | 'ReplicaSet'
  | 'Job'
  | 'CronJob'
  | 'ExternalWorkload'
  | 'ServiceAccount'
  | 'Service';

const KIND_WORDS: ReadonlyMap<string, NamedKind> = new Map([
  ...words('Pod', 'po', 'pod', 'pods'),
  ...words('Deployment', 'deploy', 'deployment', 'deployments'),
  ...words('StatefulSet', 'sts', 'statefulset', 'statefulsets'),
  ...words('DaemonSet', 'ds', 'daemonset', 'daemonsets'),
  ...words('ReplicaSet', 'rs', 'replicaset', 'replicasets'),
  ...words('Job', 'job', 'jobs'),
  ...words('CronJob', 'cj', 'cronjob', 'cronjobs'),
  ...words('ExternalWorkload', 'externalworkload', 'externalworkloads'),
  ...words('ServiceAccount', 'sa', 'serviceaccount', 'serviceaccounts'),
  ...words('Service', 'svc', 'service', 'services'),
]);

function words(kind: NamedKind, ...spelt: readonly string[]): readonly [string, NamedKind][] {
  return spelt.map((word) => [word, kind]);
}

export interface ObjectName {
  readonly namespace: string | undefined;
  /** Undefined where any kind of workload may be meant. */
  readonly kind: NamedKind | undefined;
  readonly name: string;
}

/**
 * `name`, `namespace/name`, `kind/name` or `namespace/kind/name`; undefined for anything else. Of `deploy/web` the
 * first part is a kind, unless there is a namespace of that name.
 */
export function parseName(text: string, isNamespace: (name: string) => boolean): ObjectName | undefined {
  const parts = text.split('/');
  if (parts.length > 3 || parts.includes('')) return undefined;
  const [first = '', second = '', third = ''] = parts;
  if (parts.length === 1) return { namespace: undefined, kind: undefined, name: first };
  if (parts.length === 2) {
    const kind = isNamespace(first) ? undefined : kindOf(first);
    return { namespace: kind === undefined ? first : undefined, kind, name: second };
  }
  const kind = kindOf(second);
  return kind === undefined ? undefined : { namespace: first, kind, name: third };
}

const kindOf = (word: string): NamedKind | undefined => KIND_WORDS.get(asciiLower(word));

/** What stands after the last colon, and what before it; the port is undefined without a colon. */
export function splitPort(text: string): { readonly name: string; readonly port: string | undefined } {
  const colon = text.lastIndexOf(':');
  return colon < 0
    ? { name: text, port: undefined }
    : { name: text.slice(0, colon), port: text.slice(colon + 1) };
}
