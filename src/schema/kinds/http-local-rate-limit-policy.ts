/** HTTPLocalRateLimitPolicy (policy.linkerd.io): requests per second, per proxy, on a Server. */
import type { Static } from 'typebox';
import {
  celTarget,
  hinted,
  integer,
  list,
  localTargetRef,
  MANY_IN_MANY,
  namespacedTargetRef,
  object,
  optional,
  PATTERNS,
  required,
} from '../shapes.js';
import type { Column, KindDefinition } from './kind.js';
import { rateLimitStatus } from './status.js';

// Whether the number fits 32 bits is the rule's question (RL-8), so that the user reads our text.
const requestsPerSecond = required(integer(), {
  description: 'Requests each second that one proxy lets through, 1 to 4294967295.',
  crd: { strict: { minimum: 1, maximum: 4_294_967_295 } },
});

const clientRef = hinted(
  namespacedTargetRef({ crd: { strict: { minLength: 1, maxLength: 63, pattern: PATTERNS.label } } }),
  {
    rules: [
      {
        rule: `${celTarget('self')} == 'core/serviceaccount'`,
        message: 'an override is for a ServiceAccount, with no group',
      },
    ],
  },
);

const override = object({
  requestsPerSecond,
  clientRefs: required(list(clientRef), {
    description: 'The service accounts that this limit is for.',
    crd: { strict: { maxItems: MANY_IN_MANY } },
  }),
});

const spec = object({
  targetRef: required(localTargetRef(), {
    description: 'The Server this limits.',
    crd: {
      strict: {
        rules: [
          {
            rule: `${celTarget('self')} == 'policy.linkerd.io/server'`,
            message: 'the target must be a policy.linkerd.io Server',
          },
        ],
      },
    },
  }),
  total: optional(object({ requestsPerSecond }), { description: 'The limit for all clients together.' }),
  identity: optional(object({ requestsPerSecond }), { description: 'The limit for each client identity.' }),
  overrides: optional(list(override), {
    description: 'Limits for named service accounts, instead of the identity limit.',
    crd: { strict: { maxItems: MANY_IN_MANY } },
  }),
});

export type HTTPLocalRateLimitPolicySpec = Static<typeof spec>;

const strictRules = [
  {
    rule: '!has(self.total) || !has(self.identity) || self.identity.requestsPerSecond <= self.total.requestsPerSecond',
    message: 'the identity limit can be at most the total',
  },
  {
    rule: '!has(self.total) || !has(self.overrides) || self.overrides.all(override, override.requestsPerSecond <= self.total.requestsPerSecond)',
    message: 'the limit of an override can be at most the total',
  },
];

const columns: readonly Column[] = [
  {
    name: 'Target_kind',
    type: 'string',
    jsonPath: '.spec.targetRef.kind',
    description: 'The kind of what this limits',
  },
  {
    name: 'Target_name',
    type: 'string',
    jsonPath: '.spec.targetRef.name',
    description: 'The name of what this limits',
  },
  {
    name: 'Total_RPS',
    type: 'integer',
    jsonPath: '.spec.total.requestsPerSecond',
    description: 'The limit for all clients together',
  },
  {
    name: 'Identity_RPS',
    type: 'integer',
    jsonPath: '.spec.identity.requestsPerSecond',
    description: 'The limit for each client identity',
  },
];

export const httpLocalRateLimitPolicy: KindDefinition = {
  group: 'policy.linkerd.io',
  kind: 'HTTPLocalRateLimitPolicy',
  plural: 'httplocalratelimitpolicies',
  description: 'How many requests per second each proxy of a Server lets through.',
  parse: 'strict',
  versions: [{ name: 'v1alpha1', storage: true, spec, strictRules, status: rateLimitStatus(), columns }],
};
