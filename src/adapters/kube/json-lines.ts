/** Splits a stream of bytes into lines of JSON, one event each. */
import { isUtf8 } from 'node:buffer';
import { KubeError } from './errors.js';

const NEWLINE = 0x0a;

/** A JSON text as the API sends it: UTF-8 without exception. */
export function parseJson(bytes: Buffer, what: string): unknown {
  if (!isUtf8(bytes)) throw new KubeError('kube-malformed', `${what} is not UTF-8`);
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch (cause) {
    throw new KubeError('kube-malformed', `${what} is not JSON`, cause);
  }
}

/**
 * Cuts at newlines, which in UTF-8 are never part of another character: a chunk may end anywhere. What follows the last
 * newline waits for the next chunk, up to `limit` bytes.
 */
export class LineSplitter {
  readonly #limit: number;
  #rest: Buffer[] = [];
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The lines that this chunk ends; blank ones are left out. */
  *push(chunk: Buffer): Generator<Buffer, void, undefined> {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      const line = this.#take(chunk.subarray(from, end));
      from = end + 1;
      if (line.length > 0) yield line;
    }
    if (from < chunk.length) this.#keep(chunk.subarray(from));
  }

  #take(end: Buffer): Buffer {
    if (this.#length === 0) return this.#checked(end);
    this.#keep(end);
    const line = Buffer.concat(this.#rest, this.#length);
    this.#rest = [];
    this.#length = 0;
    return line;
  }

  #keep(part: Buffer): void {
    this.#length += part.length;
    this.#rest.push(part);
    if (this.#length > this.#limit) throw this.#tooLong();
  }

  #checked(line: Buffer): Buffer {
    if (line.length > this.#limit) throw this.#tooLong();
    return line;
  }

  #tooLong(): KubeError {
    return new KubeError('kube-too-large', `a watch event has more than ${String(this.#limit)} bytes`);
  }
}
