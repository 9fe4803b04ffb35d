/** What the readers of JSON and YAML have in common. */
import { escapeControls, quote } from '../../model/text.js';

/** Part of a text, from `start` up to but not including `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Something that cannot be read, at an offset of the file's text. */
export interface Fault {
  readonly offset: number;
  readonly message: string;
  readonly hint?: string;
}

/** One document as plain data, and its node in the outline. */
export interface ReadDocument {
  readonly value: unknown;
  readonly root: number;
}

export interface Reading {
  readonly documents: readonly ReadDocument[];
  readonly faults: readonly Fault[];
}

/** Ends the reading of a document; never leaves the readers. */
export class Unreadable extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.message);
    this.fault = fault;
  }
}

/** A file that is no manifest at all could have a problem in every line. */
export const MAX_PROBLEMS = 100;

/** Deeper nesting is refused: the API server's own objects stay below it, and so does our recursion. */
export const MAX_DEPTH = 256;

export const tooDeep = (offset: number): Fault => ({
  offset,
  message: `nested more than ${String(MAX_DEPTH)} levels deep`,
});

export const repeatedKey = (key: string, offset: number): Fault => ({
  offset,
  message: `the key ${quote(key)} occurs twice in one mapping`,
  hint: 'kubectl would silently take the last one; keep one of them',
});

/** Sets a member as plain data: assigning to `__proto__` would change the prototype instead. */
export function setMember(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    target[key] = value;
  }
}

const MAX_SNIPPET = 60;

/** A piece of the file in a message, as it stands there: one line, not too long, in backticks. */
export function snippet(text: string): string {
  const cut = text.slice(0, MAX_SNIPPET + 1).trim();
  return `\`${escapeControls(cut.length > MAX_SNIPPET ? `${cut.slice(0, MAX_SNIPPET)}…` : cut)}\``;
}
