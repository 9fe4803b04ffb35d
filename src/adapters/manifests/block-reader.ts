/**
 * The quick way to read YAML: block mappings and lists, scalars of every style and flow collections on one line, which
 * is what people and tools write into manifests. It takes about a seventh of the time of a parser with a tree.
 *
 * It reads only what it is sure of. Anchors, tags, merges, tabs, collections over several lines and everything that is
 * wrong make it give up, and the whole document goes to yaml-reader.ts.
 * INVARIANT: what it does read, yaml-reader.ts reads alike (test/adapters/manifests/readers-agree.test.ts).
 */
import type { Outline } from './position.js';
import {
  countSpaces,
  type ReadText,
  readBlockScalar,
  readDoubleQuoted,
  readSingleQuoted,
  trimSpaces,
} from './quoted-text.js';
import { FlowReader, GIVE_UP, GiveUp, plainScalar, startsPlain } from './flow-reader.js';
import { MAX_DEPTH, type ReadDocument, setMember, type Span } from './reading.js';
import { plainKey } from './scalars.js';

/** `gaveUpAt` is the offset that this reader could not get past. */
export function readBlocks(
  text: string,
  span: Span,
  outline: Outline,
): { document: ReadDocument; gaveUpAt?: never } | { document?: never; gaveUpAt: number } {
  const reader = new BlockReader(text, span, outline);
  try {
    return { document: reader.document() };
  } catch (error) {
    if (error instanceof GiveUp) return { gaveUpAt: reader.at };
    throw error;
  }
}

interface Key {
  readonly name: string;
  readonly offset: number;
}

// The longest key the full parser takes is 1,024 characters.
const MAX_KEY = 1_000;

/**
 * Between two nodes the reader stands on the first character of a line's content, whose column is `#indent`; at the
 * end of the document `#indent` is -1. Every method that reads a value leaves the reader in that state.
 */
class BlockReader {
  at: number;
  readonly #text: string;
  readonly #end: number;
  readonly #outline: Outline;
  #lineStart: number;
  #indent = -1;
  #depth = 0;

  constructor(text: string, span: Span, outline: Outline) {
    this.#text = text;
    this.at = this.#lineStart = span.start;
    this.#end = span.end;
    this.#outline = outline;
  }

  document(): ReadDocument {
    this.#nextLine();
    const root = this.#outline.open('', this.at);
    const value = this.#node(-1);
    this.#outline.close(root);
    if (this.#indent !== -1 || typeof value !== 'object') throw GIVE_UP;
    return { value, root };
  }

  /** The value that starts here, below a collection in column `parent`. */
  #node(parent: number): unknown {
    if (++this.#depth > MAX_DEPTH) throw GIVE_UP;
    const column = this.at - this.#lineStart;
    let value: unknown;
    if (this.#isDash()) value = this.#list(column);
    else {
      const key = this.#key();
      value = key === undefined ? this.#inline(parent) : this.#mapping(column, key);
    }
    this.#depth--;
    return value;
  }

  #mapping(column: number, first: Key): Record<string, unknown> {
    const mapping: Record<string, unknown> = {};
    for (let key: Key | undefined = first; ; key = this.#key()) {
      if (key === undefined || Object.hasOwn(mapping, key.name)) throw GIVE_UP;
      const node = this.#outline.open(key.name, key.offset);
      setMember(mapping, key.name, this.#member(column));
      this.#outline.close(node);
      if (this.#indent < column) return mapping;
      if (this.#indent > column || this.#isDash()) throw GIVE_UP;
    }
  }

  #member(column: number): unknown {
    this.#skipSpaces();
    if (!this.#isLineEnd()) return this.#inline(column);
    this.#endLine();
    if (this.#indent > column) return this.#node(column);
    // The items of a list may stand in the column of the key above.
    return this.#indent === column && this.#isDash() ? this.#list(column) : null;
  }

  #list(column: number): unknown[] {
    const list: unknown[] = [];
    do {
      const node = this.#outline.open(list.length, this.at);
      this.at++;
      list.push(this.#item(column, node));
      this.#outline.close(node);
    } while (this.#indent === column && this.#isDash());
    if (this.#indent > column) throw GIVE_UP;
    return list;
  }

  #item(column: number, node: number): unknown {
    this.#skipSpaces();
    if (this.#isLineEnd()) {
      this.#endLine();
      if (this.#indent <= column) return null;
    }
    this.#outline.move(node, this.at);
    return this.#node(column);
  }

  /** A scalar, or a flow collection on one line. */
  #inline(parent: number): unknown {
    const char = this.#text.charAt(this.at);
    switch (char) {
      case '"':
      case "'":
        return this.#finishLine(this.#quoted(char, parent));
      case '{':
      case '[':
        return this.#finishLine(this.#flow());
      case '|':
      case '>': {
        // A header on a line of its own is legal, but nobody writes it.
        if (parent < 0 || this.at === this.#lineStart + this.#indent) throw GIVE_UP;
        const read = this.#accept(readBlockScalar(this.#text, this.at, this.#end, parent));
        this.#nextLine();
        return read;
      }
      default:
        return this.#plain(parent);
    }
  }

  #finishLine<T>(value: T): T {
    const before = this.at;
    this.#skipSpaces();
    if (!this.#isLineEnd() || (this.#text.charAt(this.at) === '#' && this.at === before)) throw GIVE_UP;
    this.#endLine();
    return value;
  }

  #quoted(mark: '"' | "'", parent: number): string {
    const read = mark === '"' ? readDoubleQuoted : readSingleQuoted;
    return this.#accept(read(this.#text, this.at, parent));
  }

  #accept(read: ReadText | undefined): string {
    if (read === undefined || read.next > this.#end) throw GIVE_UP;
    this.at = read.next;
    return read.value;
  }

  /** An unquoted scalar, which goes on over all lines that are indented deeper than `parent`. */
  #plain(parent: number): unknown {
    if (parent < 0 || !startsPlain(this.#text, this.at)) throw GIVE_UP;
    let { text, ends } = this.#plainLine();
    let indent = countSpaces(this.#text, this.at);
    while (!ends) {
      let blank = 0;
      let line = this.at;
      for (; line < this.#end && this.#text.charAt(line + indent) === '\n'; blank++) {
        line += indent + 1;
        indent = countSpaces(this.#text, line);
      }
      if (line >= this.#end || indent <= parent || this.#text.charAt(line + indent) === '#') break;
      this.at = line + indent;
      const more = this.#plainLine();
      text += (blank === 0 ? ' ' : '\n'.repeat(blank)) + more.text;
      ends = more.ends;
      indent = countSpaces(this.#text, this.at);
    }
    this.#nextLine();
    return plainScalar(text);
  }

  /** What stands from here to the end of the line or to a comment, which ends the scalar. */
  #plainLine(): { text: string; ends: boolean } {
    const lineEnd = this.#text.indexOf('\n', this.at);
    const line = this.#text.slice(this.at, lineEnd);
    const comment = line.indexOf(' #');
    const text = trimSpaces(comment === -1 ? line : line.slice(0, comment), 'end');
    if (line.includes('\t') || text.endsWith(':') || text.includes(': ')) throw GIVE_UP;
    this.at = lineEnd + 1;
    return { text, ends: comment !== -1 };
  }

  /** The key of a member, with the reader after its colon; undefined, and nothing read, where no key stands. */
  #key(): Key | undefined {
    const offset = this.at;
    const char = this.#text.charAt(offset);
    if (char === '"' || char === "'") return this.#quotedKey(char);
    if ('{[|>'.includes(char)) return undefined;
    if (!startsPlain(this.#text, this.at)) throw GIVE_UP;
    const line = this.#text.slice(offset, this.#text.indexOf('\n', offset) + 1);
    const length = keyLength(line);
    if (length === undefined) return undefined;
    const written = trimSpaces(line.slice(0, length), 'end');
    if (written === '<<' || written.length > MAX_KEY || line.slice(0, length + 2).includes('\t'))
      throw GIVE_UP;
    const name = plainKey(written);
    if (name === undefined) throw GIVE_UP;
    this.at = offset + length + 1;
    return { name, offset };
  }

  #quotedKey(mark: '"' | "'"): Key | undefined {
    const offset = this.at;
    const read = (mark === '"' ? readDoubleQuoted : readSingleQuoted)(this.#text, offset, Infinity);
    // Over several lines it is no key.
    if (read === undefined) return undefined;
    const colon = read.next + countSpaces(this.#text, read.next);
    if (this.#text.charAt(colon) !== ':') return undefined;
    if (!' \n'.includes(this.#text.charAt(colon + 1)) || read.next - offset > MAX_KEY) throw GIVE_UP;
    this.at = colon + 1;
    return { name: read.value, offset };
  }

  #flow(): unknown {
    const flow = new FlowReader(this.#text, this.at, this.#outline);
    const value = flow.collection(this.#depth + 1);
    this.at = flow.at;
    return value;
  }

  #isDash(): boolean {
    if (this.#text.charCodeAt(this.at) !== 0x2d) return false;
    const next = this.#text.charCodeAt(this.at + 1);
    return next === 0x20 || next === 0x0a;
  }

  #isLineEnd(): boolean {
    const char = this.#text.charCodeAt(this.at);
    return char === 0x0a || char === 0x23;
  }

  #skipSpaces(): void {
    this.at += countSpaces(this.#text, this.at);
  }

  #endLine(): void {
    this.at = this.#text.indexOf('\n', this.at) + 1;
    this.#nextLine();
  }

  /** From the start of a line to the next content. */
  #nextLine(): void {
    while (this.at < this.#end) {
      this.#lineStart = this.at;
      this.#indent = countSpaces(this.#text, this.at);
      this.at += this.#indent;
      const char = this.#text.charAt(this.at);
      if (char === '\t' || (this.#indent === 0 && (char === '%' || this.#text.startsWith('...', this.at)))) {
        throw GIVE_UP;
      }
      if (char !== '\n' && char !== '#') return;
      this.at = this.#text.indexOf('\n', this.at) + 1;
    }
    this.#indent = -1;
  }
}

/** How long the key is with which `line` starts: up to a colon and a space, unless a comment starts before. */
function keyLength(line: string): number | undefined {
  for (let colon = line.indexOf(':'); colon !== -1; colon = line.indexOf(':', colon + 1)) {
    if (!' \n\t'.includes(line.charAt(colon + 1))) continue;
    const comment = line.indexOf(' #');
    return comment !== -1 && comment < colon ? undefined : colon;
  }
  return undefined;
}
