/** What is done to an authorized request, as sent. */
import { assertNever } from '../../../model/assert-never.js';
import type {
  HeaderModifierFilter,
  RedirectFilter,
  RouteFilter,
} from '../../../policy/inbound/port-policy.js';
import type { GrpcRoute_Filter, HttpRoute_Filter } from '../gen/inbound.js';
import type { PathModifier, RequestHeaderModifier, RequestRedirect } from '../gen/http_route.js';
import { Scheme_Registered, type Scheme } from '../gen/http_types.js';
import { headerName, toHeaders } from './headers.js';

/** Linkerd's encoder sends this for a redirect without a status; an API server would have defaulted it to 302. */
const DEFAULT_REDIRECT_STATUS = 200;

export function toHttpFilter(filter: RouteFilter): HttpRoute_Filter {
  switch (filter.kind) {
    case 'requestHeaderModifier':
      return { kind: { $case: 'requestHeaderModifier', value: toHeaderModifier(filter) } };
    case 'redirect':
      return { kind: { $case: 'redirect', value: toRedirect(filter) } };
    default:
      return assertNever(filter);
  }
}

/** A gRPC route has no redirects. */
export const toGrpcFilters = (filters: readonly RouteFilter[]): GrpcRoute_Filter[] =>
  filters.flatMap((filter) =>
    filter.kind === 'requestHeaderModifier'
      ? [{ kind: { $case: filter.kind, value: toHeaderModifier(filter) } }]
      : [],
  );

/** Lists that are not given are sent as empty messages. */
const toHeaderModifier = ({ add, set, remove }: HeaderModifierFilter): RequestHeaderModifier => ({
  add: toHeaders(add),
  set: toHeaders(set),
  remove: remove.map(headerName),
});

const toRedirect = ({ scheme, host, path, port, status }: RedirectFilter): RequestRedirect => ({
  scheme: scheme === undefined ? undefined : toScheme(scheme),
  host: host ?? '',
  path: path === undefined ? undefined : toPathModifier(path),
  port: port ?? 0,
  status: status ?? DEFAULT_REDIRECT_STATUS,
});

const toScheme = (scheme: 'http' | 'https'): Scheme => ({
  type: {
    $case: 'registered',
    value: scheme === 'http' ? Scheme_Registered.HTTP : Scheme_Registered.HTTPS,
  },
});

const toPathModifier = ({ kind, value }: NonNullable<RedirectFilter['path']>): PathModifier => ({
  replace: { $case: kind, value },
});
