/**
 * Structural schemas: what the API server keeps, defaults and refuses of an object, derived from the schemas of
 * `kinds/`. CRDs print them; defaults, pruning and the fields that a version knows are read off them, so that all
 * three say the same.
 *
 * The lenient one knows types and defaults only: everything else is the webhook's to refuse, in its own words. No
 * member of an object is `nullable`: the API server drops a null of a member that is not, or puts the default in its place,
 * which is what null means to Linkerd (PARSE-2). Were it nullable, a null would be stored and no default applied.
 */
import type { TSchema } from 'typebox';
import type { JsonValue } from '../model/json.js';
import type { VersionDefinition } from './kinds/kind.js';
import type { CelRule, CrdHints, StrictHints } from './shapes.js';

export interface StructuralSchema {
  readonly description?: string;
  readonly type?: 'array' | 'boolean' | 'integer' | 'object' | 'string';
  readonly format?: string;
  readonly nullable?: true;
  readonly default?: JsonValue;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, StructuralSchema>>;
  readonly additionalProperties?: StructuralSchema;
  readonly items?: StructuralSchema;
  readonly enum?: readonly (string | number)[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly 'x-kubernetes-int-or-string'?: true;
  readonly 'x-kubernetes-preserve-unknown-fields'?: true;
  readonly 'x-kubernetes-list-type'?: 'map';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-validations'?: readonly CelRule[];
}

export interface CrdOptions {
  /** Adds what OpenAPI and CEL can refuse. */
  readonly strict?: boolean;
}

/** The part of JSON Schema that the builders of `shapes.ts` use. */
interface Source {
  readonly type?: 'array' | 'boolean' | 'integer' | 'object' | 'string';
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Source>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Source;
  readonly items?: Source;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly oneOf?: readonly Source[];
  readonly const?: string;
  readonly 'x-crd'?: CrdHints;
}

const roots = new WeakMap<VersionDefinition, StructuralSchema>();

/** The structural schema of a whole object of this version. */
export function structuralOf(
  version: VersionDefinition,
  { strict = false }: CrdOptions = {},
): StructuralSchema {
  if (strict) return build(version, true);
  let root = roots.get(version);
  if (root === undefined) {
    root = build(version, false);
    roots.set(version, root);
  }
  return root;
}

function build({ spec, strictRules, status }: VersionDefinition, strict: boolean): StructuralSchema {
  const convert = (schema: TSchema): StructuralSchema => toStructural(schema, strict);
  const rules = strict ? celRules(strictRules) : {};
  return {
    type: 'object',
    ...(strict ? { required: ['spec'] } : {}),
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      spec: { ...convert(spec), ...rules },
      ...(status === undefined ? {} : { status: convert(status) }),
    },
  };
}

/** What the API server keeps of a value of `schema`. */
export const lenientOf = (schema: TSchema): StructuralSchema => toStructural(schema, false);

function toStructural(source: Source, strict: boolean): StructuralSchema {
  const schema = source.oneOf === undefined ? source : merged(source, source.oneOf);
  const hints = schema['x-crd'];
  return {
    ...(schema.description === undefined ? {} : { description: schema.description }),
    ...(schema.type === undefined ? {} : { type: schema.type }),
    ...(hints?.default === undefined ? {} : { default: frozen(hints.default) }),
    ...(hints?.intOrString === true ? { 'x-kubernetes-int-or-string': true } : {}),
    ...(hints?.keepUnknown === true ? { 'x-kubernetes-preserve-unknown-fields': true } : {}),
    ...(schema.properties === undefined ? {} : members(schema, schema.properties, strict)),
    ...(schema.items === undefined ? {} : { items: toStructural(schema.items, strict) }),
    ...(schema.additionalProperties === undefined ? {} : mapOf(schema.additionalProperties, strict)),
    ...(strict ? refusals(schema, hints?.strict ?? {}) : {}),
  };
}

function members(
  schema: Source,
  properties: Readonly<Record<string, Source>>,
  strict: boolean,
): Pick<StructuralSchema, 'properties' | 'required'> {
  const required = Object.entries(properties)
    .filter(([name, member]) => member['x-crd']?.strict?.required ?? schema.required?.includes(name) ?? false)
    .map(([name]) => name);
  return {
    ...(strict && required.length > 0 ? { required } : {}),
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, member]) => [name, toStructural(member, strict)]),
    ),
  };
}

/**
 * A map. The lenient schema keeps any value, since one of a wrong type is the webhook's to refuse. In the strict one
 * values are nullable, and a rule beside them refuses null: the API server would drop it otherwise, and a selector
 * would select more than it says.
 */
const mapOf = (values: Source, strict: boolean): StructuralSchema =>
  strict
    ? { additionalProperties: { ...toStructural(values, strict), nullable: true } }
    : { 'x-kubernetes-preserve-unknown-fields': true };

/** A tagged union as one object with the members of all branches: structural schemas have no other unions. */
function merged(source: Source, branches: readonly Source[]): Source {
  const properties: Record<string, Source> = {};
  const tags: string[] = [];
  for (const branch of branches) {
    for (const [name, member] of Object.entries(branch.properties ?? {})) {
      if (member.const === undefined) properties[name] = member;
      else tags.push(member.const);
    }
  }
  const type: Source = {
    type: 'string',
    description: `Which one this is: ${tags.join(', ')}.`,
    enum: source['x-crd']?.strict?.tags ?? tags,
  };
  return { ...source, properties: { type, ...properties } };
}

/** Hints that are keywords of OpenAPI and stand in a CRD as they are. */
const KEYWORDS = [
  'enum',
  'pattern',
  'format',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'maxProperties',
] as const satisfies readonly (keyof StrictHints & keyof StructuralSchema)[];

function refusals({ enum: words, minimum, maximum }: Source, hints: StrictHints): StructuralSchema {
  const keywords = { enum: words, minimum: limit(minimum), maximum: limit(maximum), ...hints };
  const { uniqueBy } = hints;
  return {
    ...Object.fromEntries(
      KEYWORDS.filter((name) => keywords[name] !== undefined).map((name) => [name, keywords[name]]),
    ),
    ...(uniqueBy === undefined
      ? {}
      : { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': [uniqueBy] }),
    ...celRules(hints.rules),
  };
}

/** The ends of 64 bits are left to the API server's own parser: as numbers of JavaScript they lie one outside. */
const limit = (value: number | undefined): number | undefined =>
  value !== undefined && Number.isSafeInteger(value) ? value : undefined;

/** Defaults are shared by all objects that they are filled into. */
function frozen<T extends JsonValue | undefined>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

const celRules = (
  rules: readonly CelRule[] | undefined,
): Pick<StructuralSchema, 'x-kubernetes-validations'> =>
  rules === undefined || rules.length === 0 ? {} : { 'x-kubernetes-validations': rules };
