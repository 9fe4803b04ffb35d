import { normalClients } from './client-set.js';
import type { ClientPart, ClientSet } from './client-set.js';
import { credentialRegions, credentialsOf, hasRegion } from './credential-regions.js';
import type { CredentialRegion } from './credential-regions.js';
import { networkAtoms } from './network-atoms.js';
import type { NetworkAtom } from './network-atoms.js';
import { keyN, unionAllN } from './network-set.js';
import type { NetworkSet } from './network-set.js';

/** Regions of credentials that each of the sets admits from the same networks, or not at all. */
interface CredentialGroup {
  readonly places: number[];
  /** Which sets admit them, and the place of the networks they do it from among all networks that occur. */
  readonly admitting: readonly { readonly set: number; readonly networks: number }[];
}

/** Some groups of credentials, each from some atoms of networks. */
type Piece = { readonly group: number; readonly atoms: number[] };

/**
 * The coarsest partition of all clients such that each set is a union of atoms: clients share an atom exactly if they
 * are in the same of the sets (architecture 4). An atom stands where its first clients do, ordered by credential
 * (plain, anonymous, identities, suffixes, other DNS-form names, other SPIFFE ids) and then by address. The order of
 * the sets does not matter.
 *
 * Credentials and addresses are cut apart from each other, each into as few groups as the sets tell apart. Of their
 * products, those in the same of the sets are then put together.
 */
export function atomsOf(sets: readonly ClientSet[]): readonly ClientSet[] {
  const regions = credentialRegions(sets.flatMap(({ parts }) => parts.map(({ credentials }) => credentials)));
  const { groups, networks } = groupCredentials(sets, regions);
  const atoms = networkAtoms(networks);
  const build = builder(regions, groups, atoms);
  return groupProducts(groups, atoms).map(build);
}

function groupCredentials(
  sets: readonly ClientSet[],
  regions: readonly CredentialRegion[],
): { readonly groups: readonly CredentialGroup[]; readonly networks: readonly NetworkSet[] } {
  const places = new Map<string, number>();
  const networks: NetworkSet[] = [];
  const numbered = sets.map(({ parts }) =>
    parts.map((part) => {
      const key = keyN(part.networks);
      const place = places.get(key) ?? networks.push(part.networks) - 1;
      places.set(key, place);
      return { credentials: part.credentials, place };
    }),
  );
  const groups = new Map<string, CredentialGroup>();
  regions.forEach((region, at) => {
    const admitting = numbered.flatMap((parts, set) => {
      const part = parts.find(({ credentials }) => hasRegion(credentials, region));
      return part === undefined ? [] : [{ set, networks: part.place }];
    });
    const key = admitting.map(({ set, networks: place }) => `${String(set)}:${String(place)}`).join();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { places: [at], admitting });
    else group.places.push(at);
  });
  return { groups: [...groups.values()], networks };
}

/** The products of credential groups and network atoms, put together if they are in the same of the sets. */
function groupProducts(
  groups: readonly CredentialGroup[],
  atoms: readonly NetworkAtom[],
): readonly Piece[][] {
  const bySets = new Map<string, Piece[]>();
  groups.forEach(({ admitting }, group) => {
    const names = admitting.map(({ set, networks }) => ({ name: `${String(set)},`, networks }));
    atoms.forEach(({ inSet }, atom) => {
      let key = '';
      for (const { name, networks } of names) if (inSet[networks] === true) key += name;
      const pieces = bySets.get(key);
      const last = pieces?.at(-1);
      if (pieces === undefined) bySets.set(key, [{ group, atoms: [atom] }]);
      else if (last?.group === group) last.atoms.push(atom);
      else pieces.push({ group, atoms: [atom] });
    });
  });
  return [...bySets.values()];
}

/** Makes sets of clients of pieces. Many atoms have the same credentials or networks: each is built once. */
function builder(
  regions: readonly CredentialRegion[],
  groups: readonly CredentialGroup[],
  atoms: readonly NetworkAtom[],
): (pieces: readonly Piece[]) => ClientSet {
  const networks = memoized((of) => unionAllN(of.map((atom) => (atoms[atom] as NetworkAtom).networks)));
  const credentials = memoized((of) => {
    const members = new Set(of.flatMap((group) => (groups[group] as CredentialGroup).places));
    return credentialsOf(regions, (place) => members.has(place));
  });
  return (pieces) => {
    const byNetworks = new Map<NetworkSet, number[]>();
    for (const piece of pieces) {
      const from = networks(piece.atoms);
      const of = byNetworks.get(from);
      if (of === undefined) byNetworks.set(from, [piece.group]);
      else of.push(piece.group);
    }
    const parts = [...byNetworks].map(([from, of]): ClientPart => ({
      credentials: credentials(of),
      networks: from,
    }));
    return normalClients(parts);
  };
}

function memoized<T>(make: (of: readonly number[]) => T): (of: readonly number[]) => T {
  const made = new Map<string, T>();
  return (of) => {
    const key = of.join();
    let value = made.get(key);
    if (value === undefined) made.set(key, (value = make(of)));
    return value;
  };
}
