import { targets, type TargetRef } from '../../model/target-ref.js';
import { POLICY_GROUP } from '../../schema/index.js';
import { defineRule, linkerd } from '../rule.js';
import { describeTarget, items, type Part } from '../shapes.js';

const KINDS: readonly (readonly [group: string, kind: string])[] = [
  [POLICY_GROUP, 'MeshTLSAuthentication'],
  [POLICY_GROUP, 'NetworkAuthentication'],
  ['core', 'ServiceAccount'],
];

/** AP-2 to AP-6: at most one identity and one network, of the three kinds that Linkerd reads. */
export const authorizationPolicyAuthentications = defineRule({
  code: 'authorization-policy/authentications',
  summary: 'more than one identity or network authentication, or one of another kind',
  severity: 'deny',
  kinds: ['policy.linkerd.io/AuthorizationPolicy'],
  sources: ['AP-2', 'AP-3', 'AP-4', 'AP-5', 'AP-6'],
  messages: {
    several: linkerd(({ kind, count }: { kind: string; count: number }) => ({
      message: `only one ${kind} can be required; this policy names ${String(count)}`,
      hint:
        kind === 'ServiceAccount'
          ? 'all required authentications must hold at once: put the service accounts into one MeshTLSAuthentication, or write one policy each'
          : `all required authentications must hold at once: put them into one ${kind}, or write one policy each`,
    })),
    mixed: linkerd(() => ({
      message:
        'a MeshTLSAuthentication and a ServiceAccount cannot both be required: each names the client’s identity',
      brief: 'a MeshTLSAuthentication and a ServiceAccount at once',
      hint: 'add the service account to the MeshTLSAuthentication’s `identityRefs`',
    })),
    kind: linkerd(({ kind, group }: { kind: string; group?: string | undefined }) => ({
      message: `${kind} is no authentication`,
      hint:
        group === undefined
          ? 'name a policy.linkerd.io/MeshTLSAuthentication, a policy.linkerd.io/NetworkAuthentication or a ServiceAccount'
          : `write \`group: ${group === 'core' ? '""' : group}\``,
    })),
  },
  check({ subject }, report) {
    const path = ['spec', 'requiredAuthenticationRefs'];
    const refs = items(subject.spec.requiredAuthenticationRefs, path).filter(
      ({ value }) => typeof value.kind === 'string',
    );
    const counts = new Map<string, number>();
    for (const [group, kind] of KINDS) {
      const found: Part<TargetRef>[] = refs.filter(({ value }) => targets(value, group, kind));
      counts.set(kind, found.length);
      const second = found[1];
      if (second !== undefined) report('several', second.path, { kind, count: found.length });
    }
    if ((counts.get('MeshTLSAuthentication') ?? 0) > 0 && (counts.get('ServiceAccount') ?? 0) > 0) {
      report('mixed', path, {});
    }
    for (const ref of refs) {
      if (KINDS.some(([group, kind]) => targets(ref.value, group, kind))) continue;
      const group = KINDS.find(([own, kind]) => targets({ ...ref.value, group: own }, own, kind))?.[0];
      report('kind', ref.path, { kind: describeTarget(ref.value), group });
    }
  },
});
