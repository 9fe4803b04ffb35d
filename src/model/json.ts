/**
 * JSON as it arrives: values, paths into them, and the few operations that need no schema.
 *
 * Objects from a cluster are untrusted: `constructor` and `__proto__` are legal label keys. Nothing here
 * follows a prototype.
 */
import { escapeControls } from './text.js';

export type JsonPrimitive = string | number | boolean | null;
export type JsonValue = JsonPrimitive | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/** A path into a JSON value: member names and list indices, outermost first. */
export type JsonPath = readonly (string | number)[];

/** Whether `value` is a JSON object (no list, not null). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The own member `key` of `value`, or undefined when `value` is no object or has no such member. */
export function member(value: unknown, key: string): JsonValue | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** The value at `path`, or undefined where the path leads nowhere. */
export function valueAt(value: unknown, path: JsonPath): unknown {
  let current: unknown = value;
  for (const segment of path) {
    if (typeof segment === 'number')
      current = Array.isArray(current) ? (current as unknown[])[segment] : undefined;
    else current = member(current, segment);
  }
  return current;
}

/** Deep equality of two JSON values; the order of members has no meaning, a member set to undefined is absent. */
export function jsonEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => jsonEqual(item, b[i]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = definedKeys(a);
  if (keys.length !== definedKeys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && jsonEqual(a[key], b[key]));
}

const definedKeys = (value: JsonObject): string[] =>
  Object.keys(value).filter((key) => value[key] !== undefined);

/** A string map, as labels and annotations are: own string members of `value`; anything else is left out. */
export function stringMap(value: unknown): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  if (!isObject(value)) return map;
  for (const [key, item] of Object.entries(value)) if (typeof item === 'string') map.set(key, item);
  return map;
}

/** No valid key is longer: 253 characters of a prefix, `/`, and 63 of a name. */
const LONGEST_KEY = 317;

const PLAIN_SEGMENT = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** A path as people write it: `spec.rules[0].matches[1].path`, `metadata.annotations["a.b/c"]`. Endless keys are cut. */
export function formatPath(path: JsonPath): string {
  let text = '';
  for (const segment of path) {
    if (typeof segment === 'number') text += `[${String(segment)}]`;
    else if (segment.length > LONGEST_KEY) text += `[${quoted(segment.slice(0, LONGEST_KEY))}…]`;
    else if (!PLAIN_SEGMENT.test(segment)) text += `[${quoted(segment)}]`;
    else text += text === '' ? segment : `.${segment}`;
  }
  return text;
}

const quoted = (text: string): string => escapeControls(JSON.stringify(text));
