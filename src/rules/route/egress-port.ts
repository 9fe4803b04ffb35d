import { targets } from '../../model/target-ref.js';
import { quote } from '../../model/text.js';
import { POLICY_GROUP, ROUTE_KINDS } from '../../schema/index.js';
import { defineRule, linkerd } from '../rule.js';
import { isFaulty, parentRefs } from '../shapes.js';

/** HR-1, GH-1, GG-1, GT-1, GC-1: an EgressNetwork parent names a port. */
export const routeEgressPort = defineRule({
  code: 'route/egress-port',
  summary: 'an EgressNetwork parent without a port',
  severity: 'deny',
  kinds: ROUTE_KINDS,
  sources: ['HR-1', 'GH-1', 'GG-1', 'GT-1', 'GC-1'],
  messages: {
    missing: linkerd(({ name }: { name: string }) => ({
      message: `the parent EgressNetwork ${name} needs a \`port\``,
      hint: 'add the port that the traffic goes to, e.g. `port: 443`',
    })),
  },
  check({ subject }, report) {
    for (const { path, value } of parentRefs(subject)) {
      if (!targets(value, POLICY_GROUP, 'EgressNetwork') || typeof value.port === 'number') continue;
      if (!isFaulty(subject, [...path, 'port'])) report('missing', path, { name: quote(value.name) });
    }
  },
});
