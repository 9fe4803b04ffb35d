/** Random policy objects and workloads, as people write them: small universes, so that everything meets everything. */
import { InternTable } from '../../../src/policy/objects/intern.js';
import type { StoredKind } from '../../../src/policy/objects/kinds.js';
import { project } from '../../../src/policy/objects/project.js';
import type { StoredObject } from '../../../src/policy/objects/stored.js';
import type { SourceEvent } from '../../../src/policy/ports.js';
import type { Chance } from '../../oracle/random.js';

export const NAMESPACES = ['a', 'b'];
const NAMES = ['x', 'y', 'z'];
const APPS = ['web', 'api'];
const table = new InternTable();

type Raw = Record<string, unknown>;
type Make = (random: Chance, namespace: string) => Raw;

const server = (name: string) => ({ group: 'policy.linkerd.io', kind: 'Server', name });

const labels = ({ pick, chance }: Chance): Record<string, string> => ({
  ...(chance(0.8) ? { app: pick(APPS) } : {}),
  ...(chance(0.3) ? { tier: pick(['front', 'back']) } : {}),
});

const selector = (random: Chance): Raw => {
  const { pick, chance } = random;
  if (chance(0.2)) return { matchLabels: {} };
  if (chance(0.7)) return { matchLabels: labels(random) };
  return {
    matchExpressions: [
      chance(0.5)
        ? { key: pick(['app', 'tier']), operator: pick(['In', 'NotIn']), values: [pick([...APPS, 'front'])] }
        : { key: pick(['app', 'tier', 'other']), operator: pick(['Exists', 'DoesNotExist']) },
    ],
  };
};

const networks = ({ pick, int }: Chance): Raw[] =>
  Array.from({ length: int(3) }, () => ({
    cidr: pick(['10.0.0.0/8', '10.1.0.0/16', '0.0.0.0/0', '::/0', '192.168.0.1']),
    ...(pick([true, false]) ? { except: [pick(['10.1.0.0/24', '10.0.0.0/9'])] } : {}),
  }));

const routeRules = (random: Chance): Raw[] => {
  const { pick, chance, int } = random;
  const match = (): Raw => ({
    path: pick([
      { type: 'PathPrefix', value: '/' },
      { type: 'PathPrefix', value: '/api' },
      { type: 'Exact', value: '/api/v1' },
      { type: 'RegularExpression', value: '/[a-c]+' },
      { type: 'RegularExpression', value: '(' },
    ]),
    ...(chance(0.3) ? { method: pick(['GET', 'POST']) } : {}),
    ...(chance(0.2) ? { headers: [{ type: 'Exact', name: 'X-A', value: '1' }] } : {}),
  });
  return Array.from({ length: 1 + int(2) }, () => ({
    matches: Array.from({ length: 1 + int(2) }, match),
    ...(chance(0.1) ? { filters: [{ type: 'ResponseHeaderModifier', responseHeaderModifier: {} }] } : {}),
  }));
};

const parents = ({ pick, chance, int }: Chance): Raw[] =>
  Array.from({ length: 1 + int(2) }, () => ({
    ...server(pick(NAMES)),
    ...(chance(0.15) ? { namespace: pick(NAMESPACES) } : {}),
    ...(chance(0.05) ? { port: 80 } : {}),
  }));

const containerPorts = ({ pick, chance, int }: Chance): Raw[] =>
  Array.from({ length: int(3) }, () => ({
    containerPort: pick([80, 8080, 5432]),
    ...(chance(0.8) ? { name: pick(['http', 'admin']) } : {}),
  }));

const proxyAnnotations = ({ pick, chance }: Chance): Raw => ({
  ...(chance(0.3)
    ? { 'config.linkerd.io/default-inbound-policy': pick(['deny', 'audit', 'all-authenticated', 'no']) }
    : {}),
  ...(chance(0.2) ? { 'config.linkerd.io/opaque-ports': pick(['5432', '1-100', '80,x']) } : {}),
  ...(chance(0.2) ? { 'config.linkerd.io/proxy-require-identity-inbound-ports': pick(['80', '8080']) } : {}),
});

/** For each kind: metadata beside name and namespace, and the rest of the object. */
const MAKERS: Readonly<Record<string, Make>> = {
  'core/Pod': (random) => ({
    metadata: {
      labels: {
        ...labels(random),
        ...(random.chance(0.85) ? { 'linkerd.io/control-plane-ns': 'linkerd' } : {}),
      },
      annotations: proxyAnnotations(random),
    },
    spec: {
      serviceAccountName: random.pick(NAMES),
      containers: [
        {
          name: 'main',
          ports: containerPorts(random),
          ...(random.chance(0.4)
            ? {
                livenessProbe: {
                  httpGet: {
                    port: random.pick([80, 'http', 9090]),
                    path: random.pick(['/', '/live', 'b d']),
                  },
                },
              }
            : {}),
        },
      ],
    },
  }),
  'workload.linkerd.io/ExternalWorkload': (random) => ({
    metadata: { labels: labels(random), annotations: proxyAnnotations(random) },
    spec: {
      meshTLS: { identity: 'vm.example' },
      ports: containerPorts(random).map(({ containerPort, ...rest }) => ({ port: containerPort, ...rest })),
    },
  }),
  'policy.linkerd.io/Server': (random) => ({
    metadata: { labels: labels(random) },
    spec: {
      [random.chance(0.85) ? 'podSelector' : 'externalWorkloadSelector']: selector(random),
      port: random.pick([80, 8080, 'http', 'admin']),
      ...(random.chance(0.7)
        ? { proxyProtocol: random.pick(['unknown', 'HTTP/1', 'HTTP/2', 'gRPC', 'opaque', 'TLS']) }
        : {}),
      ...(random.chance(0.4)
        ? { accessPolicy: random.pick(['deny', 'audit', 'cluster-authenticated', 'none']) }
        : {}),
    },
  }),
  'policy.linkerd.io/ServerAuthorization': (random) => ({
    spec: {
      server: random.chance(0.5) ? { name: random.pick(NAMES) } : { selector: selector(random) },
      client: {
        networks: networks(random),
        ...random.pick([
          { unauthenticated: true },
          { meshTLS: { unauthenticatedTLS: true } },
          { meshTLS: { identities: ['*', '*.a.example', 'vm.example'] } },
          { meshTLS: { serviceAccounts: [{ name: random.pick(NAMES) }] } },
          {},
        ]),
      },
    },
  }),
  'policy.linkerd.io/AuthorizationPolicy': (random) => ({
    spec: {
      targetRef: random.pick<Raw>([
        server(random.pick(NAMES)),
        { kind: 'Namespace', name: 'a' },
        { group: 'policy.linkerd.io', kind: 'HTTPRoute', name: random.pick(NAMES) },
        { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: random.pick(NAMES) },
        { group: 'gateway.networking.k8s.io', kind: 'GRPCRoute', name: random.pick(NAMES) },
        { group: 'policy.linkerd.io', kind: 'Nothing', name: 'x' },
      ]),
      requiredAuthenticationRefs: [
        ...(random.chance(0.6)
          ? [
              random.pick<Raw>([
                { kind: 'ServiceAccount', name: random.pick(NAMES) },
                {
                  group: 'policy.linkerd.io',
                  kind: 'MeshTLSAuthentication',
                  name: random.pick(NAMES),
                  ...(random.chance(0.3) ? { namespace: random.pick(NAMESPACES) } : {}),
                },
              ]),
            ]
          : []),
        ...(random.chance(0.4)
          ? [
              {
                group: 'policy.linkerd.io',
                kind: 'NetworkAuthentication',
                name: random.pick(NAMES),
                ...(random.chance(0.3) ? { namespace: random.pick(NAMESPACES) } : {}),
              },
            ]
          : []),
      ],
    },
  }),
  'policy.linkerd.io/MeshTLSAuthentication': (random) => ({
    spec: random.pick<Raw>([
      { identities: ['*'] },
      { identities: ['x.a.serviceaccount.identity.linkerd.cluster.local', 'spiffe://td/x'] },
      { identityRefs: [{ kind: 'Namespace', name: random.pick(NAMESPACES) }] },
      { identityRefs: [{ kind: 'ServiceAccount', name: random.pick(NAMES) }] },
      { identities: [] },
      { identityRefs: [{ kind: 'Pod', name: 'x' }] },
    ]),
  }),
  'policy.linkerd.io/NetworkAuthentication': (random) => ({ spec: { networks: networks(random) } }),
  'policy.linkerd.io/HTTPRoute': (random) => ({
    spec: { parentRefs: parents(random), rules: routeRules(random) },
  }),
  'gateway.networking.k8s.io/HTTPRoute': (random) => ({
    spec: {
      parentRefs: parents(random),
      hostnames: random.pick([[], ['*.example.com'], ['a.example.com']]),
      rules: routeRules(random),
    },
  }),
  'gateway.networking.k8s.io/GRPCRoute': (random) => ({
    spec: {
      parentRefs: parents(random),
      rules: [
        {
          matches: [
            random.pick<Raw>([
              { method: { service: 'a.B', method: 'Get' } },
              { method: { service: 'a.B' } },
              {},
            ]),
          ],
        },
      ],
    },
  }),
  'gateway.networking.k8s.io/TCPRoute': (random) => ({ spec: { parentRefs: parents(random), rules: [] } }),
  'policy.linkerd.io/HTTPLocalRateLimitPolicy': (random) => ({
    spec: {
      targetRef: server(random.pick(NAMES)),
      total: { requestsPerSecond: 1 + random.int(100) },
      ...(random.chance(0.4)
        ? {
            overrides: [
              {
                requestsPerSecond: 5,
                clientRefs: [{ kind: random.pick(['ServiceAccount', 'Pod']), name: 'x' }],
              },
            ],
          }
        : {}),
    },
  }),
};

export const KINDS = Object.keys(MAKERS) as StoredKind[];

const CREATED = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z', undefined];

/** A random object of a kind, with one of three names in one of two namespaces. */
export function randomObject(random: Chance, kind: StoredKind): StoredObject {
  const namespace = random.pick(NAMESPACES);
  const name = random.pick(NAMES);
  const raw = (MAKERS[kind] as Make)(random, namespace);
  const creationTimestamp = random.pick(CREATED);
  const metadata = {
    ...(raw['metadata'] as Raw | undefined),
    namespace,
    name,
    ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
  };
  const stored = project(kind, { ...raw, metadata }, table);
  if (!stored.ok) throw new Error(stored.error);
  return stored.value;
}

/** A random change: mostly one object, now and then a whole kind anew, as after a list. */
export function randomEvent(random: Chance): SourceEvent {
  const kind = random.pick(KINDS);
  if (random.chance(0.05)) {
    const objects = new Map<string, StoredObject>();
    for (let i = random.int(6); i > 0; i--) {
      const object = randomObject(random, kind);
      objects.set(`${object.namespace}/${object.name}`, object);
    }
    return { type: 'replaced', kind, objects: [...objects.values()] };
  }
  if (random.chance(0.25)) {
    return { type: 'deleted', kind, namespace: random.pick(NAMESPACES), name: random.pick(NAMES) };
  }
  return { type: 'applied', object: randomObject(random, kind) };
}
