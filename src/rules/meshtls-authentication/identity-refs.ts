import { targets } from '../../model/target-ref.js';
import { backticks } from '../../model/text.js';
import { defineRule, linkerd } from '../rule.js';
import { describeTarget, isFaulty, items } from '../shapes.js';

/** MT-4 to MT-6: refs name service accounts, or whole namespaces. */
export const meshTLSAuthenticationIdentityRefs = defineRule({
  code: 'meshtls-authentication/identity-refs',
  summary: 'an identity ref that is no named ServiceAccount or Namespace',
  severity: 'deny',
  kinds: ['policy.linkerd.io/MeshTLSAuthentication'],
  sources: ['MT-4', 'MT-5', 'MT-6'],
  messages: {
    kind: linkerd(({ kind }: { kind: string }) => ({
      message: `${kind} has no mesh identity`,
      hint: 'name a ServiceAccount or a Namespace; their group is the core group: leave `group` out',
    })),
    namespace: linkerd(({ name }: { name: string }) => ({
      message: 'a Namespace is in no namespace: `namespace` must not be set on this ref',
      brief: 'a Namespace is in no namespace',
      hint: `write ${backticks(`kind: Namespace, name: ${name}`)} alone`,
    })),
    name: linkerd(({ kind }: { kind: string }) => ({
      message: `this ${backticks(kind)} ref has no \`name\`; Linkerd cannot read it, although the CRD’s text promises it means all`,
      brief: `this ${backticks(kind)} ref has no \`name\``,
      hint:
        kind.toLowerCase() === 'serviceaccount'
          ? 'add `name`; for every service account of a namespace write `kind: Namespace` and its name'
          : 'add `name`',
    })),
  },
  check({ subject }, report) {
    for (const { path, value } of items(subject.spec.identityRefs, ['spec', 'identityRefs'])) {
      if (typeof value.kind !== 'string') continue;
      const namespace = targets(value, 'core', 'Namespace');
      if (!namespace && !targets(value, 'core', 'ServiceAccount')) {
        report('kind', path, { kind: describeTarget(value) });
      } else if (namespace && typeof value.namespace === 'string') {
        report('namespace', [...path, 'namespace'], { name: value.name ?? '…' });
      }
      const unnamed = value.name === undefined || value.name === null;
      if (unnamed && !isFaulty(subject, [...path, 'name'])) report('name', path, { kind: value.kind });
    }
  },
});
