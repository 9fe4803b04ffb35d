/** Where a client may come from. */
import {
  complementN,
  differenceN,
  networkSet,
  witnessN,
  type Address,
  type NetworkSet,
} from '../../algebra/index.js';
import { parseAddress, type IpNetwork } from '../../model/ip.js';
import { NO_CLIENT_ADDRESSES } from './elsewhere.js';
import { settingNetworks } from '../inbound/compile/networks.js';

/** All addresses that a client may have; `sample` is one of them. */
export interface Addresses {
  /** `assumed`: nobody knows the address, and any of the cluster's networks may hold it. */
  readonly kind: 'known' | 'assumed';
  readonly networks: NetworkSet;
  readonly sample: Address;
}

/** Exactly these addresses; undefined for none. What is no address is left out. */
export function knownAddresses(ips: readonly string[]): Addresses | undefined {
  const networks = ips.flatMap((ip) => parseAddress(ip) ?? []);
  const [first] = networks;
  return first === undefined ? undefined : ofNetworks(networks, first);
}

function ofNetworks(networks: readonly IpNetwork[], { family, address }: IpNetwork): Addresses {
  return {
    kind: 'known',
    networks: networkSet(networks.map((net) => ({ net, except: [] }))),
    sample: { family, address },
  };
}

/** Those of the networks that somebody else can come from; undefined for none. */
export function addressesIn(kind: Addresses['kind'], networks: NetworkSet): Addresses | undefined {
  const possible = differenceN(networks, NO_CLIENT_ADDRESSES);
  const sample = witnessN(possible);
  return sample && { kind, networks: possible, sample };
}

/** Where no cluster network is set, a client may come from anywhere. */
export const ANYWHERE: Addresses = {
  kind: 'assumed',
  networks: complementN(NO_CLIENT_ADDRESSES),
  sample: { family: 4, address: 0x0100_0001n },
};

/** Any address in the cluster; the sample lies in its first network. */
export function assumedAddresses(clusterNetworks: readonly string[]): Addresses {
  const networks = settingNetworks(clusterNetworks);
  const all = addressesIn('assumed', networkSet(networks)) ?? ANYWHERE;
  const first = addressesIn('assumed', networkSet(networks.slice(0, 1)));
  return { ...all, sample: first?.sample ?? all.sample };
}
