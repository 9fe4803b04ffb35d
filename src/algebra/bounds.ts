import type { SetOperation } from './set-operation.js';

/**
 * A set of integers from 0 to some maximum as the places where membership changes, ascending and each once: the first
 * bound begins a range, the second is the first integer after it, and so on. An odd number of bounds means that the
 * last range goes on to the maximum. Every set is written in one way only.
 */
export type Bounds<T extends number | bigint> = readonly T[];

/** Whether the integer is in the set. */
export function hasInteger<T extends number | bigint>(bounds: Bounds<T>, integer: T): boolean {
  // Inside of a range, and only there, the number of bounds up to the integer is odd.
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((bounds[middle] as T) <= integer) low = middle + 1;
    else high = middle;
  }
  return low % 2 === 1;
}

/** The result of the operation, in one pass over both. */
export function combineBounds<T extends number | bigint>(
  first: Bounds<T>,
  second: Bounds<T>,
  operation: SetOperation,
): Bounds<T> {
  const bounds: T[] = [];
  let i = 0;
  let j = 0;
  for (;;) {
    const a = first[i];
    const b = second[j];
    const at = a === undefined || (b !== undefined && b < a) ? b : a;
    if (at === undefined) return bounds;
    if (a === at) i += 1;
    if (b === at) j += 1;
    const inside = operation(i % 2 === 1, j % 2 === 1);
    if (inside !== (bounds.length % 2 === 1)) bounds.push(at);
  }
}

/** The union of many sets. */
export function uniteBounds<T extends number | bigint>(sets: readonly Bounds<T>[]): Bounds<T> {
  if (sets.length < 2) return sets[0] ?? [];
  const steps: { readonly at: T; readonly by: 1 | -1 }[] = [];
  for (const bounds of sets) bounds.forEach((at, n) => steps.push({ at, by: n % 2 === 0 ? 1 : -1 }));
  steps.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const union: T[] = [];
  let depth = 0;
  for (let n = 0; n < steps.length;) {
    const { at } = steps[n] as (typeof steps)[number];
    for (; steps[n]?.at === at; n += 1) depth += steps[n]?.by ?? 0;
    if (depth > 0 !== (union.length % 2 === 1)) union.push(at);
  }
  return union;
}

/** Whether every integer of `inner` is in `outer`. */
export function containsBounds<T extends number | bigint>(outer: Bounds<T>, inner: Bounds<T>): boolean {
  let i = 0;
  let j = 0;
  for (;;) {
    const a = outer[i];
    const b = inner[j];
    const at = a === undefined || (b !== undefined && b < a) ? b : a;
    if (at === undefined) return true;
    if (a === at) i += 1;
    if (b === at) j += 1;
    if (j % 2 === 1 && i % 2 === 0) return false;
  }
}

/** Negative, zero or positive: some fixed order of sets, in which zero means equal. */
export function compareBounds<T extends number | bigint>(a: Bounds<T>, b: Bounds<T>): number {
  for (let n = 0; n < a.length && n < b.length; n += 1) {
    if (a[n] !== b[n]) return (a[n] as T) < (b[n] as T) ? -1 : 1;
  }
  return a.length - b.length;
}
