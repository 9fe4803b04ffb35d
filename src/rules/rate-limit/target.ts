import { targets } from '../../model/target-ref.js';
import { POLICY_GROUP } from '../../schema/index.js';
import { defineRule, linkerd } from '../rule.js';
import { describeTarget } from '../shapes.js';

/** RL-1: a rate limit targets a Server. */
export const rateLimitTarget = defineRule({
  code: 'rate-limit/target',
  summary: 'a target that is no policy.linkerd.io/Server',
  severity: 'deny',
  kinds: ['policy.linkerd.io/HTTPLocalRateLimitPolicy'],
  sources: ['RL-1'],
  messages: {
    kind: linkerd(({ target, server }: { target: string; server: boolean }) => ({
      message: `a rate limit cannot target ${target}: only a policy.linkerd.io/Server`,
      hint: server ? 'write `group: policy.linkerd.io`' : 'target the Server of that port',
    })),
  },
  check({ subject }, report) {
    const ref = subject.spec.targetRef;
    if (typeof ref?.kind !== 'string' || targets(ref, POLICY_GROUP, 'Server')) return;
    report('kind', ['spec', 'targetRef'], {
      target: describeTarget(ref),
      server: targets({ ...ref, group: POLICY_GROUP }, POLICY_GROUP, 'Server'),
    });
  },
});
