/** MeshTLSAuthentication (policy.linkerd.io): a set of mesh identities. */
import type { Static } from 'typebox';
import { identityRef, list, object, optional, string } from '../shapes.js';
import type { KindDefinition } from './kind.js';

const spec = object({
  identities: optional(list(string()), {
    description: 'Mesh identities: a DNS-like name, `*`, `*.suffix`, or a SPIFFE id.',
    crd: { strict: { minItems: 1 } },
  }),
  identityRefs: optional(list(identityRef()), {
    description: 'Service accounts, or namespaces for all of their service accounts.',
    crd: { strict: { minItems: 1 } },
  }),
});

export type MeshTLSAuthenticationSpec = Static<typeof spec>;

export const meshTLSAuthentication: KindDefinition = {
  group: 'policy.linkerd.io',
  kind: 'MeshTLSAuthentication',
  plural: 'meshtlsauthentications',
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
