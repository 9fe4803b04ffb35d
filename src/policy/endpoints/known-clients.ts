/** Every workload as a client, as a set: what it may show, and where it may come from. */
import {
  ALL_CREDENTIALS,
  ALL_IDENTITIES,
  ALL_NETWORKS,
  clientSet,
  contains,
  difference,
  identitySet,
  intersect,
  isEmpty,
  NO_CREDENTIALS,
  NO_NETWORKS,
  unionAll,
  unionN,
  type ClientSet,
  type CredentialSet,
  type NetworkSet,
} from '../../algebra/index.js';
import type { ClusterSettings } from '../../model/world.js';
import type { InboundIndex } from '../inbound/inbound-index.js';
import type { Workload } from '../state/workload-shape.js';
import { assumedAddresses, knownAddresses } from './addresses.js';
import { identityOf } from './client.js';
import { SKIP_OUTBOUND_ANNOTATION, skipsOutbound } from './skipped.js';
import type { FoundWorkload } from './workloads.js';

/** Clients that come with an identity, and all others. */
export const WITH_IDENTITY: ClientSet = clientSet(
  { ...NO_CREDENTIALS, identities: ALL_IDENTITIES },
  ALL_NETWORKS,
);
export const WITHOUT_IDENTITY: ClientSet = clientSet(
  { ...ALL_CREDENTIALS, identities: NO_CREDENTIALS.identities },
  ALL_NETWORKS,
);

const PLAIN: CredentialSet = Object.freeze({ ...NO_CREDENTIALS, plain: true });
const ANONYMOUS: CredentialSet = Object.freeze({ ...NO_CREDENTIALS, anonymous: true });

/** What a workload shows to a port: plain without a proxy, or where its proxy skips the port. */
function credentialsOf(member: Workload, settings: ClusterSettings, port: number): CredentialSet {
  if (member.kind === 'core/Pod' && !member.template.meshed) return PLAIN;
  if (skipsOutbound(member, port)) return PLAIN;
  const identity = identityOf(member, settings);
  // An external workload that names no identity has none to show.
  return identity === '' ? ANONYMOUS : { ...NO_CREDENTIALS, identities: identitySet({ exact: [identity] }) };
}

/**
 * Everything that the workload may be to a port: each pod from its address, or from any of the cluster's networks where
 * nobody knows it.
 */
export function clientsOfWorkload(
  { members }: FoundWorkload,
  settings: ClusterSettings,
  port: number,
): ClientSet {
  const known = new Map<string, { readonly credentials: CredentialSet; networks: NetworkSet }>();
  for (const member of members) {
    const credentials = credentialsOf(member, settings, port);
    const { networks } = knownAddresses(member.ips.slice(0, 1)) ?? assumedAddresses(settings.clusterNetworks);
    const key = JSON.stringify(credentials);
    const same = known.get(key) ?? { credentials, networks: NO_NETWORKS };
    known.set(key, { credentials, networks: unionN(same.networks, networks) });
  }
  return unionAll([...known.values()].map(({ credentials, networks }) => clientSet(credentials, networks)));
}

/** A workload some of whose calls are in a set. */
export interface NamedClient {
  readonly workload: FoundWorkload;
  /** Whether all of them are. */
  readonly whole: boolean;
}

/** Knows the workloads of an index as clients; what each is to a port is worked out once. */
export class KnownClients {
  readonly #workloads: readonly FoundWorkload[];
  readonly #settings: ClusterSettings;
  readonly #everywhere = new Map<FoundWorkload, ClientSet>();
  /** By port, if the port makes a difference to any of them. */
  readonly #together = new Map<number | undefined, ClientSet>();
  readonly #skippers: readonly FoundWorkload[];

  constructor({ world }: Pick<InboundIndex, 'world'>, workloads: readonly FoundWorkload[]) {
    this.#workloads = workloads;
    this.#settings = world.settings;
    this.#skippers = workloads.filter(({ members }) => members.some(skipsAnything));
  }

  /** Those whose calls to the port, `among` those that count, are all or in part in the set. */
  inSet(set: ClientSet, port: number, among: ClientSet): readonly NamedClient[] {
    return this.#workloads.flatMap((workload) => {
      const clients = intersect(this.clientsOf(workload, port), among);
      if (isEmpty(clients) || isEmpty(intersect(clients, set))) return [];
      return [{ workload, whole: contains(set, clients) }];
    });
  }

  /** What of the set is none of these workloads: neither their calls to the port nor their identities, from anywhere. */
  without(set: ClientSet, workloads: readonly NamedClient[], port: number): ClientSet {
    const own = unionAll(workloads.map(({ workload }) => this.clientsOf(workload, port)));
    const identities = own.parts.map(({ credentials }) =>
      clientSet({ ...NO_CREDENTIALS, identities: credentials.identities }, ALL_NETWORKS),
    );
    return difference(set, unionAll([own, ...identities]));
  }

  /** Everything that any of them may be to the port. */
  all(port: number): ClientSet {
    const key = this.#skippers.length === 0 ? undefined : port;
    let clients = this.#together.get(key);
    if (clients === undefined) {
      clients = unionAll(this.#workloads.map((workload) => this.clientsOf(workload, port)));
      this.#together.set(key, clients);
    }
    return clients;
  }

  clientsOf(workload: FoundWorkload, port: number): ClientSet {
    if (this.#skippers.includes(workload)) return clientsOfWorkload(workload, this.#settings, port);
    let clients = this.#everywhere.get(workload);
    if (clients === undefined)
      this.#everywhere.set(workload, (clients = clientsOfWorkload(workload, this.#settings, port)));
    return clients;
  }
}

const skipsAnything = (member: Workload): boolean =>
  member.kind === 'core/Pod' && Object.hasOwn(member.template.annotations, SKIP_OUTBOUND_ANNOTATION);
