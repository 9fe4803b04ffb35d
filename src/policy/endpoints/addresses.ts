/** Where a client may come from. */
import { networkSet, witnessN, type Address, type NetworkSet } from '../../algebra/index.js';
import { parseAddress, type IpNetwork } from '../../model/ip.js';
import { settingNetworks } from '../inbound/compile/networks.js';

/** All addresses that a client may have; `sample` is one of them. */
export interface Addresses {
  /** `assumed`: nobody knows the address, and any of the cluster's networks may hold it. */
  readonly kind: 'known' | 'assumed';
  readonly networks: NetworkSet;
  readonly sample: Address;
}

/** Where no cluster network is set, a client may come from anywhere. */
const EVERYWHERE = ['0.0.0.0/0', '::/0'];

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

/** Any address in the cluster; the sample lies in its first network. */
export function assumedAddresses(clusterNetworks: readonly string[]): Addresses {
  const set = settingNetworks(clusterNetworks);
  const networks = set.length > 0 ? set : settingNetworks(EVERYWHERE);
  const sample = witnessN(networkSet(networks.slice(0, 1)));
  if (sample === undefined) throw new Error('a network without addresses');
  return { kind: 'assumed', networks: networkSet(networks), sample };
}
