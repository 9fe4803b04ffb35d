/**
 * How deep JSON text nests, before anything parses it (webhook-operations, section 1): `JSON.parse` copes with great
 * depth, but `JSON.stringify` and every recursive function over the result do not.
 */

export const MAX_NESTING = 256;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Whether lists and objects stand more than `limit` deep in `bytes`, UTF-8 text of JSON. One pass without a stack;
 * brackets in strings do not count. Of text that is no JSON it says nothing useful, but there `JSON.parse` stops at
 * the first fault, and up to it both count alike.
 */
export function nestsDeeperThan(limit: number, bytes: Uint8Array): boolean {
  const end = bytes.length;
  let depth = 0;
  let i = 0;
  while (i < end) {
    const byte = bytes[i++];
    if (byte === QUOTE) {
      while (i < end) {
        const inside = bytes[i++];
        if (inside === QUOTE) break;
        if (inside === BACKSLASH) i += 1;
      }
    } else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth > limit) return true;
    } else if (byte === 0x7d || byte === 0x5d) {
      depth -= 1;
    }
  }
  return false;
}
