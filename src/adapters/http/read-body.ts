/**
 * Reads a request's body into one buffer, within a limit.
 *
 * Chunks are copied together as they come. Keeping them would be simpler, but a sender may choose chunks of one byte,
 * and seven million small buffers take a hundred times the bytes that were counted.
 */
import type { IncomingMessage } from 'node:http';

export type BodyResult =
  | { readonly kind: 'complete'; readonly bytes: Buffer }
  /** Over the limit; the rest was not read. */
  | { readonly kind: 'too-large' }
  /** Read to its end, but there was no room to keep it. */
  | { readonly kind: 'no-room' };

export interface BodyReading {
  /** Bytes received so far. */
  readonly received: () => number;
  /** Bytes set aside so far. */
  readonly held: () => number;
  /** Forgets the body; `done` will not be called any more. */
  readonly stop: () => void;
}

export interface BodyOptions {
  readonly limit: number;
  /** Asked before memory is taken; false when there is none left. A reading that keeps nothing says false at once. */
  readonly reserve: (bytes: number) => boolean;
  readonly done: (result: BodyResult) => void;
}

const EMPTY = Buffer.alloc(0);
const FIRST_BLOCK = 16_384;

export function readBody(request: IncomingMessage, { limit, reserve, done }: BodyOptions): BodyReading {
  let block: Buffer = EMPTY;
  let received = 0;
  let held = 0;
  let keeping = true;
  const declared = declaredLength(request);

  const take = (chunk: Buffer): void => {
    const start = received;
    received += chunk.length;
    if (received > limit) {
      finish({ kind: 'too-large' });
      return;
    }
    if (!keeping) return;
    if (received > block.length) {
      // The usual review is one chunk, which needs no copy.
      const whole = start === 0 && chunk.length === declared;
      const size = Math.min(declared ?? limit, Math.max(FIRST_BLOCK, 2 * received));
      if (!reserve(size - held)) {
        keeping = false;
        block = EMPTY;
        return;
      }
      held = size;
      const grown = whole ? chunk : Buffer.allocUnsafeSlow(size);
      block.copy(grown, 0, 0, start);
      block = grown;
    }
    if (block !== chunk) chunk.copy(block, start);
  };
  const end = (): void => {
    if (!keeping) finish({ kind: 'no-room' });
    else finish({ kind: 'complete', bytes: block.length === received ? block : block.subarray(0, received) });
  };
  const stop = (): void => {
    request.off('data', take);
    request.off('end', end);
    keeping = false;
    block = EMPTY;
  };
  const finish = (result: BodyResult): void => {
    stop();
    done(result);
  };

  if (declared !== undefined && declared > limit) {
    done({ kind: 'too-large' });
  } else {
    request.on('end', end);
    request.on('data', take);
  }
  return { received: () => received, held: () => held, stop };
}

/** What `Content-Length` promises; Node has refused a text that is no number. */
function declaredLength(request: IncomingMessage): number | undefined {
  const text = request.headers['content-length'];
  return text === undefined ? undefined : Number(text);
}
