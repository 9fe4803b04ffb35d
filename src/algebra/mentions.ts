import { isSpiffe } from '../model/identity.js';
import type { ClientSet } from './client-set.js';
import { findRegion, nestSuffixes } from './suffixes.js';

const NONE: readonly number[] = Object.freeze([]);

/**
 * Which identities some sets name. Whoever is in none of the names shares the fate of everybody of the same most
 * specific suffix, so that many identities are asked about at the price of few.
 */
export class Mentions {
  readonly #naming = new Map<string, number[]>();
  readonly #suffixes: ReturnType<typeof nestSuffixes>;
  readonly #fresh: string;

  constructor(sets: readonly ClientSet[]) {
    const suffixes = new Set<string>();
    for (const [place, { parts }] of sets.entries()) {
      for (const { credentials } of parts) {
        const { names, spiffeIds, suffixes: regions } = credentials.identities;
        for (const { suffix } of regions) suffixes.add(suffix);
        for (const name of [...names, ...spiffeIds]) this.#add(name, place);
      }
    }
    this.#suffixes = nestSuffixes([...suffixes]);
    // No label that anybody has, made longer until none of the names begins with it.
    let fresh = '?';
    while ([...this.#naming.keys()].some((name) => name.includes(fresh))) fresh += '?';
    this.#fresh = fresh;
  }

  #add(name: string, place: number): void {
    const places = this.#naming.get(name);
    if (places === undefined) this.#naming.set(name, [place]);
    else if (places.at(-1) !== place) places.push(place);
  }

  /** The places of the sets that name the identity itself, ascending. */
  naming(identity: string): readonly number[] {
    return this.#naming.get(identity) ?? NONE;
  }

  /** An identity that no set names, and that the sets which do not name this one treat as they treat this one. */
  unnamedLike(identity: string): string {
    if (isSpiffe(identity)) return `spiffe://${this.#fresh}`;
    const suffix = this.#suffixes[findRegion(this.#suffixes, identity)]?.suffix;
    return suffix === undefined ? this.#fresh : `${this.#fresh}.${suffix}`;
  }
}
