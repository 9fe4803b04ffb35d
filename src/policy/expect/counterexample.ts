/** One client of a set, as `explain` takes it: a workload if any is in the set, else one that nobody knows. */
import {
  ALL_IDENTITIES,
  ALL_NETWORKS,
  clientSet,
  intersect,
  isEmpty,
  NO_CREDENTIALS,
  witness,
  type Client,
  type ClientSet,
} from '../../algebra/index.js';
import { formatAddress } from '../../model/ip.js';
import { knownAddresses } from '../endpoints/addresses.js';
import { clientOfWorkload, holderOf, type ClientEndpoint } from '../endpoints/client.js';
import { clientsOfWorkload } from '../endpoints/known-clients.js';
import { everyWorkload, type FoundWorkload } from '../endpoints/workloads.js';
import type { InboundIndex } from '../inbound/inbound-index.js';

const PLAIN = clientSet({ ...NO_CREDENTIALS, plain: true }, ALL_NETWORKS);
const IDENTITIES = clientSet({ ...NO_CREDENTIALS, identities: ALL_IDENTITIES }, ALL_NETWORKS);

/** `first`: workloads that are looked at before all others. The set is not empty. */
export function clientIn(
  index: InboundIndex,
  set: ClientSet,
  { port, first }: { readonly port: number; readonly first: readonly FoundWorkload[] },
): ClientEndpoint {
  const { settings } = index.world;
  for (const workload of [...first, ...everyWorkload(index.state)]) {
    if (isEmpty(intersect(clientsOfWorkload(workload, settings, port), set))) continue;
    for (const member of workload.members) {
      const one = { ...workload, members: [member] as const };
      const client = witness(intersect(clientsOfWorkload(one, settings, port), set));
      if (client !== undefined)
        return clientOfWorkload(one, { settings, unmeshed: false, given: addressOf(client), port });
    }
  }
  const client = witness(intersect(set, PLAIN)) ?? witness(intersect(set, IDENTITIES)) ?? witness(set);
  if (client === undefined) throw new Error('a counterexample was sought among nobody');
  return stranger(index, client);
}

function stranger(index: InboundIndex, client: Client): ClientEndpoint {
  const { credential } = client;
  const addresses = addressOf(client);
  switch (credential.kind) {
    case 'plain': {
      const holder = holderOf(index.state, formatAddress(client.family, client.address));
      return { subject: { kind: 'address', holder }, tls: { kind: 'none' }, addresses };
    }
    case 'anonymous':
      return {
        subject: { kind: 'anonymous' },
        tls: { kind: 'established', identity: undefined },
        addresses,
      };
    case 'identity': {
      const { identity } = credential;
      return { subject: { kind: 'identity', identity }, tls: { kind: 'established', identity }, addresses };
    }
  }
}

function addressOf({ family, address }: Client): ClientEndpoint['addresses'] {
  const addresses = knownAddresses([formatAddress(family, address)]);
  if (addresses === undefined) throw new Error('an address was written that is none');
  return addresses;
}
