/** EgressNetwork (policy.linkerd.io): outbound policy; inbound only as a parent that routes may name. */
import type { Static } from 'typebox';
import { list, network, object, optional, string } from '../shapes.js';
import type { KindDefinition } from './kind.js';
import { conditionsStatus } from './status.js';

const spec = object({
  trafficPolicy: optional(string(), {
    description: 'What happens to traffic that no route matches: Allow or Deny.',
    crd: { strict: { required: true, enum: ['Allow', 'Deny'] } },
  }),
  networks: optional(list(network()), {
    description: 'The networks this stands for; none means everything outside the cluster networks.',
    crd: { strict: { minItems: 1 } },
  }),
});

export type EgressNetworkSpec = Static<typeof spec>;

export const egressNetwork: KindDefinition = {
  group: 'policy.linkerd.io',
  kind: 'EgressNetwork',
  plural: 'egressnetworks',
  description: 'Networks outside the cluster, and what happens to traffic to them.',
  categories: ['policy'],
  parse: 'strict',
  versions: [{ name: 'v1alpha1', storage: true, spec, status: conditionsStatus() }],
};
