import type { SetOperation } from './set-operation.js';

/**
 * Suffixes of labels among DNS-form names: one holds the names that end with `.` and the suffix, and have at least one
 * more character. Two suffixes nest or are disjoint.
 */
export interface SuffixRegion {
  readonly suffix: string;
  /** Whether the names of this suffix that no suffix within it holds are in the set. */
  readonly member: boolean;
  /** Where in the list the next suffix around this one stands; -1 without one. */
  readonly within: number;
}

/**
 * Listed in the order of their texts read from the end, so that what lies within a suffix directly follows it.
 * INVARIANT: the membership of each differs from that of what is around it.
 */
export type SuffixRegions = readonly SuffixRegion[];

/** So few are tried one by one, which is quicker than to search for the place. */
const FEW = 64;

const DOT = 46;

/** Whether the suffix holds the name. */
export const holdsName = (suffix: string, name: string): boolean =>
  name.length > suffix.length + 1 &&
  name.charCodeAt(name.length - suffix.length - 1) === DOT &&
  name.endsWith(suffix);

/** Whether all names of the inner suffix are held by the outer one, which is another. */
const holdsSuffix = (outer: string, inner: string): boolean =>
  inner.length > outer.length &&
  inner.charCodeAt(inner.length - outer.length - 1) === DOT &&
  inner.endsWith(outer);

/** Negative, zero or positive: the order of the texts read from the end, each with a `.` before it. */
export function compareSuffixes(a: string, b: string): number {
  let i = a.length - 1;
  let j = b.length - 1;
  for (; i >= 0 && j >= 0; i -= 1, j -= 1) {
    const difference = a.charCodeAt(i) - b.charCodeAt(j);
    if (difference !== 0) return difference;
  }
  if (i < 0 && j < 0) return 0;
  // The shorter text goes on with its dot. Where the other has one there too, it lies within the shorter.
  return i < 0 ? DOT - b.charCodeAt(j) || -1 : a.charCodeAt(i) - DOT || 1;
}

/** Where the most specific suffix that holds the name stands in the list; -1 if none does. */
export function findRegion(regions: SuffixRegions, name: string): number {
  if (regions.length > FEW) {
    let at = lastUpTo(regions, name);
    for (
      let region = regions[at];
      region !== undefined && !holdsName(region.suffix, name);
      region = regions[at]
    )
      at = region.within;
    return at;
  }
  let at = regions.length - 1;
  while (at >= 0 && !holdsName((regions[at] as SuffixRegion).suffix, name)) at -= 1;
  return at;
}

/** Where the suffix itself stands in the list, or else the next one around it; -1 without one. */
export function findAround(regions: SuffixRegions, suffix: string): number {
  let at = lastUpTo(regions, suffix);
  while (at >= 0) {
    const region = regions[at] as SuffixRegion;
    if (region.suffix === suffix || holdsSuffix(region.suffix, suffix)) return at;
    at = region.within;
  }
  return at;
}

/** The last place whose suffix does not come after the text. */
function lastUpTo(regions: SuffixRegions, text: string): number {
  let low = 0;
  let high = regions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareSuffixes((regions[middle] as SuffixRegion).suffix, text) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The suffixes, in any order, as a list that tells which lies within which; what its regions say of members is void. */
export function nestSuffixes(suffixes: readonly string[]): SuffixRegions {
  const regions: SuffixRegion[] = [];
  let last = '';
  for (const suffix of [...suffixes].sort(compareSuffixes)) {
    if (regions.length > 0 && suffix === last) continue;
    let within = regions.length - 1;
    for (let around = regions[within]; around !== undefined; around = regions[within]) {
      if (holdsSuffix(around.suffix, suffix)) break;
      within = around.within;
    }
    regions.push({ suffix, member: true, within });
    last = suffix;
  }
  return regions;
}

/** The suffixes, in any order, as regions of members around which there are none. */
export const regionsOf = (suffixes: readonly string[]): SuffixRegions =>
  nestSuffixes(suffixes).filter(({ within }) => within < 0);

/** What holds at some place on the way through both lists: in the first, in the second, in the result. */
interface Open {
  readonly suffix: string;
  readonly first: boolean;
  readonly second: boolean;
  readonly member: boolean;
  readonly within: number;
}

/** The result of the operation, in one pass over both lists; `firstBase` and `secondBase` hold around all suffixes. */
export function combineRegions(
  first: SuffixRegions,
  firstBase: boolean,
  second: SuffixRegions,
  secondBase: boolean,
  operation: SetOperation,
): SuffixRegions {
  if (first.length === 0 && second.length === 0) return first;
  const base = { first: firstBase, second: secondBase, member: operation(firstBase, secondBase), within: -1 };
  const result: SuffixRegion[] = [];
  const open: Open[] = [];
  let i = 0;
  let j = 0;
  for (;;) {
    const a = first[i];
    const b = second[j];
    if (a === undefined && b === undefined) return result;
    const order = a === undefined ? 1 : b === undefined ? -1 : compareSuffixes(a.suffix, b.suffix);
    const suffix = (order <= 0 ? a : b)?.suffix ?? '';
    let around = open.at(-1);
    while (around !== undefined && !holdsSuffix(around.suffix, suffix)) {
      open.pop();
      around = open.at(-1);
    }
    const { first: inFirst, second: inSecond, member: before, within } = around ?? base;
    const nowFirst = order <= 0 && a !== undefined ? a.member : inFirst;
    const nowSecond = order >= 0 && b !== undefined ? b.member : inSecond;
    const member = operation(nowFirst, nowSecond);
    if (member !== before) result.push({ suffix, member, within });
    const at = member === before ? within : result.length - 1;
    open.push({ suffix, first: nowFirst, second: nowSecond, member, within: at });
    if (order <= 0) i += 1;
    if (order >= 0) j += 1;
  }
}
