/** Effective policies, clients and requests for tests, with sensible defaults. */
import { parseAddress, parseNetwork } from '../../../src/model/ip.js';
import { serviceAccountIdentity } from '../../../src/model/identity.js';
import { DEFAULT_CLUSTER_SETTINGS } from '../../../src/model/world.js';
import type { Connection, TlsState } from '../../../src/policy/decide/connection.js';
import { decide } from '../../../src/policy/decide/decide.js';
import type { Decision } from '../../../src/policy/decide/decision.js';
import type { HttpRequest, Traffic } from '../../../src/policy/decide/request.js';
import type {
  Authentication,
  Authorization,
  AuthorizationSource,
  AuthorizedNetwork,
  GrpcRoute,
  HttpMatch,
  HttpRoute,
  PathMatch,
  PortPolicy,
} from '../../../src/policy/inbound/port-policy.js';
import { mkWorld } from '../../builders.js';

export const { semantics: SEMANTICS } = mkWorld();

/** The identity of the service account `name` in `namespace`. */
export const id = (name: string, namespace: string): string =>
  serviceAccountIdentity(name, namespace, DEFAULT_CLUSTER_SETTINGS);

export const mkNetwork = (net: string, ...except: string[]): AuthorizedNetwork => ({
  net: parseNetwork(net)!,
  except: except.map((text) => parseNetwork(text)!),
});

export const ALL: readonly AuthorizedNetwork[] = [mkNetwork('0.0.0.0/0'), mkNetwork('::/0')];
export const CLUSTER: readonly AuthorizedNetwork[] = DEFAULT_CLUSTER_SETTINGS.clusterNetworks.map((net) =>
  mkNetwork(net),
);

export const UNAUTHENTICATED: Authentication = { kind: 'unauthenticated' };
export const MESH_TLS: Authentication = { kind: 'mesh-tls' };
export const identities = (exact: readonly string[], suffixes: readonly string[] = []): Authentication => ({
  kind: 'identities',
  exact,
  suffixes,
});

/** An authorization of an AuthorizationPolicy: all networks and nothing asked for, unless told otherwise. */
export const mkAuthorization = (
  name: string,
  authentication: Authentication = UNAUTHENTICATED,
  networks: readonly AuthorizedNetwork[] = ALL,
): Authorization => ({
  source: { kind: 'AuthorizationPolicy', namespace: 'n', name },
  networks,
  authentication,
});

/** What a default policy word stands for (A5). */
export function mkDefault(name: (AuthorizationSource & { kind: 'default' })['name']): Authorization {
  const networks = name.startsWith('cluster-') ? CLUSTER : ALL;
  return {
    source: { kind: 'default', name },
    networks,
    authentication: name.endsWith('-authenticated') ? identities([], ['']) : UNAUTHENTICATED,
  };
}

export const mkMatch = (path?: PathMatch | string, over: Partial<HttpMatch> = {}): HttpMatch => ({
  path: typeof path === 'string' ? { kind: 'prefix', value: path } : path,
  method: undefined,
  headers: [],
  queryParams: [],
  ...over,
});

/** An HTTPRoute of one rule with these matches. */
export const mkHttpRoute = (
  name: string,
  matches: readonly HttpMatch[],
  over: Partial<HttpRoute> = {},
): HttpRoute => ({
  ref: { kind: 'HTTPRoute', group: 'policy.linkerd.io', namespace: 'n', name },
  hosts: [],
  authorizations: [],
  rules: [{ matches, filters: [] }],
  ...over,
});

export const mkGrpcRoute = (
  name: string,
  rules: GrpcRoute['rules'],
  over: Partial<GrpcRoute> = {},
): GrpcRoute => ({
  ref: { kind: 'GRPCRoute', group: 'gateway.networking.k8s.io', namespace: 'n', name },
  hosts: [],
  authorizations: [],
  rules,
  ...over,
});

export const DEFAULT_ROUTE: HttpRoute = {
  ref: { kind: 'default', name: 'default' },
  hosts: [],
  authorizations: [],
  rules: [{ matches: [mkMatch('/')], filters: [] }],
};

export const DEFAULT_GRPC_ROUTE: GrpcRoute = {
  ref: { kind: 'default', name: 'default' },
  hosts: [],
  authorizations: [],
  rules: [
    {
      matches: [{ rpc: { service: undefined, method: undefined }, headers: [] }],
      filters: [],
    },
  ],
};

/** The route for the probes of a pod (A12). */
export const mkProbeRoute = (...paths: string[]): HttpRoute => ({
  ref: { kind: 'default', name: 'probe' },
  hosts: [],
  authorizations: [mkDefault('probe')],
  rules: [
    {
      matches: paths.map((value) => mkMatch({ kind: 'exact', value }, { method: 'GET' })),
      filters: [],
    },
  ],
});

/** That of the Server `n/web` of unknown protocol with nothing else. */
export const mkPolicy = (over: Partial<PortPolicy> = {}): PortPolicy => ({
  server: { kind: 'server', namespace: 'n', name: 'web' },
  protocol: 'detect',
  authorizations: [],
  httpRoutes: over.protocol === undefined || over.protocol.startsWith('HTTP') ? [DEFAULT_ROUTE] : [],
  grpcRoutes: over.protocol === 'gRPC' ? [DEFAULT_GRPC_ROUTE] : [],
  rateLimit: undefined,
  ...over,
});

export function mkConnection(ip: string, tls: TlsState = { kind: 'none' }, direct = false): Connection {
  const { family, address } = parseAddress(ip)!;
  return { family, address, tls, direct };
}

/** A client without mesh TLS. */
export const plain = (ip: string): Connection => mkConnection(ip);
/** A meshed client. */
export const meshed = (identity: string, ip = '10.0.0.1', direct = false): Connection =>
  mkConnection(ip, { kind: 'established', identity }, direct);

export const TCP: Traffic = { kind: 'tcp' };

export const http = (path: string, over: Partial<HttpRequest> = {}): Traffic => ({
  kind: 'http',
  version: 'http1',
  request: { method: 'GET', path, headers: [], ...over },
});

/** A gRPC call of `/service/method`. */
export const grpc = (path: string, over: Partial<HttpRequest> = {}): Traffic => ({
  kind: 'http',
  version: 'http2',
  request: {
    method: 'POST',
    path,
    headers: [{ name: 'Content-Type', value: 'application/grpc+proto' }],
    ...over,
  },
});

export const decided = (policy: PortPolicy, connection: Connection, traffic: Traffic): Decision =>
  decide(policy, connection, traffic, SEMANTICS);

/** `allow`, `audit`, or what the client gets instead: `403`, `404`, a gRPC code, `refused`. */
export function verdict(policy: PortPolicy, connection: Connection, traffic: Traffic): string {
  const { outcome, answer } = decided(policy, connection, traffic);
  switch (answer.kind) {
    case 'forward':
      return outcome;
    case 'redirect':
    case 'http':
      return String(answer.status);
    case 'grpc':
      return answer.code;
    case 'refused':
      return 'refused';
  }
}

/** The name of what was credited. */
export const credited = (policy: PortPolicy, connection: Connection, traffic: Traffic): string | undefined =>
  decided(policy, connection, traffic).authorization?.name;
