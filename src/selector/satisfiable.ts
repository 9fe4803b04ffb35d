import { conjoin } from './conjoin.js';
import { admitsAbsence, NEVER } from './requirement.js';
import type { Requirement, Selector } from './requirement.js';
import { intersects, isSubset } from './values.js';

/** Whether some label set is selected. */
export function satisfiable(selector: Selector): boolean {
  return !selector.never;
}

/** The selector of what both select. */
export function intersect(a: Selector, b: Selector): Selector {
  if (a.never || b.never) return NEVER;
  return a.key === b.key ? a : conjoin([...a.requirements, ...b.requirements]);
}

/**
 * Whether some label set is selected by both; `witnessTogether` shows one. Keys constrain independently of each other,
 * so it is enough that the two requirements on every shared key leave something. Allocates nothing.
 */
export function satisfiableTogether(a: Selector, b: Selector): boolean {
  if (a.never || b.never) return false;
  const xs = a.requirements;
  const ys = b.requirements;
  let i = 0;
  let j = 0;
  for (;;) {
    const x = xs[i];
    const y = ys[j];
    if (x === undefined || y === undefined) return true;
    if (x.key === y.key) {
      if (!compatible(x, y)) return false;
      i++;
      j++;
    } else if (x.key < y.key) i++;
    else j++;
  }
}

/** Whether two requirements on the same key leave anything together. */
function compatible(x: Requirement, y: Requirement): boolean {
  if (admitsAbsence(x) && admitsAbsence(y)) return true;
  if (x.op === 'absent' || y.op === 'absent') return false;
  // From here on only present values count; finitely many exclusions never use up the unbounded rest.
  if (x.op === 'in') return y.op === 'in' ? intersects(x.values, y.values) : !isSubset(x.values, y.values);
  return y.op !== 'in' || !isSubset(y.values, x.values);
}
