/**
 * Where every member and item of the documents of one file stands, in three numbers a node.
 *
 * Readers record nodes in the order in which they read them: `open` a node, record what is below it, `close` it. Node
 * `n`'s children are then the nodes from `n + 1` up to its end, and a path is found by hopping over whole subtrees.
 * Line and column are only worked out when somebody asks, so that a file without findings pays nothing for them.
 */
export interface Position {
  /** Both start at 1; a column counts UTF-16 units, as editors do. */
  readonly line: number;
  readonly column: number;
}

export type Path = readonly (string | number)[];

export class Outline {
  readonly #keys: (string | number)[] = [];
  readonly #offsets: number[] = [];
  readonly #ends: number[] = [];
  readonly #text: string;
  #lineStarts: readonly number[] | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  get size(): number {
    return this.#keys.length;
  }

  /** Records a node below the one that was opened last; `offset` is where its key or, for an item, its value starts. */
  open(key: string | number, offset: number): number {
    const node = this.#keys.length;
    this.#keys.push(key);
    this.#offsets.push(offset);
    this.#ends.push(node + 1);
    return node;
  }

  close(node: number): void {
    this.#ends[node] = this.#keys.length;
  }

  /** For a node whose value turned out to start elsewhere than where it was opened. */
  move(node: number, offset: number): void {
    this.#offsets[node] = offset;
  }

  /** Forgets all nodes from `size` on: a reader that gives up leaves nothing behind. */
  truncate(size: number): void {
    this.#keys.length = this.#offsets.length = this.#ends.length = size;
  }

  children(node: number): number[] {
    const children: number[] = [];
    for (let child = node + 1; child < this.#end(node); child = this.#end(child)) children.push(child);
    return children;
  }

  child(node: number, key: string | number): number | undefined {
    const end = this.#end(node);
    for (let child = node + 1; child < end; child = this.#end(child)) {
      const candidate = this.#keys[child];
      // A JSON pointer spells an index as text.
      if (candidate === key || String(candidate) === String(key)) return child;
    }
    return undefined;
  }

  /** The position of the node at `path` below `root` or, where there is none, of its nearest ancestor. */
  position(root: number, path: Path): Position {
    let node = root;
    for (const key of path) {
      const child = this.child(node, key);
      if (child === undefined) break;
      node = child;
    }
    return this.positionAt(this.offset(node));
  }

  offset(node: number): number {
    return this.#offsets[node] ?? 0;
  }

  positionAt(offset: number): Position {
    this.#lineStarts ??= lineStarts(this.#text);
    const line = lastAtMost(this.#lineStarts, offset);
    return { line: line + 1, column: offset - (this.#lineStarts[line] ?? 0) + 1 };
  }

  #end(node: number): number {
    return this.#ends[node] ?? node + 1;
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function lastAtMost(sorted: readonly number[], limit: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((sorted[middle] ?? 0) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
