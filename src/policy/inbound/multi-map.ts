/** An immutable map from strings to lists of values, each with an id; a list is in ascending order of ids. */
import { PersistentMap } from '../../model/persistent-map.js';

export interface Filed<V> {
  readonly id: string;
  readonly value: V;
}

const NONE: readonly never[] = Object.freeze([]);

export class MultiMap<V> {
  readonly #lists: PersistentMap<readonly Filed<V>[]>;

  private constructor(lists: PersistentMap<readonly Filed<V>[]>) {
    this.#lists = lists;
  }

  static empty<V>(): MultiMap<V> {
    return new MultiMap<V>(PersistentMap.empty());
  }

  get(key: string): readonly Filed<V>[] {
    return this.#lists.get(key) ?? NONE;
  }

  /** Whether nothing is filed under any key. */
  get isEmpty(): boolean {
    return this.#lists.size === 0;
  }

  /** With the value under the key, in place of one of the same id. */
  with(key: string, id: string, value: V): MultiMap<V> {
    const rest = this.get(key).filter((filed) => filed.id !== id);
    const at = rest.findIndex((filed) => filed.id > id);
    return new MultiMap(this.#lists.with(key, rest.toSpliced(at < 0 ? rest.length : at, 0, { id, value })));
  }

  without(key: string, id: string): MultiMap<V> {
    const list = this.get(key);
    const rest = list.filter((filed) => filed.id !== id);
    if (rest.length === list.length) return this;
    return new MultiMap(rest.length === 0 ? this.#lists.without(key) : this.#lists.with(key, rest));
  }
}
