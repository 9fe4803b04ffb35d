/**
 * Reads `apiVersion` and `request.uid` out of a review that cannot be parsed: nested too deep, cut short, with bytes
 * that are no UTF-8. A review whose uid can be read is answered with a deny that says what is wrong, and the user
 * sees it; without a uid there is only an HTTP error, which `failurePolicy: Ignore` turns into an admission.
 *
 * One pass over the bytes with a depth, no stack and no recursion. Only the outermost two levels are looked at, which
 * the API server writes and no user does. As with `JSON.parse`, the last of several equal keys counts.
 */

export interface Envelope {
  readonly apiVersion?: string;
  readonly uid?: string;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

// 128 characters, each perhaps spelt as an escape of six bytes. A longer text is no uid and no version.
const MAX_TEXT = 128 * 6;

export function readEnvelope(bytes: Uint8Array): Envelope {
  let apiVersion: string | undefined;
  let uid: string | undefined;
  let depth = 0;
  /** The key at depth 1 and 2 whose value comes next. */
  let outer: string | undefined;
  let inner: string | undefined;
  /** Where the value of the last key begins: a text there is no key, whatever follows it in a damaged body. */
  let valueAt = -1;
  let i = skipSpace(bytes, 0);
  if (bytes[i] !== OPEN_OBJECT) return {};
  for (; i < bytes.length; i += 1) {
    const byte = bytes[i];
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      depth += 1;
      if (depth === 2) inner = undefined;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      depth -= 1;
      if (depth === 0) break;
    } else if (byte === QUOTE) {
      const end = endOfString(bytes, i);
      if (depth <= 2) {
        const text = textOf(bytes.subarray(i, end));
        const next = skipSpace(bytes, end);
        if (i !== valueAt && bytes[next] === COLON) {
          valueAt = skipSpace(bytes, next + 1);
          if (depth === 1) outer = text;
          else inner = text;
          if (depth === 1 && outer === 'apiVersion') apiVersion = undefined;
          if (outer === 'request' && (depth === 1 || inner === 'uid')) uid = undefined;
        } else if (depth === 1 && outer === 'apiVersion') {
          apiVersion = text;
          outer = undefined;
        } else if (depth === 2 && outer === 'request' && inner === 'uid') {
          uid = text;
          // Whatever text comes next without a key, in a body that is damaged, is not the uid.
          inner = undefined;
        }
      }
      i = end - 1;
    }
  }
  return { ...(apiVersion === undefined ? {} : { apiVersion }), ...(uid === undefined ? {} : { uid }) };
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let i = from;
  while (bytes[i] === 0x20 || bytes[i] === 0x0a || bytes[i] === 0x0d || bytes[i] === 0x09) i += 1;
  return i;
}

/** The index after the closing quote of the string that begins at `start`, or the end of the bytes. */
function endOfString(bytes: Uint8Array, start: number): number {
  let i = start + 1;
  while (i < bytes.length && bytes[i] !== QUOTE) i += bytes[i] === BACKSLASH ? 2 : 1;
  return Math.min(i + 1, bytes.length);
}

/** A JSON string with its quotes; undefined where it is too long, cut short or badly written. */
function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.length > MAX_TEXT + 2) return undefined;
  try {
    const value: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
    );
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
