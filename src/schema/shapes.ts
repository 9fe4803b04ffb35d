/**
 * Builders for the schemas in `kinds/`: TypeBox objects that are plain JSON Schema and carry their static type.
 *
 * Each schema describes Linkerd's own reading of a spec (admission-rules, section 3): unknown members are
 * ignored, an optional member may be null, nothing is coerced. What a value means is checked by rules, so that a
 * schema only says which JSON type stands where. `x-crd` holds what a CRD says on top (see `structural.ts`).
 */
import Type, { type Static, type TSchema } from 'typebox';
import type { JsonValue } from '../model/json.js';

/** A rule in CEL; `self` is the value that it stands at. */
export interface CelRule {
  readonly rule: string;
  readonly message: string;
}

/** What only the strict CRD says: what the API server can refuse by itself. */
export interface StrictHints {
  /** Whether the member must be there, where that is not what Linkerd's model asks. */
  readonly required?: boolean;
  readonly enum?: readonly (string | number)[];
  /** Of a tagged union: the tags that are taken. */
  readonly tags?: readonly string[];
  readonly pattern?: string;
  readonly format?: 'date-time' | 'duration';
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  /** The member that no two items of the list may share. */
  readonly uniqueBy?: string;
  readonly rules?: readonly CelRule[];
}

/** What only a CRD says about a member. */
export interface CrdHints {
  readonly default?: JsonValue;
  /** A number or a text. */
  readonly intOrString?: true;
  /** Members that the schema does not name are kept. */
  readonly keepUnknown?: true;
  readonly strict?: StrictHints;
}

export interface Doc {
  readonly description?: string;
  readonly crd?: CrdHints;
}

/** `schema` with a description and more hints; of two hints for the same thing the later one stands. */
function documented(schema: TSchema, { description, crd }: Doc): Record<string, unknown> {
  const known = (schema as { 'x-crd'?: CrdHints })['x-crd'];
  const strict = { ...known?.strict, ...crd?.strict };
  const merged = { ...known, ...crd, ...(Object.keys(strict).length === 0 ? {} : { strict }) };
  return {
    ...schema,
    ...(description === undefined ? {} : { description }),
    ...(Object.keys(merged).length === 0 ? {} : { 'x-crd': merged }),
  };
}

/** A member that may be absent or null; both mean unset (PARSE-2). */
export const optional = <T extends TSchema>(schema: T, doc: Doc = {}) =>
  Type.Optional(Type.Unsafe<Static<T> | null>({ ...documented(schema, doc), nullable: true }));

/** A member that may be absent but not null. */
export const defaulted = <T extends TSchema>(schema: T, doc: Doc = {}) =>
  Type.Optional(Type.Unsafe<Static<T>>(documented(schema, doc)));

/** A required member with a description. */
export const required = <T extends TSchema>(schema: T, doc: Doc = {}) =>
  Type.Unsafe<Static<T>>(documented(schema, doc));

/** A schema with hints, for what is no member: the items of a list. */
export const hinted = <T extends TSchema>(schema: T, strict: StrictHints) =>
  required(schema, { crd: { strict } });

export const string = () => Type.String();
export const boolean = () => Type.Boolean();
export const list = <T extends TSchema>(items: T) => Type.Array(items);
export const object = Type.Object;

/** A whole number; `bits` is the width of the two's complement integer that it must fit (PARSE-4). */
export const integer = (bits?: 32 | 64) =>
  bits === undefined
    ? Type.Integer()
    : Type.Integer({ minimum: -(2 ** (bits - 1)), maximum: 2 ** (bits - 1) - 1 });

/** One of `words`, case-sensitive (PARSE-5). */
export const word = <const W extends readonly string[]>(words: W) =>
  Type.Unsafe<W[number]>({ type: 'string', enum: [...words] });

/** An object whose members are all strings. */
export const stringMap = (values: StrictHints = {}) =>
  Type.Unsafe<Record<string, string>>({ type: 'object', additionalProperties: hinted(string(), values) });

/** Any JSON value: a rule judges it, or nobody does. */
export const anything = <T>(crd: CrdHints) => Type.Unsafe<T>({ 'x-crd': crd });

/** An object that nobody reads; a CRD keeps whatever it holds. */
export const unread = () => anything<unknown>({ keepUnknown: true });

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const QUALIFIED_NAME = '([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)';
const SPIFFE_SEGMENT = '([A-Za-z0-9_-][A-Za-z0-9._-]*|\\.[A-Za-z0-9_-][A-Za-z0-9._-]*|\\.\\.[A-Za-z0-9._-]+)';
const IDENTITY = `(\\*|${LABEL})(\\.${LABEL})*`;
// Octets may have leading zeros before a prefix length (CIDR); IPv6 text is only told from names here.
const OCTET = '(25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])';
const IPV4 = `${OCTET}(\\.${OCTET}){3}(/(3[0-2]|[0-2]?[0-9]))?`;
const IPV6 = '[0-9a-fA-F]*:[0-9a-fA-F:]*([0-9]+(\\.[0-9]+){3})?(/(12[0-8]|1[01][0-9]|0?[0-9]{1,2}))?';

/** What texts of the strict CRD must match. RE2 and ECMAScript read them alike. */
export const PATTERNS = {
  label: `^${LABEL}$`,
  subdomain: `^${SUBDOMAIN}$`,
  group: `^$|^${SUBDOMAIN}$`,
  kind: '^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$',
  hostname: `^(\\*\\.)?${SUBDOMAIN}$`,
  labelKey: `^(${SUBDOMAIN}/)?${QUALIFIED_NAME}$`,
  labelValue: `^${QUALIFIED_NAME}?$`,
  portName: '^([a-z0-9]+-)*[a-z0-9]*[a-z][a-z0-9]*(-[a-z0-9]+)*$',
  cidr: `^(${IPV4}|${IPV6})$`,
  dnsIdentity: `^${IDENTITY}$`,
  identity: `^(${IDENTITY}|spiffe://[a-z0-9._-]+(/${SPIFFE_SEGMENT})*)$`,
  headerValue: '^[^\\x00-\\x08\\x0a-\\x1f\\x7f]*$',
  headerName: "^[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$",
} as const;

/** How many items a list has at most where CEL walks over it: the API server asks for a bound, Linkerd for none. */
export const MANY = 1024;
/** As MANY, where one list is in another. */
export const MANY_IN_MANY = 128;

export const selectorOperators = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;

/** A label selector as Linkerd reads it (resources.md, shared shapes). */
export const labelSelector = () =>
  object({
    matchLabels: optional(stringMap({ maxLength: 63, pattern: PATTERNS.labelValue }), {
      description: 'Labels that must be there with these values; `{}` asks for none.',
      crd: {
        strict: {
          maxProperties: MANY,
          rules: [
            {
              rule: `self.all(key, key.matches(r'${PATTERNS.labelKey}'))`,
              message: 'every key must be a label key: a name, perhaps after `prefix.example/`',
            },
            { rule: 'self.all(key, type(self[key]) == string)', message: 'every value must be a text' },
          ],
        },
      },
    }),
    matchExpressions: optional(
      list(
        hinted(
          object({
            key: required(string(), {
              description: 'The label that this is about.',
              crd: { strict: { minLength: 1, maxLength: 317, pattern: PATTERNS.labelKey } },
            }),
            operator: required(word(selectorOperators), {
              description: 'In, NotIn, Exists or DoesNotExist.',
            }),
            values: optional(list(hinted(string(), { maxLength: 63, pattern: PATTERNS.labelValue })), {
              description: 'What the label’s value is compared with; only for In and NotIn.',
              crd: { strict: { maxItems: MANY } },
            }),
          }),
          {
            rules: [
              {
                rule: "self.operator in ['In', 'NotIn'] ? has(self.values) && size(self.values) > 0 : !has(self.values)",
                message: 'In and NotIn need values; Exists and DoesNotExist take none',
              },
            ],
          },
        ),
      ),
      { description: 'Requirements on labels; all must hold.', crd: { strict: { maxItems: MANY } } },
    ),
  });

const cidr = { pattern: PATTERNS.cidr, maxLength: 49 } satisfies StrictHints;

/** A network and the parts of it that do not count (resources.md, shared shapes). */
export const network = () =>
  object({
    cidr: required(string(), {
      description: 'An address, or a network as address/prefix.',
      crd: { strict: cidr },
    }),
    except: optional(list(hinted(string(), cidr)), {
      description: 'Parts of the network that are left out.',
    }),
  });

const refMembers = {
  group: optional(string(), {
    description: 'The API group; empty for the core group.',
    crd: { strict: { maxLength: 253, pattern: PATTERNS.group } },
  }),
  kind: required(string(), {
    description: 'The kind.',
    crd: { strict: { minLength: 1, maxLength: 63, pattern: PATTERNS.kind } },
  }),
};

const refName = {
  description: 'The name.',
  crd: { strict: { minLength: 1, maxLength: 253 } },
} satisfies Doc;
const refNamespace = {
  description: 'The namespace; this object’s own unless set.',
  crd: { strict: { maxLength: 253 } },
} satisfies Doc;

/** `{group?, kind, name}`: an object in the same namespace. */
export const localTargetRef = () => object({ ...refMembers, name: required(string(), refName) });

/** `{group?, kind, name, namespace?}`. */
export const namespacedTargetRef = (namespace: Doc = {}) =>
  object({
    ...refMembers,
    name: required(string(), refName),
    namespace: optional(required(string(), refNamespace), namespace),
  });

/** As `namespacedTargetRef`, but a rule asks for the name (MT-6). */
export const identityRef = () =>
  object({
    ...refMembers,
    name: optional(required(string(), refName), { crd: { strict: { required: true } } }),
    namespace: optional(string(), refNamespace),
  });

export const label = { crd: { strict: { maxLength: 253, pattern: PATTERNS.label } } } satisfies Doc;

/** CEL for what a ref names, as `group/kind` in lower case; the core group is `core` (resources.md). */
export const celTarget = (ref: string): string =>
  `(has(${ref}.group) && ${ref}.group != '' ? ${ref}.group.lowerAscii() : 'core') + '/' + ${ref}.kind.lowerAscii()`;
