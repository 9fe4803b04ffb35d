import { parseNetwork } from '../../src/model/ip.js';
import type { IpNetwork } from '../../src/model/ip.js';
import { dotted, identitiesOver, SPIFFE_IDS } from '../oracle/clients.js';
import type { OracleClient, OracleCredential, RawClients } from '../oracle/clients.js';
import type { Chance } from '../oracle/random.js';

export const mkNetwork = (text: string): IpNetwork => {
  const network = parseNetwork(text);
  if (network === undefined) throw new Error(`no network: ${text}`);
  return network;
};

const address = (text: string) => ({ family: mkNetwork(text).family, address: mkNetwork(text).first });

/** Everything, and all networks of eight addresses of IPv4 and of four of IPv6, which are at the end of all. */
export const NETWORKS: readonly IpNetwork[] = [
  '0.0.0.0/0',
  '::/0',
  '10.0.0.0/29',
  '10.0.0.0/30',
  '10.0.0.4/30',
  ...[0, 2, 4, 6].map((n) => `10.0.0.${String(n)}/31`),
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((n) => `10.0.0.${String(n)}`),
  'ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffc/126',
  ...['c', 'e'].map((n) => `ffff:ffff:ffff:ffff:ffff:ffff:ffff:fff${n}/127`),
  ...['c', 'd', 'e', 'f'].map((n) => `ffff:ffff:ffff:ffff:ffff:ffff:ffff:fff${n}`),
].map(mkNetwork);

/** Each of those addresses, and those that are next to them, at the ends, or look like one of the other family. */
export const ADDRESSES = [
  ...['9.255.255.255', '10.0.0.8', '0.0.0.0', '255.255.255.255'].map(address),
  ...['::', '::ffff:10.0.0.1', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffb'].map(address),
  ...NETWORKS.filter(({ first, last }) => first === last).map(({ family, first }) => ({
    family,
    address: first,
  })),
];

/** Dashes sort before dots, `ba` ends like `a`, and nothing forbids an empty label. */
export const MANY_SUFFIXES = dotted(['a', '-a', 'ba', '']);
export const FEW_SUFFIXES = dotted(['a', 'b']);

export const CREDENTIALS: readonly OracleCredential[] = [
  { kind: 'plain' },
  { kind: 'anonymous' },
  ...identitiesOver(FEW_SUFFIXES).map((identity) => ({ kind: 'identity' as const, identity })),
];

export const CLIENTS: readonly OracleClient[] = CREDENTIALS.flatMap((credential) =>
  ADDRESSES.map((at) => ({ credential, ...at })),
);

const some = <T>(chance: Chance, items: readonly T[], most: number): T[] =>
  Array.from({ length: chance.int(most + 1) }, () => chance.pick(items));

export function randomIdentities(
  chance: Chance,
  suffixes: readonly string[],
  most: number,
): Pick<RawClients, 'exact' | 'suffixes'> {
  return {
    exact: some(chance, [...suffixes, ...SPIFFE_IDS], most),
    suffixes: some(chance, chance.chance(0.1) ? ['', ...suffixes] : suffixes, most),
  };
}

export const randomNetworks = (chance: Chance): RawClients['networks'] =>
  some(chance, NETWORKS, 3).map((net) => ({ net, except: some(chance, NETWORKS.slice(2), 2) }));

export const randomClients = (chance: Chance): RawClients => ({
  plain: chance.chance(0.3),
  anonymous: chance.chance(0.3),
  ...randomIdentities(chance, FEW_SUFFIXES, 2),
  networks: chance.chance(0.2)
    ? NETWORKS.slice(0, 2).map((net) => ({ net, except: [] }))
    : randomNetworks(chance),
});
