/**
 * Where log lines go. A reader that stops reading must not stop us (webhook-operations, section 8): lines wait in at
 * most 1 MiB of memory; what does not fit is dropped whole, and counted.
 */
import { fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';

const BUFFER_LIMIT = 1_048_576;

export class LineSink {
  readonly #stream: Writable;
  readonly #limit: number;
  #dropped = 0;

  constructor(stream: Writable, limit = BUFFER_LIMIT) {
    this.#stream = stream;
    this.#limit = limit;
    // A reader that has gone (EPIPE) costs the lines, not the process.
    stream.on('error', () => {
      this.#dropped += 1;
    });
  }

  /** Lines lost so far. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Writes one line, which ends in a line break. */
  write(line: string): void {
    const bytes = Buffer.from(line);
    if (!this.#stream.writable || this.#stream.writableLength + bytes.length > this.#limit)
      this.#dropped += 1;
    else this.#stream.write(bytes);
  }

  /** Waits until everything has been written, but no longer than `ms`. */
  flush(ms: number): Promise<void> {
    if (this.#stream.writableLength === 0 || !this.#stream.writable) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      // An empty write is done when all before it are.
      this.#stream.write(Buffer.alloc(0), () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

/**
 * The stream of a file descriptor that never blocks the process. `process.stdout` writes to a pipe synchronously: a
 * reader that hangs would hang the webhook. Writing in the thread pool, as pino's own destination does, keeps the
 * loop turning, but then `process.exit` waits for the blocked thread. A socket over the pipe does neither. Files and
 * terminals take what they are given.
 *
 * Do not touch `process.stdout` beside it: Node makes the pipe blocking again.
 */
export function nonBlockingStream(fd: number): Writable {
  const stat = fstatSync(fd);
  if (stat.isFIFO() || stat.isSocket()) return new Socket({ fd, readable: false, writable: true });
  return fd === 2 ? process.stderr : process.stdout;
}
