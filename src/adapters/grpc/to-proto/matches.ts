/** What a request must look like, as sent. */
import { assertNever } from '../../../model/assert-never.js';
import type { GrpcMatch, HttpMatch, NamedMatch, PathMatch } from '../../../policy/inbound/port-policy.js';
import type { GrpcRouteMatch } from '../gen/grpc_route.js';
import type {
  HeaderMatch,
  HttpRouteMatch,
  PathMatch as PathMatchMessage,
  QueryParamMatch,
} from '../gen/http_route.js';
import { HttpMethod_Registered, type HttpMethod } from '../gen/http_types.js';
import { headerName, headerValue } from './headers.js';

export const toHttpMatch = ({ path, method, headers, queryParams }: HttpMatch): HttpRouteMatch => ({
  path: path === undefined ? undefined : toPath(path),
  headers: headers.map(toHeader),
  queryParams: queryParams.map(toQueryParam),
  method: method === undefined ? undefined : toMethod(method),
});

/** What a match does not name is empty: any. */
export const toGrpcMatch = ({ rpc, headers }: GrpcMatch): GrpcRouteMatch => ({
  rpc: rpc === undefined ? undefined : { service: rpc.service ?? '', method: rpc.method ?? '' },
  headers: headers.map(toHeader),
});

function toPath({ kind, value }: PathMatch): PathMatchMessage {
  switch (kind) {
    case 'exact':
    case 'prefix':
    case 'regex':
      return { kind: { $case: kind, value } };
    default:
      return assertNever(kind);
  }
}

function toHeader({ kind, name, value }: NamedMatch): HeaderMatch {
  switch (kind) {
    case 'exact':
      return { name: headerName(name), value: { $case: 'exact', value: headerValue(value) } };
    case 'regex':
      return { name: headerName(name), value: { $case: 'regex', value } };
    default:
      return assertNever(kind);
  }
}

const toQueryParam = ({ kind, name, value }: NamedMatch): QueryParamMatch => ({
  name,
  value: { $case: kind, value },
});

/** Methods are compared with their case: `get` is another one than `GET`. */
function toMethod(method: string): HttpMethod {
  const registered = REGISTERED.get(method);
  return registered === undefined
    ? { type: { $case: 'unregistered', value: method } }
    : { type: { $case: 'registered', value: registered } };
}

const REGISTERED: ReadonlyMap<string, HttpMethod_Registered> = new Map(Object.entries(HttpMethod_Registered));
