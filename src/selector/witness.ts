import { isLabelValue } from '../model/label-syntax.js';
import { intersect } from './satisfiable.js';
import type { LabelMap, Requirement, Selector } from './requirement.js';
import { holds } from './values.js';

/**
 * The smallest label set that the selector selects, in order of keys, or undefined if there is none. It has the fewest
 * labels possible. Of listed values it takes a valid label value if there is one, then the shortest, then the first in
 * order; where any value would do it takes `any`, or the first free one of `any-1`, `any-2` and so on.
 */
export function witness(selector: Selector): LabelMap | undefined {
  if (selector.never) return undefined;
  const labels = new Map<string, string>();
  for (const requirement of selector.requirements) {
    if (requirement.op === 'in') labels.set(requirement.key, simplest(requirement.values));
    else if (requirement.op === 'exists') labels.set(requirement.key, freeValue(requirement));
  }
  return labels;
}

/** The smallest label set that both select, as `witness` chooses it, or undefined if there is none. */
export function witnessTogether(a: Selector, b: Selector): LabelMap | undefined {
  return witness(intersect(a, b));
}

function simplest(values: readonly string[]): string {
  return values.reduce((best, value) => (isSimpler(value, best) ? value : best));
}

/** INVARIANT: values come in ascending order, so that of two equally good ones the earlier is kept. */
function isSimpler(value: string, best: string): boolean {
  const valid = isLabelValue(value);
  return valid === isLabelValue(best) ? value.length < best.length : valid;
}

/** Among n exclusions one of n + 1 candidates is free, so the number stays far below 63 characters. */
function freeValue({ values }: Requirement): string {
  let value = 'any';
  for (let n = 1; holds(values, value); n++) value = `any-${String(n)}`;
  return value;
}
