/**
 * An immutable map from strings: `with` and `without` give a new map and share all but one bucket with the old one,
 * so that one change in ten thousand entries copies some thirty.
 */

const BUCKET = 32;
const MAX_BUCKETS = 4_096;

export class PersistentMap<V> {
  readonly size: number;
  readonly #buckets: readonly (ReadonlyMap<string, V> | undefined)[];

  private constructor(buckets: readonly (ReadonlyMap<string, V> | undefined)[], size: number) {
    this.#buckets = buckets;
    this.size = size;
  }

  /** The map without entries. */
  static empty<V>(): PersistentMap<V> {
    return new PersistentMap<V>([undefined], 0);
  }

  /** A map of these entries; of equal keys the last wins. */
  static of<V>(entries: Iterable<readonly [string, V]>): PersistentMap<V> {
    const all = new Map(entries);
    return PersistentMap.#build(all, all.size);
  }

  static #build<V>(entries: Iterable<readonly [string, V]>, size: number): PersistentMap<V> {
    const buckets: (Map<string, V> | undefined)[] = Array.from({ length: bucketsFor(size) }, () => undefined);
    const mask = buckets.length - 1;
    for (const [key, value] of entries) {
      const at = hash(key) & mask;
      const bucket = buckets[at];
      if (bucket === undefined) buckets[at] = new Map([[key, value]]);
      else bucket.set(key, value);
    }
    return new PersistentMap<V>(buckets, size);
  }

  get(key: string): V | undefined {
    return this.#buckets[hash(key) & (this.#buckets.length - 1)]?.get(key);
  }

  has(key: string): boolean {
    return this.#buckets[hash(key) & (this.#buckets.length - 1)]?.has(key) === true;
  }

  /** The map with one entry added or replaced; this map itself where it holds that value already. */
  with(key: string, value: V): PersistentMap<V> {
    const at = hash(key) & (this.#buckets.length - 1);
    const old = this.#buckets[at];
    const had = old?.has(key) === true;
    if (had && old.get(key) === value) return this;
    const size = had ? this.size : this.size + 1;
    const changed = this.#replaced(at, new Map(old).set(key, value), size);
    return size > BUCKET * this.#buckets.length && this.#buckets.length < MAX_BUCKETS
      ? PersistentMap.#build(changed, size)
      : changed;
  }

  /** The map without the entry; this map itself where there is none. */
  without(key: string): PersistentMap<V> {
    const at = hash(key) & (this.#buckets.length - 1);
    const old = this.#buckets[at];
    if (old?.has(key) !== true) return this;
    const bucket = new Map(old);
    bucket.delete(key);
    return this.#replaced(at, bucket.size === 0 ? undefined : bucket, this.size - 1);
  }

  #replaced(at: number, bucket: ReadonlyMap<string, V> | undefined, size: number): PersistentMap<V> {
    const buckets = [...this.#buckets];
    buckets[at] = bucket;
    return new PersistentMap<V>(buckets, size);
  }

  /** In no order that means anything; `sorted` has one. */
  *[Symbol.iterator](): Iterator<readonly [string, V]> {
    for (const bucket of this.#buckets) if (bucket !== undefined) yield* bucket;
  }

  *values(): Generator<V> {
    for (const bucket of this.#buckets) if (bucket !== undefined) yield* bucket.values();
  }

  /** The values in ascending order of their keys. */
  sorted(): readonly V[] {
    return [...this].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
  }
}

function bucketsFor(size: number): number {
  let buckets = 1;
  while (buckets < MAX_BUCKETS && size > BUCKET * buckets) buckets *= 2;
  return buckets;
}

/** FNV-1a over UTF-16 units. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return (value ^ (value >>> 15)) >>> 0;
}
