import { formatNetwork } from '../model/ip.js';
import type { IpNetwork } from '../model/ip.js';
import { escapeControls } from '../model/text.js';
import type { ClientSet } from './client-set.js';
import type { CredentialSet } from './credential-set.js';
import { exactMembers } from './identity-set.js';
import type { IdentitySet } from './identity-set.js';
import { ALL_NETWORKS, differenceN, equalN, networkSet, toNetworks } from './network-set.js';
import type { NetworkSet } from './network-set.js';
import { findRegion } from './suffixes.js';

/** A part of a set of clients in words: `any mesh TLS client`, `*.a.example except (b.a.example)`; `10.0.0.0/8`. */
export interface ClientsDescription {
  readonly credentials: readonly string[];
  readonly networks: readonly string[];
}

/** So many pieces are spelt out; of more, it is said how many they are. */
const SHOWN = 6;

/** One description a part, in the order of the parts; none for the empty set. */
export const describeClients = (set: ClientSet): readonly ClientsDescription[] =>
  set.parts.map(({ credentials, networks }) => ({
    credentials: credentialWords(credentials),
    networks: networkWords(networks),
  }));

/** The set in a line: `unmeshed clients from anywhere; web.example from 10.0.0.0/8`. At most six pieces of a kind. */
export function formatClients(set: ClientSet): string {
  if (set.parts.length === 0) return 'nobody';
  return describeClients(set)
    .map(({ credentials, networks }) => `${shown(credentials)} from ${shown(networks)}`)
    .join('; ');
}

const shown = (pieces: readonly string[]): string =>
  pieces.length <= SHOWN
    ? pieces.join(', ')
    : `${pieces.slice(0, SHOWN).join(', ')} and ${String(pieces.length - SHOWN)} more`;

function networkWords(networks: NetworkSet): readonly string[] {
  if (equalN(networks, ALL_NETWORKS)) return ['anywhere'];
  return [...familyWords({ ...networks, v6: [] }), ...familyWords({ ...networks, v4: [] })];
}

/** The networks of one family one by one, or the one around all of them with exceptions, if that says it in less. */
function familyWords(set: NetworkSet): readonly string[] {
  const networks = toNetworks(set);
  const around = networkAround(networks);
  if (around === undefined) return [];
  const exceptions = toNetworks(differenceN(networkSet([{ net: around, except: [] }]), set));
  return exceptions.length + 1 < networks.length
    ? [except(formatNetwork(around), exceptions.map(formatNetwork))]
    : networks.map(formatNetwork);
}

/** The smallest network that holds these ascending ones. */
function networkAround(networks: readonly IpNetwork[]): IpNetwork | undefined {
  const first = networks.at(0);
  const last = networks.at(-1)?.last;
  if (first === undefined || last === undefined) return undefined;
  let { prefix } = first;
  let size = first.last - first.first + 1n;
  let start = first.first;
  while (start + size <= last) {
    prefix -= 1;
    size *= 2n;
    start -= start % size;
  }
  return { family: first.family, first: start, last: start + size - 1n, prefix, address: start };
}

function credentialWords({ plain, anonymous, identities }: CredentialSet): readonly string[] {
  const unmeshed = plain ? ['unmeshed clients'] : [];
  const unnamed = anonymous ? ['mesh TLS clients without identity'] : [];
  const { dns, spiffe, spiffeIds } = identities;
  const named = namedWords(identities);
  if (dns && spiffe) {
    const exceptions = [...exceptionsIn(identities, -1), ...spiffeIds];
    if (plain && anonymous) return [except('anyone', exceptions), ...named];
    if (anonymous) return [except('any mesh TLS client', exceptions), ...named];
    return [...unmeshed, except('any mesh identity', exceptions), ...named];
  }
  const anyDns = dns ? [except('any DNS-form identity', exceptionsIn(identities, -1))] : [];
  const anySpiffe = spiffe ? [except('any SPIFFE id', spiffeIds)] : [];
  return [...unmeshed, ...unnamed, ...anyDns, ...anySpiffe, ...named];
}

/** The identities and suffixes that are members although what is around them is not. */
const namedWords = (set: IdentitySet): readonly string[] => [
  ...exactMembers(set).map(escapeControls),
  ...set.suffixes.flatMap(({ suffix, member }, at) =>
    member ? [except(wildcard(suffix), exceptionsIn(set, at))] : [],
  ),
];

/** What lies directly within the suffix at the place, or within none, and differs from it. */
const exceptionsIn = (set: IdentitySet, place: number): readonly string[] => [
  ...set.names.filter((name) => findRegion(set.suffixes, name) === place),
  ...set.suffixes.filter(({ within }) => within === place).map(({ suffix }) => wildcard(suffix)),
];

const wildcard = (suffix: string): string => `*.${suffix}`;

const except = (words: string, exceptions: readonly string[]): string =>
  escapeControls(exceptions.length === 0 ? words : `${words} except (${shown(exceptions)})`);
