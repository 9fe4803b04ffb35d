/** The parts of routes as trees. */
import type { GrpcRouteMatch } from '../gen/grpc_route.js';
import type {
  HeaderMatch,
  HostMatch,
  HttpRouteMatch,
  QueryParamMatch,
  RequestHeaderModifier,
  RequestRedirect,
} from '../gen/http_route.js';
import { HttpMethod_Registered, Scheme_Registered, type Headers } from '../gen/http_types.js';
import { choice, list, members, text, type Tree } from './tree.js';

export const hostTree = ({ match }: HostMatch): Tree =>
  match?.$case === 'suffix'
    ? choice(match.$case, text(match.value.reverseLabels.join('.')))
    : choice(match?.$case, match && text(match.value));

export const httpMatchTree = ({ path, headers, queryParams, method }: HttpRouteMatch): Tree =>
  members({
    path: path && oneText(path.kind),
    headers: list(headers.map(headerTree)),
    queryParams: list(queryParams.map(queryTree)),
    method: method && registeredText(method.type, METHODS),
  });

export const grpcMatchTree = ({ rpc, headers }: GrpcRouteMatch): Tree =>
  members({
    rpc: rpc && members({ service: text(rpc.service), method: text(rpc.method) }),
    headers: list(headers.map(headerTree)),
  });

const headerTree = ({ name, value }: HeaderMatch): Tree =>
  members({
    name: text(name),
    value:
      value?.$case === 'exact'
        ? choice(value.$case, text(bytesText(value.value)))
        : choice(value?.$case, value && text(value.value)),
  });

const queryTree = ({ name, value }: QueryParamMatch): Tree =>
  members({ name: text(name), value: oneText(value) });

export const headerModifierTree = ({ add, set, remove }: RequestHeaderModifier): Tree =>
  members({
    add: headersTree(add),
    set: headersTree(set),
    remove: list(remove.map((name) => text(name))),
  });

/** Without headers, and headers of which there are none, are the same to a proxy. */
const headersTree = (headers: Headers | undefined): Tree =>
  list(
    (headers?.headers ?? []).map(({ name, value }) =>
      members({ name: text(name), value: text(bytesText(value)) }),
    ),
  );

export const redirectTree = ({ scheme, host, path, port, status }: RequestRedirect): Tree =>
  members({
    scheme: scheme && registeredText(scheme.type, SCHEMES),
    host: text(host),
    path: path && oneText(path.replace),
    port: text(port),
    status: text(status),
  });

const oneText = (one: { readonly $case: string; readonly value: string } | undefined): Tree =>
  choice(one?.$case, one && text(one.value));

const namesOf = (numbers: Readonly<Record<string, number>>): ReadonlyMap<number, string> =>
  new Map(
    Object.entries(numbers).flatMap(([name, number]) => (typeof number === 'number' ? [[number, name]] : [])),
  );
const METHODS = namesOf(HttpMethod_Registered);
const SCHEMES = namesOf(Scheme_Registered);

type Registered =
  | { readonly $case: 'registered'; readonly value: number }
  | { readonly $case: 'unregistered'; readonly value: string }
  | undefined;

/** A number that a newer version has registered is told by the number. */
const registeredText = (type: Registered, names: ReadonlyMap<number, string>): Tree =>
  type?.$case === 'registered'
    ? choice(type.$case, text(names.get(type.value) ?? `number ${String(type.value)}`))
    : choice(type?.$case, type && text(type.value));

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** As text; bytes that are none, in base64. */
function bytesText(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    return `base64 ${Buffer.from(bytes).toString('base64')}`;
  }
}
