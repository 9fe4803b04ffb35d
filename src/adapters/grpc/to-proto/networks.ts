/** Networks as sent: the address with its host bits, as the object has it. */
import type { IpNetwork } from '../../../model/ip.js';
import type { AuthorizedNetwork } from '../../../policy/inbound/port-policy.js';
import type { Network } from '../gen/inbound.js';
import type { IPAddress, IPNetwork } from '../gen/net.js';

export const toNetwork = ({ net, except }: AuthorizedNetwork): Network => ({
  net: toIPNetwork(net),
  except: except.map(toIPNetwork),
});

const toIPNetwork = ({ family, address, prefix }: IpNetwork): IPNetwork => ({
  ip: toIPAddress(family, address),
  prefixLen: prefix,
});

const toIPAddress = (family: 4 | 6, address: bigint): IPAddress =>
  family === 4
    ? { ip: { $case: 'ipv4', value: Number(address) } }
    : { ip: { $case: 'ipv6', value: { first: address >> 64n, last: BigInt.asUintN(64, address) } } };
