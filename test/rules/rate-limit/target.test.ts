import { rateLimitTarget } from '../../../src/rules/rate-limit/target.js';
import { testRule } from '../harness.js';

const target = (text: string): string => `{kind: HTTPLocalRateLimitPolicy, spec: {targetRef: ${text}}}`;
const kind = 'spec.targetRef: kind';

testRule(rateLimitTarget, {
  accepts: {
    'a Server (RL-1)': target('{group: policy.linkerd.io, kind: Server, name: web}'),
    'group and kind in any case': target('{group: POLICY.linkerd.io, kind: server, name: web}'),
    'no target: schema/type speaks of it': '{kind: HTTPLocalRateLimitPolicy, spec: {}}',
    'a missing kind: schema/type speaks of it': target('{group: policy.linkerd.io, name: web}'),
    'a mistyped kind: schema/type speaks of it': target('{group: policy.linkerd.io, kind: 5, name: web}'),
  },
  reports: {
    'a Server without its group (RL-1)': [target('{kind: Server, name: web}'), kind],
    'a Deployment (RL-1)': [target('{group: apps, kind: Deployment, name: d}'), kind],
    'an HTTPRoute': [target('{group: policy.linkerd.io, kind: HTTPRoute, name: r}'), kind],
    'a Namespace': [target('{kind: Namespace, name: app}'), kind],
    'a bad target beside a mistyped limit': [
      '{kind: HTTPLocalRateLimitPolicy, spec: {targetRef: {kind: Pod, name: p}, total: 5}}',
      kind,
    ],
  },
  reads: [
    [
      target('{kind: Server, name: web}'),
      'spec.targetRef [rate-limit/target]: a rate limit cannot target "Server" of the core group: only a policy.linkerd.io/Server\n' +
        '  write `group: policy.linkerd.io`',
    ],
    [
      target('{group: apps, kind: Deployment, name: d}'),
      'spec.targetRef [rate-limit/target]: a rate limit cannot target "apps/Deployment": only a policy.linkerd.io/Server\n' +
        '  target the Server of that port',
    ],
  ],
});
