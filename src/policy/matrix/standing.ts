/**
 * Where clients stand among the sets of clients that policies admit: into which atoms they fall (architecture, 4). Two
 * credentials from the same addresses stand alike exactly if no set tells them apart.
 */
import {
  containsN,
  intersectN,
  isEmptyN,
  networkAtoms,
  keyN,
  Mentions,
  networksOf,
  key as setKey,
  type ClientSet,
  type Credential,
  type NetworkSet,
} from '../../algebra/index.js';

/** An atom, as far as a client's addresses lie in it. */
export interface StandingAtom {
  /** Never empty. */
  readonly networks: NetworkSet;
  /** By the number of a set: 1 where it has the atom. */
  readonly inSet: Uint8Array;
}

export interface Standing {
  /** At least one; several where sets tell the client's addresses apart. */
  readonly atoms: readonly StandingAtom[];
  /** Equal exactly for those who fall into the same atoms. */
  readonly key: string;
}

/** Numbers sets of clients, equal ones alike. */
export class ClientSets {
  readonly sets: ClientSet[] = [];
  readonly #numbers = new Map<ClientSet, number>();
  readonly #byKey = new Map<string, number>();

  numberOf(set: ClientSet): number {
    let number = this.#numbers.get(set);
    if (number !== undefined) return number;
    const key = setKey(set);
    number = this.#byKey.get(key);
    if (number === undefined) {
      number = this.sets.push(set) - 1;
      this.#byKey.set(key, number);
    }
    this.#numbers.set(set, number);
    return number;
  }
}

/** In no set. */
const NOWHERE = -1;

type Cut = 'inside' | 'outside' | 'cut';

export class Standings {
  readonly #sets: readonly ClientSet[];
  readonly #mentions: Mentions;
  readonly #networks: NetworkSet[] = [];
  readonly #networkNumbers = new Map<NetworkSet, number>();
  readonly #networksByKey = new Map<string, number>();
  /** By credential: for each set the number of the networks that it admits the credential from. */
  readonly #admitted = new Map<string, Int32Array>();
  readonly #known = new Map<string, Standing>();
  readonly #cuts = new Map<string, Cut[]>();

  /** Of sets that are all known: those of a `ClientSets` to which no more are added. */
  constructor({ sets }: ClientSets) {
    this.#sets = sets;
    this.#mentions = new Mentions(sets);
  }

  of(credential: Credential, from: NetworkSet): Standing {
    const who = credential.kind === 'identity' ? `i${credential.identity}` : credential.kind;
    const where = keyN(from);
    const key = `${where} ${who}`;
    let standing = this.#known.get(key);
    if (standing === undefined) {
      const admitted = this.#admittedFrom(who, credential);
      standing = this.#standing(admitted, from, where);
      this.#known.set(key, standing);
    }
    return standing;
  }

  #admittedFrom(who: string, credential: Credential): Int32Array {
    let admitted = this.#admitted.get(who);
    if (admitted === undefined) this.#admitted.set(who, (admitted = this.#admittedAnew(credential)));
    return admitted;
  }

  #admittedAnew(credential: Credential): Int32Array {
    if (credential.kind !== 'identity')
      return Int32Array.from(this.#sets, (set) => this.#from(set, credential));
    const { identity } = credential;
    const like = this.#mentions.unnamedLike(identity);
    if (like === identity) return Int32Array.from(this.#sets, (set) => this.#from(set, credential));
    // Most sets do not name it, and treat it as all others of its suffix.
    const admitted = this.#admittedFrom(`i${like}`, { kind: 'identity', identity: like }).slice();
    for (const place of this.#mentions.naming(identity))
      admitted[place] = this.#from(this.#sets[place] as ClientSet, credential);
    return admitted;
  }

  /** The number of the networks from which the set admits the credential. */
  #from(set: ClientSet, credential: Credential): number {
    const networks = networksOf(set, credential);
    return networks === undefined ? NOWHERE : this.#networkNumber(networks);
  }

  #networkNumber(networks: NetworkSet): number {
    let number = this.#networkNumbers.get(networks);
    if (number !== undefined) return number;
    const key = keyN(networks);
    number = this.#networksByKey.get(key);
    if (number === undefined) {
      number = this.#networks.push(networks) - 1;
      this.#networksByKey.set(key, number);
    }
    this.#networkNumbers.set(networks, number);
    return number;
  }

  #standing(admitted: Int32Array, from: NetworkSet, where: string): Standing {
    const cuts = this.#cutsOf(from, where);
    const cutting = new Set<number>();
    for (const networks of admitted)
      if (networks !== NOWHERE && cuts[networks] === 'cut') cutting.add(networks);
    if (cutting.size === 0) {
      const inSet = new Uint8Array(admitted.length);
      for (let set = 0; set < admitted.length; set += 1) {
        const networks = admitted[set] ?? NOWHERE;
        inSet[set] = networks !== NOWHERE && cuts[networks] === 'inside' ? 1 : 0;
      }
      return { atoms: [{ networks: from, inSet }], key: atomKey(inSet) };
    }
    return this.#divided([...cutting], admitted, { from, cuts });
  }

  /** The addresses cut apart by those networks that have some of them. */
  #divided(
    cutting: readonly number[],
    admitted: Int32Array,
    { from, cuts }: { readonly from: NetworkSet; readonly cuts: readonly Cut[] },
  ): Standing {
    const networks = cutting.map((number) => this.#networks[number] as NetworkSet);
    const places = new Map(cutting.map((number, place) => [number, place + 1]));
    const atoms = networkAtoms([from, ...networks])
      .filter(({ inSet: [inside] }) => inside === true)
      .map((atom): StandingAtom => {
        const inSet = new Uint8Array(admitted.length);
        for (let set = 0; set < admitted.length; set += 1) {
          const number = admitted[set] ?? NOWHERE;
          if (number === NOWHERE) continue;
          const place = places.get(number);
          const has = place === undefined ? cuts[number] === 'inside' : atom.inSet[place] === true;
          inSet[set] = has ? 1 : 0;
        }
        return { networks: atom.networks, inSet };
      });
    const key = atoms
      .map(({ inSet }) => atomKey(inSet))
      .sort()
      .join(' ');
    return { atoms, key };
  }

  /** For each networks that have a number by now, whether the addresses lie in them. */
  #cutsOf(from: NetworkSet, where: string): readonly Cut[] {
    let cuts = this.#cuts.get(where);
    if (cuts === undefined) this.#cuts.set(where, (cuts = []));
    for (let number = cuts.length; number < this.#networks.length; number += 1) {
      const networks = this.#networks[number] as NetworkSet;
      if (containsN(networks, from)) cuts.push('inside');
      else cuts.push(isEmptyN(intersectN(networks, from)) ? 'outside' : 'cut');
    }
    return cuts;
  }
}

/** The numbers of the sets that have the atom. */
function atomKey(inSet: Uint8Array): string {
  const numbers: number[] = [];
  for (let set = 0; set < inSet.length; set += 1) if (inSet[set] === 1) numbers.push(set);
  return numbers.join();
}
