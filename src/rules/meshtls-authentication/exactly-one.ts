import { serviceAccountIdentity } from '../../model/identity.js';
import { defineRule, gatehouse } from '../rule.js';
import { isFaulty } from '../shapes.js';

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
      brief: 'it names nobody, and Linkerd ignores it',
      hint: 'add `identities: ["*"]` for every mesh identity, or name some',
    })),
    both: gatehouse(({ identity }: { identity: string }) => ({
      message: 'a MeshTLSAuthentication takes `identities` or `identityRefs`, not both',
      brief: 'it has both `identities` and `identityRefs`',
      hint: `write each ref as an identity, \`${identity}\`, or write two MeshTLSAuthentications and a policy for each`,
    })),
    empty: gatehouse(({ name }: { name: string }) => ({
      message: `\`${name}\` is empty, so it names nobody, and Linkerd ignores this MeshTLSAuthentication`,
      brief: `\`${name}\` is empty, and Linkerd ignores it`,
      hint: 'name an identity; to admit nobody, write no AuthorizationPolicy',
    })),
  },
  check({ subject, world }, report) {
    const lists = (['identities', 'identityRefs'] as const).flatMap((name) => {
      const list = subject.spec[name];
      return list === undefined || list === null ? [] : [{ name, length: list.length }];
    });
    if (lists.length === 2) {
      report('both', ['spec'], { identity: serviceAccountIdentity('NAME', 'NAMESPACE', world.settings) });
    }
    if (lists.length === 0 && !isFaulty(subject, ['spec'])) report('none', ['spec'], {});
    for (const { name, length } of lists) if (length === 0) report('empty', ['spec', name], { name });
  },
});
