/** Policies for tests, with sensible defaults, and the .proto files as another implementation reads them. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import { parseNetwork, type IpNetwork } from '../../../src/model/ip.js';
import type {
  Authorization,
  GrpcMatch,
  GrpcRoute,
  HttpMatch,
  HttpRoute,
  PortPolicy,
  RedirectFilter,
} from '../../../src/policy/inbound/port-policy.js';

export const PROTO_FOLDER = fileURLToPath(new URL('../../../proto/', import.meta.url));

/** Everything in proto/, read by protobufjs, which has the names as they stand there or in camelCase. */
export function loadProtos({ keepCase }: { readonly keepCase: boolean }): protobuf.Root {
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) =>
    protobuf.common.get(target) === null ? `${PROTO_FOLDER}${target}` : target;
  const files = readdirSync(PROTO_FOLDER).filter((name) => name.endsWith('.proto'));
  root.loadSync(files, { keepCase }).resolveAll();
  return root;
}

/** What protobufjs reads from these bytes, as proto3 JSON; the type comes from `loadProtos` with camelCase. */
export function jsonOf(type: protobuf.Type, bytes: Uint8Array): unknown {
  const object = type.toObject(type.decode(bytes), { longs: String, enums: String, bytes: String });
  return JSON.parse(JSON.stringify(object), (_key, value: unknown) => {
    const seconds = typeof value === 'object' && value !== null && Object.hasOwn(value, 'seconds');
    return seconds ? durationText(value as { seconds: string; nanos?: number }) : value;
  });
}

/** The bytes that protobufjs writes for proto3 JSON. */
export function bytesOf(type: protobuf.Type, json: object): Uint8Array {
  const object = JSON.parse(JSON.stringify(json), (key, value: unknown) =>
    key === 'timeout' && typeof value === 'string' ? { seconds: value.replace(/s$/, '') } : value,
  );
  return type.encode(type.fromObject(object)).finish();
}

const durationText = ({ seconds, nanos = 0 }: { seconds: string; nanos?: number }): string =>
  nanos === 0 ? `${seconds}s` : `${seconds}.${String(nanos).padStart(9, '0')}s`;

export function network(text: string): IpNetwork {
  const found = parseNetwork(text);
  if (found === undefined) throw new Error(`${text} is no network`);
  return found;
}

export const mkAuthorization = (over: Partial<Authorization> = {}): Authorization => ({
  source: { kind: 'default', name: 'all-unauthenticated' },
  networks: [{ net: network('0.0.0.0/0'), except: [] }],
  authentication: { kind: 'unauthenticated' },
  ...over,
});

export const mkHttpMatch = (over: Partial<HttpMatch> = {}): HttpMatch => ({
  path: undefined,
  method: undefined,
  headers: [],
  queryParams: [],
  ...over,
});

export const mkHttpRoute = (over: Partial<HttpRoute> = {}): HttpRoute => ({
  ref: { kind: 'default', name: 'default' },
  hosts: [],
  authorizations: [],
  rules: [],
  ...over,
});

export const mkGrpcMatch = (over: Partial<GrpcMatch> = {}): GrpcMatch => ({
  rpc: undefined,
  headers: [],
  ...over,
});

export const mkGrpcRoute = (over: Partial<GrpcRoute> = {}): GrpcRoute => ({
  ref: { kind: 'default', name: 'default' },
  hosts: [],
  authorizations: [],
  rules: [],
  ...over,
});

export const mkRedirect = (over: Partial<RedirectFilter> = {}): RedirectFilter => ({
  kind: 'redirect',
  scheme: undefined,
  host: undefined,
  path: undefined,
  port: undefined,
  status: undefined,
  ...over,
});

export const mkPolicy = (over: Partial<PortPolicy> = {}): PortPolicy => ({
  server: { kind: 'server', namespace: 'app', name: 'web' },
  protocol: 'opaque',
  authorizations: [],
  httpRoutes: [],
  grpcRoutes: [],
  rateLimit: undefined,
  ...over,
});

/** A policy of every protocol; together they have everything that can be said. */
export function mkEveryPolicy(): readonly PortPolicy[] {
  const authorizations = [
    mkAuthorization({
      source: { kind: 'AuthorizationPolicy', namespace: 'app', name: 'allow' },
      networks: [
        { net: network('10.0.0.1/8'), except: [network('10.1.0.0/16'), network('10.2.3.4')] },
        { net: network('fd00::1/8'), except: [network('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff')] },
      ],
      authentication: { kind: 'identities', exact: ['web.app'], suffixes: ['', 'foo.bar'] },
    }),
    mkAuthorization({
      source: { kind: 'ServerAuthorization', namespace: 'app', name: 'old' },
      authentication: { kind: 'mesh-tls' },
    }),
    mkAuthorization(),
  ];
  const modifier = {
    kind: 'requestHeaderModifier',
    add: [{ name: 'x-a', value: 'é' }],
    set: [{ name: 'x-b', value: '' }],
    remove: ['x-c'],
  } as const;
  const headers = [
    { kind: 'exact', name: 'x-env', value: 'prod' },
    { kind: 'regex', name: 'x-env', value: '' },
  ] as const;
  const hosts = [
    { kind: 'exact', host: 'a.example' },
    { kind: 'suffix', host: 'b.example' },
  ] as const;
  const matches = [
    mkHttpMatch({ path: { kind: 'exact', value: '' }, method: 'GET', headers }),
    mkHttpMatch({ path: { kind: 'prefix', value: '/' }, method: 'QUERY', queryParams: headers }),
    mkHttpMatch({ path: { kind: 'regex', value: '.*' } }),
  ];
  const redirect = mkRedirect({
    scheme: 'http',
    host: 'r.example',
    path: { kind: 'prefix', value: '/' },
    port: 65_535,
    status: 301,
  });
  const ref = { group: 'gateway.networking.k8s.io', namespace: 'app', name: 'r' };
  const httpRoutes = [
    mkHttpRoute({
      ref: { kind: 'HTTPRoute', ...ref },
      hosts,
      authorizations,
      rules: [{ matches, filters: [modifier, redirect, mkRedirect()] }],
    }),
    mkHttpRoute({ rules: [{ matches: [], filters: [] }] }),
  ];
  const rpc = { service: 'a.B', method: undefined };
  const grpcRoutes = [
    mkGrpcRoute({
      ref: { kind: 'GRPCRoute', ...ref },
      hosts,
      authorizations,
      rules: [{ matches: [mkGrpcMatch({ rpc, headers }), mkGrpcMatch()], filters: [modifier] }],
    }),
  ];
  const rateLimit = {
    namespace: 'app',
    name: 'slow',
    total: 4_294_967_295,
    identity: 0,
    overrides: [{ requestsPerSecond: 20, clients: ['web.app', 'web.app'] }],
  };
  const http = { authorizations, httpRoutes, rateLimit };
  return [
    mkPolicy({ protocol: 'detect', ...http }),
    mkPolicy({ protocol: 'HTTP/1', ...http }),
    mkPolicy({ protocol: 'HTTP/2', ...http, rateLimit: undefined }),
    mkPolicy({ protocol: 'gRPC', authorizations, grpcRoutes }),
    mkPolicy({ protocol: 'opaque', authorizations }),
    mkPolicy({ protocol: 'TLS', server: { kind: 'default', word: 'deny' } }),
  ];
}
