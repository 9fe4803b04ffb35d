/**
 * Reads JSON: one value, or several one after the other as kubectl and jq write them. Unlike `JSON.parse` it knows the
 * place of every member, refuses a member that occurs twice, and says where a syntax error is.
 */
import { quote } from '../../model/text.js';
import type { Outline } from './position.js';
import {
  type Fault,
  MAX_DEPTH,
  MAX_PROBLEMS,
  type ReadDocument,
  type Reading,
  repeatedKey,
  setMember,
  snippet,
  type Span,
  tooDeep,
  Unreadable,
} from './reading.js';

const SPACE = /[ \t\n\r]*/y;
// JSON forbids control characters inside a string.
const PLAIN_STRING = /[^"\\\u0000-\u001f]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;
const WORD = /[^\s,:[\]{}"]+/y;
// What a message shows of the place at which something else was expected.
const FOUND = /"[^"\n]*"?|[^\s,:[\]{}"]+|[^]/y;
const LITERALS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** `duplicatesOnly` tells text that is no JSON at all from JSON whose only fault is a repeated member. */
export function readJson(text: string, span: Span, outline: Outline): Reading & { duplicatesOnly: boolean } {
  const documents: ReadDocument[] = [];
  const faults: Fault[] = [];
  const reader = new JsonReader(text, span, outline);
  let duplicatesOnly = true;
  try {
    while (reader.more()) documents.push(reader.document());
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    faults.push(error.fault);
    duplicatesOnly = false;
  }
  faults.push(...reader.duplicates);
  const sound = documents.filter(({ root }) => !reader.broken.has(root));
  return { documents: sound, faults, duplicatesOnly };
}

class JsonReader {
  readonly duplicates: Fault[] = [];
  /** The documents in which a member occurs twice. */
  readonly broken = new Set<number>();
  readonly #text: string;
  readonly #end: number;
  readonly #outline: Outline;
  #at: number;
  #root = 0;
  #depth = 0;

  constructor(text: string, span: Span, outline: Outline) {
    this.#text = text;
    this.#at = span.start;
    this.#end = span.end;
    this.#outline = outline;
  }

  more(): boolean {
    this.#skipSpace();
    return this.#at < this.#end;
  }

  document(): ReadDocument {
    const root = this.#outline.open('', this.#at);
    this.#root = root;
    const value = this.#value();
    this.#outline.close(root);
    return { value, root };
  }

  #value(): unknown {
    switch (this.#peek()) {
      case '{':
        return this.#nested(() => this.#object());
      case '[':
        return this.#nested(() => this.#array());
      case '"':
        return this.#string();
      default:
        return this.#word();
    }
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw new Unreadable(tooDeep(this.#at));
    this.#at++;
    this.#skipSpace();
    const value = read();
    this.#depth--;
    return value;
  }

  #object(): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    if (this.#take('}')) return object;
    do {
      this.#skipSpace();
      const offset = this.#at;
      if (this.#peek() !== '"') throw this.#unexpected('a member name in double quotes');
      const key = this.#string();
      if (Object.hasOwn(object, key)) this.#duplicate(key, offset);
      this.#skipSpace();
      if (!this.#take(':')) throw this.#unexpected(`\`:\` after the member name ${quote(key)}`);
      this.#skipSpace();
      const node = this.#outline.open(key, offset);
      setMember(object, key, this.#value());
      this.#outline.close(node);
      this.#skipSpace();
    } while (this.#take(','));
    if (!this.#take('}')) throw this.#unexpected('`,` or `}`');
    return object;
  }

  #array(): unknown[] {
    const array: unknown[] = [];
    if (this.#take(']')) return array;
    do {
      this.#skipSpace();
      const node = this.#outline.open(array.length, this.#at);
      array.push(this.#value());
      this.#outline.close(node);
      this.#skipSpace();
    } while (this.#take(','));
    if (!this.#take(']')) throw this.#unexpected('`,` or `]`');
    return array;
  }

  #string(): string {
    const start = this.#at;
    let at = start + 1;
    for (;;) {
      PLAIN_STRING.lastIndex = at;
      PLAIN_STRING.test(this.#text);
      at = PLAIN_STRING.lastIndex;
      if (at >= this.#end || this.#text[at] !== '\\') break;
      at += 2;
    }
    if (at >= this.#end)
      throw new Unreadable({ offset: start, message: 'a string is not closed: `"` is missing' });
    if (this.#text[at] !== '"') {
      throw new Unreadable({
        offset: at,
        message: 'a string ends in the middle of the line: `"` is missing',
      });
    }
    this.#at = at + 1;
    const token = this.#text.slice(start, at + 1);
    if (!token.includes('\\')) return token.slice(1, -1);
    try {
      return JSON.parse(token) as string;
    } catch {
      throw new Unreadable({
        offset: start,
        message: `the string ${snippet(token)} has an escape that JSON does not know`,
      });
    }
  }

  #word(): unknown {
    const start = this.#at;
    WORD.lastIndex = start;
    const word = WORD.exec(this.#text)?.[0] ?? '';
    const literal = LITERALS.get(word);
    NUMBER.lastIndex = start;
    const number = literal === undefined ? NUMBER.exec(this.#text)?.[0] : undefined;
    if (literal === undefined && (number === undefined || number !== word)) throw this.#unexpected('a value');
    this.#at = start + word.length;
    if (literal !== undefined) return literal;
    const value = Number(word);
    if (value === 0) return 0;
    if (Number.isFinite(value)) return value;
    throw new Unreadable({ offset: start, message: `the number ${snippet(word)} is too large` });
  }

  #duplicate(key: string, offset: number): void {
    this.broken.add(this.#root);
    if (this.duplicates.length >= MAX_PROBLEMS) return;
    this.duplicates.push(repeatedKey(key, offset));
  }

  #unexpected(expected: string): Unreadable {
    FOUND.lastIndex = this.#at;
    const found =
      this.#at < this.#end ? snippet(FOUND.exec(this.#text)?.[0] ?? '') : 'the end of the document';
    const offset = this.#at < this.#end ? this.#at : this.#text.slice(0, this.#end).trimEnd().length;
    return new Unreadable({ offset, message: `expected ${expected}, found ${found}` });
  }

  #peek(): string {
    return this.#at < this.#end ? this.#text.charAt(this.#at) : '';
  }

  #take(char: string): boolean {
    if (this.#peek() !== char) return false;
    this.#at++;
    return true;
  }

  #skipSpace(): void {
    SPACE.lastIndex = this.#at;
    SPACE.test(this.#text);
    this.#at = Math.min(SPACE.lastIndex, this.#end);
  }
}
