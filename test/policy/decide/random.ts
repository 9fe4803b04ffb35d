/** Random small policies, clients and requests, from few words, so that they meet often. */
import { parseAddress } from '../../../src/model/ip.js';
import type { Connection, TlsState } from '../../../src/policy/decide/connection.js';
import type { HttpRequest, Traffic } from '../../../src/policy/decide/request.js';
import type {
  Authentication,
  Authorization,
  AuthorizedNetwork,
  GrpcMatch,
  HttpMatch,
  NamedMatch,
  PathMatch,
  PortPolicy,
  Protocol,
  RateLimit,
  Route,
  RouteFilter,
} from '../../../src/policy/inbound/port-policy.js';
import type { Chance } from '../../oracle/random.js';
import { id, mkDefault, mkNetwork, mkProbeRoute } from './builders.js';

const IDENTITIES = [id('a', 'n'), id('b', 'n'), id('a', 'm'), 'n', 'x.n', 'spiffe://td/x', 'spiffe://td/y.n'];
const SUFFIXES = ['', 'n', 'n.serviceaccount.identity.linkerd.cluster.local', 'cluster.local', 'local'];
const NETWORKS = ['10.0.0.0/8', '10.1.0.0/16', '10.1.2.3', '0.0.0.0/0', '::/0', 'fd00::/8', '::ffff:0:0/96'];
const ADDRESSES = [
  '10.1.2.3',
  '10.1.9.9',
  '10.2.0.1',
  '127.0.0.1',
  '203.0.113.9',
  '::1',
  'fd00::1',
  '2001::1',
];
const PATTERNS = ['a|ab', '/a.*', '[ab]+', '.*', '/api/v[0-9]', 'ab'];
const PATHS = [
  '/',
  '/a',
  '/a/',
  '/a/b',
  '/a/b/',
  '/ab',
  '/api/v1',
  '/api',
  '',
  '/s/m',
  '/s/',
  '/s',
  '/s/m/x',
  '//',
];
const METHODS = ['GET', 'POST', 'HEAD', 'get'];
const HOSTS = [
  'example.com',
  'a.example.com',
  'b.a.example.com',
  'Example.COM',
  'com',
  'example.com.',
  'other',
];
const VALUES = ['a', 'ab', 'b', ''];

const some = <T>(random: Chance, below: number, make: () => T): T[] =>
  Array.from({ length: random.int(below) }, make);
const maybe = <T>({ chance }: Chance, probability: number, make: () => T): T | undefined =>
  chance(probability) ? make() : undefined;

function randomNetworks(random: Chance): AuthorizedNetwork[] {
  const { pick, chance } = random;
  if (chance(0.01)) return [];
  const network = (): AuthorizedNetwork =>
    mkNetwork(pick(NETWORKS), ...some(random, chance(0.3) ? 3 : 1, () => pick(NETWORKS)));
  return [network(), ...some(random, 3, network)];
}

function randomAuthentication(random: Chance): Authentication {
  const { pick, chance } = random;
  if (chance(0.25)) return { kind: 'unauthenticated' };
  if (chance(0.2)) return { kind: 'mesh-tls' };
  return {
    kind: 'identities',
    exact: some(random, 3, () => pick(IDENTITIES)),
    suffixes: some(random, 3, () => pick(SUFFIXES)),
  };
}

function randomAuthorizations(random: Chance, name: string, below: number): Authorization[] {
  return some(random, below, () => random.int(1_000)).map((n) => ({
    source: {
      kind: random.chance(0.5) ? 'AuthorizationPolicy' : 'ServerAuthorization',
      namespace: 'n',
      name: `${name}${String(n)}`,
    },
    networks: randomNetworks(random),
    authentication: randomAuthentication(random),
  }));
}

function randomValue(random: Chance, names: readonly string[]): NamedMatch {
  const name = random.pick(names);
  return random.chance(0.6)
    ? { kind: 'exact', name, value: random.pick(VALUES) }
    : { kind: 'regex', name, value: random.pick(PATTERNS) };
}

function randomPath({ pick, chance }: Chance): PathMatch {
  if (chance(0.2)) return { kind: 'regex', value: chance(0.01) ? '(' : pick(PATTERNS) };
  return { kind: chance(0.5) ? 'exact' : 'prefix', value: pick(PATHS) };
}

const randomHttpMatch = (random: Chance): HttpMatch => ({
  path: maybe(random, 0.8, () => randomPath(random)),
  method: maybe(random, 0.3, () => random.pick(METHODS)),
  headers: some(random, random.chance(0.3) ? 3 : 1, () => randomValue(random, ['x', 'y'])),
  queryParams: some(random, random.chance(0.3) ? 3 : 1, () =>
    randomValue(random, random.chance(0.02) ? [''] : ['q', 'a b']),
  ),
});

const randomGrpcMatch = (random: Chance): GrpcMatch => ({
  rpc: maybe(random, 0.99, () => ({
    service: maybe(random, 0.5, () => random.pick(['s', 'a', ''])),
    method: maybe(random, 0.5, () => random.pick(['m', 'b', ''])),
  })),
  headers: some(random, random.chance(0.3) ? 3 : 1, () => randomValue(random, ['x', 'y'])),
});

function randomFilters({ chance, pick }: Chance, redirects: boolean): RouteFilter[] {
  const filters: RouteFilter[] = [];
  if (chance(0.2)) filters.push({ kind: 'requestHeaderModifier', add: [], set: [], remove: ['x'] });
  if (redirects && chance(0.1)) {
    const status = pick([301, 302, undefined]);
    filters.push({ kind: 'redirect', scheme: 'https', host: undefined, path: undefined, port: 443, status });
  }
  return filters;
}

function randomRoutes<M>(
  random: Chance,
  kind: 'HTTPRoute' | 'GRPCRoute',
  mkMatch: (random: Chance) => M,
): Route<M>[] {
  return some(random, 4, () => random.int(3)).map((rules, n) => ({
    ref: { kind, group: 'gateway.networking.k8s.io', namespace: 'n', name: `r${String(n)}` },
    hosts: some(random, random.chance(0.4) ? 3 : 1, () => ({
      kind: random.chance(0.5) ? ('exact' as const) : ('suffix' as const),
      host: random.pick(HOSTS),
    })),
    authorizations: randomAuthorizations(random, 'route', 3),
    rules: Array.from({ length: rules + 1 }, () => ({
      matches: some(random, 3, () => mkMatch(random)),
      filters: randomFilters(random, kind === 'HTTPRoute'),
    })),
  }));
}

const randomRateLimit = (random: Chance): RateLimit => ({
  namespace: 'n',
  name: 'limit',
  total: maybe(random, 0.5, () => random.int(9)),
  identity: maybe(random, 0.5, () => random.int(9)),
  overrides: some(random, 3, () => ({
    requestsPerSecond: random.int(9),
    clients: some(random, 3, () => random.pick(IDENTITIES)),
  })),
});

export function randomPolicy(random: Chance): PortPolicy {
  const { pick, chance } = random;
  const protocol = pick<Protocol>(['detect', 'detect', 'HTTP/1', 'HTTP/2', 'gRPC', 'opaque', 'TLS']);
  const knowsHttp = protocol === 'detect' || protocol.startsWith('HTTP');
  const words = ['audit', 'all-authenticated', 'cluster-unauthenticated'] as const;
  return {
    server: { kind: 'server', namespace: 'n', name: 'web' },
    protocol,
    authorizations: [
      ...randomAuthorizations(random, 'server', 3),
      ...(chance(0.4) ? [mkDefault(pick(words))] : []),
    ],
    httpRoutes: knowsHttp
      ? [
          ...randomRoutes(random, 'HTTPRoute', randomHttpMatch),
          ...(chance(0.1) ? [mkProbeRoute('/a', '/api')] : []),
        ]
      : [],
    grpcRoutes: protocol === 'gRPC' ? randomRoutes(random, 'GRPCRoute', randomGrpcMatch) : [],
    rateLimit: knowsHttp ? maybe(random, 0.4, () => randomRateLimit(random)) : undefined,
  };
}

function randomTls({ pick, chance }: Chance): TlsState {
  if (chance(0.3)) return { kind: 'none' };
  if (chance(0.1)) return { kind: 'passthru', sni: 'example.com' };
  return { kind: 'established', identity: chance(0.15) ? undefined : pick(IDENTITIES) };
}

export function randomConnection(random: Chance): Connection {
  const { family, address } = parseAddress(random.pick(ADDRESSES))!;
  return { family, address, tls: randomTls(random), direct: random.chance(0.2) };
}

const QUERIES = [
  '',
  '?',
  '?q=a',
  '?q=ab&q=b',
  '?a+b=%61b',
  '?q=%zz&a%20b',
  '??q=a',
  '?q',
  '?q=a?b',
  '?&q=b&',
];
const AUTHORITIES = [
  'example.com:80',
  'A.example.com',
  'b.a.example.com.',
  'example.com.',
  'other',
  '.example.com',
];

function randomRequest(random: Chance): HttpRequest {
  const { pick, chance } = random;
  const headers = some(random, 4, () => ({ name: pick(['x', 'X', 'y']), value: pick(VALUES) }));
  if (chance(0.4))
    headers.push({
      name: 'Content-Type',
      value: pick(['application/grpc', 'application/grpc+proto', 'text/plain']),
    });
  if (chance(0.2)) headers.push({ name: 'Host', value: pick(AUTHORITIES) });
  return {
    method: pick([...METHODS, 'POST']),
    path: pick(PATHS.slice(0, -1).filter((path) => path !== '')) + pick(QUERIES),
    host: maybe(random, 0.7, () => pick(AUTHORITIES)),
    headers,
  };
}

export function randomTraffic(random: Chance): Traffic {
  if (random.chance(0.2)) return { kind: 'tcp' };
  const version = random.chance(0.5) ? 'http1' : 'http2';
  return { kind: 'http', version, request: randomRequest(random) };
}
