import { authorizationPolicyAuthentications } from '../../../src/rules/authorization-policy/authentications.js';
import { testRule } from '../harness.js';

const M = '{group: policy.linkerd.io, kind: MeshTLSAuthentication, name: m}';
const M2 = '{group: policy.linkerd.io, kind: MeshTLSAuthentication, name: m2}';
const N = '{group: policy.linkerd.io, kind: NetworkAuthentication, name: n}';
const N2 = '{group: Policy.Linkerd.io, kind: networkauthentication, name: n2}';
const SA = '{kind: ServiceAccount, name: a}';
const SA2 = '{group: core, kind: serviceaccount, name: a2, namespace: other}';

const refs = (...list: string[]): string =>
  `{kind: AuthorizationPolicy, spec: {targetRef: {group: policy.linkerd.io, kind: Server, name: web}, requiredAuthenticationRefs: [${list.join(', ')}]}}`;
const at = (i: number): string => `spec.requiredAuthenticationRefs[${String(i)}]`;

testRule(authorizationPolicyAuthentications, {
  accepts: {
    'none (AP-0)': refs(),
    'one identity (AP-2)': refs(M),
    'one service account (AP-3)': refs(SA),
    'an identity and a network (AP-4)': refs(M, N),
    'a service account and a network (AP-5)': refs(SA, N),
    'a service account of the empty group': refs('{group: "", kind: ServiceAccount, name: a}'),
    'a ref with an empty namespace, as Linkerd does': refs('{kind: ServiceAccount, name: a, namespace: ""}'),
    'groups and kinds in any case': refs(SA2, N2),
    'refs without a kind: schema/type speaks of them': refs('{name: a}', 'null', '5', '{kind: 5, name: a}'),
    'no list: schema/type speaks of it': '{kind: AuthorizationPolicy, spec: {}}',
  },
  reports: {
    'two identities (AP-2)': [refs(M, M2), `${at(1)}: several`],
    'one identity twice (AP-2)': [refs(M, M), `${at(1)}: several`],
    'three identities, once': [refs(M, M2, M), `${at(1)}: several`],
    'two service accounts (AP-3)': [refs(SA, SA2), `${at(1)}: several`],
    'an identity and a service account (AP-4)': [refs(M, SA), 'spec.requiredAuthenticationRefs: mixed'],
    'two networks (AP-5)': [refs(N, N2), `${at(1)}: several`],
    'an identity without its group (AP-6)': [
      refs('{kind: MeshTLSAuthentication, name: m}'),
      `${at(0)}: kind`,
    ],
    'a network without its group (AP-6)': [refs('{kind: NetworkAuthentication, name: n}'), `${at(0)}: kind`],
    'a service account of another group (AP-6)': [
      refs('{group: v1, kind: ServiceAccount, name: a}'),
      `${at(0)}: kind`,
    ],
    'each ref of another kind (AP-6)': [
      refs('{kind: Pod, name: p}', M, '{kind: constructor, name: c}'),
      `${at(0)}: kind`,
      `${at(2)}: kind`,
    ],
    'everything at once': [
      refs(M, M2, SA, SA2, N, N2, '{kind: Pod, name: p}', '5'),
      `${at(1)}: several`,
      `${at(5)}: several`,
      `${at(3)}: several`,
      'spec.requiredAuthenticationRefs: mixed',
      `${at(6)}: kind`,
    ],
  },
  reads: [
    [
      refs(M, M2),
      'spec.requiredAuthenticationRefs[1] [authorization-policy/authentications]: only one MeshTLSAuthentication can be required; this policy names 2\n' +
        '  all required authentications must hold at once: put them into one MeshTLSAuthentication, or write one policy each',
    ],
    [
      refs(SA, SA2),
      'spec.requiredAuthenticationRefs[1] [authorization-policy/authentications]: only one ServiceAccount can be required; this policy names 2\n' +
        '  all required authentications must hold at once: put the service accounts into one MeshTLSAuthentication, or write one policy each',
    ],
    [
      refs(M, SA),
      'spec.requiredAuthenticationRefs [authorization-policy/authentications]: a MeshTLSAuthentication and a ServiceAccount cannot both be required: each names the client’s identity\n' +
        '  add the service account to the MeshTLSAuthentication’s `identityRefs`',
    ],
    [
      refs('{kind: MeshTLSAuthentication, name: m}'),
      'spec.requiredAuthenticationRefs[0] [authorization-policy/authentications]: "MeshTLSAuthentication" of the core group is no authentication\n' +
        '  write `group: policy.linkerd.io`',
    ],
    [
      refs('{group: v1, kind: ServiceAccount, name: a}'),
      'spec.requiredAuthenticationRefs[0] [authorization-policy/authentications]: "v1/ServiceAccount" is no authentication\n' +
        '  write `group: ""`',
    ],
    [
      refs('{group: apps, kind: Deployment, name: d}'),
      'spec.requiredAuthenticationRefs[0] [authorization-policy/authentications]: "apps/Deployment" is no authentication\n' +
        '  name a policy.linkerd.io/MeshTLSAuthentication, a policy.linkerd.io/NetworkAuthentication or a ServiceAccount',
    ],
  ],
});
