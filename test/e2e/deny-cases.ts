/**
 * For every deny rule what the API server answers to a fault, and the same object without it.
 *
 * A spec is YAML with a hole, `%s`, that `wrong` fills with the fault and `right` with what the hint says. `%n` is a
 * name and `%p` a port that no other case has, so that no two Servers overlap by accident; `%N` is the namespace.
 */
export interface DenyCase {
  readonly rule: string;
  /** What is wrong; the title of the test. */
  readonly fault: string;
  /** `group/version Kind` */
  readonly kind: string;
  readonly spec: string;
  readonly wrong: string;
  readonly right: string;
  /** Members of `metadata`, as YAML with the same hole. */
  readonly metadata?: string;
  /** The lines of the whole message, less what the API server puts before it. */
  readonly text: readonly string[];
  /** The spec of a Server that is there already. */
  readonly beside?: string;
  /** For an object that would meet others of the table: it gets the second namespace. */
  readonly apart?: true;
}

const SERVER = 'policy.linkerd.io/v1beta3 Server';
const SERVER_AUTHORIZATION = 'policy.linkerd.io/v1beta1 ServerAuthorization';
const AUTHORIZATION_POLICY = 'policy.linkerd.io/v1alpha1 AuthorizationPolicy';
const MESH_TLS = 'policy.linkerd.io/v1alpha1 MeshTLSAuthentication';
const NETWORK = 'policy.linkerd.io/v1alpha1 NetworkAuthentication';
const RATE_LIMIT = 'policy.linkerd.io/v1alpha1 HTTPLocalRateLimitPolicy';
const EGRESS_NETWORK = 'policy.linkerd.io/v1alpha1 EgressNetwork';
const ROUTE = 'policy.linkerd.io/v1beta3 HTTPRoute';
const GATEWAY_ROUTE = 'gateway.networking.k8s.io/v1 HTTPRoute';
const GRPC_ROUTE = 'gateway.networking.k8s.io/v1 GRPCRoute';
const TLS_ROUTE = 'gateway.networking.k8s.io/v1alpha2 TLSRoute';
const TCP_ROUTE = 'gateway.networking.k8s.io/v1alpha2 TCPRoute';

const PODS = 'podSelector: {matchLabels: {app: %n}}';
const TARGET = 'targetRef: {group: policy.linkerd.io, kind: Server, name: web}';
const NO_REFS = 'requiredAuthenticationRefs: []';
const PARENT = 'parentRefs: [{group: policy.linkerd.io, kind: Server, name: web}]';
const SERVICE_PARENT = 'parentRefs: [{group: core, kind: Service, name: web, port: 80}]';
const EGRESS_PARENT = 'parentRefs: [{group: policy.linkerd.io, kind: EgressNetwork, name: internet%s}]';
const CLIENT = 'client: {meshTLS: {identities: ["*"]}}';
const MESH = '{group: policy.linkerd.io, kind: MeshTLSAuthentication, name: %r}';
const NETS = '{group: policy.linkerd.io, kind: NetworkAuthentication, name: %r}';
const mesh = (name: string): string => MESH.replace('%r', name);
const nets = (name: string): string => NETS.replace('%r', name);

export const DENY_CASES: readonly DenyCase[] = [
  // ------------------------------------------------------------------------------------------------- schema/type
  {
    rule: 'schema/type',
    fault: 'an object without a spec',
    kind: SERVER,
    spec: '%s',
    wrong: 'null',
    right: `{${PODS}, port: %p}`,
    text: ['Server [schema/type]: `spec` is required', '  Linkerd cannot read the object without it'],
  },
  {
    rule: 'schema/type',
    fault: 'a member that is missing',
    kind: AUTHORIZATION_POLICY,
    spec: `{${TARGET}%s}`,
    wrong: '',
    right: `, ${NO_REFS}`,
    text: [
      'spec [schema/type]: `requiredAuthenticationRefs` is required',
      '  Linkerd cannot read the object without it',
    ],
  },
  {
    rule: 'schema/type',
    fault: 'a label value that is a number',
    kind: SERVER,
    spec: '{podSelector: {matchLabels: {app: %n, version: %s}}, port: %p}',
    wrong: '1',
    right: '"1"',
    text: [
      'spec.podSelector.matchLabels.version [schema/type]: expected a string, found 1',
      '  put it in quotes: `"1"`',
    ],
  },
  {
    rule: 'schema/type',
    fault: 'a word in other letters',
    kind: ROUTE,
    spec: `{${PARENT}, rules: [{matches: [{method: %s}]}]}`,
    wrong: 'get',
    right: 'GET',
    text: [
      'spec.rules[0].matches[0].method [schema/type]: "get" is none of the words allowed here',
      '  write GET; the words are GET, HEAD, POST, PUT, DELETE, CONNECT, OPTIONS, TRACE or PATCH',
    ],
  },
  {
    rule: 'schema/type',
    fault: 'a number that does not fit',
    kind: ROUTE,
    spec: '{parentRefs: [{group: core, kind: Service, name: web, port: %s}]}',
    wrong: '4294967376',
    right: '80',
    text: [
      'spec.parentRefs[0].port [schema/type]: 4294967376 is out of range',
      '  write a whole number from 1 to 65535',
    ],
  },
  {
    rule: 'schema/type',
    fault: 'a filter without the member that its type names',
    kind: ROUTE,
    spec: `{${PARENT}, rules: [{filters: [{type: RequestRedirect%s}]}]}`,
    wrong: '',
    right: ', requestRedirect: {scheme: https}',
    text: [
      'spec.rules[0].filters[0] [schema/type]: `requestRedirect` is required',
      '  Linkerd cannot read the object without it',
    ],
  },
  {
    rule: 'schema/type',
    fault: 'an operator that is none',
    kind: SERVER,
    spec: '{podSelector: {matchExpressions: [{key: app, operator: %s, values: [%n]}]}, port: %p}',
    wrong: 'in',
    right: 'In',
    text: [
      'spec.podSelector.matchExpressions[0].operator [schema/type]: "in" is none of the words allowed here',
      '  write In; the words are In, NotIn, Exists or DoesNotExist',
    ],
  },
  // --------------------------------------------------------------------------------------- server/workload-selector
  {
    rule: 'server/workload-selector',
    fault: 'no selector at all',
    kind: SERVER,
    spec: '{%sport: %p}',
    wrong: '',
    right: `${PODS}, `,
    text: [
      'spec [server/workload-selector]: a Server needs a `podSelector` or an `externalWorkloadSelector`; this one has neither',
      '  add `podSelector: {matchLabels: {…}}`; `podSelector: {matchLabels: {}}` selects every pod',
    ],
  },
  {
    rule: 'server/workload-selector',
    fault: 'both selectors',
    kind: SERVER,
    spec: `{${PODS}, %sport: %p}`,
    wrong: 'externalWorkloadSelector: {matchLabels: {app: %n}}, ',
    right: '',
    text: [
      'spec [server/workload-selector]: a Server selects either pods or external workloads; this one has both selectors',
      '  keep one of `podSelector` and `externalWorkloadSelector`, and write a second Server for the other',
    ],
  },
  // ------------------------------------------------------------------------------------------- selector/exactly-one
  {
    rule: 'selector/exactly-one',
    fault: 'an empty pod selector',
    kind: SERVER,
    spec: '{podSelector: %s, port: %p}',
    wrong: '{}',
    right: '{matchLabels: {}}',
    text: [
      'spec.podSelector [selector/exactly-one]: a selector needs `matchLabels` or `matchExpressions`; this one has neither and would select everything',
      '  write `matchLabels: {}` to select everything on purpose',
    ],
  },
  {
    rule: 'selector/exactly-one',
    fault: 'matchLabels and matchExpressions',
    kind: SERVER,
    spec: '{podSelector: {matchLabels: {app: %n}%s}, port: %p}',
    wrong: ', matchExpressions: [{key: tier, operator: Exists}]',
    right: '',
    text: [
      'spec.podSelector [selector/exactly-one]: a selector takes either `matchLabels` or `matchExpressions`; this one has both',
      '  write each label as an expression: `{key: …, operator: In, values: […]}`',
    ],
  },
  {
    rule: 'selector/exactly-one',
    fault: 'an empty external workload selector',
    kind: SERVER,
    spec: '{externalWorkloadSelector: %s, port: %p}',
    wrong: '{}',
    right: '{matchLabels: {app: %n}}',
    text: [
      'spec.externalWorkloadSelector [selector/exactly-one]: a selector needs `matchLabels` or `matchExpressions`; this one has neither and would select everything',
      '  write `matchLabels: {}` to select everything on purpose',
    ],
  },
  {
    rule: 'selector/exactly-one',
    fault: 'an empty selector of Servers',
    kind: SERVER_AUTHORIZATION,
    spec: `{server: {selector: %s}, ${CLIENT}}`,
    wrong: '{}',
    right: '{matchLabels: {}}',
    text: [
      'spec.server.selector [selector/exactly-one]: a selector needs `matchLabels` or `matchExpressions`; this one has neither and would select everything',
      '  write `matchLabels: {}` to select everything on purpose',
    ],
  },
  // ------------------------------------------------------------------------------------------- selector/requirement
  {
    rule: 'selector/requirement',
    fault: 'In without values',
    kind: SERVER,
    spec: '{podSelector: {matchExpressions: [{key: app, operator: In%s}]}, port: %p}',
    wrong: '',
    right: ', values: [%n]',
    text: [
      'spec.podSelector.matchExpressions[0] [selector/requirement]: `In` without values matches nothing, so this selector selects nothing',
      '  name the values, or write `operator: Exists` for any value',
    ],
  },
  {
    rule: 'selector/requirement',
    fault: 'In with an empty list',
    kind: SERVER,
    spec: '{podSelector: {matchExpressions: [{key: app, operator: In, values: [%s]}]}, port: %p}',
    wrong: '',
    right: '%n',
    text: [
      'spec.podSelector.matchExpressions[0].values [selector/requirement]: `In` without values matches nothing, so this selector selects nothing',
      '  name the values, or write `operator: Exists` for any value',
    ],
  },
  {
    rule: 'selector/requirement',
    fault: 'NotIn without values',
    kind: SERVER,
    spec: '{podSelector: {matchExpressions: [{key: app, operator: NotIn%s}]}, port: %p}',
    wrong: '',
    right: ', values: [%n]',
    text: [
      'spec.podSelector.matchExpressions[0] [selector/requirement]: `NotIn` needs values; without them Linkerd treats the requirement as never met',
      '  name the values, or leave the requirement out',
    ],
  },
  {
    rule: 'selector/requirement',
    fault: 'Exists with values',
    kind: SERVER,
    spec: '{podSelector: {matchExpressions: [{key: app, operator: Exists%s}]}, port: %p}',
    wrong: ', values: [web]',
    right: '',
    text: [
      'spec.podSelector.matchExpressions[0].values [selector/requirement]: `Exists` takes no values; with them Linkerd treats the requirement as never met',
      '  leave `values` out, or write `operator: In`',
    ],
  },
  {
    rule: 'selector/requirement',
    fault: 'a key that is none',
    kind: SERVER,
    spec: '{podSelector: {matchLabels: {%s: %n}}, port: %p}',
    wrong: '"app name"',
    right: 'app-name',
    text: [
      'spec.podSelector.matchLabels["app name"] [selector/requirement]: "app name" is no valid label key, so no label can have it',
      '  a key has letters, digits, `-`, `_` and `.`, perhaps after a `prefix.example/`',
    ],
  },
  {
    rule: 'selector/requirement',
    fault: 'a value that is none',
    kind: SERVER_AUTHORIZATION,
    spec: `{server: {selector: {matchLabels: {app: %s}}}, ${CLIENT}}`,
    wrong: 'web server',
    right: 'web-server',
    text: [
      'spec.server.selector.matchLabels.app [selector/requirement]: "web server" is no valid label value, so no label can have it',
      '  a value has at most 63 letters, digits, `-`, `_` and `.`, and begins and ends with a letter or digit',
    ],
  },
  // --------------------------------------------------------------------------------------------------- server/port
  {
    rule: 'server/port',
    fault: 'a number that is too large',
    kind: SERVER,
    spec: `{${PODS}, port: %s}`,
    wrong: '70000',
    right: '%p',
    text: [
      'spec.port [server/port]: 70000 is no port: port numbers are 1 to 65535',
      '  write the number of the container port, or its name',
    ],
  },
  {
    rule: 'server/port',
    fault: 'a number in quotes',
    kind: SERVER,
    spec: `{${PODS}, port: %s}`,
    wrong: '"8080"',
    right: '%p',
    text: [
      'spec.port [server/port]: "8080" is text, so Linkerd looks for a container port with that name, and no port can have it',
      '  write the number without quotes: `port: 8080`',
    ],
  },
  {
    rule: 'server/port',
    fault: 'a name that no port has',
    kind: SERVER,
    spec: `{${PODS}, port: %s}`,
    wrong: 'HTTP_Admin',
    right: 'http-admin',
    apart: true,
    text: [
      'spec.port [server/port]: "HTTP_Admin" is no valid container port name, so this Server could never select a port',
      '  a port name has 1 to 15 lower-case letters, digits and single dashes, and at least one letter',
    ],
  },
  // ----------------------------------------------------------------------------------------- server/proxy-protocol
  {
    rule: 'server/proxy-protocol',
    fault: 'a protocol by another name',
    kind: SERVER,
    spec: `{${PODS}, port: %p, proxyProtocol: %s}`,
    wrong: 'http',
    right: 'HTTP/1',
    text: [
      'spec.proxyProtocol [server/proxy-protocol]: "http" is not a protocol that Linkerd knows',
      '  did you mean `HTTP/1`? the words are unknown, HTTP/1, HTTP/2, gRPC, opaque or TLS',
    ],
  },
  {
    rule: 'server/proxy-protocol',
    fault: 'a protocol in other letters',
    kind: SERVER,
    spec: `{${PODS}, port: %p, proxyProtocol: %s}`,
    wrong: 'grpc',
    right: 'gRPC',
    text: [
      'spec.proxyProtocol [server/proxy-protocol]: "grpc" is not a protocol that Linkerd knows',
      '  did you mean `gRPC`? the words are unknown, HTTP/1, HTTP/2, gRPC, opaque or TLS',
    ],
  },
  {
    rule: 'server/proxy-protocol',
    fault: 'a protocol that Linkerd does not have',
    kind: SERVER,
    spec: `{${PODS}, port: %p, proxyProtocol: %s}`,
    wrong: 'HTTP/3',
    right: 'opaque',
    text: [
      'spec.proxyProtocol [server/proxy-protocol]: "HTTP/3" is not a protocol that Linkerd knows',
      '  did you mean `HTTP/1`? the words are unknown, HTTP/1, HTTP/2, gRPC, opaque or TLS',
    ],
  },
  // ------------------------------------------------------------------------------------------- server/access-policy
  {
    rule: 'server/access-policy',
    fault: 'a misspelt word',
    kind: SERVER,
    spec: `{${PODS}, port: %p, accessPolicy: %s}`,
    wrong: 'all-authentcated',
    right: 'all-authenticated',
    text: [
      'spec.accessPolicy [server/access-policy]: "all-authentcated" is not an access policy that Linkerd knows',
      '  did you mean `all-authenticated`? the words are all-authenticated, all-unauthenticated, cluster-authenticated, cluster-unauthenticated, deny or audit',
    ],
  },
  {
    rule: 'server/access-policy',
    fault: 'a word of another product',
    kind: SERVER,
    spec: `{${PODS}, port: %p, accessPolicy: %s}`,
    wrong: 'allow',
    right: 'all-unauthenticated',
    text: [
      'spec.accessPolicy [server/access-policy]: "allow" is not an access policy that Linkerd knows',
      '  write all-authenticated, all-unauthenticated, cluster-authenticated, cluster-unauthenticated, deny or audit',
    ],
  },
  // ------------------------------------------------------------------------------------------------- server/overlap
  {
    rule: 'server/overlap',
    fault: 'the same selector and port as another Server',
    kind: SERVER,
    spec: '{podSelector: {matchLabels: {app: %n}}, port: %s}',
    beside: '{podSelector: {matchLabels: {app: %n}}, port: 8443}',
    wrong: '8443',
    right: '%p',
    text: [
      'spec [server/overlap]: Server "%n-first" claims port 8443 of a workload with app=%n too, and no workload can tell the two apart: "%n-first" is the older and wins, and this Server would silently do nothing there',
      '  select other workloads or another port; to replace "%n-first", annotate this Server with gatehouse.dev/accept: "server/overlap until DAY replaces %n-first", apply it, then delete "%n-first"',
    ],
  },
  {
    rule: 'server/overlap',
    fault: 'a part of what another Server selects',
    kind: SERVER,
    spec: '{podSelector: {matchLabels: {app: %s, tier: back}}, port: 8444}',
    beside: '{podSelector: {matchExpressions: [{key: app, operator: In, values: [%n, %n-old]}]}, port: 8444}',
    wrong: '%n',
    right: '%n-new',
    text: [
      'spec [server/overlap]: Server "%n-first" claims port 8444 of a workload with app=%n and tier=back too, and no workload can tell the two apart: "%n-first" is the older and wins, and this Server would silently do nothing there',
      '  select other workloads or another port; to replace "%n-first", annotate this Server with gatehouse.dev/accept: "server/overlap until DAY replaces %n-first", apply it, then delete "%n-first"',
    ],
  },
  // ----------------------------------------------------------------------------------- server-authorization/server
  {
    rule: 'server-authorization/server',
    fault: 'neither a name nor a selector',
    kind: SERVER_AUTHORIZATION,
    spec: `{server: {%s}, ${CLIENT}}`,
    wrong: '',
    right: 'selector: {matchLabels: {}}',
    text: [
      'spec.server [server-authorization/server]: `server` needs a `name` or a `selector`; with neither this grants access to every Server of the namespace',
      '  write `name: …`, or `selector: {matchLabels: {}}` to mean every Server',
    ],
  },
  {
    rule: 'server-authorization/server',
    fault: 'a name and a selector',
    kind: SERVER_AUTHORIZATION,
    spec: `{server: {name: web%s}, ${CLIENT}}`,
    wrong: ', selector: {matchLabels: {app: web}}',
    right: '',
    text: [
      'spec.server [server-authorization/server]: `server` takes a `name` or a `selector`, not both; Linkerd would use the name and ignore the selector',
      '  keep one of them',
    ],
  },
  // ----------------------------------------------------------------------------------- server-authorization/client
  {
    rule: 'server-authorization/client',
    fault: 'a client that is nobody',
    kind: SERVER_AUTHORIZATION,
    spec: '{server: {name: web}, client: {%s}}',
    wrong: 'networks: [{cidr: 10.0.0.0/8}]',
    right: 'networks: [{cidr: 10.0.0.0/8}], unauthenticated: true',
    text: [
      'spec.client [server-authorization/client]: this client authorises nobody: it has neither `meshTLS` nor `unauthenticated: true`, and Linkerd ignores it',
      '  write `meshTLS: {…}` or `unauthenticated: true`; to admit nobody, write no ServerAuthorization',
    ],
  },
  {
    rule: 'server-authorization/client',
    fault: 'everyone and mesh clients',
    kind: SERVER_AUTHORIZATION,
    spec: '{server: {name: web}, client: {unauthenticated: %s, meshTLS: {identities: ["*"]}}}',
    wrong: 'true',
    right: 'false',
    text: [
      'spec.client [server-authorization/client]: `unauthenticated: true` admits everyone, so `meshTLS` beside it can mean nothing',
      '  keep `meshTLS` to ask for an identity, or `unauthenticated: true` to ask for none',
    ],
  },
  // --------------------------------------------------------------------------------- server-authorization/mesh-tls
  {
    rule: 'server-authorization/mesh-tls',
    fault: 'any client and some',
    kind: SERVER_AUTHORIZATION,
    spec: '{server: {name: web}, client: {meshTLS: {unauthenticatedTLS: %s, serviceAccounts: [{name: web}]}}}',
    wrong: 'true',
    right: 'false',
    text: [
      'spec.client.meshTLS [server-authorization/mesh-tls]: `unauthenticatedTLS: true` admits any mesh TLS client, so `serviceAccounts` beside it can mean nothing',
      '  keep one of them',
    ],
  },
  {
    rule: 'server-authorization/mesh-tls',
    fault: 'identities and service accounts',
    kind: SERVER_AUTHORIZATION,
    spec: '{server: {name: web}, client: {meshTLS: {serviceAccounts: [{name: web}]%s}}}',
    wrong: ', identities: ["*.example.com"]',
    right: '',
    text: [
      'spec.client.meshTLS [server-authorization/mesh-tls]: `meshTLS` takes one of `unauthenticatedTLS`, `identities` and `serviceAccounts`; this one has `identities` and `serviceAccounts`',
      '  keep one of them; write a second ServerAuthorization for the other',
    ],
  },
  {
    rule: 'server-authorization/mesh-tls',
    fault: 'no client',
    kind: SERVER_AUTHORIZATION,
    spec: '{server: {name: web}, client: {meshTLS: {%s}}}',
    wrong: '',
    right: 'serviceAccounts: [{name: web}]',
    text: [
      'spec.client.meshTLS [server-authorization/mesh-tls]: `meshTLS` names no client, so Linkerd ignores this ServerAuthorization',
      '  add `serviceAccounts`, `identities`, or `unauthenticatedTLS: true`',
    ],
  },
  {
    rule: 'server-authorization/mesh-tls',
    fault: 'an empty list',
    kind: SERVER_AUTHORIZATION,
    spec: '{server: {name: web}, client: {meshTLS: {identities: [%s]}}}',
    wrong: '',
    right: '"*"',
    text: [
      'spec.client.meshTLS.identities [server-authorization/mesh-tls]: `identities` is empty, so it names no client',
      '  name a client, or leave `identities` out',
    ],
  },
  // ----------------------------------------------------------------------------------- authorization-policy/target
  {
    rule: 'authorization-policy/target',
    fault: 'a Server without its group',
    kind: AUTHORIZATION_POLICY,
    spec: `{targetRef: {%skind: Server, name: web}, ${NO_REFS}}`,
    wrong: '',
    right: 'group: policy.linkerd.io, ',
    text: [
      'spec.targetRef [authorization-policy/target]: an AuthorizationPolicy cannot target "Server" of the core group',
      '  write `group: policy.linkerd.io`',
    ],
  },
  {
    rule: 'authorization-policy/target',
    fault: 'a kind that no policy opens',
    kind: AUTHORIZATION_POLICY,
    spec: `{targetRef: {group: %s, name: web}, ${NO_REFS}}`,
    wrong: 'apps, kind: Deployment',
    right: 'policy.linkerd.io, kind: Server',
    text: [
      'spec.targetRef [authorization-policy/target]: an AuthorizationPolicy cannot target "apps/Deployment"',
      '  target a policy.linkerd.io/Server, policy.linkerd.io/HTTPRoute, gateway.networking.k8s.io/HTTPRoute, gateway.networking.k8s.io/GRPCRoute or the Namespace',
    ],
  },
  // ------------------------------------------------------------------------- authorization-policy/target-namespace
  {
    rule: 'authorization-policy/target-namespace',
    fault: 'a namespace of others',
    kind: AUTHORIZATION_POLICY,
    spec: `{targetRef: {kind: Namespace, name: %s}, ${NO_REFS}}`,
    wrong: 'other',
    right: '%N',
    text: [
      'spec.targetRef.name [authorization-policy/target-namespace]: a policy can target only its own namespace, "%N", not "other"',
      '  write `name: %N`, or create the policy in the namespace "other"',
    ],
  },
  // -------------------------------------------------------------------------- authorization-policy/authentications
  {
    rule: 'authorization-policy/authentications',
    fault: 'two of one kind',
    kind: AUTHORIZATION_POLICY,
    spec: `{${TARGET}, requiredAuthenticationRefs: [${mesh('web')}%s]}`,
    wrong: `, ${mesh('api')}`,
    right: `, ${nets('cluster')}`,
    text: [
      'spec.requiredAuthenticationRefs[1] [authorization-policy/authentications]: only one MeshTLSAuthentication can be required; this policy names 2',
      '  all required authentications must hold at once: put them into one MeshTLSAuthentication, or write one policy each',
    ],
  },
  {
    rule: 'authorization-policy/authentications',
    fault: 'two service accounts',
    kind: AUTHORIZATION_POLICY,
    spec: `{${TARGET}, requiredAuthenticationRefs: [{kind: ServiceAccount, name: web}%s]}`,
    wrong: ', {kind: ServiceAccount, name: api}',
    right: '',
    text: [
      'spec.requiredAuthenticationRefs[1] [authorization-policy/authentications]: only one ServiceAccount can be required; this policy names 2',
      '  all required authentications must hold at once: put the service accounts into one MeshTLSAuthentication, or write one policy each',
    ],
  },
  {
    rule: 'authorization-policy/authentications',
    fault: 'a MeshTLSAuthentication and a ServiceAccount',
    kind: AUTHORIZATION_POLICY,
    spec: `{${TARGET}, requiredAuthenticationRefs: [${mesh('web')}%s]}`,
    wrong: ', {kind: ServiceAccount, name: api}',
    right: '',
    text: [
      'spec.requiredAuthenticationRefs [authorization-policy/authentications]: a MeshTLSAuthentication and a ServiceAccount cannot both be required: each names the client’s identity',
      '  add the service account to the MeshTLSAuthentication’s `identityRefs`',
    ],
  },
  {
    rule: 'authorization-policy/authentications',
    fault: 'an authentication without its group',
    kind: AUTHORIZATION_POLICY,
    spec: `{${TARGET}, requiredAuthenticationRefs: [{%skind: MeshTLSAuthentication, name: web}]}`,
    wrong: '',
    right: 'group: policy.linkerd.io, ',
    text: [
      'spec.requiredAuthenticationRefs[0] [authorization-policy/authentications]: "MeshTLSAuthentication" of the core group is no authentication',
      '  write `group: policy.linkerd.io`',
    ],
  },
  {
    rule: 'authorization-policy/authentications',
    fault: 'a kind that authenticates nobody',
    kind: AUTHORIZATION_POLICY,
    spec: `{${TARGET}, requiredAuthenticationRefs: [{kind: %s, name: web}]}`,
    wrong: 'Pod',
    right: 'ServiceAccount',
    text: [
      'spec.requiredAuthenticationRefs[0] [authorization-policy/authentications]: "Pod" of the core group is no authentication',
      '  name a policy.linkerd.io/MeshTLSAuthentication, a policy.linkerd.io/NetworkAuthentication or a ServiceAccount',
    ],
  },
  // ----------------------------------------------------------------------------- meshtls-authentication/exactly-one
  {
    rule: 'meshtls-authentication/exactly-one',
    fault: 'neither list',
    kind: MESH_TLS,
    spec: '{%s}',
    wrong: '',
    right: 'identities: ["*"]',
    text: [
      'spec [meshtls-authentication/exactly-one]: a MeshTLSAuthentication needs `identities` or `identityRefs`; this one names nobody, and Linkerd ignores it',
      '  add `identities: ["*"]` for every mesh identity, or name some',
    ],
  },
  {
    rule: 'meshtls-authentication/exactly-one',
    fault: 'both lists',
    kind: MESH_TLS,
    spec: '{identities: ["*.example.com"]%s}',
    wrong: ', identityRefs: [{kind: ServiceAccount, name: web}]',
    right: '',
    text: [
      'spec [meshtls-authentication/exactly-one]: a MeshTLSAuthentication takes `identities` or `identityRefs`, not both',
      '  write each ref as an identity, `NAME.NAMESPACE.serviceaccount.identity.linkerd.cluster.local`, or write two MeshTLSAuthentications and a policy for each',
    ],
  },
  {
    rule: 'meshtls-authentication/exactly-one',
    fault: 'an empty list',
    kind: MESH_TLS,
    spec: '{identityRefs: [%s]}',
    wrong: '',
    right: '{kind: ServiceAccount, name: web}',
    text: [
      'spec.identityRefs [meshtls-authentication/exactly-one]: `identityRefs` is empty, so it names nobody, and Linkerd ignores this MeshTLSAuthentication',
      '  name an identity; to admit nobody, write no AuthorizationPolicy',
    ],
  },
  // --------------------------------------------------------------------------- meshtls-authentication/identity-refs
  {
    rule: 'meshtls-authentication/identity-refs',
    fault: 'a kind without identity',
    kind: MESH_TLS,
    spec: '{identityRefs: [{kind: %s, name: web}]}',
    wrong: 'Pod',
    right: 'ServiceAccount',
    text: [
      'spec.identityRefs[0] [meshtls-authentication/identity-refs]: "Pod" of the core group has no mesh identity',
      '  name a ServiceAccount or a Namespace; their group is the core group: leave `group` out',
    ],
  },
  {
    rule: 'meshtls-authentication/identity-refs',
    fault: 'a namespace in a namespace',
    kind: MESH_TLS,
    spec: '{identityRefs: [{kind: Namespace, name: app%s}]}',
    wrong: ', namespace: app',
    right: '',
    text: [
      'spec.identityRefs[0].namespace [meshtls-authentication/identity-refs]: a Namespace is in no namespace: `namespace` must not be set on this ref',
      '  write `kind: Namespace, name: app` alone',
    ],
  },
  {
    rule: 'meshtls-authentication/identity-refs',
    fault: 'a ref without a name',
    kind: MESH_TLS,
    spec: '{identityRefs: [{kind: ServiceAccount%s}]}',
    wrong: '',
    right: ', name: web',
    text: [
      'spec.identityRefs[0] [meshtls-authentication/identity-refs]: this `ServiceAccount` ref has no `name`; Linkerd cannot read it, although the CRD’s text promises it means all',
      '  add `name`; for every service account of a namespace write `kind: Namespace` and its name',
    ],
  },
  // ------------------------------------------------------------------------------------------------ identity/syntax
  {
    rule: 'identity/syntax',
    fault: 'an asterisk at the end',
    kind: MESH_TLS,
    spec: '{identities: [%s]}',
    wrong: 'web.*',
    right: '"*.web"',
    text: [
      'spec.identities[0] [identity/syntax]: "web.*" is neither a DNS-like identity nor a SPIFFE id, so no client can have it',
      '  write lower-case labels joined by dots, with `*` at most as the whole first one, or `spiffe://trust-domain/path`',
    ],
  },
  {
    rule: 'identity/syntax',
    fault: 'a SPIFFE trust domain with a port',
    kind: MESH_TLS,
    spec: '{identities: ["spiffe://%s/ns/app"]}',
    wrong: 'example.com:80',
    right: 'example.com',
    text: [
      'spec.identities[0] [identity/syntax]: "spiffe://example.com:80/ns/app" has no valid SPIFFE trust domain',
      '  a trust domain has lower-case letters, digits, `.`, `-` and `_`, and no port',
    ],
  },
  {
    rule: 'identity/syntax',
    fault: 'a SPIFFE path that ends in a slash',
    kind: MESH_TLS,
    spec: '{identities: ["spiffe://example.com/ns/app%s"]}',
    wrong: '/',
    right: '',
    text: [
      'spec.identities[0] [identity/syntax]: "spiffe://example.com/ns/app/" has no valid SPIFFE path',
      '  path segments have letters, digits, `.`, `-` and `_`; none is empty, `.` or `..`, and no `/` ends the path',
    ],
  },
  {
    rule: 'identity/syntax',
    fault: 'an identity in capitals, in a ServerAuthorization',
    kind: SERVER_AUTHORIZATION,
    spec: '{server: {name: web}, client: {meshTLS: {identities: [%s.app.serviceaccount.identity.linkerd.cluster.local]}}}',
    wrong: 'Web',
    right: 'web',
    text: [
      'spec.client.meshTLS.identities[0] [identity/syntax]: "Web.app.serviceaccount.identity.linkerd.cluster.local" is neither a DNS-like identity nor a SPIFFE id, so no client can have it',
      '  write lower-case labels joined by dots, with `*` at most as the whole first one, or `spiffe://trust-domain/path`',
    ],
  },
  // ----------------------------------------------------------------------------------------------- network/required
  {
    rule: 'network/required',
    fault: 'no network',
    kind: NETWORK,
    spec: '{networks: [%s]}',
    wrong: '',
    right: '{cidr: 0.0.0.0/0}, {cidr: "::/0"}',
    text: [
      'spec.networks [network/required]: `networks` is empty',
      '  name a network; `[{cidr: 0.0.0.0/0}, {cidr: "::/0"}]` is everywhere',
    ],
  },
  {
    rule: 'network/required',
    fault: 'no network of an EgressNetwork',
    kind: EGRESS_NETWORK,
    spec: '{trafficPolicy: Allow%s}',
    wrong: ', networks: []',
    right: '',
    text: [
      'spec.networks [network/required]: `networks` is empty',
      '  name a network, or leave `networks` out for everything outside the cluster',
    ],
  },
  // --------------------------------------------------------------------------------------------------- network/cidr
  {
    rule: 'network/cidr',
    fault: 'a prefix that is too long',
    kind: NETWORK,
    spec: '{networks: [{cidr: 10.0.0.0/%s}]}',
    wrong: '33',
    right: '8',
    text: [
      'spec.networks[0].cidr [network/cidr]: "10.0.0.0/33" is no network: the prefix is longer than the 32 bits of the address',
      '  write an IPv4 or IPv6 address, or `address/prefix` such as 10.0.0.0/8 or fd00::/8',
    ],
  },
  {
    rule: 'network/cidr',
    fault: 'a name in place of an address',
    kind: SERVER_AUTHORIZATION,
    spec: '{server: {name: web}, client: {unauthenticated: true, networks: [{cidr: %s}]}}',
    wrong: 'cluster',
    right: '10.0.0.0/8',
    text: [
      'spec.client.networks[0].cidr [network/cidr]: "cluster" is no network: "cluster" is no IP address',
      '  write an IPv4 or IPv6 address, or `address/prefix` such as 10.0.0.0/8 or fd00::/8',
    ],
  },
  {
    rule: 'network/cidr',
    fault: 'an exception that is no address',
    kind: EGRESS_NETWORK,
    spec: '{trafficPolicy: Deny, networks: [{cidr: 203.0.113.0/24, except: [%s]}]}',
    wrong: '203.0.113.256',
    right: '203.0.113.255',
    text: [
      'spec.networks[0].except[0] [network/cidr]: "203.0.113.256" is no network: "203.0.113.256" is no IP address',
      '  write an IPv4 or IPv6 address, or `address/prefix` such as 10.0.0.0/8 or fd00::/8',
    ],
  },
  // ------------------------------------------------------------------------------------------------- network/except
  {
    rule: 'network/except',
    fault: 'an exception that leaves nothing',
    kind: NETWORK,
    spec: '{networks: [{cidr: 10.0.0.0/8, except: [%s]}]}',
    wrong: '0.0.0.0/0',
    right: '10.1.0.0/16',
    text: [
      'spec.networks[0].except[0] [network/except]: the exception "0.0.0.0/0" covers all of "10.0.0.0/8", so that nothing is left',
      '  leave the network out, or except a smaller part of it',
    ],
  },
  {
    rule: 'network/except',
    fault: 'an exception outside',
    kind: NETWORK,
    spec: '{networks: [{cidr: 10.0.0.0/8, except: [%s]}]}',
    wrong: '192.168.0.0/16',
    right: '10.0.0.1',
    text: [
      'spec.networks[0].except[0] [network/except]: the exception "192.168.0.0/16" is no part of "10.0.0.0/8"',
      '  except something inside 10.0.0.0/8, or leave the exception out: what lies outside does not count anyway',
    ],
  },
  // ---------------------------------------------------------------------------------- egress-network/traffic-policy
  {
    rule: 'egress-network/traffic-policy',
    fault: 'a word in other letters',
    kind: EGRESS_NETWORK,
    spec: '{trafficPolicy: %s}',
    wrong: 'deny',
    right: 'Deny',
    text: [
      'spec.trafficPolicy [egress-network/traffic-policy]: "deny" is no traffic policy',
      '  did you mean `Deny`? the words are Allow and Deny',
    ],
  },
  {
    rule: 'egress-network/traffic-policy',
    fault: 'no word',
    kind: EGRESS_NETWORK,
    spec: '{%snetworks: [{cidr: 203.0.113.0/24}]}',
    wrong: '',
    right: 'trafficPolicy: Allow, ',
    text: ['spec [egress-network/traffic-policy]: `trafficPolicy` is required', '  write Allow or Deny'],
  },
  // ---------------------------------------------------------------------------------------------- rate-limit/target
  {
    rule: 'rate-limit/target',
    fault: 'a Server without its group',
    kind: RATE_LIMIT,
    spec: '{targetRef: {%skind: Server, name: web}, total: {requestsPerSecond: 10}}',
    wrong: '',
    right: 'group: policy.linkerd.io, ',
    text: [
      'spec.targetRef [rate-limit/target]: a rate limit cannot target "Server" of the core group: only a policy.linkerd.io/Server',
      '  write `group: policy.linkerd.io`',
    ],
  },
  {
    rule: 'rate-limit/target',
    fault: 'a kind that no limit is for',
    kind: RATE_LIMIT,
    spec: '{targetRef: {group: policy.linkerd.io, kind: %s, name: web}, total: {requestsPerSecond: 10}}',
    wrong: 'HTTPRoute',
    right: 'Server',
    text: [
      'spec.targetRef [rate-limit/target]: a rate limit cannot target "policy.linkerd.io/HTTPRoute": only a policy.linkerd.io/Server',
      '  target the Server of that port',
    ],
  },
  // ---------------------------------------------------------------------------------------------- rate-limit/limits
  {
    rule: 'rate-limit/limits',
    fault: 'a limit of zero',
    kind: RATE_LIMIT,
    spec: `{${TARGET}, total: {requestsPerSecond: %s}}`,
    wrong: '0',
    right: '1',
    text: [
      'spec.total.requestsPerSecond [rate-limit/limits]: a limit of 0 would refuse every request',
      '  write at least 1; to refuse every request, authorise nobody',
    ],
  },
  {
    rule: 'rate-limit/limits',
    fault: 'a limit above the total',
    kind: RATE_LIMIT,
    spec: `{${TARGET}, total: {requestsPerSecond: 10}, identity: {requestsPerSecond: %s}}`,
    wrong: '11',
    right: '10',
    text: [
      'spec.identity.requestsPerSecond [rate-limit/limits]: 11 requests per second can never be reached: the total is 10',
      '  write at most 10, or raise the total',
    ],
  },
  {
    rule: 'rate-limit/limits',
    fault: 'a limit that does not fit',
    kind: RATE_LIMIT,
    spec: `{${TARGET}, total: {requestsPerSecond: %s}}`,
    wrong: '4294967296',
    right: '4294967295',
    text: [
      'spec.total.requestsPerSecond [rate-limit/limits]: 4294967296 is no limit: requests per second are 1 to 4294967295',
      '  write a number in that range; leave the limit out for no limit',
    ],
  },
  // ----------------------------------------------------------------------------------------- rate-limit/client-refs
  {
    rule: 'rate-limit/client-refs',
    fault: 'an override for a namespace',
    kind: RATE_LIMIT,
    spec: `{${TARGET}, overrides: [{requestsPerSecond: 5, clientRefs: [{kind: %s, name: web}]}]}`,
    wrong: 'Namespace',
    right: 'ServiceAccount',
    text: [
      'spec.overrides[0].clientRefs[0] [rate-limit/client-refs]: an override cannot be for "Namespace" of the core group: only for a ServiceAccount',
      '  name the service account that the client runs as, with no `group`',
    ],
  },
  // ---------------------------------------------------------------------------------------------- route/egress-port
  ...(
    [
      [ROUTE, 'a policy.linkerd.io HTTPRoute', ''],
      [GATEWAY_ROUTE, 'a Gateway API HTTPRoute', ''],
      [GRPC_ROUTE, 'a GRPCRoute', ''],
      [
        TLS_ROUTE,
        'a TLSRoute',
        ', hostnames: [example.com], rules: [{backendRefs: [{name: web, port: 443}]}]',
      ],
      [TCP_ROUTE, 'a TCPRoute', ', rules: [{backendRefs: [{name: web, port: 443}]}]'],
    ] as const
  ).map(([kind, of, rest]) => ({
    rule: 'route/egress-port',
    fault: `an EgressNetwork as parent of ${of}, without a port`,
    kind,
    spec: `{${EGRESS_PARENT}${rest}}`,
    wrong: '',
    right: ', port: 443',
    text: [
      'spec.parentRefs[0] [route/egress-port]: the parent EgressNetwork "internet" needs a `port`',
      '  add the port that the traffic goes to, e.g. `port: 443`',
    ],
  })),
  // ---------------------------------------------------------------------------------------------- route/annotations
  {
    rule: 'route/annotations',
    fault: 'a list with spaces',
    kind: ROUTE,
    metadata: '{annotations: {retry.linkerd.io/http: "%s"}}',
    spec: `{${SERVICE_PARENT}}`,
    wrong: '5xx, 429',
    right: '5xx,429',
    text: [
      'metadata.annotations["retry.linkerd.io/http"] [route/annotations]: "5xx, 429" is not what this annotation takes',
      '  did you mean `5xx,429`? write a comma-separated list without spaces of 5xx, gateway-error, a status code or a range, e.g. 5xx,429',
    ],
  },
  {
    rule: 'route/annotations',
    fault: 'a duration of two parts',
    kind: GATEWAY_ROUTE,
    metadata: '{annotations: {timeout.linkerd.io/request: %s}}',
    spec: `{${SERVICE_PARENT}}`,
    wrong: '1m30s',
    right: '90s',
    text: [
      'metadata.annotations["timeout.linkerd.io/request"] [route/annotations]: "1m30s" is not what this annotation takes',
      '  write one whole number and one unit of ms, s, m, h, d, e.g. 500ms or 90s',
    ],
  },
  {
    rule: 'route/annotations',
    fault: 'a gRPC status by its number',
    kind: GRPC_ROUTE,
    metadata: '{annotations: {retry.linkerd.io/grpc: "%s"}}',
    spec: `{${SERVICE_PARENT}}`,
    wrong: '14',
    right: 'unavailable',
    text: [
      'metadata.annotations["retry.linkerd.io/grpc"] [route/annotations]: "14" is not what this annotation takes',
      '  write a comma-separated list without spaces of cancelled, deadline-exceeded, internal, resource-exhausted, unavailable',
    ],
  },
  // ----------------------------------------------------------------------------------------------------- route/path
  {
    rule: 'route/path',
    fault: 'a prefix without its slash',
    kind: ROUTE,
    spec: `{${PARENT}, rules: [{matches: [{path: {value: %s}}]}]}`,
    wrong: 'api/v1',
    right: '/api/v1',
    text: [
      'spec.rules[0].matches[0].path.value [route/path]: the path "api/v1" does not begin with `/`, so no request can match it',
      '  write "/api/v1"',
    ],
  },
  {
    rule: 'route/path',
    fault: 'a path without its slash, in a Gateway API HTTPRoute',
    kind: GATEWAY_ROUTE,
    spec: `{${PARENT}, rules: [{matches: [{path: {type: Exact, value: %s}}]}]}`,
    wrong: 'login',
    right: '/login',
    text: [
      'spec.rules[0].matches[0].path.value [route/path]: the path "login" does not begin with `/`, so no request can match it',
      '  write "/login"',
    ],
  },
  // -------------------------------------------------------------------------------------------------- route/pattern
  {
    rule: 'route/pattern',
    fault: 'an open parenthesis',
    kind: ROUTE,
    spec: `{${PARENT}, rules: [{matches: [{path: {type: RegularExpression, value: "%s"}}]}]}`,
    wrong: '/(a',
    right: '/(a)',
    text: [
      'spec.rules[0].matches[0].path.value [route/pattern]: "/(a" is no regular expression for the proxy: unclosed group',
      '  the dialect is that of Rust’s regex crate: no look-around and no back-references',
    ],
  },
  {
    rule: 'route/pattern',
    fault: 'a look-ahead',
    kind: GRPC_ROUTE,
    spec: `{${PARENT}, rules: [{matches: [{headers: [{name: x-user, type: RegularExpression, value: "%s"}]}]}]}`,
    wrong: '(?!root).*',
    right: '[^r].*',
    text: [
      'spec.rules[0].matches[0].headers[0].value [route/pattern]: "(?!root).*" is no regular expression for the proxy: look-around, including look-ahead and look-behind, is not supported',
      '  the dialect is that of Rust’s regex crate: no look-around and no back-references',
    ],
  },
  // --------------------------------------------------------------------------------------------------- route/header
  {
    rule: 'route/header',
    fault: 'a name with a space',
    kind: ROUTE,
    spec: `{${PARENT}, rules: [{matches: [{headers: [{name: %s, value: web}]}]}]}`,
    wrong: 'x user',
    right: 'x-user',
    text: [
      'spec.rules[0].matches[0].headers[0].name [route/header]: "x user" is no header name',
      "  a header name has letters, digits and !#$%&'*+-.^_`|~, no spaces and no colon",
    ],
  },
  {
    rule: 'route/header',
    fault: 'a value over two lines',
    kind: GATEWAY_ROUTE,
    spec: `{${PARENT}, rules: [{matches: [{headers: [{name: x-user, value: "a%sb"}]}]}]}`,
    wrong: '\\n',
    right: ' ',
    text: [
      'spec.rules[0].matches[0].headers[0].value [route/header]: "a\\nb" is no header value: it holds a control character',
      '  write the value on one line',
    ],
  },
  // --------------------------------------------------------------------------------------------------- route/filter
  {
    rule: 'route/filter',
    fault: 'a header to remove that is none',
    kind: ROUTE,
    spec: `{${PARENT}, rules: [{filters: [{type: RequestHeaderModifier, requestHeaderModifier: {remove: [%s]}}]}]}`,
    wrong: '"x-user:"',
    right: 'x-user',
    text: [
      'spec.rules[0].filters[0].requestHeaderModifier.remove[0] [route/filter]: "x-user:" is no header name',
      "  a header name has letters, digits and !#$%&'*+-.^_`|~, no spaces and no colon",
    ],
  },
  {
    rule: 'route/filter',
    fault: 'a header value over two lines',
    kind: GRPC_ROUTE,
    spec: `{${PARENT}, rules: [{filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: x, value: "a%sb"}]}}]}]}`,
    wrong: '\\n',
    right: ' ',
    text: [
      'spec.rules[0].filters[0].requestHeaderModifier.set[0].value [route/filter]: "a\\nb" is no header value: it holds a control character',
      '  write the value on one line',
    ],
  },
  {
    rule: 'route/filter',
    fault: 'a redirect to a path without its slash',
    kind: GATEWAY_ROUTE,
    spec: `{${PARENT}, rules: [{filters: [{type: RequestRedirect, requestRedirect: {path: {type: ReplaceFullPath, replaceFullPath: %s}}}]}]}`,
    wrong: 'login',
    right: '/login',
    text: [
      'spec.rules[0].filters[0].requestRedirect.path.replaceFullPath [route/filter]: the redirect path "login" does not begin with `/`',
      '  write "/login"',
    ],
  },
  {
    rule: 'route/filter',
    fault: 'a redirect to no path',
    kind: ROUTE,
    spec: `{${PARENT}, rules: [{filters: [{type: RequestRedirect, requestRedirect: {path: {type: ReplacePrefixMatch%s}}}]}]}`,
    wrong: '',
    right: ', replacePrefixMatch: /',
    text: [
      'spec.rules[0].filters[0].requestRedirect.path [route/filter]: the redirect’s path has neither `replaceFullPath` nor `replacePrefixMatch`',
      '  add the one that `type` names, or leave `path` out to keep the path',
    ],
  },
  {
    rule: 'route/filter',
    fault: 'a status that is none',
    kind: ROUTE,
    spec: `{${PARENT}, rules: [{filters: [{type: RequestRedirect, requestRedirect: {statusCode: %s}}]}]}`,
    wrong: '1000',
    right: '301',
    text: [
      'spec.rules[0].filters[0].requestRedirect.statusCode [route/filter]: 1000 is no HTTP status code',
      '  write 301 or 302',
    ],
  },
  // ------------------------------------------------------------------------------------------------- route/timeouts
  {
    rule: 'route/timeouts',
    fault: 'a number without a unit',
    kind: ROUTE,
    spec: `{${SERVICE_PARENT}, rules: [{timeouts: {request: %s}}]}`,
    wrong: '"5"',
    right: '5s',
    text: [
      'spec.rules[0].timeouts.request [route/timeouts]: "5" is no duration',
      '  write numbers with units, e.g. 10s, 500ms or 1m30s',
    ],
  },
  {
    rule: 'route/timeouts',
    fault: 'a negative time',
    kind: ROUTE,
    spec: `{${SERVICE_PARENT}, rules: [{timeouts: {request: %s}}]}`,
    wrong: '"-1s"',
    right: '1s',
    text: [
      'spec.rules[0].timeouts.request [route/timeouts]: the timeout "-1s" is negative',
      '  write a positive duration, or leave the timeout out for none',
    ],
  },
  {
    rule: 'route/timeouts',
    fault: 'a backend that may take longer than the request',
    kind: ROUTE,
    spec: `{${SERVICE_PARENT}, rules: [{timeouts: {request: 1s, backendRequest: %s}}]}`,
    wrong: '2s',
    right: '500ms',
    text: [
      'spec.rules[0].timeouts.backendRequest [route/timeouts]: the backend request may take "2s", longer than the whole request with "1s"',
      '  make `backendRequest` at most as long as `request`',
    ],
  },
  // --------------------------------------------------------------------------------------------- route/backend-port
  {
    rule: 'route/backend-port',
    fault: 'a Service without a port',
    kind: GATEWAY_ROUTE,
    spec: `{${SERVICE_PARENT}, rules: [{backendRefs: [{name: web%s}]}]}`,
    wrong: '',
    right: ', port: 80',
    text: [
      'spec.rules[0].backendRefs[0] [route/backend-port]: the backend Service "web" needs a `port`',
      '  add the port of the Service, e.g. `port: 80`',
    ],
  },
  {
    rule: 'route/backend-port',
    fault: 'port 0',
    kind: GRPC_ROUTE,
    spec: `{${SERVICE_PARENT}, rules: [{backendRefs: [{name: web, port: %s}]}]}`,
    wrong: '0',
    right: '80',
    text: [
      'spec.rules[0].backendRefs[0].port [route/backend-port]: the backend Service "web" has port 0, which is no port',
      '  write the port of the Service, e.g. `port: 80`',
    ],
  },
  // ---------------------------------------------------------------------------------------------- route/single-rule
  {
    rule: 'route/single-rule',
    fault: 'two rules of a TCPRoute',
    kind: TCP_ROUTE,
    spec: `{${SERVICE_PARENT}, rules: [{backendRefs: [{name: web, port: 80}]}%s]}`,
    wrong: ', {backendRefs: [{name: api, port: 80}]}',
    right: '',
    text: [
      'spec.rules [route/single-rule]: a TCPRoute has exactly one rule; this one has 2',
      '  write one route for each rule',
    ],
  },
  {
    rule: 'route/single-rule',
    fault: 'no rule of a TLSRoute',
    kind: TLS_ROUTE,
    spec: `{${SERVICE_PARENT}, hostnames: [example.com], rules: [%s]}`,
    wrong: '',
    right: '{backendRefs: [{name: web, port: 443}]}',
    text: ['spec.rules [route/single-rule]: a TLSRoute has exactly one rule; this one has 0', '  add a rule'],
  },
  // ---------------------------------------------------------------------------------------------- grpc-route/method
  {
    rule: 'grpc-route/method',
    fault: 'a method by regular expression',
    kind: GRPC_ROUTE,
    spec: `{${PARENT}, rules: [{matches: [{method: {type: %s}}]}]}`,
    wrong: 'RegularExpression, service: "emoji.*"',
    right: 'Exact, service: emoji.v1.EmojiService',
    text: [
      'spec.rules[0].matches[0].method.type [grpc-route/method]: gRPC services and methods cannot be matched by regular expression',
      '  write `type: Exact` and name the service and the method',
    ],
  },
];

/** What our CRDs refuse by themselves: the webhook is never asked. */
export interface SchemaFirstCase extends Omit<DenyCase, 'beside' | 'apart' | 'metadata'> {
  /** What the API server says. */
  readonly crdText: string;
}

export const SCHEMA_FIRST_CASES: readonly SchemaFirstCase[] = [
  {
    rule: 'server/port',
    fault: 'a port that is neither a number nor a name',
    kind: SERVER,
    spec: `{${PODS}, port: %s}`,
    wrong: 'true',
    right: '%p',
    crdText:
      'Server.policy.linkerd.io "%n" is invalid: spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"',
    text: [
      'spec.port [server/port]: a port is a number from 1 to 65535 or a container port name, not true',
      '  write the number of the container port, or its name',
    ],
  },
  {
    rule: 'server/port',
    fault: 'half a port',
    kind: SERVER,
    spec: `{${PODS}, port: %s}`,
    wrong: '80.5',
    right: '%p',
    crdText:
      'Server.policy.linkerd.io "%n" is invalid: spec.port: Invalid value: "number": spec.port in body must be of type integer,string: "number"',
    text: [
      'spec.port [server/port]: 80.5 is no port: port numbers are 1 to 65535',
      '  write the number of the container port, or its name',
    ],
  },
  {
    rule: 'schema/type',
    fault: 'a protocol that is no text',
    kind: SERVER,
    spec: `{${PODS}, port: %p, proxyProtocol: %s}`,
    wrong: '1',
    right: 'HTTP/1',
    crdText:
      'Server.policy.linkerd.io "%n" is invalid: spec.proxyProtocol: Invalid value: "integer": spec.proxyProtocol in body must be of type string: "integer"',
    text: ['spec.proxyProtocol [schema/type]: expected a string, found 1', '  put it in quotes: `"1"`'],
  },
  {
    rule: 'schema/type',
    fault: 'an object in place of a list',
    kind: NETWORK,
    spec: '{networks: %s}',
    wrong: '{cidr: 10.0.0.0/8}',
    right: '[{cidr: 10.0.0.0/8}]',
    crdText:
      'NetworkAuthentication.policy.linkerd.io "%n" is invalid: spec.networks: Invalid value: "object": spec.networks in body must be of type array: "object"',
    text: [
      'spec.networks [schema/type]: expected a list, found {"cidr":"10.0.0.0/8"}',
      '  begin each item with `- `, also where there is one only',
    ],
  },
  {
    rule: 'schema/type',
    fault: 'an identity that is no text',
    kind: MESH_TLS,
    spec: '{identities: [%s]}',
    wrong: '1',
    right: '"*"',
    crdText:
      'MeshTLSAuthentication.policy.linkerd.io "%n" is invalid: spec.identities[0]: Invalid value: "integer": spec.identities[0] in body must be of type string: "integer"',
    text: ['spec.identities[0] [schema/type]: expected a string, found 1', '  put it in quotes: `"1"`'],
  },
  {
    rule: 'schema/type',
    fault: 'a boolean in quotes',
    kind: SERVER_AUTHORIZATION,
    spec: '{server: {name: web}, client: {unauthenticated: %s}}',
    wrong: '"true"',
    right: 'true',
    crdText:
      'ServerAuthorization.policy.linkerd.io "%n" is invalid: spec.client.unauthenticated: Invalid value: "string": spec.client.unauthenticated in body must be of type boolean: "string"',
    text: [
      'spec.client.unauthenticated [schema/type]: expected true or false, found "true"',
      '  write it without quotes: `true`',
      'spec.client [server-authorization/client]: this client authorises nobody: it has neither `meshTLS` nor `unauthenticated: true`, and Linkerd ignores it',
      '  write `meshTLS: {…}` or `unauthenticated: true`; to admit nobody, write no ServerAuthorization',
    ],
  },
  {
    rule: 'schema/type',
    fault: 'a limit in quotes',
    kind: RATE_LIMIT,
    spec: `{${TARGET}, total: {requestsPerSecond: %s}}`,
    wrong: '"100"',
    right: '100',
    crdText:
      'HTTPLocalRateLimitPolicy.policy.linkerd.io "%n" is invalid: spec.total.requestsPerSecond: Invalid value: "string": spec.total.requestsPerSecond in body must be of type integer: "string"',
    text: [
      'spec.total.requestsPerSecond [schema/type]: expected a whole number, found "100"',
      '  write it without quotes: `100`',
    ],
  },
  {
    rule: 'schema/type',
    fault: 'a port in quotes',
    kind: ROUTE,
    spec: '{parentRefs: [{group: core, kind: Service, name: web, port: %s}]}',
    wrong: '"80"',
    right: '80',
    crdText:
      'HTTPRoute.policy.linkerd.io "%n" is invalid: spec.parentRefs[0].port: Invalid value: "string": spec.parentRefs[0].port in body must be of type integer: "string"',
    text: [
      'spec.parentRefs[0].port [schema/type]: expected a whole number, found "80"',
      '  write it without quotes: `80`',
    ],
  },
];
