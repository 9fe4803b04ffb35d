import { token } from './canonical-text.js';
import { labelValue, matches } from './matches.js';
import { admitsAbsence } from './requirement.js';
import type { InRequirement, Labels, Requirement, Selector } from './requirement.js';
import { satisfiableTogether } from './satisfiable.js';
import { find, put, drop, update, updateAll } from './sorted-list.js';
import type { Identified } from './sorted-list.js';
import { holds } from './values.js';

/**
 * Entries whose selectors have the same shape: the same keys with the same `op` on each, whatever the values. Within a
 * group every pinned key (op `in`) leads from its values to the entries, so a question that fixes any one of these
 * keys looks only at the entries that share its value; and a key that one side requires and the other forbids
 * dismisses the whole group at once. There are as many groups as ways of writing selectors: few, in practice.
 */
export interface ShapeGroup<T> extends Identified {
  readonly shape: readonly ShapePart[];
  readonly entries: readonly SelectorEntry<T>[];
  readonly pinned: readonly PinnedKey<T>[];
}

/** What a selector index holds and gives back. */
export interface SelectorEntry<T> extends Identified {
  readonly selector: Selector;
  readonly value: T;
  readonly buckets: readonly string[];
}

type ShapePart = Pick<Requirement, 'key' | 'op'>;

interface PinnedKey<T> extends Identified {
  readonly values: readonly PinnedValue<T>[];
}

interface PinnedValue<T> extends Identified {
  readonly entries: readonly SelectorEntry<T>[];
}

/** The id of the group that a selector belongs to. */
export function shapeId(selector: Selector): string {
  return selector.requirements.map(({ key, op }) => `${op} ${token(key)}`).join(',');
}

/** The group with the entry, replacing one of its id and the same selector; made if there is none. */
export function withEntry<T>(group: ShapeGroup<T> | undefined, entry: SelectorEntry<T>): ShapeGroup<T> {
  const { requirements } = entry.selector;
  let pinned = group?.pinned ?? [];
  for (const { op, key, values } of requirements) {
    if (op !== 'in') continue;
    pinned = update(pinned, key, (old) => ({
      id: key,
      values: updateAll(old?.values ?? [], values, (node, id) => ({
        id,
        entries: put(node?.entries ?? [], entry),
      })),
    }));
  }
  return {
    id: group?.id ?? shapeId(entry.selector),
    shape: group?.shape ?? requirements.map(({ key, op }) => ({ key, op })),
    entries: put(group?.entries ?? [], entry),
    pinned,
  };
}

/** The group without the entry, or undefined if that was the last. */
export function withoutEntry<T>(group: ShapeGroup<T>, entry: SelectorEntry<T>): ShapeGroup<T> | undefined {
  const entries = drop(group.entries, entry.id);
  if (entries.length === 0) return undefined;
  let pinned = group.pinned;
  for (const { op, key, values } of entry.selector.requirements) {
    if (op !== 'in') continue;
    pinned = update(pinned, key, (old) => old && { id: key, values: updateAll(old.values, values, without) });
  }
  return { ...group, entries, pinned };

  function without(node: PinnedValue<T> | undefined): PinnedValue<T> | undefined {
    const rest = node ? drop(node.entries, entry.id) : [];
    return node && rest.length > 0 ? { id: node.id, entries: rest } : undefined;
  }
}

/** Adds to `found` the entries that select the labels. */
export function collectMatching<T>(group: ShapeGroup<T>, labels: Labels, found: SelectorEntry<T>[]): void {
  let fewest = group.entries;
  for (const { id, values } of group.pinned) {
    const label = labelValue(labels, id);
    const sharing = label === undefined ? undefined : find(values, label);
    if (sharing === undefined) return;
    if (sharing.entries.length < fewest.length) fewest = sharing.entries;
  }
  for (const entry of fewest) if (matches(entry.selector, labels)) found.push(entry);
}

/** Adds to `found` the entries that are satisfiable together with the selector; one may be added several times. */
export function collectOverlapping<T>(
  group: ShapeGroup<T>,
  selector: Selector,
  found: SelectorEntry<T>[],
): void {
  if (contradicts(group.shape, selector)) return;
  let fewest: readonly PinnedValue<T>[] | undefined;
  let cost = group.entries.length;
  for (const requirement of selector.requirements) {
    const pinned = requirement.op === 'in' ? find(group.pinned, requirement.key) : undefined;
    if (pinned === undefined) continue;
    const sharing = sharingValues(pinned, requirement as InRequirement);
    const visits = sharing.reduce((sum, { entries }) => sum + entries.length, 0);
    if (visits >= cost) continue;
    fewest = sharing;
    cost = visits;
  }
  for (const { entries } of fewest ?? [group]) {
    for (const entry of entries) if (satisfiableTogether(entry.selector, selector)) found.push(entry);
  }
}

/** Whether some key is required by one side and forbidden by the other; both lists are in order of keys. */
function contradicts(shape: readonly ShapePart[], { requirements }: Selector): boolean {
  let at = 0;
  for (const { key, op } of shape) {
    while ((requirements[at]?.key ?? key) < key) at++;
    const other = requirements[at];
    if (other?.key !== key) continue;
    if (op === 'absent' ? !admitsAbsence(other) : other.op === 'absent' && op !== 'notIn') return true;
  }
  return false;
}

/** The nodes of the key for the values that the requirement lists, found through the shorter of the two lists. */
function sharingValues<T>(pinned: PinnedKey<T>, { values }: InRequirement): readonly PinnedValue<T>[] {
  if (pinned.values.length < values.length) return pinned.values.filter((node) => holds(values, node.id));
  return values.flatMap((value) => find(pinned.values, value) ?? []);
}
