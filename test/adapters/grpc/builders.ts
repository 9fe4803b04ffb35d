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
