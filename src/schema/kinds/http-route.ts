/** HTTPRoute (policy.linkerd.io): Linkerd's own route kind. */
import type { Static } from 'typebox';
import { list, object, optional, type Doc } from '../shapes.js';
import type { Column, KindDefinition } from './kind.js';
import {
  backendRef,
  GATEWAY_HTTP_FILTERS,
  hostnames,
  hostnamesDoc,
  httpMatch,
  MATCHES_DEFAULT,
  oldBackendRef,
  parentRef,
  policyFilter,
  POLICY_BACKEND_FILTERS,
  RULES_DEFAULT,
  timeouts,
  timeoutsDoc,
} from './route-shapes.js';
import { routeStatus } from './status.js';

const GROUP = 'policy.linkerd.io';

const parents: Doc = {
  description: 'What the route belongs to: Servers for inbound policy.',
  crd: { strict: { maxItems: 32 } },
};
const common = {
  parentRefs: optional(list(parentRef(GROUP)), parents),
  hostnames: optional(hostnames(), hostnamesDoc),
};
/** Here a parent's port is any integer. */
const commonOld = { ...common, parentRefs: optional(list(parentRef(GROUP, {})), parents) };

const rule = {
  matches: optional(list(httpMatch()), {
    description: 'What a request must be like; any one will do.',
    crd: { default: MATCHES_DEFAULT, strict: { maxItems: 8 } },
  }),
  filters: optional(list(policyFilter()), {
    description: 'What is done to requests that match.',
    crd: { strict: { maxItems: 16 } },
  }),
};
const rules: Doc = {
  description: 'Requests that belong to the route, and what becomes of them.',
  crd: { default: RULES_DEFAULT, strict: { maxItems: 16 } },
};
const backends = optional(list(backendRef(GATEWAY_HTTP_FILTERS, POLICY_BACKEND_FILTERS)), {
  description: 'Where requests go.',
  crd: { strict: { maxItems: 16 } },
});
const backendsOld = optional(list(oldBackendRef()), { description: 'Where requests go.' });

const v1beta1 = object({
  ...commonOld,
  rules: optional(list(object({ ...rule, backendRefs: backendsOld })), rules),
});
const v1beta2 = object({
  ...common,
  rules: optional(list(object({ ...rule, backendRefs: backends })), rules),
});
const v1beta3 = object({
  ...common,
  rules: optional(
    list(object({ ...rule, backendRefs: backends, timeouts: optional(timeouts(), timeoutsDoc) })),
    rules,
  ),
});

export type HTTPRouteSpec = Static<typeof v1beta3>;

const columns: readonly Column[] = [
  {
    name: 'Hostnames',
    type: 'string',
    jsonPath: '.spec.hostnames',
    description: 'Hosts that requests must be for',
  },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp', description: 'When it was created' },
];
const status = routeStatus(GROUP);

export const httpRoute: KindDefinition = {
  group: GROUP,
  kind: 'HTTPRoute',
  plural: 'httproutes',
  description: 'HTTP requests to a Server, for policy to attach to, or to a Service.',
  parse: 'strict',
  versions: [
    { name: 'v1alpha1', spec: v1beta1, status, columns },
    { name: 'v1beta1', spec: v1beta1, status, columns },
    { name: 'v1beta2', spec: v1beta2, status, columns },
    { name: 'v1beta3', storage: true, spec: v1beta3, status, columns },
  ],
};
