/** AuthorizationPolicy (policy.linkerd.io): a target and the authentications it asks for. */
import type { Static } from 'typebox';
import { list, localTargetRef, namespacedTargetRef, object, required } from '../shapes.js';
import type { KindDefinition } from './kind.js';

const spec = object({
  targetRef: required(localTargetRef(), { description: 'The Server, route or Namespace this opens.' }),
  requiredAuthenticationRefs: required(list(namespacedTargetRef()), {
    description: 'What a client must show; all of them. None admits everyone.',
  }),
});

export type AuthorizationPolicySpec = Static<typeof spec>;

export const authorizationPolicy: KindDefinition = {
  group: 'policy.linkerd.io',
  kind: 'AuthorizationPolicy',
  plural: 'authorizationpolicies',
  shortNames: ['authzpolicy'],
  parse: 'strict',
  versions: [{ name: 'v1alpha1', storage: true, spec }],
};
