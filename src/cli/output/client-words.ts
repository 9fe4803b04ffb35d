/** Sets of clients in words, with the workloads that are among them. */
import {
  clientSet,
  equal,
  formatClients,
  intersect,
  isEmpty,
  toNetworks,
  unionAll,
  unionN,
  type ClientSet,
  type NetworkSet,
} from '../../algebra/index.js';
import { andList } from '../../model/text.js';
import { EVERYBODY, NO_CLIENT_ADDRESSES } from '../../policy/endpoints/elsewhere.js';
import type { NamedClient } from '../../policy/endpoints/known-clients.js';
import type { FoundWorkload } from '../../policy/endpoints/workloads.js';
import { some } from './explain-wording.js';

/** `namespace/name`. */
export const workloadName = ({ namespace, name }: FoundWorkload): string => `${namespace}/${name}`;

export const kindOfWorkload = ({ kind, owner }: FoundWorkload): string =>
  owner?.kind ?? (kind === 'core/Pod' ? 'Pod' : 'ExternalWorkload');

/** The set for people: with addresses that nobody has, where that says it in less. */
export function shownClients(set: ClientSet): ClientSet {
  if (equal(set, EVERYBODY))
    return unionAll(set.parts.map(({ credentials }) => clientSet(credentials, everywhere)));
  return unionAll(set.parts.map(({ credentials, networks }) => clientSet(credentials, shorter(networks))));
}

const everywhere: NetworkSet = { v4: [0], v6: [0n] };

function shorter(networks: NetworkSet): NetworkSet {
  const wider = unionN(networks, NO_CLIENT_ADDRESSES);
  return toNetworks(wider).length < toNetworks(networks).length ? wider : networks;
}

/** The names alone where the workloads are all that the set holds; else the whole set, and who is among it. */
export function namedClientWords({
  clients,
  workloads,
  others,
}: {
  readonly clients: ClientSet;
  readonly workloads: readonly NamedClient[];
  readonly others: ClientSet;
}): string {
  const names = workloads.map(
    ({ workload, whole }) => `${workloadName(workload)}${whole ? '' : ' (from some addresses)'}`,
  );
  const all = workloads.every(({ whole }) => whole);
  if (names.length > 0 && all && isEmpty(intersect(others, EVERYBODY))) return some(names, andList);
  const among = names.length === 0 ? '' : `, among them ${some(names, andList)}`;
  return `${formatClients(shownClients(clients))}${among}`;
}
