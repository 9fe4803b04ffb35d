/**
 * Whether a spec has the JSON types that Linkerd's model asks for (admission-rules, section 3). All faults are
 * found, each with its path; ajv's own wording never reaches a user.
 */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { TSchema } from 'typebox';
import type { JsonPath } from '../model/json.js';
import type { CrdHints } from './shapes.js';

export type SchemaProblem =
  | { readonly kind: 'type'; readonly path: JsonPath; readonly expected: string }
  | { readonly kind: 'required'; readonly path: JsonPath; readonly name: string }
  | { readonly kind: 'word'; readonly path: JsonPath; readonly words: readonly string[] }
  | { readonly kind: 'range'; readonly path: JsonPath; readonly minimum: number; readonly maximum: number };

/** At most this many faults of one object are reported. */
const LIMIT = 100;

const ajv = new Ajv({
  allErrors: true,
  strict: true,
  allowUnionTypes: true,
  discriminator: true,
  strictRequired: false,
  strictTypes: false,
  verbose: true,
});
ajv.addVocabulary(['x-crd']);

// Compiled on first use: a schema costs about 25 ms, and most runs need few of them.
const compiled = new WeakMap<TSchema, ValidateFunction>();

/** The faults of `spec` against `schema`, outermost first, without repeats; empty when it fits. */
export function validate(schema: TSchema, spec: unknown): readonly SchemaProblem[] {
  let check = compiled.get(schema);
  if (check === undefined) {
    check = ajv.compile(schema);
    compiled.set(schema, check);
  }
  if (check(spec)) return [];
  const problems = new Map<string, SchemaProblem>();
  for (const error of check.errors ?? []) {
    const problem = toProblem(error, spec);
    if (problem === undefined) continue;
    const key = JSON.stringify([problem.path, problem.kind]);
    if (!problems.has(key)) problems.set(key, problem);
    if (problems.size === LIMIT) break;
  }
  return [...problems.values()];
}

function toProblem(error: ErrorObject, spec: unknown): SchemaProblem | undefined {
  const path = fromPointer(error.instancePath, spec);
  const params = error.params as Record<string, unknown>;
  const schema = (error.parentSchema ?? {}) as Record<string, unknown>;
  switch (error.keyword) {
    case 'type':
      return { kind: 'type', path, expected: expectedType(schema) };
    case 'required':
      return { kind: 'required', path, name: String(params['missingProperty']) };
    case 'enum':
      // ajv's `nullable` speaks of the type alone, but null is unset here too (PARSE-2).
      if (error.data === null && schema['nullable'] === true) return undefined;
      return { kind: 'word', path, words: params['allowedValues'] as string[] };
    case 'minimum':
    case 'maximum':
      return { kind: 'range', path, ...usefulRange(schema) };
    case 'discriminator':
      return discriminatorProblem(path, params, schema);
    default:
      throw new Error(`a schema uses ${error.keyword}, which has no wording`);
  }
}

/** What to write: Linkerd reads a port as any number of 32 bits, but only 1 to 65535 are of use. */
function usefulRange(schema: Record<string, unknown>): { minimum: number; maximum: number } {
  const strict = (schema['x-crd'] as CrdHints | undefined)?.strict;
  const words = strict?.enum?.map(Number);
  return {
    minimum: words === undefined ? (strict?.minimum ?? Number(schema['minimum'])) : Math.min(...words),
    maximum: words === undefined ? (strict?.maximum ?? Number(schema['maximum'])) : Math.max(...words),
  };
}

/** The tag of a union: missing, no string, or none of its words. */
function discriminatorProblem(
  path: JsonPath,
  params: Record<string, unknown>,
  schema: Record<string, unknown>,
): SchemaProblem | undefined {
  const tag = String(params['tag']);
  const value = params['tagValue'];
  if (value === undefined) return { kind: 'required', path, name: tag };
  if (typeof value !== 'string') return { kind: 'type', path: [...path, tag], expected: 'a string' };
  const branches = schema['oneOf'] as { properties: Record<string, { const?: string }> }[];
  return { kind: 'word', path: [...path, tag], words: branches.map((b) => b.properties[tag]?.const ?? '') };
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  integer: 'a whole number',
  object: 'an object',
  string: 'a string',
};

function expectedType(schema: Record<string, unknown>): string {
  const type = String(schema['type']);
  return Object.hasOwn(TYPE_NAMES, type) ? (TYPE_NAMES[type] ?? type) : type;
}

/** A JSON pointer to a path; a segment is a list index where the value there is a list. */
function fromPointer(pointer: string, root: unknown): (string | number)[] {
  if (pointer === '') return [];
  const path: (string | number)[] = [];
  let current = root;
  for (const raw of pointer.slice(1).split('/')) {
    const segment = raw.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(current)) {
      path.push(Number(segment));
      current = (current as unknown[])[Number(segment)];
    } else {
      path.push(segment);
      current = Object.hasOwn(current as object, segment)
        ? (current as Record<string, unknown>)[segment]
        : undefined;
    }
  }
  return path;
}
