/** HTTPRoute (policy.linkerd.io): Linkerd's own route kind. */
import type { Static } from 'typebox';
import { integer, list, object, optional, string } from '../shapes.js';
import type { KindDefinition } from './kind.js';
import {
  backendRef,
  GATEWAY_HTTP_FILTERS,
  gatewayFilter,
  hostnames,
  httpMatch,
  MATCHES_DEFAULT,
  parentRef,
  policyFilter,
  RULES_DEFAULT,
  timeouts,
} from './route-shapes.js';
import { routeStatus } from './status.js';

/** v1alpha1 and v1beta1 know no group, kind and weight of a backend. */
const oldBackendRef = () =>
  object({
    name: optional(string()),
    namespace: optional(string(), { crd: { default: 'default' } }),
    port: optional(integer(), { crd: { replace: { type: 'integer' } } }),
    filters: optional(list(gatewayFilter(GATEWAY_HTTP_FILTERS))),
  });

const rule = {
  matches: optional(list(httpMatch()), { crd: { default: MATCHES_DEFAULT, strict: { maxItems: 8 } } }),
  filters: optional(list(policyFilter()), { crd: { strict: { maxItems: 16 } } }),
};
const route = {
  parentRefs: optional(list(parentRef('policy.linkerd.io')), { crd: { strict: { maxItems: 32 } } }),
  hostnames: optional(hostnames(), { crd: { strict: { maxItems: 16 } } }),
};
const rules = { crd: { default: RULES_DEFAULT, strict: { maxItems: 16 } } };
const backends = { crd: { strict: { maxItems: 16 } } };

const v1beta1 = object({
  ...route,
  rules: optional(list(object({ ...rule, backendRefs: optional(list(oldBackendRef())) })), rules),
});
const v1beta2 = object({
  ...route,
  rules: optional(
    list(object({ ...rule, backendRefs: optional(list(backendRef(GATEWAY_HTTP_FILTERS)), backends) })),
    rules,
  ),
});
const v1beta3 = object({
  ...route,
  rules: optional(
    list(
      object({
        ...rule,
        backendRefs: optional(list(backendRef(GATEWAY_HTTP_FILTERS)), backends),
        timeouts: optional(timeouts()),
      }),
    ),
    rules,
  ),
});

export type HTTPRouteSpec = Static<typeof v1beta3>;

const columns = [
  {
    name: 'Hostnames',
    type: 'string',
    jsonPath: '.spec.hostnames',
    description: 'The hostnames of the route',
  },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp', description: 'When it was created' },
];

export const httpRoute: KindDefinition = {
  group: 'policy.linkerd.io',
  kind: 'HTTPRoute',
  plural: 'httproutes',
  parse: 'strict',
  versions: [
    { name: 'v1alpha1', spec: v1beta1, status: routeStatus(), columns },
    { name: 'v1beta1', spec: v1beta1, status: routeStatus(), columns },
    { name: 'v1beta2', spec: v1beta2, status: routeStatus(), columns },
    { name: 'v1beta3', storage: true, spec: v1beta3, status: routeStatus(), columns },
  ],
};
