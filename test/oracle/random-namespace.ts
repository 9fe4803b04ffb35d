/** Random Servers and workloads of one namespace, as people write them, for the oracle of overlaps. */
import { KEYS } from './overlap.js';
import type { Chance } from './random.js';

/** The values that selectors name; workloads have one more. */
export const VALUES: readonly string[] = ['a', 'b', 'c'];
const PORTS = [80, 8080, 'http', 'web'];

const randomSelector = ({ pick, chance, int }: Chance): object => {
  if (chance(0.4))
    return {
      matchLabels: Object.fromEntries(KEYS.filter(() => chance(0.5)).map((key) => [key, pick(VALUES)])),
    };
  const expression = () => {
    const operator = pick(['In', 'In', 'NotIn', 'Exists', 'DoesNotExist']);
    const values = VALUES.filter(() => chance(0.5));
    const given = operator === 'In' || operator === 'NotIn' ? !chance(0.03) : chance(0.03);
    return { key: pick(KEYS), operator, ...(given ? { values } : {}) };
  };
  return { matchExpressions: Array.from({ length: int(3) }, expression) };
};

const stamp = ({ chance, int }: Chance) =>
  chance(0.2) ? {} : { creationTimestamp: `2026-01-0${String(1 + int(3))}T00:00:00Z` };

export const randomServer = (random: Chance, name: string, selector = 'podSelector'): any => ({
  apiVersion: 'policy.linkerd.io/v1beta3',
  kind: 'Server',
  metadata: { name, namespace: 'app', ...stamp(random) },
  spec: { [selector]: randomSelector(random), port: random.pick(PORTS) },
});

const randomLabels = ({ pick, chance }: Chance): Record<string, string> =>
  Object.fromEntries(KEYS.filter(() => chance(0.7)).map((key) => [key, pick([...VALUES, 'd'])]));

const randomPorts = ({ pick, chance, int }: Chance, member: string): object[] =>
  Array.from({ length: int(4) }, () => ({
    [member]: pick([80, 8080, 9090]),
    ...(chance(0.8) ? { name: pick(['http', 'http', 'web', 'admin']) } : {}),
    ...(chance(0.2) ? { protocol: pick(['UDP', 'tcp']) } : {}),
  }));

export const randomPod = (random: Chance, name: string): any => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'app', labels: { ...randomLabels(random), 'pod-name': name } },
  spec: {
    containers: [{ name: 'main', ports: randomPorts(random, 'containerPort') }],
    initContainers: random.chance(0.3) ? [{ name: 'side', ports: randomPorts(random, 'containerPort') }] : [],
  },
});

export const randomExternalWorkload = (random: Chance, name: string): any => ({
  apiVersion: 'workload.linkerd.io/v1beta1',
  kind: 'ExternalWorkload',
  metadata: { name, namespace: 'app', labels: randomLabels(random) },
  spec: {
    meshTLS: { identity: `${name}.example`, serverName: `${name}.example` },
    workloadIPs: [{ ip: '192.0.2.1' }],
    ports: randomPorts(random, 'port'),
  },
});

/** A Deployment with the labels and containers of a pod. */
export const deploymentOf = (pod: any): any => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: pod.metadata.name, namespace: pod.metadata.namespace },
  spec: {
    selector: { matchLabels: pod.metadata.labels },
    template: { metadata: { labels: pod.metadata.labels }, spec: pod.spec },
  },
});
