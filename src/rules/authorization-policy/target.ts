import { targets } from '../../model/target-ref.js';
import { orList } from '../../model/text.js';
import { POLICY_GROUP, GATEWAY_GROUP } from '../../schema/index.js';
import { defineRule, linkerd } from '../rule.js';
import { describeTarget } from '../shapes.js';

const TARGETS: readonly (readonly [group: string, kind: string])[] = [
  [POLICY_GROUP, 'Server'],
  ['core', 'Namespace'],
  [POLICY_GROUP, 'HTTPRoute'],
  [GATEWAY_GROUP, 'HTTPRoute'],
  [GATEWAY_GROUP, 'GRPCRoute'],
];

/** AP-7: an AuthorizationPolicy targets a Server, a route or its Namespace. */
export const authorizationPolicyTarget = defineRule({
  code: 'authorization-policy/target',
  summary: 'a target that is no Server, HTTPRoute, GRPCRoute or Namespace',
  severity: 'deny',
  kinds: ['policy.linkerd.io/AuthorizationPolicy'],
  sources: ['AP-7'],
  messages: {
    kind: linkerd(({ target, groups }: { target: string; groups: readonly string[] }) => ({
      message: `an AuthorizationPolicy cannot target ${target}`,
      hint:
        groups.length === 0
          ? 'target a policy.linkerd.io/Server, policy.linkerd.io/HTTPRoute, gateway.networking.k8s.io/HTTPRoute, gateway.networking.k8s.io/GRPCRoute or the Namespace'
          : `write ${orList(groups.map((group) => `\`group: ${group === 'core' ? '""' : group}\``))}`,
    })),
  },
  check({ subject }, report) {
    const ref = subject.spec.targetRef;
    if (typeof ref?.kind !== 'string' || TARGETS.some(([group, kind]) => targets(ref, group, kind))) return;
    const groups = TARGETS.flatMap(([group, kind]) =>
      targets({ ...ref, group }, group, kind) ? [group] : [],
    );
    report('kind', ['spec', 'targetRef'], { target: describeTarget(ref), groups });
  },
});
