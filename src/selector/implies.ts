import { admitsAbsence } from './requirement.js';
import type { Requirement, Selector } from './requirement.js';
import { intersects, isSubset } from './values.js';

/**
 * Whether every label set that `a` selects is selected by `b`, over an unbounded universe of values: `app` (exists)
 * implies no list of values, however long. A selector that selects nothing implies every other.
 */
export function implies(a: Selector, b: Selector): boolean {
  if (a.never) return true;
  if (b.never) return false;
  // What `a` leaves on each key is not empty, so it must be within `b` key by key; keys that `b` leaves free are.
  let i = 0;
  for (const wider of b.requirements) {
    while ((a.requirements[i]?.key ?? wider.key) < wider.key) i++;
    const narrower = a.requirements[i];
    if (narrower?.key !== wider.key || !isWithin(narrower, wider)) return false;
  }
  return true;
}

/** Whether both select the same label sets. */
export function equivalent(a: Selector, b: Selector): boolean {
  return a.key === b.key;
}

/** Whether whatever meets the first requirement meets the second, which is on the same key. */
function isWithin(narrower: Requirement, wider: Requirement): boolean {
  if (admitsAbsence(narrower) && !admitsAbsence(wider)) return false;
  if (narrower.op === 'absent') return true;
  if (wider.op === 'absent') return false;
  if (wider.op === 'in') return narrower.op === 'in' && isSubset(narrower.values, wider.values);
  if (narrower.op === 'in') return !intersects(narrower.values, wider.values);
  return isSubset(wider.values, narrower.values);
}
