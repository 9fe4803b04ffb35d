import type { IpNetwork } from '../model/ip.js';
import { combineBounds, compareBounds, containsBounds, hasInteger, uniteBounds } from './bounds.js';
import type { Bounds } from './bounds.js';
import { DIFFERENCE, INTERSECTION, UNION } from './set-operation.js';
import type { SetOperation } from './set-operation.js';

/**
 * A set of addresses of both families. IPv4 addresses are plain numbers here, which are searched and merged in about
 * half the time of bigints. INVARIANT: equal sets are structurally equal.
 */
export interface NetworkSet {
  readonly v4: Bounds<number>;
  readonly v6: Bounds<bigint>;
}

/** One entry of a list of networks: a network, and what is taken out of it. */
export interface NetworkEntry {
  readonly net: IpNetwork;
  readonly except: readonly IpNetwork[];
}

export interface Address {
  readonly family: 4 | 6;
  readonly address: bigint;
}

const END_4 = 2n ** 32n;
const END_6 = 2n ** 128n;

export const NO_NETWORKS: NetworkSet = Object.freeze({ v4: Object.freeze([]), v6: Object.freeze([]) });
export const ALL_NETWORKS: NetworkSet = Object.freeze({ v4: Object.freeze([0]), v6: Object.freeze([0n]) });

/** The addresses that lie in some entry's network and in none of that entry's exceptions (inbound-semantics A14). */
export function networkSet(entries: readonly NetworkEntry[]): NetworkSet {
  const sets = entries.map(({ net, except }) =>
    except.length === 0 ? ofNetwork(net) : differenceN(ofNetwork(net), unionAllN(except.map(ofNetwork))),
  );
  return unionAllN(sets);
}

function ofNetwork({ family, first, last }: IpNetwork): NetworkSet {
  const end = last + 1n;
  if (family === 6) return { v4: [], v6: end === END_6 ? [first] : [first, end] };
  return { v4: end === END_4 ? [Number(first)] : [Number(first), Number(end)], v6: [] };
}

const combine = (a: NetworkSet, b: NetworkSet, operation: SetOperation): NetworkSet => ({
  v4: combineBounds(a.v4, b.v4, operation),
  v6: combineBounds(a.v6, b.v6, operation),
});

export const unionN = (a: NetworkSet, b: NetworkSet): NetworkSet => combine(a, b, UNION);
export const intersectN = (a: NetworkSet, b: NetworkSet): NetworkSet => combine(a, b, INTERSECTION);
export const differenceN = (a: NetworkSet, b: NetworkSet): NetworkSet => combine(a, b, DIFFERENCE);
export const complementN = (set: NetworkSet): NetworkSet => differenceN(ALL_NETWORKS, set);

/** The union of many sets, without building those between. */
export const unionAllN = (sets: readonly NetworkSet[]): NetworkSet => ({
  v4: uniteBounds(sets.map(({ v4 }) => v4)),
  v6: uniteBounds(sets.map(({ v6 }) => v6)),
});

/** Whether the address is in the set; never across families. */
export const hasAddress = (set: NetworkSet, family: 4 | 6, address: bigint): boolean =>
  family === 4 ? hasInteger(set.v4, Number(address)) : hasInteger(set.v6, address);

export const isEmptyN = (set: NetworkSet): boolean => set.v4.length === 0 && set.v6.length === 0;

/** Whether every address of `inner` is in `outer`. */
export const containsN = (outer: NetworkSet, inner: NetworkSet): boolean =>
  containsBounds(outer.v4, inner.v4) && containsBounds(outer.v6, inner.v6);

export const equalN = (a: NetworkSet, b: NetworkSet): boolean => a === b || compareN(a, b) === 0;

/** Negative, zero or positive: some fixed order of sets, in which zero means equal. */
export const compareN = (a: NetworkSet, b: NetworkSet): number =>
  compareBounds(a.v4, b.v4) || compareBounds(a.v6, b.v6);

/** A text that two sets share exactly if they are equal. */
export const keyN = ({ v4, v6 }: NetworkSet): string =>
  `${v4.map((bound) => bound.toString(36)).join(',')}/${v6.map((bound) => bound.toString(36)).join(',')}`;

/**
 * An address of the set, the same for equal sets: of IPv4 where it has any, and the second of its first range where
 * there are two, since the first is seldom a client's.
 */
export function witnessN(set: NetworkSet): Address | undefined {
  const [v4, v4End = 2 ** 32] = set.v4;
  if (v4 !== undefined) return { family: 4, address: BigInt(v4 + 1 < v4End ? v4 + 1 : v4) };
  const [v6, v6End = END_6] = set.v6;
  return v6 === undefined ? undefined : { family: 6, address: v6 + 1n < v6End ? v6 + 1n : v6 };
}

/** The fewest networks whose union is the set, IPv4 first, ascending. */
export function toNetworks(set: NetworkSet): readonly IpNetwork[] {
  const networks: IpNetwork[] = [];
  for (let n = 0; n < set.v4.length; n += 2) {
    const end = set.v4[n + 1];
    cutRange(4, BigInt(set.v4[n] ?? 0), end === undefined ? END_4 : BigInt(end), networks);
  }
  for (let n = 0; n < set.v6.length; n += 2) cutRange(6, set.v6[n] ?? 0n, set.v6[n + 1] ?? END_6, networks);
  return networks;
}

/** Cuts a range (`end` excluded) from below, each time taking the largest network that begins there and fits. */
function cutRange(family: 4 | 6, start: bigint, end: bigint, networks: IpNetwork[]): void {
  const bits = family === 4 ? 32 : 128;
  let first = start;
  while (first < end) {
    let hostBits = 0;
    let size = 1n;
    while (hostBits < bits && (first & size) === 0n && first + 2n * size <= end) {
      size *= 2n;
      hostBits += 1;
    }
    networks.push({ family, first, last: first + size - 1n, prefix: bits - hostBits, address: first });
    first += size;
  }
}
