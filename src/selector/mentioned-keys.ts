import { token } from './canonical-text.js';
import { labelKeys, labelValue } from './matches.js';
import type { LabelMap, Labels, Selector } from './requirement.js';
import { find, update } from './sorted-list.js';
import type { Identified } from './sorted-list.js';

/** Up to this many mentioned keys are looked up in a label set; beyond, its labels are looked up among them. */
const FEW_KEYS = 16;

/**
 * The label keys that selectors mention, each counted once per selector. Label sets that agree on these keys are
 * selected alike, so pods are grouped by their projection on them and a unique `pod-name` splits no group until a
 * selector mentions it.
 *
 * An immutable value: `with` and `without` return a new one. Keys that a compiled selector no longer holds, because
 * they exclude nothing (`NotIn []`) or the selector selects nothing, are not mentioned.
 */
export class MentionedKeys {
  /** The keys in ascending order; the same array as before as long as no key came or went. */
  readonly keys: readonly string[];
  private readonly counts: readonly KeyCount[];

  private constructor(counts: readonly KeyCount[], keys: readonly string[]) {
    this.counts = counts;
    this.keys = keys;
  }

  /** No key mentioned. */
  static empty(): MentionedKeys {
    return new MentionedKeys([], []);
  }

  /** With one more selector; several equal selectors count several times. */
  with(selector: Selector): MentionedKeys {
    return this.changed(selector, 1);
  }

  /** With one selector fewer. Throws if it mentions a key more often than was added, which is a bug of the caller. */
  without(selector: Selector): MentionedKeys {
    return this.changed(selector, -1);
  }

  /** Whether some selector mentions the key. */
  has(key: string): boolean {
    return find(this.counts, key) !== undefined;
  }

  /** The labels whose keys are mentioned, in ascending order of keys. */
  project(labels: Labels): LabelMap {
    return new Map(this.present(labels).map((key) => [key, labelValue(labels, key) as string]));
  }

  /**
   * Text that is equal for two label sets exactly if their projections are. It names only labels that are present, so
   * it stays the same when a key comes to be mentioned that the label set lacks.
   */
  projectionKey(labels: Labels): string {
    let text = '';
    for (const key of this.present(labels)) {
      if (text !== '') text += ',';
      text += `${token(key)}=${token(labelValue(labels, key) as string)}`;
    }
    return text;
  }

  /** The mentioned keys that the label set has, in ascending order. */
  private present(labels: Labels): readonly string[] {
    if (this.keys.length <= FEW_KEYS) return this.keys.filter((key) => labelValue(labels, key) !== undefined);
    const present: string[] = [];
    for (const key of labelKeys(labels)) if (this.has(key)) present.push(key);
    return present.sort();
  }

  private changed({ requirements }: Selector, by: 1 | -1): MentionedKeys {
    let counts = this.counts;
    for (const { key } of requirements) {
      counts = update(counts, key, (old) => {
        const count = (old?.count ?? 0) + by;
        if (count < 0) throw new RangeError(`label key \`${key}\` is mentioned by no selector to remove`);
        return count === 0 ? undefined : { id: key, count };
      });
    }
    // Of one selector's keys either some come, or some go, or none does.
    const same = counts.length === this.counts.length;
    return new MentionedKeys(counts, same ? this.keys : counts.map(({ id }) => id));
  }
}

interface KeyCount extends Identified {
  readonly count: number;
}

/** The items by the projection key of their labels, groups and members in order of appearance. */
export function groupByMentionedKeys<I>(
  items: Iterable<I>,
  labelsOf: (item: I) => Labels,
  mentioned: MentionedKeys,
): ReadonlyMap<string, readonly I[]> {
  const groups = new Map<string, I[]>();
  for (const item of items) {
    const key = mentioned.projectionKey(labelsOf(item));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
