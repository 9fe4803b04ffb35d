import {
  ALL_CREDENTIALS,
  differenceC,
  equalC,
  hasCredential,
  intersectC,
  isEmptyC,
  keyC,
  unionC,
  witnessC,
} from './credential-set.js';
import type { Credential, CredentialSet } from './credential-set.js';
import {
  ALL_NETWORKS,
  compareN,
  containsN,
  differenceN,
  equalN,
  hasAddress,
  intersectN,
  isEmptyN,
  keyN,
  unionN,
  witnessN,
} from './network-set.js';
import type { NetworkSet } from './network-set.js';

export type { Credential, CredentialSet } from './credential-set.js';

/** A client as the inbound proxy sees one connection. */
export interface Client {
  readonly credential: Credential;
  readonly family: 4 | 6;
  readonly address: bigint;
}

/** Clients with one of these credentials from one of these addresses. */
export interface ClientPart {
  readonly credentials: CredentialSet;
  readonly networks: NetworkSet;
}

/**
 * A set of clients: for each credential the addresses it may come from. INVARIANT: the credentials of the parts are
 * disjoint and not empty, their networks differ and are not empty, and the parts are in the order of their networks;
 * so equal sets are structurally equal.
 */
export interface ClientSet {
  readonly parts: readonly ClientPart[];
}

export const NO_CLIENTS: ClientSet = Object.freeze({ parts: Object.freeze([]) });
export const ALL_CLIENTS: ClientSet = Object.freeze({
  parts: Object.freeze([Object.freeze({ credentials: ALL_CREDENTIALS, networks: ALL_NETWORKS })]),
});

/** The clients with one of the credentials from one of the networks. */
export const clientSet = (credentials: CredentialSet, networks: NetworkSet): ClientSet =>
  isEmptyC(credentials) || isEmptyN(networks) ? NO_CLIENTS : { parts: [{ credentials, networks }] };

/** The set of parts whose credentials are disjoint, in normal form. */
export function normalClients(parts: readonly ClientPart[]): ClientSet {
  const byNetworks: ClientPart[] = [];
  for (const part of [...parts].sort((a, b) => compareN(a.networks, b.networks))) {
    const last = byNetworks.at(-1);
    if (isEmptyN(part.networks) || isEmptyC(part.credentials)) continue;
    if (last !== undefined && equalN(last.networks, part.networks)) {
      const credentials = unionC(last.credentials, part.credentials);
      byNetworks[byNetworks.length - 1] = { credentials, networks: last.networks };
    } else byNetworks.push(part);
  }
  return byNetworks.length === 0 ? NO_CLIENTS : { parts: byNetworks };
}

export function union(a: ClientSet, b: ClientSet): ClientSet {
  if (a === b || b.parts.length === 0) return a;
  if (a.parts.length === 0) return b;
  return normalClients([...overlaps(a, b, unionN), ...rest(a, b), ...rest(b, a)]);
}

export function intersect(a: ClientSet, b: ClientSet): ClientSet {
  return a === b ? a : normalClients(overlaps(a, b, intersectN));
}

/** The clients of `a` that are not in `b`. */
export function difference(a: ClientSet, b: ClientSet): ClientSet {
  if (a === b) return NO_CLIENTS;
  if (a.parts.length === 0 || b.parts.length === 0) return a;
  return normalClients([...overlaps(a, b, differenceN), ...rest(a, b)]);
}

export const complement = (set: ClientSet): ClientSet => difference(ALL_CLIENTS, set);

/** What each two parts have in common by credential, with the networks combined. */
function overlaps(
  a: ClientSet,
  b: ClientSet,
  networksOf: (a: NetworkSet, b: NetworkSet) => NetworkSet,
): ClientPart[] {
  const parts: ClientPart[] = [];
  for (const first of a.parts) {
    for (const second of b.parts) {
      const credentials = intersectC(first.credentials, second.credentials);
      if (!isEmptyC(credentials))
        parts.push({ credentials, networks: networksOf(first.networks, second.networks) });
    }
  }
  return parts;
}

/** The parts of `a` with those credentials only that `b` has nowhere. */
const rest = (a: ClientSet, b: ClientSet): ClientPart[] =>
  a.parts.map(({ credentials, networks }) => ({
    credentials: b.parts.reduce((left, part) => differenceC(left, part.credentials), credentials),
    networks,
  }));

/** The union of many sets: those that admit from the same networks first, then the others in pairs. */
export function unionAll(sets: readonly ClientSet[]): ClientSet {
  const byNetworks = new Map<string, ClientPart>();
  for (const { parts } of sets) {
    for (const part of parts) {
      const key = keyN(part.networks);
      const other = byNetworks.get(key);
      byNetworks.set(
        key,
        other === undefined
          ? part
          : { credentials: unionC(other.credentials, part.credentials), networks: part.networks },
      );
    }
  }
  let left: ClientSet[] = [...byNetworks.values()].map((part) => ({ parts: [part] }));
  while (left.length > 1) {
    const pairs: ClientSet[] = [];
    for (let n = 0; n < left.length; n += 2)
      pairs.push(union(left[n] ?? NO_CLIENTS, left[n + 1] ?? NO_CLIENTS));
    left = pairs;
  }
  return left[0] ?? NO_CLIENTS;
}

/** Whether the client is in the set. */
export function has(set: ClientSet, client: Client): boolean {
  for (const { credentials, networks } of set.parts) {
    // The credentials of the parts are disjoint, so the first part with this one decides.
    if (hasCredential(credentials, client.credential))
      return hasAddress(networks, client.family, client.address);
  }
  return false;
}

/** The addresses from which the set has clients with this credential; undefined for none. */
export function networksOf(set: ClientSet, credential: Credential): NetworkSet | undefined {
  for (const { credentials, networks } of set.parts)
    if (hasCredential(credentials, credential)) return networks;
  return undefined;
}

export const isEmpty = (set: ClientSet): boolean => set.parts.length === 0;

/** Whether every client of `inner` is in `outer`. */
export function contains(outer: ClientSet, inner: ClientSet): boolean {
  if (outer === inner) return true;
  return inner.parts.every(({ credentials, networks }) => {
    let left = credentials;
    for (const part of outer.parts) {
      if (containsN(part.networks, networks)) left = differenceC(left, part.credentials);
    }
    return isEmptyC(left);
  });
}

export const equal = (a: ClientSet, b: ClientSet): boolean =>
  a === b ||
  (a.parts.length === b.parts.length &&
    a.parts.every((part, n) => {
      const other = b.parts[n] as ClientPart;
      return equalN(part.networks, other.networks) && equalC(part.credentials, other.credentials);
    }));

/** A text that two sets share exactly if they are equal. */
export const key = (set: ClientSet): string =>
  set.parts.map(({ credentials, networks }) => `${keyC(credentials)}@${keyN(networks)}`).join(';');

/** A client of the set, the same for equal sets: as plain as any, from the first networks that admit such a one. */
export function witness(set: ClientSet): Client | undefined {
  const { parts } = set;
  const part =
    parts.find(({ credentials }) => credentials.plain) ??
    parts.find(({ credentials }) => credentials.anonymous) ??
    parts[0];
  if (part === undefined) return undefined;
  const credential = witnessC(part.credentials);
  const address = witnessN(part.networks);
  return credential === undefined || address === undefined ? undefined : { credential, ...address };
}
