/** The intern table of a source, which would otherwise grow with every label, address and template there ever was. */
import { InternTable } from '../../policy/objects/intern.js';

/** A small cluster is not worth the trouble. */
const MIN_READS = 20_000;
/** Reads for each object that is there, until most of the table may be of objects that are not. */
const READS_PER_OBJECT = 4;

/**
 * Cleared when far more objects were read than there are. Objects that stay keep what they hold, and newer ones get
 * copies of their own: after a clearing equal values need not be identical.
 */
export class SharedTable {
  readonly table = new InternTable();
  readonly #objects: () => number;
  #reads = 0;

  /** `objects` counts the cached objects. */
  constructor(objects: () => number) {
    this.#objects = objects;
  }

  /** So many objects were read and kept. */
  used(count: number): void {
    this.#reads += count;
    if (this.#reads <= MIN_READS || this.#reads <= READS_PER_OBJECT * this.#objects()) return;
    this.table.clear();
    this.#reads = 0;
  }
}
