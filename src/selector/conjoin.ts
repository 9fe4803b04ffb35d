import { requirementsText } from './canonical-text.js';
import { EVERYTHING, NEVER } from './requirement.js';
import type { Requirement, Selector } from './requirement.js';

/** What is known so far about one key. `allowed` is undefined while no list of values has been required. */
interface Demand {
  present: boolean;
  absent: boolean;
  allowed: Set<string> | undefined;
  readonly excluded: Set<string>;
}

/**
 * The normal form of the conjunction of the requirements, several of which may name the same key and hold lists in any
 * order. Takes time in proportion to the values listed (and their sorting), however they are spread over requirements.
 */
export function conjoin(requirements: Iterable<Requirement>): Selector {
  const demands = new Map<string, Demand>();
  for (const requirement of requirements) {
    let demand = demands.get(requirement.key);
    if (demand === undefined) {
      demand = { present: false, absent: false, allowed: undefined, excluded: new Set() };
      demands.set(requirement.key, demand);
    }
    tighten(demand, requirement);
  }
  const normal: Requirement[] = [];
  for (const [key, demand] of demands) {
    const requirement = settle(key, demand);
    if (requirement === 'contradiction') return NEVER;
    if (requirement !== 'no demand') normal.push(requirement);
  }
  if (normal.length === 0) return EVERYTHING;
  normal.sort((a, b) => (a.key < b.key ? -1 : 1));
  return { key: requirementsText(normal), never: false, requirements: normal };
}

function tighten(demand: Demand, { op, values }: Requirement): void {
  switch (op) {
    case 'in': {
      const before = demand.allowed;
      demand.allowed = new Set(before === undefined ? values : values.filter((value) => before.has(value)));
      break;
    }
    case 'exists':
      demand.present = true;
      for (const value of values) demand.excluded.add(value);
      break;
    case 'notIn':
      for (const value of values) demand.excluded.add(value);
      break;
    case 'absent':
      demand.absent = true;
      break;
  }
}

function settle(key: string, demand: Demand): Requirement | 'contradiction' | 'no demand' {
  const { present, absent, allowed, excluded } = demand;
  if (absent) return present || allowed !== undefined ? 'contradiction' : { op: 'absent', key, values: [] };
  if (allowed !== undefined) {
    const values = [...allowed].filter((value) => !excluded.has(value)).sort();
    return values.length === 0 ? 'contradiction' : { op: 'in', key, values };
  }
  if (present) return { op: 'exists', key, values: [...excluded].sort() };
  return excluded.size === 0 ? 'no demand' : { op: 'notIn', key, values: [...excluded].sort() };
}
