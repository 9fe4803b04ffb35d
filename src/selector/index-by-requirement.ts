import type { Labels, Selector } from './requirement.js';
import type { SelectorEntry } from './shape-group.js';
import {
  addToGroups,
  collectCandidates,
  collectOverlaps,
  NO_GROUPS,
  removeFromGroups,
} from './shape-groups.js';
import type { ShapeGroups } from './shape-groups.js';
import { drop, find, put, sortUnique, update } from './sorted-list.js';
import type { Identified } from './sorted-list.js';

export type { SelectorEntry } from './shape-group.js';

/**
 * Finds, among many selectors, those that select a label set and those that share one with a given selector, without
 * looking at selectors pinned to other values of the same key.
 *
 * An immutable value (`architecture.md` 1): `with` and `without` return a new index and leave this one as it was, at
 * the cost of the lists they touch. Entries may be filed in buckets, such as the ports of a Server, and a question may
 * name the buckets it is about. Results are in ascending order of id, each entry once.
 */
export class SelectorIndex<T> {
  /** All entries in ascending order of id, those whose selector selects nothing included. */
  readonly entries: readonly SelectorEntry<T>[];
  private readonly all: ShapeGroups<T>;
  private readonly buckets: readonly Bucket<T>[];

  private constructor(
    entries: readonly SelectorEntry<T>[],
    all: ShapeGroups<T>,
    buckets: readonly Bucket<T>[],
  ) {
    this.entries = entries;
    this.all = all;
    this.buckets = buckets;
  }

  /** The index without entries. */
  static empty<T>(): SelectorIndex<T> {
    return new SelectorIndex<T>([], NO_GROUPS, []);
  }

  /** The entry with the id. */
  get(id: string): SelectorEntry<T> | undefined {
    return find(this.entries, id);
  }

  /** The index with the entry, in place of one with the same id. Without buckets only unrestricted questions find it. */
  with(id: string, selector: Selector, value: T, buckets: readonly string[] = []): SelectorIndex<T> {
    const base = this.without(id);
    const entry = { id, selector, value, buckets: [...new Set(buckets)] };
    return base.changed(put(base.entries, entry), entry, addToGroups);
  }

  /** The index without the entry; this index itself if it has none with the id. */
  without(id: string): SelectorIndex<T> {
    const entry = this.get(id);
    return entry === undefined ? this : this.changed(drop(this.entries, id), entry, removeFromGroups);
  }

  /** The entries whose selectors select the label set; with `buckets` only those filed in one of them. */
  candidates(labels: Labels, buckets?: readonly string[]): readonly SelectorEntry<T>[] {
    const found: SelectorEntry<T>[] = [];
    for (const groups of this.groupsOf(buckets)) collectCandidates(groups, labels, found);
    return sortUnique(found);
  }

  /**
   * The entries whose selectors are satisfiable together with the selector; with `buckets` only those filed in one of
   * them. Looks at no entry that is pinned to other values than the selector on the key that tells most apart.
   */
  overlapping(selector: Selector, buckets?: readonly string[]): readonly SelectorEntry<T>[] {
    const found: SelectorEntry<T>[] = [];
    if (selector.never) return found;
    for (const groups of this.groupsOf(buckets)) collectOverlaps(groups, selector, found);
    return sortUnique(found);
  }

  private groupsOf(buckets: readonly string[] | undefined): readonly ShapeGroups<T>[] {
    if (buckets === undefined) return [this.all];
    return buckets.flatMap((id) => find(this.buckets, id)?.groups ?? []);
  }

  private changed(
    entries: readonly SelectorEntry<T>[],
    entry: SelectorEntry<T>,
    change: (groups: ShapeGroups<T>, entry: SelectorEntry<T>) => ShapeGroups<T>,
  ): SelectorIndex<T> {
    if (entry.selector.never) return new SelectorIndex(entries, this.all, this.buckets);
    let buckets = this.buckets;
    for (const id of entry.buckets) {
      buckets = update(buckets, id, (old) => {
        const groups = change(old?.groups ?? NO_GROUPS, entry);
        return groups.anchored.length + groups.unanchored.length === 0 ? undefined : { id, groups };
      });
    }
    return new SelectorIndex(entries, change(this.all, entry), buckets);
  }
}

interface Bucket<T> extends Identified {
  readonly groups: ShapeGroups<T>;
}
