/** MeshTLSAuthentication (policy.linkerd.io): a set of mesh identities. */
import type { Static } from 'typebox';
import { celTarget, hinted, identityRef, list, MANY, object, optional, PATTERNS, string } from '../shapes.js';
import type { KindDefinition } from './kind.js';

const ref = hinted(identityRef(), {
  rules: [
    {
      rule: `${celTarget('self')} in ['core/serviceaccount', 'core/namespace']`,
      message: 'an identity is that of a ServiceAccount or of all in a Namespace',
    },
    {
      rule: `${celTarget('self')} != 'core/namespace' || !has(self.__namespace__)`,
      message: 'a Namespace is in no namespace: leave `namespace` out',
    },
  ],
});

const spec = object({
  identities: optional(list(hinted(string(), { pattern: PATTERNS.identity })), {
    description: 'Mesh identities: a DNS-like name, `*`, `*.suffix`, or a SPIFFE id.',
    crd: { strict: { minItems: 1 } },
  }),
  identityRefs: optional(list(ref), {
    description: 'Service accounts, or namespaces for all of their service accounts.',
    crd: { strict: { minItems: 1, maxItems: MANY } },
  }),
});

export type MeshTLSAuthenticationSpec = Static<typeof spec>;

export const meshTLSAuthentication: KindDefinition = {
  group: 'policy.linkerd.io',
  kind: 'MeshTLSAuthentication',
  plural: 'meshtlsauthentications',
  description: 'A set of mesh identities, for an AuthorizationPolicy to require.',
  shortNames: ['meshtlsauthn'],
  parse: 'strict',
  versions: [
    {
      name: 'v1alpha1',
      storage: true,
      spec,
      strictRules: [
        {
          rule: 'has(self.identities) != has(self.identityRefs)',
          message: 'exactly one of identities and identityRefs must be set',
        },
      ],
    },
  ],
};
