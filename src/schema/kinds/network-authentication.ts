/** NetworkAuthentication (policy.linkerd.io): a set of networks. */
import type { Static } from 'typebox';
import { list, network, object, required } from '../shapes.js';
import type { KindDefinition } from './kind.js';

const spec = object({
  networks: required(list(network()), {
    description: 'Networks that clients call from.',
    crd: { strict: { minItems: 1 } },
  }),
});

export type NetworkAuthenticationSpec = Static<typeof spec>;

export const networkAuthentication: KindDefinition = {
  group: 'policy.linkerd.io',
  kind: 'NetworkAuthentication',
  plural: 'networkauthentications',
  description: 'A set of networks, for an AuthorizationPolicy to require.',
  shortNames: ['netauthn', 'networkauthn'],
  parse: 'strict',
  versions: [{ name: 'v1alpha1', storage: true, spec }],
};
