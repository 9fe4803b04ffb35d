import { authorizationPolicyTarget } from '../../../src/rules/authorization-policy/target.js';
import { testRule } from '../harness.js';

const target = (text: string): string =>
  `{kind: AuthorizationPolicy, spec: {targetRef: ${text}, requiredAuthenticationRefs: []}}`;
const kind = 'spec.targetRef: kind';

testRule(authorizationPolicyTarget, {
  accepts: {
    'a Server (AP-7)': target('{group: policy.linkerd.io, kind: Server, name: web}'),
    'a Namespace without a group (AP-7)': target('{kind: Namespace, name: app}'),
    'a Namespace of the core group, however spelt': target('{group: "", kind: Namespace, name: app}'),
    'a Namespace of the group core': target('{group: Core, kind: Namespace, name: app}'),
    'a null group, which is the core group': target('{group: null, kind: Namespace, name: app}'),
    'an HTTPRoute of Linkerd (AP-7)': target('{group: policy.linkerd.io, kind: HTTPRoute, name: r}'),
    'an HTTPRoute of the Gateway API (AP-7)': target(
      '{group: gateway.networking.k8s.io, kind: HTTPRoute, name: r}',
    ),
    'a GRPCRoute (AP-7)': target('{group: gateway.networking.k8s.io, kind: GRPCRoute, name: g}'),
    'groups and kinds in any case': target('{group: Policy.Linkerd.IO, kind: SERVER, name: web}'),
    'a mistyped kind: schema/type speaks of it': target('{group: policy.linkerd.io, kind: 5, name: web}'),
    'a missing kind: schema/type speaks of it': target('{name: web}'),
    'no target: schema/type speaks of it':
      '{kind: AuthorizationPolicy, spec: {requiredAuthenticationRefs: []}}',
  },
  reports: {
    'a Server without its group (AP-7)': [target('{kind: Server, name: web}'), kind],
    'a Deployment (AP-7)': [target('{group: apps, kind: Deployment, name: d}'), kind],
    'a TLSRoute (AP-7)': [target('{group: gateway.networking.k8s.io, kind: TLSRoute, name: t}'), kind],
    'a TCPRoute': [target('{group: gateway.networking.k8s.io, kind: TCPRoute, name: t}'), kind],
    'a GRPCRoute of the wrong group': [target('{group: policy.linkerd.io, kind: GRPCRoute, name: g}'), kind],
    'a Namespace of another group': [target('{group: policy.linkerd.io, kind: Namespace, name: app}'), kind],
    'an empty kind': [target('{kind: "", name: web}'), kind],
    'a kind that is a member of every object': [target('{kind: constructor, name: web}'), kind],
    'a kind that is the same only beyond ASCII': [
      target('{group: gateway.networ\u212aing.k8s.io, kind: GRPCRoute, name: g}'),
      kind,
    ],
    'a bad target whose name is mistyped too': [target('{kind: Pod, name: 5}'), kind],
  },
  reads: [
    [
      target('{kind: Server, name: web}'),
      'spec.targetRef [authorization-policy/target]: an AuthorizationPolicy cannot target "Server" of the core group\n' +
        '  write `group: policy.linkerd.io`',
    ],
    [
      target('{group: Core, kind: httproute, name: r}'),
      'spec.targetRef [authorization-policy/target]: an AuthorizationPolicy cannot target "httproute" of the core group\n' +
        '  write `group: policy.linkerd.io` or `group: gateway.networking.k8s.io`',
    ],
    [
      target('{group: v1, kind: Namespace, name: app}'),
      'spec.targetRef [authorization-policy/target]: an AuthorizationPolicy cannot target "v1/Namespace"\n' +
        '  write `group: ""`',
    ],
    [
      target('{group: apps, kind: Deployment, name: d}'),
      'spec.targetRef [authorization-policy/target]: an AuthorizationPolicy cannot target "apps/Deployment"\n' +
        '  target a policy.linkerd.io/Server, policy.linkerd.io/HTTPRoute, gateway.networking.k8s.io/HTTPRoute, gateway.networking.k8s.io/GRPCRoute or the Namespace',
    ],
  ],
});
