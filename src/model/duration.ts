/** The two duration spellings of routes (admission-rules DUR and ADUR). */

const NANOSECONDS: ReadonlyMap<string, number> = new Map([
  ['ns', 1],
  ['us', 1e3],
  ['\u00b5s', 1e3],
  ['\u03bcs', 1e3],
  ['ms', 1e6],
  ['s', 1e9],
  ['m', 60e9],
  ['h', 3600e9],
]);

// A Rust Duration holds 2^64 seconds; a larger one crashes Linkerd's request handler.
const MAX_NANOSECONDS = 2 ** 64 * 1e9;

// Each digit can be matched in one way only: a long run of them must not cost its square.
const FLOAT = /^\+?(?:\d+(?:\.\d*)?|\.\d+)$/;
const PART = /^([^\p{Alphabetic}]*)(\p{Alphabetic}+)/u;

export interface RouteDuration {
  readonly nanoseconds: number;
  readonly negative: boolean;
}

/**
 * A timeout of a policy.linkerd.io route: Go's spelling, with Linkerd's quirks (empty text and a bare trailing `0`
 * mean zero, the number may carry its own `+`). What crashes Linkerd is undefined here.
 */
export function parseRouteDuration(text: string): RouteDuration | undefined {
  const negative = text.startsWith('-');
  let rest = text.replace(/^\++/, '').replace(/^-+/, '');
  let total = 0;
  while (rest !== '') {
    if (rest === '0') return { nanoseconds: 0, negative };
    const [whole, digits = '', unit = ''] = PART.exec(rest) ?? [];
    const scale = NANOSECONDS.get(unit);
    if (whole === undefined || scale === undefined || !FLOAT.test(digits)) return undefined;
    total += Number(digits) * scale;
    if (!(total < MAX_NANOSECONDS)) return undefined;
    rest = rest.slice(whole.length);
  }
  return { nanoseconds: total, negative };
}

const MILLISECONDS: ReadonlyMap<string, bigint> = new Map([
  ['ms', 1n],
  ['s', 1_000n],
  ['m', 60_000n],
  ['h', 3_600_000n],
  ['d', 86_400_000n],
]);
const U64 = 2n ** 64n;

/** A duration in a route annotation, in milliseconds: one whole number and one unit, or a bare zero. */
export function parseAnnotationDuration(text: string): bigint | undefined {
  const trimmed = text.trim();
  const [, magnitude = '', unit = ''] = /^(.*\d)(\D*)$/s.exec(trimmed) ?? [];
  const value = parseUnsigned(magnitude, U64);
  if (value === undefined) return undefined;
  if (unit === '') return value === 0n ? 0n : undefined;
  const scale = MILLISECONDS.get(unit);
  if (scale === undefined) return undefined;
  const total = value * scale;
  return total < U64 ? total : undefined;
}

/** An unsigned integer below `limit` as Rust parses it: digits, perhaps leading zeros, perhaps one `+`. */
export function parseUnsigned(text: string, limit: bigint): bigint | undefined {
  if (!/^\+?\d+$/.test(text)) return undefined;
  // No limit has more than 20 digits; BigInt would take the square of a text's length.
  const digits = text.replace(/^\+?0*/, '');
  if (digits.length > 20) return undefined;
  const value = BigInt(digits);
  return value < limit ? value : undefined;
}
