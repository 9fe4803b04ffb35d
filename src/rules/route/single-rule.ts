import { GATEWAY_GROUP } from '../../schema/index.js';
import { defineRule, linkerd } from '../rule.js';

/** GT-2, GC-2: TLSRoutes and TCPRoutes have one rule. */
export const routeSingleRule = defineRule({
  code: 'route/single-rule',
  summary: 'a TLSRoute or TCPRoute without exactly one rule',
  severity: 'deny',
  kinds: [`${GATEWAY_GROUP}/TLSRoute`, `${GATEWAY_GROUP}/TCPRoute`],
  sources: ['GT-2', 'GC-2'],
  messages: {
    count: linkerd(({ kind, rules }: { kind: string; rules: number }) => ({
      message: `a ${kind} has exactly one rule; this one has ${String(rules)}`,
      hint: rules === 0 ? 'add a rule' : 'write one route for each rule',
    })),
  },
  check({ subject }, report) {
    const rules = subject.spec.rules?.length;
    if (rules !== undefined && rules !== 1) {
      report('count', ['spec', 'rules'], { kind: subject.ref.kind, rules });
    }
  },
});
