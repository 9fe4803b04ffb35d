import type { Bounds } from './bounds.js';
import type { NetworkSet } from './network-set.js';

/** Addresses that lie in exactly the same of some sets of networks. */
export interface NetworkAtom {
  readonly networks: NetworkSet;
  /** For each of the sets, whether it has these addresses. */
  readonly inSet: readonly boolean[];
}

/** The coarsest partition of all addresses such that each set is a union of atoms, in the order of their first address. */
export function networkAtoms(sets: readonly NetworkSet[]): readonly NetworkAtom[] {
  const atoms = new Map<string, { inSet: readonly boolean[]; v4: number[]; v6: bigint[] }>();
  const atomOf = (inSet: readonly boolean[]) => {
    const key = inSet.map((is) => (is ? '1' : '0')).join('');
    let atom = atoms.get(key);
    if (atom === undefined) atoms.set(key, (atom = { inSet, v4: [], v6: [] }));
    return atom;
  };
  cut(
    sets.map(({ v4 }) => v4),
    0,
    (inSet) => atomOf(inSet).v4,
  );
  cut(
    sets.map(({ v6 }) => v6),
    0n,
    (inSet) => atomOf(inSet).v6,
  );
  return [...atoms.values()].map(({ inSet, v4, v6 }) => ({ networks: { v4, v6 }, inSet }));
}

/**
 * Goes through the ranges between all bounds and adds each to the bounds that `boundsOf` names for it. Some set changes
 * at every bound, so no two ranges in a row have the same.
 */
function cut<T extends number | bigint>(
  sets: readonly Bounds<T>[],
  zero: T,
  boundsOf: (inSet: readonly boolean[]) => T[],
): void {
  const changes = new Map<T, number[]>([[zero, []]]);
  sets.forEach((bounds, set) => {
    for (const at of bounds) {
      const changed = changes.get(at);
      if (changed === undefined) changes.set(at, [set]);
      else changed.push(set);
    }
  });
  const inSet = sets.map(() => false);
  let open: T[] | undefined;
  for (const at of [...changes.keys()].sort((a, b) => (a < b ? -1 : 1))) {
    for (const set of changes.get(at) ?? []) inSet[set] = inSet[set] !== true;
    const bounds = boundsOf([...inSet]);
    open?.push(at);
    bounds.push(at);
    open = bounds;
  }
}
