import { targets } from '../../model/target-ref.js';
import { defineRule, linkerd } from '../rule.js';
import { describeTarget, items } from '../shapes.js';

/** RL-7: an override names service accounts. */
export const rateLimitClientRefs = defineRule({
  code: 'rate-limit/client-refs',
  summary: 'an override for a client that is no ServiceAccount',
  severity: 'deny',
  kinds: ['policy.linkerd.io/HTTPLocalRateLimitPolicy'],
  sources: ['RL-7'],
  messages: {
    kind: linkerd(({ kind }: { kind: string }) => ({
      message: `an override cannot be for ${kind}: only for a ServiceAccount`,
      hint: 'name the service account that the client runs as, with no `group`',
    })),
  },
  check({ subject }, report) {
    for (const override of items(subject.spec.overrides, ['spec', 'overrides'])) {
      for (const { path, value } of items(override.value.clientRefs, [...override.path, 'clientRefs'])) {
        if (typeof value.kind !== 'string' || targets(value, 'core', 'ServiceAccount')) continue;
        report('kind', path, { kind: describeTarget(value) });
      }
    }
  },
});
