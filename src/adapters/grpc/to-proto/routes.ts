/** Routes as sent: each with its own authorizations alone. */
import { assertNever } from '../../../model/assert-never.js';
import type { GrpcRoute, HostMatch, HttpRoute, RouteRef } from '../../../policy/inbound/port-policy.js';
import type { GrpcRoute as GrpcRouteMessage, HttpRoute as HttpRouteMessage } from '../gen/inbound.js';
import type { HostMatch as HostMatchMessage } from '../gen/http_route.js';
import type { Metadata } from '../gen/meta.js';
import { toAuthz } from './authorizations.js';
import { toGrpcFilters, toHttpFilter } from './filters.js';
import { toGrpcMatch, toHttpMatch } from './matches.js';
import { defaultMetadata, resourceMetadata } from './metadata.js';

export const toHttpRoute = ({ ref, hosts, authorizations, rules }: HttpRoute): HttpRouteMessage => ({
  metadata: toMetadata(ref),
  hosts: hosts.map(toHost),
  authorizations: authorizations.map(toAuthz),
  rules: rules.map(({ matches, filters }) => ({
    matches: matches.map(toHttpMatch),
    filters: filters.map(toHttpFilter),
  })),
});

export const toGrpcRoute = ({ ref, hosts, authorizations, rules }: GrpcRoute): GrpcRouteMessage => ({
  metadata: toMetadata(ref),
  hosts: hosts.map(toHost),
  authorizations: authorizations.map(toAuthz),
  rules: rules.map(({ matches, filters }) => ({
    matches: matches.map(toGrpcMatch),
    filters: toGrpcFilters(filters),
  })),
});

/** The kind of a route keeps its spelling, unlike an authorization's. */
const toMetadata = (ref: RouteRef): Metadata =>
  ref.kind === 'default' ? defaultMetadata(ref.name) : resourceMetadata(ref);

function toHost({ kind, host }: HostMatch): HostMatchMessage {
  switch (kind) {
    case 'exact':
      return { match: { $case: 'exact', value: host } };
    case 'suffix':
      return { match: { $case: 'suffix', value: { reverseLabels: host.split('.').reverse() } } };
    default:
      return assertNever(kind);
  }
}
