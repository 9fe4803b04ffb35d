import { schemaUnknownField } from '../../../src/rules/schema/unknown-field.js';
import { testRule } from '../harness.js';
import { gatewayRoute, policyRoute } from '../route/manifests.js';

const server = (spec: string, version = 'v1beta3'): string =>
  `{apiVersion: policy.linkerd.io/${version}, kind: Server, spec: ${spec}}`;

testRule(schemaUnknownField, {
  accepts: {
    'all fields of a Server': server(
      '{podSelector: {matchLabels: {any: x, constructor: y}, matchExpressions: [{key: a, operator: In, values: [x]}]}, externalWorkloadSelector: {}, port: 80, proxyProtocol: TLS, accessPolicy: deny}',
    ),
    'a status': '{kind: Server, spec: {port: 80}, status: {anything: 1}}',
    'any member of the metadata, which the API server knows':
      '{kind: Server, metadata: {color: red}, spec: {port: 80}}',
    'the members of each filter': policyRoute(
      '{rules: [{filters: [{type: RequestRedirect, requestRedirect: {}, requestHeaderModifier: {}}]}]}',
    ),
    'what Linkerd knows nothing of below a filter that it does not read': gatewayRoute(
      'HTTPRoute',
      '{rules: [{filters: [{type: CORS, cors: {}}]}]}',
    ),
    'no spec': '{kind: Server}',
    'a spec that is no object: schema/type speaks of it': server('[podSelectr]'),
    'mistyped parts: schema/type speaks of them': server('{podSelector: [x], port: {a: 1}}'),
    'the newest fields of a version that we do not know': server('{accessPolicy: deny}', 'v9'),
  },
  reports: {
    'a misspelt field': [server('{podSelectr: {}, port: 80}'), 'warn spec.podSelectr: unknown'],
    'fields at every depth, and each of them': [
      server('{color: 1, podSelector: {matchLabel: {}, matchExpressions: [{key: a, op: In}]}}'),
      'warn spec.color: unknown',
      'warn spec.podSelector.matchLabel: unknown',
      'warn spec.podSelector.matchExpressions[0].op: unknown',
    ],
    'a member beside the spec': [
      '{kind: Server, spec: {port: 80}, Spec: {}, data: 1}',
      'warn Spec: unknown',
      'warn data: unknown',
    ],
    'members that every object inherits': [
      server('{constructor: 1, __proto__: 2, port: 80}'),
      'warn spec.constructor: unknown',
      'warn spec.__proto__: unknown',
    ],
    'a field of a newer version': [
      server('{podSelector: {}, port: 80, accessPolicy: deny, externalWorkloadSelector: {}}', 'v1beta1'),
      'warn spec.accessPolicy: newer',
      'warn spec.externalWorkloadSelector: newer',
    ],
    'a field of a newer version, deep down': [
      '{apiVersion: policy.linkerd.io/v1beta2, kind: HTTPRoute, spec: {rules: [{timeouts: {request: 1s}}]}}',
      'warn spec.rules[0].timeouts: newer',
    ],
    'a field beside mistyped ones': [
      server('{podSelector: 5, prot: 80, port: []}'),
      'warn spec.prot: unknown',
    ],
    'a field of a gateway route that Linkerd cannot read': [
      gatewayRoute('HTTPRoute', '{parentRef: [], parentRefs: 5}'),
      'warn spec.parentRef: unknown',
    ],
  },
  reads: [
    [
      server('{podSelectors: {}, port: 80}'),
      'spec.podSelectors [schema/unknown-field]: `podSelectors` is no field here; the API server will drop it without a word\n' +
        '  did you mean `podSelector`?',
    ],
    [
      server('{color: red, port: 80}'),
      'spec.color [schema/unknown-field]: `color` is no field here; the API server will drop it without a word\n' +
        '  remove it; Server v1beta3 does not know it',
    ],
    [
      server('{accessPolicy: audit, port: 80}', 'v1beta1'),
      'spec.accessPolicy [schema/unknown-field]: v1beta1 does not know `accessPolicy`; the API server will drop it without a word\n' +
        '  write `apiVersion: policy.linkerd.io/v1beta3`',
    ],
  ],
});
