/** What is sent, from what little people say of it. */
import type { HttpRequest, Traffic } from '../decide/request.js';
import type { GrpcRoute, HttpRoute, PortPolicy, Protocol } from '../inbound/port-policy.js';

export const SPOKEN = ['http/1', 'http/2', 'grpc', 'tcp'] as const;
/** What a client speaks, apart from TLS. */
export type Spoken = (typeof SPOKEN)[number];

export interface RequestOptions {
  readonly spoken: Spoken | undefined;
  readonly method: string | undefined;
  /** Of gRPC `/service/method`. */
  readonly path: string | undefined;
  readonly host: string | undefined;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}

/** A call that no route names: only what holds for every call holds for it. */
export const ANY_CALL = '/any.Service/AnyMethod';

const CONTENT_TYPE = { name: 'content-type', value: 'application/grpc' };

/** The traffic of the options; what they leave open follows from the protocol of the port. */
export function trafficOf(options: RequestOptions, protocol: Protocol): Traffic {
  const spoken = options.spoken ?? spokenTo(protocol, options);
  if (spoken === 'tcp') return { kind: 'tcp' };
  const grpc = spoken === 'grpc';
  const request: HttpRequest = {
    method: options.method ?? (grpc ? 'POST' : 'GET'),
    path: options.path ?? (grpc ? ANY_CALL : '/'),
    host: options.host,
    headers: grpc ? [...options.headers, CONTENT_TYPE] : options.headers,
  };
  return { kind: 'http', version: spoken === 'http/1' ? 'http1' : 'http2', request };
}

/** Who says something of a request speaks HTTP. */
function spokenTo(protocol: Protocol, { method, path, host, headers }: RequestOptions): Spoken {
  switch (protocol) {
    case 'detect':
    case 'HTTP/1':
      return 'http/1';
    case 'HTTP/2':
      return 'http/2';
    case 'gRPC':
      return 'grpc';
    case 'opaque':
    case 'TLS': {
      const http = method ?? path ?? host;
      return http !== undefined || headers.length > 0 ? 'http/1' : 'tcp';
    }
  }
}

/** A request that falls to a route, as far as its first match says; undefined where it asks for a pattern. */
export function requestOf(policy: PortPolicy, name: string): Omit<RequestOptions, 'spoken'> | undefined {
  const isNamed = ({ ref }: HttpRoute | GrpcRoute): boolean => ref.name === name;
  const http = policy.httpRoutes.find(isNamed);
  const grpc = policy.grpcRoutes.find(isNamed);
  const host = (http ?? grpc)?.hosts[0];
  const named = host === undefined ? undefined : host.kind === 'exact' ? host.host : `any.${host.host}`;
  const httpMatch = http?.rules[0]?.matches[0];
  const grpcMatch = grpc?.rules[0]?.matches[0];
  const headers = (httpMatch ?? grpcMatch)?.headers ?? [];
  const params = httpMatch?.queryParams ?? [];
  if (httpMatch?.path?.kind === 'regex') return undefined;
  if ([...headers, ...params].some(({ kind }) => kind === 'regex')) return undefined;
  const query = params.map((param) => `${encodeURIComponent(param.name)}=${encodeURIComponent(param.value)}`);
  const { service = 'any.Service', method = 'AnyMethod' } = grpcMatch?.rpc ?? {};
  const httpPath = [httpMatch?.path?.value ?? '/', ...(query.length === 0 ? [] : [query.join('&')])].join(
    '?',
  );
  return {
    method: httpMatch?.method,
    path: grpc === undefined ? httpPath : `/${service}/${method}`,
    host: named,
    headers: headers.map(({ name: header, value }) => ({ name: header, value })),
  };
}
