/**
 * The Gateway API's route kinds, read as Linkerd reads them: leniently. A spec that does not fit is admitted
 * with a warning and with no further checks (PARSE-0), so what these schemas require is part of the behaviour:
 * a TLSRoute without `hostnames`, or a TCPRoute rule without `backendRefs`, is not judged (GT-3, GT-4, GC-3).
 */
import type { Static } from 'typebox';
import { integer, list, object, optional, required, string, word, type Doc } from '../shapes.js';
import type { KindDefinition } from './kind.js';
import {
  backendRef,
  GATEWAY_GRPC_FILTERS,
  GATEWAY_HTTP_FILTERS,
  gatewayFilter,
  headerMatches,
  hostnames,
  hostnamesDoc,
  httpMatch,
  MATCHES_DEFAULT,
  parentRef,
  RULES_DEFAULT,
  sessionPersistence,
  timeouts,
  VALUE_MATCH_TYPES,
} from './route-shapes.js';
import { routeStatus } from './status.js';

const GROUP = 'gateway.networking.k8s.io';
const base = {
  parentRefs: optional(list(parentRef(GROUP)), {
    description: 'What the route belongs to.',
    crd: { strict: { maxItems: 32 } },
  }),
};
const limit = (maxItems: number): Doc => ({ crd: { strict: { maxItems } } });

const httpSpec = object({
  ...base,
  hostnames: optional(hostnames(), hostnamesDoc),
  rules: optional(
    list(
      object({
        name: optional(string()),
        matches: optional(list(httpMatch()), {
          crd: { default: MATCHES_DEFAULT, strict: { maxItems: 64 } },
        }),
        filters: optional(list(gatewayFilter(GATEWAY_HTTP_FILTERS))),
        backendRefs: optional(list(backendRef(GATEWAY_HTTP_FILTERS))),
        timeouts: optional(timeouts()),
        retry: optional(
          object({
            attempts: optional(integer()),
            backoff: optional(string()),
            codes: optional(list(integer())),
          }),
        ),
        sessionPersistence: sessionPersistence(),
      }),
    ),
    { crd: { default: RULES_DEFAULT, strict: { maxItems: 16 } } },
  ),
});

const grpcSpec = object({
  ...base,
  hostnames: optional(hostnames(), hostnamesDoc),
  rules: optional(
    list(
      object({
        name: optional(string()),
        matches: optional(
          list(
            object({
              method: optional(
                object({
                  type: optional(word(VALUE_MATCH_TYPES), { crd: { default: 'Exact' } }),
                  service: optional(string()),
                  method: optional(string()),
                }),
              ),
              headers: headerMatches(),
            }),
          ),
          limit(64),
        ),
        filters: optional(list(gatewayFilter(GATEWAY_GRPC_FILTERS))),
        backendRefs: optional(list(backendRef(GATEWAY_GRPC_FILTERS))),
        sessionPersistence: sessionPersistence(),
      }),
    ),
    limit(16),
  ),
});

const streamRules = () =>
  list(object({ name: optional(string()), backendRefs: required(list(backendRef(GATEWAY_HTTP_FILTERS))) }));
const tcpSpec = object({ ...base, rules: required(streamRules(), limit(16)) });
const tlsSpec = object({
  ...base,
  hostnames: required(hostnames(), hostnamesDoc),
  rules: required(streamRules(), limit(16)),
});

export type GatewayHTTPRouteSpec = Static<typeof httpSpec>;
export type GRPCRouteSpec = Static<typeof grpcSpec>;
export type TCPRouteSpec = Static<typeof tcpSpec>;
export type TLSRouteSpec = Static<typeof tlsSpec>;

const status = routeStatus(GROUP);

const gateway = (kind: string, plural: string, versions: KindDefinition['versions']): KindDefinition => ({
  group: GROUP,
  kind,
  plural,
  description: `A ${kind} of the Gateway API, as far as Linkerd reads it.`,
  categories: ['gateway-api'],
  parse: 'lenient',
  versions,
});

export const gatewayHTTPRoute = gateway('HTTPRoute', 'httproutes', [
  { name: 'v1beta1', spec: httpSpec, status },
  { name: 'v1', storage: true, spec: httpSpec, status },
]);

export const grpcRoute = gateway('GRPCRoute', 'grpcroutes', [
  {
    name: 'v1alpha2',
    deprecated:
      'The v1alpha2 version of GRPCRoute has been deprecated and will be removed in a future release of the API. Please upgrade to v1.',
    spec: grpcSpec,
    status,
  },
  { name: 'v1', storage: true, spec: grpcSpec, status },
]);

export const tlsRoute = gateway('TLSRoute', 'tlsroutes', [
  { name: 'v1alpha2', storage: true, spec: tlsSpec, status },
]);

export const tcpRoute = gateway('TCPRoute', 'tcproutes', [
  { name: 'v1alpha2', storage: true, spec: tcpSpec, status },
]);
