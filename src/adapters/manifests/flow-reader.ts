/** Flow collections (`{a: [b, c]}`) that fit on one line, for the block reader. */
import type { Outline } from './position.js';
import { countSpaces, readDoubleQuoted, readSingleQuoted, trimSpaces } from './quoted-text.js';
import { MAX_DEPTH, setMember } from './reading.js';
import { plainKey, resolvePlain } from './scalars.js';

export class GiveUp extends Error {}

/** One for all: nobody reads its stack, and making one costs more than reading a small document. */
export const GIVE_UP = new GiveUp('left to the full parser');

/** Whether an unquoted scalar can start here; a few that legally could are left to the full parser. */
export function startsPlain(text: string, at: number): boolean {
  const char = text.charAt(at);
  if (char === '-') return !/[ \n,[\]{}]/.test(text.charAt(at + 1));
  return !'?:,[]{}#&*!|>\'"%@`\t'.includes(char);
}

export function plainScalar(text: string): unknown {
  const value = resolvePlain(text);
  if (typeof value === 'number' && !Number.isFinite(value)) throw GIVE_UP;
  return value;
}

const PLAIN = /[^,[\]{}\n]*/y;
const KEY = /[^,[\]{}\n:]*/y;

export class FlowReader {
  at: number;
  readonly #text: string;
  readonly #outline: Outline;

  constructor(text: string, at: number, outline: Outline) {
    this.#text = text;
    this.at = at;
    this.#outline = outline;
  }

  collection(depth: number): unknown {
    if (depth > MAX_DEPTH) throw GIVE_UP;
    return this.#text.charAt(this.at++) === '{' ? this.#mapping(depth) : this.#list(depth);
  }

  #list(depth: number): unknown[] {
    const list: unknown[] = [];
    while (!this.#ends(']')) {
      const node = this.#outline.open(list.length, this.at);
      list.push(this.#value(depth));
      this.#outline.close(node);
      this.#next(']');
    }
    return list;
  }

  #mapping(depth: number): Record<string, unknown> {
    const mapping: Record<string, unknown> = {};
    while (!this.#ends('}')) {
      const offset = this.at;
      const name = this.#key();
      if (Object.hasOwn(mapping, name)) throw GIVE_UP;
      this.#skipSpaces();
      const node = this.#outline.open(name, offset);
      setMember(mapping, name, this.#value(depth));
      this.#outline.close(node);
      this.#next('}');
    }
    return mapping;
  }

  #key(): string {
    const mark = this.#text.charAt(this.at);
    let name: string | undefined;
    if (mark === '"' || mark === "'") {
      name = this.#quoted(mark);
    } else {
      const written = this.#run(KEY);
      name = written === '<<' ? undefined : plainKey(written);
      if (this.#text.charAt(this.at + 1) !== ' ') throw GIVE_UP;
    }
    if (name === undefined || this.#text.charAt(this.at++) !== ':') throw GIVE_UP;
    return name;
  }

  #value(depth: number): unknown {
    const char = this.#text.charAt(this.at);
    if (char === '{' || char === '[') return this.collection(depth + 1);
    if (char === '"' || char === "'") return this.#quoted(char);
    const text = this.#run(PLAIN);
    if (text.endsWith(':') || text.includes(': ')) throw GIVE_UP;
    return plainScalar(text);
  }

  #quoted(mark: '"' | "'"): string {
    const read = (mark === '"' ? readDoubleQuoted : readSingleQuoted)(this.#text, this.at, Infinity);
    if (read === undefined) throw GIVE_UP;
    this.at = read.next;
    return read.value;
  }

  #run(sticky: RegExp): string {
    if (!startsPlain(this.#text, this.at)) throw GIVE_UP;
    sticky.lastIndex = this.at;
    const run = sticky.exec(this.#text)?.[0] ?? '';
    const text = trimSpaces(run, 'end');
    if (text === '' || text.includes('\t') || text.includes(' #')) throw GIVE_UP;
    this.at += run.length;
    return text;
  }

  #ends(closing: string): boolean {
    this.#skipSpaces();
    if (this.#text.charAt(this.at) !== closing) return false;
    this.at++;
    return true;
  }

  /** After an item: a comma, or the end, which is left where it is. */
  #next(closing: string): void {
    this.#skipSpaces();
    const char = this.#text.charAt(this.at);
    if (char === ',') this.at++;
    else if (char !== closing) throw GIVE_UP;
  }

  #skipSpaces(): void {
    this.at += countSpaces(this.#text, this.at);
  }
}
