import { targets } from '../../model/target-ref.js';
import { backticks, quote } from '../../model/text.js';
import { defineRule, linkerd } from '../rule.js';

/** AP-1: a Namespace target is the policy's own namespace. */
export const authorizationPolicyTargetNamespace = defineRule({
  code: 'authorization-policy/target-namespace',
  summary: 'a Namespace target that is not the policy’s own namespace',
  severity: 'deny',
  kinds: ['policy.linkerd.io/AuthorizationPolicy'],
  sources: ['AP-1'],
  messages: {
    other: linkerd(({ name, namespace }: { name: string; namespace: string }) => ({
      message: `a policy can target only its own namespace, ${quote(namespace)}, not ${quote(name)}`,
      hint: `write ${backticks(`name: ${namespace}`)}, or create the policy in the namespace ${quote(name)}`,
    })),
  },
  check({ subject }, report) {
    const ref = subject.spec.targetRef;
    if (typeof ref?.name !== 'string' || !targets(ref, 'core', 'Namespace')) return;
    const namespace = subject.ref.namespace ?? '';
    if (ref.name !== namespace) report('other', ['spec', 'targetRef', 'name'], { name: ref.name, namespace });
  },
});
