import { schemaType } from '../../../src/rules/schema/type.js';
import { testRule } from '../harness.js';
import { gatewayMatch, gatewayRoute, policyMatch, policyRoute } from '../route/manifests.js';

const TARGET = '{group: policy.linkerd.io, kind: Server, name: web}';
const server = (spec: string): string => `{kind: Server, spec: ${spec}}`;
const policy = (spec: string): string => `{kind: AuthorizationPolicy, spec: ${spec}}`;
const saz = (spec: string): string => `{kind: ServerAuthorization, spec: ${spec}}`;
const client = (text: string): string => saz(`{server: {name: web}, client: ${text}}`);
const limit = (spec: string): string => `{kind: HTTPLocalRateLimitPolicy, spec: ${spec}}`;
const filters = (...list: string[]): string => policyRoute(`{rules: [{filters: [${list.join(', ')}]}]}`);

testRule(schemaType, {
  accepts: {
    'a Server (SRV-2)': server(
      '{podSelector: {matchExpressions: [{key: a, operator: Exists, values: null}]}, port: 80}',
    ),
    'any JSON value for a port: server/port judges it': server('{podSelector: {}, port: [80]}'),
    'an AuthorizationPolicy without authentications (AP-0)': policy(
      `{targetRef: ${TARGET}, requiredAuthenticationRefs: []}`,
    ),
    'null where a member is optional (PARSE-2)': policy(
      `{targetRef: {group: null, kind: Server, name: web}, requiredAuthenticationRefs: [{group: null, kind: a, name: b, namespace: null}]}`,
    ),
    'unknown members at every depth (PARSE-1)': server(
      '{podSelector: {x: 1}, port: 80, constructor: 1, __proto__: 2}',
    ),
    'a MeshTLSAuthentication whose ref has no name: meshtls-authentication/identity-refs asks for it':
      '{kind: MeshTLSAuthentication, spec: {identityRefs: [{kind: Namespace}]}}',
    'a NetworkAuthentication (NA-1)': '{kind: NetworkAuthentication, spec: {networks: []}}',
    'an EgressNetwork without a policy: egress-network/traffic-policy asks for it':
      '{kind: EgressNetwork, spec: {}}',
    'a ServerAuthorization (SAZ-0)': client('{}'),
    'whole numbers written as floats (PARSE-3)': limit(
      `{targetRef: ${TARGET}, total: {requestsPerSecond: 80.0}}`,
    ),
    'numbers beyond 32 bits: rate-limit/limits judges them': limit(
      `{targetRef: ${TARGET}, total: {requestsPerSecond: 4294967296}}`,
    ),
    'the least and greatest ports of a route (PARSE-4)': policyRoute(
      '{parentRefs: [{name: a, port: -2147483648}, {name: a, port: 2147483647}, {name: a, port: 65536}]}',
    ),
    'each filter of a policy route (HR-0)': filters(
      '{type: RequestRedirect, requestRedirect: {}}',
      '{type: RequestHeaderModifier, requestHeaderModifier: {}}',
      '{type: ResponseHeaderModifier, responseHeaderModifier: {}}',
    ),
    'any filter of the Gateway API below a backendRef (HR-0)': policyRoute(
      '{rules: [{backendRefs: [{name: s, filters: [{type: URLRewrite}, {type: CORS}]}]}]}',
    ),
    'a route without anything': policyRoute('{}'),
    'a gateway route with the newest filters': gatewayRoute(
      'HTTPRoute',
      '{rules: [{filters: [{type: CORS, cors: {}}, {type: ExternalAuth}]}]}',
    ),
    'a TLSRoute (GT-3)': gatewayRoute('TLSRoute', '{hostnames: [a], rules: [{backendRefs: []}]}'),
    'an old version, judged by the newest model (REV-4)':
      '{apiVersion: policy.linkerd.io/v1alpha1, kind: Server, spec: {podSelector: {}, port: 80}}',
  },
  reports: {
    'no spec (REV-7)': ['{kind: Server}', ': required'],
    'a null spec (REV-7)': ['{kind: Server, spec: null}', 'spec: type'],
    'a spec that is a list': ['{kind: Server, spec: []}', 'spec: type'],
    'a Server without a port (PARSE)': [server('{podSelector: {}}'), 'spec: required'],
    'a null selector (SRV-2)': [server('{podSelector: null, port: 80}'), 'spec.podSelector: type'],
    'a label that is a number (SRV-2)': [
      server('{podSelector: {matchLabels: {a: 1}}, port: 80}'),
      'spec.podSelector.matchLabels.a: type',
    ],
    'labels called like members of every object': [
      server('{podSelector: {matchLabels: {__proto__: 1, constructor: 2, toString: x}}, port: 80}'),
      'spec.podSelector.matchLabels.__proto__: type',
      'spec.podSelector.matchLabels.constructor: type',
    ],
    'requirements (SRV-2)': [
      server(
        '{podSelector: {matchExpressions: [{operator: Exists}, {key: a, operator: exists}, {key: a, operator: In, values: x}, {key: a, operator: In, values: [x, 1]}, a]}, port: 80}',
      ),
      'spec.podSelector.matchExpressions[0]: required',
      'spec.podSelector.matchExpressions[1].operator: word',
      'spec.podSelector.matchExpressions[2].values: type',
      'spec.podSelector.matchExpressions[3].values[1]: type',
      'spec.podSelector.matchExpressions[4]: type',
    ],
    'an AuthorizationPolicy without authentications (AP-0)': [
      policy(`{targetRef: ${TARGET}}`),
      'spec: required',
    ],
    'null where a member is required (PARSE-2)': [
      policy('{targetRef: null, requiredAuthenticationRefs: null}'),
      'spec.targetRef: type',
      'spec.requiredAuthenticationRefs: type',
    ],
    'a NetworkAuthentication without networks (NA-1)': [
      '{kind: NetworkAuthentication, spec: {}}',
      'spec: required',
    ],
    'networks (NA-1)': [
      '{kind: NetworkAuthentication, spec: {networks: [{}, {cidr: 10}, {cidr: a, except: b}, {cidr: a, except: [1]}]}}',
      'spec.networks[0]: required',
      'spec.networks[1].cidr: type',
      'spec.networks[2].except: type',
      'spec.networks[3].except[0]: type',
    ],
    'a ServerAuthorization without a client (SAZ-0)': [saz('{server: {name: web}}'), 'spec: required'],
    'a null boolean, which has a default but is not optional (SAZ-0)': [
      client('{unauthenticated: null, meshTLS: {unauthenticatedTLS: null}}'),
      'spec.client.unauthenticated: type',
      'spec.client.meshTLS.unauthenticatedTLS: type',
    ],
    'a service account without a name (SAZ-0)': [
      client('{meshTLS: {serviceAccounts: [{namespace: app}]}}'),
      'spec.client.meshTLS.serviceAccounts[0]: required',
    ],
    'numbers that are none (PARSE-3)': [
      limit(
        `{targetRef: ${TARGET}, total: {requestsPerSecond: "80"}, identity: {requestsPerSecond: 1.5}, overrides: [{clientRefs: []}, {requestsPerSecond: 1}]}`,
      ),
      'spec.total.requestsPerSecond: type',
      'spec.identity.requestsPerSecond: type',
      'spec.overrides[0]: required',
      'spec.overrides[1]: required',
    ],
    'ports beyond 32 bits (PARSE-4)': [
      policyRoute('{parentRefs: [{name: a, port: -2147483649}, {name: a, port: 2147483648}]}'),
      'spec.parentRefs[0].port: range',
      'spec.parentRefs[1].port: range',
    ],
    'weights beyond 32 bits (PARSE-4)': [
      policyRoute('{rules: [{backendRefs: [{name: s, weight: 1e300}]}]}'),
      'spec.rules[0].backendRefs[0].weight: range',
    ],
    'parents and backends without a name (HR-0)': [
      policyRoute('{parentRefs: [{kind: Server}], rules: [{backendRefs: [{port: 80}]}]}'),
      'spec.parentRefs[0]: required',
      'spec.rules[0].backendRefs[0]: required',
    ],
    'words in another case (PARSE-5)': [
      policyMatch('{method: get}'),
      'spec.rules[0].matches[0].method: word',
    ],
    'a header and a query parameter without a value (HR-0)': [
      policyMatch('{headers: [{name: a}], queryParams: [{value: a}]}'),
      'spec.rules[0].matches[0].headers[0]: required',
      'spec.rules[0].matches[0].queryParams[0]: required',
    ],
    'filters (HR-0)': [
      filters(
        '{type: RequestRedirect}',
        '{type: URLRewrite, urlRewrite: {}}',
        '{requestRedirect: {}}',
        '{type: 5}',
        '{type: RequestRedirect, requestRedirect: {scheme: ftp, path: {}, statusCode: 1.5}}',
        '{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: a}], remove: [1]}}',
        'null',
      ),
      'spec.rules[0].filters[0]: required',
      'spec.rules[0].filters[1].type: word',
      'spec.rules[0].filters[2]: required',
      'spec.rules[0].filters[3].type: type',
      'spec.rules[0].filters[4].requestRedirect.scheme: word',
      'spec.rules[0].filters[4].requestRedirect.path: required',
      'spec.rules[0].filters[4].requestRedirect.statusCode: type',
      'spec.rules[0].filters[5].requestHeaderModifier.set[0]: required',
      'spec.rules[0].filters[5].requestHeaderModifier.remove[0]: type',
      'spec.rules[0].filters[6]: type',
    ],
    'a status beyond 64 bits (PARSE-4), which makes a gateway route unreadable': [
      gatewayRoute(
        'HTTPRoute',
        '{rules: [{filters: [{type: RequestRedirect, requestRedirect: {statusCode: 1e300}}]}]}',
      ),
      'warn spec.rules[0].filters[0].requestRedirect.statusCode: unreadable',
    ],
    'only the first fault of a gateway route, as a warning (PARSE-0, GH-0)': [
      gatewayRoute('HTTPRoute', '{parentRefs: [{port: 1}], rules: [{filters: [{type: Future}]}]}'),
      'warn spec.parentRefs[0]: unreadable',
    ],
    'a gateway route without a spec (REV-7)': [
      '{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute}',
      'warn : unreadable',
    ],
    'a TLSRoute without hostnames (GT-3)': [
      gatewayRoute('TLSRoute', '{rules: [{backendRefs: []}]}'),
      'warn spec: unreadable',
    ],
    'a TCPRoute rule without backends (GC-3)': [
      gatewayRoute('TCPRoute', '{rules: [{}]}'),
      'warn spec.rules[0]: unreadable',
    ],
    'a fault that the old object had, as a warning': [
      { before: server('{podSelector: {}}'), object: server('{podSelector: {matchLabels: {}}}') },
      'warn spec: required',
    ],
  },
  reads: [
    [
      server('{podSelector: {}}'),
      'spec [schema/type]: `port` is required\n  Linkerd cannot read the object without it',
    ],
    [
      server('{podSelector: {}, prot: 80}'),
      'spec [schema/type]: `port` is required\n  `prot` is no field here; did you mean `port`?',
    ],
    [
      limit(`{targetRef: ${TARGET}, total: {requestsPerSecond: "80"}}`),
      'spec.total.requestsPerSecond [schema/type]: expected a whole number, found "80"\n  write it without quotes: `80`',
    ],
    [
      client('{unauthenticated: "true"}'),
      'spec.client.unauthenticated [schema/type]: expected true or false, found "true"\n  write it without quotes: `true`',
    ],
    [
      policyRoute('{rules: [{backendRefs: [{name: s, weight: -1e300}]}]}'),
      'spec.rules[0].backendRefs[0].weight [schema/type]: -1e+300 is out of range\n' +
        '  write a whole number from 0 to 1000000',
    ],
    [
      filters('{type: RequestRedirect, requestRedirect: {statusCode: 1e300}}'),
      'spec.rules[0].filters[0].requestRedirect.statusCode [schema/type]: 1e+300 is out of range\n' +
        '  write a whole number from 301 to 302',
    ],
    [
      client('{meshTLS: {identities: 80}}'),
      'spec.client.meshTLS.identities [schema/type]: expected a list, found 80\n' +
        '  begin each item with `- `, also where there is one only',
    ],
    [
      client('{meshTLS: {identities: web}}'),
      'spec.client.meshTLS.identities [schema/type]: expected a list, found "web"\n' +
        '  begin each item with `- `, also where there is one only',
    ],
    [
      client('{meshTLS: {identities: [80, true, {}]}}'),
      'spec.client.meshTLS.identities[0] [schema/type]: expected a string, found 80\n  put it in quotes: `"80"`\n' +
        'spec.client.meshTLS.identities[1] [schema/type]: expected a string, found true\n  put it in quotes: `"true"`\n' +
        'spec.client.meshTLS.identities[2] [schema/type]: expected a string, found {}',
    ],
    [
      saz('{server: [{name: web}], client: {unauthenticated: null, meshTLS: x}}'),
      'spec.server [schema/type]: expected an object, found [{"name":"web"}]\n  write its members without `- `\n' +
        'spec.client.unauthenticated [schema/type]: expected true or false, found null\n' +
        '  a name with nothing after its colon is null: give it a value\n' +
        'spec.client.meshTLS [schema/type]: expected an object, found "x"',
    ],
    [
      limit(`{targetRef: ${TARGET}, total: {requestsPerSecond: 1.5}, identity: {requestsPerSecond: many}}`),
      'spec.total.requestsPerSecond [schema/type]: expected a whole number, found 1.5\n  fractions are not counted here\n' +
        'spec.identity.requestsPerSecond [schema/type]: expected a whole number, found "many"',
    ],
    [
      policyMatch('{method: get}'),
      'spec.rules[0].matches[0].method [schema/type]: "get" is none of the words allowed here\n' +
        '  write GET; the words are GET, HEAD, POST, PUT, DELETE, CONNECT, OPTIONS, TRACE or PATCH',
    ],
    [
      policyMatch('{path: {type: Wildcard, value: /*}}'),
      'spec.rules[0].matches[0].path.type [schema/type]: "Wildcard" is none of the words allowed here\n' +
        '  write one of Exact, PathPrefix or RegularExpression',
    ],
    [
      policyRoute('{parentRefs: [{name: a, port: 2147483648}]}'),
      'spec.parentRefs[0].port [schema/type]: 2147483648 is out of range\n' +
        '  write a whole number from 1 to 65535',
    ],
    [
      gatewayMatch('{path: {type: Wildcard, value: /*}}'),
      'spec.rules[0].matches[0].path.type [schema/type]: Linkerd cannot read this route and ignores it: "Wildcard" is none of the words allowed here\n' +
        '  until this is put right, none of its rules is checked and none takes effect',
    ],
    [
      gatewayRoute('HTTPRoute', '{parentRefs: [{port: 1, name: 5}, {name: a, port: x}]}'),
      'spec.parentRefs[0].name [schema/type]: Linkerd cannot read this route and ignores it: expected a string, found 5\n' +
        '  until this is put right, none of its rules is checked and none takes effect',
    ],
  ],
});
