import { isSpiffe } from '../model/identity.js';
import { combineExceptions, containsText, sortTexts } from './exceptions.js';
import { DIFFERENCE, INTERSECTION, UNION } from './set-operation.js';
import type { SetOperation } from './set-operation.js';
import { combineRegions, findAround, findRegion, regionsOf } from './suffixes.js';
import type { SuffixRegions } from './suffixes.js';

/**
 * A set of client identities (inbound-semantics A13). Names are case-sensitive; each is of DNS form or else a SPIFFE
 * id, which lies outside every suffix.
 *
 * Patterns nest or are disjoint, so the most specific pattern that is listed for an identity decides: the exact name,
 * else the longest suffix, else the base of its form. INVARIANT: whatever is listed differs from what is around it.
 * Since each region has endlessly many names and only finitely many exceptions, that makes equal sets structurally
 * equal, and a region that is listed is never empty.
 */
export interface IdentitySet {
  /** Whether DNS-form names under no listed suffix are members. */
  readonly dns: boolean;
  readonly suffixes: SuffixRegions;
  /** DNS-form names that differ from the region they lie in, ascending. */
  readonly names: readonly string[];
  /** Whether SPIFFE ids that are not listed are members. */
  readonly spiffe: boolean;
  /** The SPIFFE ids that differ from `spiffe`, ascending. */
  readonly spiffeIds: readonly string[];
}

const NONE: readonly never[] = Object.freeze([]);

const bases = (dns: boolean, spiffe: boolean): IdentitySet =>
  Object.freeze({ dns, suffixes: NONE, names: NONE, spiffe, spiffeIds: NONE });

export const NO_IDENTITIES = bases(false, false);
/** Every identity of either form. */
export const ALL_IDENTITIES = bases(true, true);
/** Every identity of DNS form: what `*` means. */
export const ALL_DNS = bases(true, false);

export type IdentityPattern =
  | { readonly exact: string; readonly suffix?: undefined }
  | { readonly suffix: string; readonly exact?: undefined };

/**
 * What an identity that a person wrote stands for. Only a leading `*` that is a label of its own is a wildcard. `*.`
 * leaves no label over and is taken literally: no client has that name, nor one that ends with a dot.
 */
export function parseIdentityPattern(text: string): IdentityPattern {
  if (text === '*') return { suffix: '' };
  return text.startsWith('*.') && text.length > 2 ? { suffix: text.slice(2) } : { exact: text };
}

/** The set of the names, and of those that end with one of the suffixes; the suffix `''` is every DNS-form name. */
export function identitySet(entries: {
  readonly exact?: readonly string[];
  readonly suffixes?: readonly string[];
}): IdentitySet {
  const { exact = [], suffixes = [] } = entries;
  const spiffeIds = sortTexts(exact.filter(isSpiffe));
  if (suffixes.includes('')) return { dns: true, suffixes: NONE, names: NONE, spiffe: false, spiffeIds };
  const regions = regionsOf(suffixes);
  const names = sortTexts(exact.filter((name) => !isSpiffe(name) && findRegion(regions, name) < 0));
  return { dns: false, suffixes: regions, names, spiffe: false, spiffeIds };
}

/** Whether names of the most specific listed suffix of `name`, or of none, are members. */
function memberAround(set: IdentitySet, name: string): boolean {
  if (set.suffixes.length === 0) return set.dns;
  return set.suffixes[findRegion(set.suffixes, name)]?.member ?? set.dns;
}

/** Whether names of the suffix, not held by any listed suffix within it and not listed themselves, are members. */
export const memberUnder = (set: IdentitySet, suffix: string): boolean =>
  set.suffixes[findAround(set.suffixes, suffix)]?.member ?? set.dns;

/** Whether the identity is in the set. */
export function hasIdentity(set: IdentitySet, identity: string): boolean {
  if (isSpiffe(identity)) return set.spiffe !== containsText(set.spiffeIds, identity);
  return memberAround(set, identity) !== containsText(set.names, identity);
}

function combine(a: IdentitySet, b: IdentitySet, operation: SetOperation): IdentitySet {
  return {
    dns: operation(a.dns, b.dns),
    suffixes: combineRegions(a.suffixes, a.dns, b.suffixes, b.dns, operation),
    names: combineExceptions(
      { listed: a.names, around: (name) => memberAround(a, name) },
      { listed: b.names, around: (name) => memberAround(b, name) },
      operation,
    ),
    spiffe: operation(a.spiffe, b.spiffe),
    spiffeIds: combineExceptions(
      { listed: a.spiffeIds, around: () => a.spiffe },
      { listed: b.spiffeIds, around: () => b.spiffe },
      operation,
    ),
  };
}

export const unionI = (a: IdentitySet, b: IdentitySet): IdentitySet => combine(a, b, UNION);
export const intersectI = (a: IdentitySet, b: IdentitySet): IdentitySet => combine(a, b, INTERSECTION);
export const differenceI = (a: IdentitySet, b: IdentitySet): IdentitySet => combine(a, b, DIFFERENCE);

/** Every identity that is not in the set. */
export const complementI = (set: IdentitySet): IdentitySet => ({
  dns: !set.dns,
  suffixes: set.suffixes.map((region) => ({ ...region, member: !region.member })),
  names: set.names,
  spiffe: !set.spiffe,
  spiffeIds: set.spiffeIds,
});

/** Whether no identity is in the set. A listed pattern would differ from the base, and so be one that is. */
export const isEmptyI = (set: IdentitySet): boolean =>
  !set.dns &&
  !set.spiffe &&
  set.suffixes.length === 0 &&
  set.names.length === 0 &&
  set.spiffeIds.length === 0;

/** Whether every identity of `inner` is in `outer`. */
export const containsI = (outer: IdentitySet, inner: IdentitySet): boolean =>
  outer === inner || isEmptyI(differenceI(inner, outer));

export const equalI = (a: IdentitySet, b: IdentitySet): boolean =>
  a === b ||
  (a.dns === b.dns &&
    a.spiffe === b.spiffe &&
    sameTexts(a.names, b.names) &&
    sameTexts(a.spiffeIds, b.spiffeIds) &&
    a.suffixes.length === b.suffixes.length &&
    a.suffixes.every(({ suffix }, n) => suffix === b.suffixes[n]?.suffix));

const sameTexts = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((text, n) => text === b[n]);

/** A text that two sets share exactly if they are equal. */
export const keyI = ({ dns, suffixes, names, spiffe, spiffeIds }: IdentitySet): string =>
  JSON.stringify([Number(dns), suffixes.map(({ suffix }) => suffix), names, Number(spiffe), spiffeIds]);

/** The names and SPIFFE ids that are members although what is around them is not, ascending. */
export const exactMembers = (set: IdentitySet): readonly string[] => [
  ...set.names.filter((name) => !memberAround(set, name)),
  ...(set.spiffe ? [] : set.spiffeIds),
];

/** An identity of the set, the same for equal sets and readable: a listed one where there is one. */
export function witnessI(set: IdentitySet): string | undefined {
  const [exact] = exactMembers(set);
  if (exact !== undefined) return exact;
  const region = set.suffixes.find(({ member }) => member);
  if (region !== undefined) return freshName('any', `.${region.suffix}`, set.names);
  if (set.dns) return freshName('any', '', set.names);
  return set.spiffe ? freshName('spiffe://any', '', set.spiffeIds) : undefined;
}

/** `any.suffix`, or else `any1.suffix` and so on: one label more than the suffix, so that no suffix within holds it. */
function freshName(stem: string, ending: string, taken: readonly string[]): string {
  let name = stem + ending;
  for (let n = 1; containsText(taken, name); n += 1) name = `${stem}${String(n)}${ending}`;
  return name;
}
