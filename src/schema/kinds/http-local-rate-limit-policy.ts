/** HTTPLocalRateLimitPolicy (policy.linkerd.io): requests per second, per proxy, on a Server. */
import type { Static } from 'typebox';
import { integer, list, localTargetRef, namespacedTargetRef, object, optional, required } from '../shapes.js';
import type { KindDefinition } from './kind.js';
import { rateLimitStatus } from './status.js';

// Whether the number fits 32 bits is the rule's question (RL-8), so that the user reads our text.
const requestsPerSecond = required(integer(), {
  description: 'Requests each second that one proxy lets through, 1..4294967295.',
  crd: { strict: { minimum: 1, maximum: 4_294_967_295 } },
});

const spec = object({
  targetRef: required(localTargetRef(), { description: 'The Server this limits.' }),
  total: optional(object({ requestsPerSecond }), { description: 'The limit for all clients together.' }),
  identity: optional(object({ requestsPerSecond }), { description: 'The limit for each client identity.' }),
  overrides: optional(
    list(object({ requestsPerSecond, clientRefs: required(list(namespacedTargetRef())) })),
    {
      description: 'Limits for named service accounts, instead of the identity limit.',
    },
  ),
});

export type HTTPLocalRateLimitPolicySpec = Static<typeof spec>;

export const httpLocalRateLimitPolicy: KindDefinition = {
  group: 'policy.linkerd.io',
  kind: 'HTTPLocalRateLimitPolicy',
  plural: 'httplocalratelimitpolicies',
  parse: 'strict',
  versions: [{ name: 'v1alpha1', storage: true, spec, status: rateLimitStatus() }],
};
