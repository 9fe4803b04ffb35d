import { rateLimitClientRefs } from '../../../src/rules/rate-limit/client-refs.js';
import { testRule } from '../harness.js';

const overrides = (...refs: string[]): string =>
  `{kind: HTTPLocalRateLimitPolicy, spec: {targetRef: {group: policy.linkerd.io, kind: Server, name: web}, overrides: [${refs
    .map((list) => `{requestsPerSecond: 1, clientRefs: ${list}}`)
    .join(', ')}]}}`;
const at = (i: number, j: number): string => `spec.overrides[${String(i)}].clientRefs[${String(j)}]: kind`;

testRule(rateLimitClientRefs, {
  accepts: {
    'a service account (RL-7)': overrides('[{kind: ServiceAccount, name: a}]'),
    'a service account of another namespace': overrides(
      '[{kind: ServiceAccount, name: a, namespace: other}]',
    ),
    'group and kind in any case': overrides('[{group: Core, kind: serviceaccount, name: a}]'),
    'one client in two overrides': overrides(
      '[{kind: ServiceAccount, name: a}]',
      '[{kind: ServiceAccount, name: a}]',
    ),
    'no client': overrides('[]'),
    'mistyped refs: schema/type speaks of them': overrides('5', '[5, null, {}, {kind: 5, name: a}]'),
    'no overrides': '{kind: HTTPLocalRateLimitPolicy, spec: {}}',
  },
  reports: {
    'a Namespace (RL-7)': [overrides('[{kind: Namespace, name: n}]'), at(0, 0)],
    'a service account of another group': [
      overrides('[{group: v1, kind: ServiceAccount, name: a}]'),
      at(0, 0),
    ],
    'each bad ref': [
      overrides(
        '[{kind: ServiceAccount, name: a}, {kind: Pod, name: p}]',
        '[{kind: constructor, name: c}, {kind: Pod}]',
      ),
      at(0, 1),
      at(1, 0),
      at(1, 1),
    ],
  },
  reads: [
    [
      overrides('[{kind: Namespace, name: n}]'),
      'spec.overrides[0].clientRefs[0] [rate-limit/client-refs]: an override cannot be for "Namespace" of the core group: only for a ServiceAccount\n' +
        '  name the service account that the client runs as, with no `group`',
    ],
  ],
});
