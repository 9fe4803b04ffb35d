import { defineRule, gatehouse } from '../rule.js';

/** MT-7: Linkerd's webhook takes neither, both and empty lists; its index then ignores the object. */
export const meshTLSAuthenticationExactlyOne = defineRule({
  code: 'meshtls-authentication/exactly-one',
  summary: 'not exactly one of `identities`, `identityRefs`; an empty list',
  severity: 'deny',
  kinds: ['policy.linkerd.io/MeshTLSAuthentication'],
  sources: ['MT-7'],
  messages: {
    none: gatehouse(() => ({
      message:
        'a MeshTLSAuthentication needs `identities` or `identityRefs`; this one names nobody, and Linkerd ignores it',
      hint: 'add `identities: ["*"]` for every mesh identity, or name some',
    })),
    both: gatehouse(() => ({
      message: 'a MeshTLSAuthentication takes `identities` or `identityRefs`, not both',
      hint: 'write each ref as an identity, `NAME.NAMESPACE.serviceaccount.identity.linkerd.cluster.local`, or write two',
    })),
    empty: gatehouse(({ name }: { name: string }) => ({
      message: `\`${name}\` is empty, so it names nobody, and Linkerd ignores this MeshTLSAuthentication`,
      hint: 'name an identity; to admit nobody, write no AuthorizationPolicy',
    })),
  },
  check({ subject }, report) {
    const lists = (['identities', 'identityRefs'] as const).flatMap((name) => {
      const list = subject.spec[name];
      return list === undefined || list === null ? [] : [{ name, length: list.length }];
    });
    if (lists.length === 2) report('both', ['spec'], {});
    const broken = subject.problems.length > 0;
    if (lists.length === 0 && !broken) report('none', ['spec'], {});
    for (const { name, length } of lists) if (length === 0) report('empty', ['spec', name], { name });
  },
});
