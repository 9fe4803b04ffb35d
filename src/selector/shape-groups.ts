import { labelKeys } from './matches.js';
import { admitsAbsence } from './requirement.js';
import type { Labels, Selector } from './requirement.js';
import { collectMatching, collectOverlapping, shapeId, withEntry, withoutEntry } from './shape-group.js';
import type { SelectorEntry, ShapeGroup } from './shape-group.js';
import { find, update } from './sorted-list.js';
import type { Identified } from './sorted-list.js';

/**
 * All shape groups of one index. A group whose selectors require keys stands under one of them, the anchor, so that a
 * label set is only compared with groups anchored at keys it has; the others cannot select it.
 *
 * An immutable value; where a group stands depends on the history of changes, what is found does not.
 */
export interface ShapeGroups<T> {
  readonly anchored: readonly AnchoredGroups<T>[];
  readonly unanchored: readonly ShapeGroup<T>[];
}

interface AnchoredGroups<T> extends Identified {
  readonly groups: readonly ShapeGroup<T>[];
}

export const NO_GROUPS: ShapeGroups<never> = Object.freeze({ anchored: [], unanchored: [] });

/** The groups with the entry in; its selector must be satisfiable. */
export function addToGroups<T>(groups: ShapeGroups<T>, entry: SelectorEntry<T>): ShapeGroups<T> {
  return changeGroup(groups, entry.selector, (group) => withEntry(group, entry));
}

/** The groups without the entry, which must be as it was added. */
export function removeFromGroups<T>(groups: ShapeGroups<T>, entry: SelectorEntry<T>): ShapeGroups<T> {
  return changeGroup(groups, entry.selector, (group) => group && withoutEntry(group, entry));
}

/** Adds to `found` the entries that select the labels, each once. */
export function collectCandidates<T>(
  groups: ShapeGroups<T>,
  labels: Labels,
  found: SelectorEntry<T>[],
): void {
  for (const group of groups.unanchored) collectMatching(group, labels, found);
  for (const key of labelKeys(labels)) {
    for (const group of find(groups.anchored, key)?.groups ?? []) collectMatching(group, labels, found);
  }
}

/** Adds to `found` the entries that are satisfiable together with the selector; one may be added several times. */
export function collectOverlaps<T>(
  groups: ShapeGroups<T>,
  selector: Selector,
  found: SelectorEntry<T>[],
): void {
  for (const group of groups.unanchored) collectOverlapping(group, selector, found);
  for (const anchor of groups.anchored) {
    for (const group of anchor.groups) collectOverlapping(group, selector, found);
  }
}

function changeGroup<T>(
  groups: ShapeGroups<T>,
  selector: Selector,
  change: (group: ShapeGroup<T> | undefined) => ShapeGroup<T> | undefined,
): ShapeGroups<T> {
  const id = shapeId(selector);
  const anchor = anchorOf(groups, selector, id);
  if (anchor === undefined) return { ...groups, unanchored: update(groups.unanchored, id, change) };
  const anchored = update(groups.anchored, anchor, (old) => {
    const changed = update(old?.groups ?? [], id, change);
    return changed.length === 0 ? undefined : { id: anchor, groups: changed };
  });
  return { ...groups, anchored };
}

/**
 * The required key under which the shape stands or, if it is new, the one with the fewest groups so far: where all
 * selectors require `app` and each another key besides, the groups spread over those.
 */
function anchorOf<T>(groups: ShapeGroups<T>, selector: Selector, id: string): string | undefined {
  let best: string | undefined;
  let fewest = Infinity;
  for (const requirement of selector.requirements) {
    if (admitsAbsence(requirement)) continue;
    const standing = find(groups.anchored, requirement.key)?.groups ?? [];
    if (find(standing, id) !== undefined) return requirement.key;
    if (standing.length >= fewest) continue;
    best = requirement.key;
    fewest = standing.length;
  }
  return best;
}
