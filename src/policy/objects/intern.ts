/**
 * Shares equal strings and values between cached objects: pods of one workload have the same labels, ports and
 * annotations. A table belongs to one source; it holds what that source's objects use, and is bounded by it.
 */
import type { LabelRecord } from '../../selector/requirement.js';

export class InternTable {
  readonly #strings = new Map<string, string>();
  readonly #values = new Map<string, unknown>();

  /** The one copy of a string; a slice of a larger text would keep all of that text alive. */
  string(text: string): string {
    const known = this.#strings.get(text);
    if (known !== undefined) return known;
    this.#strings.set(text, text);
    return text;
  }

  /** The one frozen value with this content; `value` is plain JSON. */
  value<T>(value: T): T {
    const key = JSON.stringify(value);
    const known = this.#values.get(key) as T | undefined;
    if (known !== undefined) return known;
    this.#values.set(key, Object.freeze(value));
    return value;
  }

  /** Labels with shared keys and values; `own`, the object's own name, is the value that no other object has. */
  labels(labels: LabelRecord, own: string): LabelRecord {
    const entries = Object.entries(labels).map(([key, value]): [string, string] => [
      this.string(key),
      value === own ? own : this.string(value),
    ]);
    return Object.fromEntries(entries);
  }

  /** Forgets everything; what is still in use is interned again as it comes. */
  clear(): void {
    this.#strings.clear();
    this.#values.clear();
  }
}
