/** AuthorizationPolicy (policy.linkerd.io): a target and the authentications it asks for. */
import type { Static } from 'typebox';
import { celTarget, list, localTargetRef, MANY, namespacedTargetRef, object, required } from '../shapes.js';
import type { KindDefinition } from './kind.js';

const TARGETS = [
  'policy.linkerd.io/server',
  'policy.linkerd.io/httproute',
  'gateway.networking.k8s.io/httproute',
  'gateway.networking.k8s.io/grpcroute',
  'core/namespace',
];
const IDENTITIES = ['policy.linkerd.io/meshtlsauthentication', 'core/serviceaccount'];
const NETWORKS = ['policy.linkerd.io/networkauthentication'];

const words = (list: readonly string[]): string => `[${list.map((word) => `'${word}'`).join(', ')}]`;
const count = (of: readonly string[]): string =>
  `self.filter(ref, ${celTarget('ref')} in ${words(of)}).size()`;

const spec = object({
  targetRef: required(localTargetRef(), {
    description: 'The Server, route or Namespace this opens.',
    crd: {
      strict: {
        // AP-7. Whether a Namespace is the object's own (AP-1) CEL cannot see.
        rules: [
          {
            rule: `${celTarget('self')} in ${words(TARGETS)}`,
            message:
              'the target must be a policy.linkerd.io Server or HTTPRoute, a gateway.networking.k8s.io HTTPRoute or GRPCRoute, or a Namespace',
          },
        ],
      },
    },
  }),
  requiredAuthenticationRefs: required(list(namespacedTargetRef()), {
    description: 'What a client must show; all of them. None admits everyone.',
    crd: {
      strict: {
        maxItems: MANY,
        rules: [
          {
            rule: `self.all(ref, ${celTarget('ref')} in ${words([...IDENTITIES, ...NETWORKS])})`,
            message:
              'an authentication must be a policy.linkerd.io MeshTLSAuthentication or NetworkAuthentication, or a ServiceAccount',
          },
          {
            rule: `${count(IDENTITIES)} <= 1`,
            message: 'at most one MeshTLSAuthentication or ServiceAccount may be required',
          },
          { rule: `${count(NETWORKS)} <= 1`, message: 'at most one NetworkAuthentication may be required' },
        ],
      },
    },
  }),
});

export type AuthorizationPolicySpec = Static<typeof spec>;

export const authorizationPolicy: KindDefinition = {
  group: 'policy.linkerd.io',
  kind: 'AuthorizationPolicy',
  plural: 'authorizationpolicies',
  description:
    'Opens a Server, a route or a namespace to the clients that show the required authentications.',
  shortNames: ['authzpolicy'],
  parse: 'strict',
  versions: [{ name: 'v1alpha1', storage: true, spec }],
};
