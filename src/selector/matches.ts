import type { LabelMap, LabelRecord, Labels, Requirement, Selector } from './requirement.js';
import { holds } from './values.js';

/** Whether the selector selects the label set. Allocates nothing; a caller that knows which it has saves a test. */
export function matches(selector: Selector, labels: Labels): boolean {
  return isMap(labels) ? matchesMap(selector, labels) : matchesRecord(selector, labels);
}

/** `matches` for a map. */
export function matchesMap(selector: Selector, labels: LabelMap): boolean {
  if (selector.never) return false;
  for (const requirement of selector.requirements) {
    if (!admits(requirement, labels.get(requirement.key))) return false;
  }
  return true;
}

/** `matches` for a parsed JSON object; what it inherits (`constructor`) is no label. */
export function matchesRecord(selector: Selector, labels: LabelRecord): boolean {
  if (selector.never) return false;
  for (const requirement of selector.requirements) {
    if (!admits(requirement, ownLabel(labels, requirement.key))) return false;
  }
  return true;
}

/** The value of a label, or undefined if the set lacks it. */
export function labelValue(labels: Labels, key: string): string | undefined {
  return isMap(labels) ? labels.get(key) : ownLabel(labels, key);
}

/** The keys of a label set, in its own order. */
export function labelKeys(labels: Labels): Iterable<string> {
  return isMap(labels) ? labels.keys() : Object.keys(labels);
}

function isMap(labels: Labels): labels is LabelMap {
  return labels instanceof Map;
}

function ownLabel(labels: LabelRecord, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

function admits({ op, values }: Requirement, value: string | undefined): boolean {
  switch (op) {
    case 'in':
      return value !== undefined && holds(values, value);
    case 'exists':
      return value !== undefined && !holds(values, value);
    case 'notIn':
      return value === undefined || !holds(values, value);
    case 'absent':
      return value === undefined;
  }
}
