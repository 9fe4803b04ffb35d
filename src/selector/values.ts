/**
 * Sets of label values as lists without duplicates in order of UTF-16 code units, which is what both `sort` and `<`
 * go by: small, comparable, and searched without a hash.
 */

/** Up to this many values a plain scan beats a binary search. */
const SCAN_LIMIT = 8;

/** Whether the sorted list holds the value. */
export function holds(values: readonly string[], value: string): boolean {
  if (values.length <= SCAN_LIMIT) return values.includes(value);
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as string) < value) low = middle + 1;
    else high = middle;
  }
  return values[low] === value;
}

/** Whether every value of the first list is in the second. */
export function isSubset(part: readonly string[], whole: readonly string[]): boolean {
  if (part.length > whole.length) return false;
  for (const value of part) if (!holds(whole, value)) return false;
  return true;
}

/** Whether some value is in both lists. */
export function intersects(a: readonly string[], b: readonly string[]): boolean {
  const [few, many] = a.length <= b.length ? [a, b] : [b, a];
  for (const value of few) if (holds(many, value)) return true;
  return false;
}
