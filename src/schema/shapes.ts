/**
 * Builders for the schemas in `kinds/`: TypeBox objects that are plain JSON Schema and carry their static type.
 *
 * Each schema describes Linkerd's own reading of a spec (admission-rules, section 3): unknown members are
 * ignored, an optional member may be null, nothing is coerced. What a value means is checked by rules, so that a
 * schema only says which JSON type stands where. `x-crd` holds what the CRD says on top (see `crd.ts`).
 */
import Type, { type Static, type TSchema } from 'typebox';

/** What only the CRD says about a member; `strict` members are printed by `gatehouse crds --strict` alone. */
export interface CrdHints {
  readonly default?: unknown;
  readonly strict?: Readonly<Record<string, unknown>>;
  /** Replaces the member's whole CRD schema. */
  readonly replace?: Readonly<Record<string, unknown>>;
}

export interface Doc {
  readonly description?: string;
  readonly crd?: CrdHints;
}

const hints = ({ description, crd }: Doc): Record<string, unknown> => ({
  ...(description === undefined ? {} : { description }),
  ...(crd === undefined ? {} : { 'x-crd': crd }),
});

/** A member that may be absent or null; both mean unset (PARSE-2). */
export const optional = <T extends TSchema>(schema: T, doc: Doc = {}) =>
  Type.Optional(Type.Unsafe<Static<T> | null>({ ...schema, nullable: true, ...hints(doc) }));

/** A member that may be absent but not null. */
export const defaulted = <T extends TSchema>(schema: T, doc: Doc = {}) =>
  Type.Optional(Type.Unsafe<Static<T>>({ ...schema, ...hints(doc) }));

/** A required member with a description. */
export const required = <T extends TSchema>(schema: T, doc: Doc = {}) =>
  Type.Unsafe<Static<T>>({ ...schema, ...hints(doc) });

export const string = () => Type.String();
export const boolean = () => Type.Boolean();
export const list = <T extends TSchema>(items: T) => Type.Array(items);
export const object = Type.Object;

/** A whole number; `bits` is the width of the two's complement integer that it must fit (PARSE-4). */
export const integer = (bits?: 32) =>
  bits === undefined
    ? Type.Integer()
    : Type.Integer({ minimum: -(2 ** (bits - 1)), maximum: 2 ** (bits - 1) - 1 });

/** One of `words`, case-sensitive (PARSE-5). */
export const word = <const W extends readonly string[]>(words: W) =>
  Type.Unsafe<W[number]>({ type: 'string', enum: [...words] });

/** An object whose members are all strings. */
export const stringMap = () =>
  Type.Unsafe<Record<string, string>>({ type: 'object', additionalProperties: { type: 'string' } });

/** Any JSON value: a rule judges it. */
export const anything = <T>(crd: Readonly<Record<string, unknown>>) =>
  Type.Unsafe<T>({ 'x-crd': { replace: crd } satisfies CrdHints });

const DNS_1123_LABEL = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$';
const GROUP = '^$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$';
const KIND = '^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$';

export const selectorOperators = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;

/** A label selector as Linkerd reads it (resources.md, shared shapes). */
export const labelSelector = () =>
  object({
    matchLabels: optional(stringMap(), {
      description: 'Labels that must be there with these values.',
      crd: { replace: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
    }),
    matchExpressions: optional(
      list(
        object({
          key: string(),
          operator: word(selectorOperators),
          values: optional(list(string())),
        }),
      ),
      { description: 'Requirements on labels; all must hold.' },
    ),
  });

/** A network and the parts of it that do not count (resources.md, shared shapes). */
export const network = () =>
  object({
    cidr: required(string(), { description: 'An address or a network as address/prefix.' }),
    except: optional(list(string()), { description: 'Parts of the network that are left out.' }),
  });

const refMembers = {
  group: optional(string(), { crd: { strict: { maxLength: 253, pattern: GROUP } } }),
  kind: required(string(), { crd: { strict: { minLength: 1, maxLength: 63, pattern: KIND } } }),
};

const refName = { crd: { strict: { minLength: 1, maxLength: 253 } } };

/** `{group?, kind, name}`: an object in the same namespace. */
export const localTargetRef = () => object({ ...refMembers, name: required(string(), refName) });

/** `{group?, kind, name, namespace?}`. */
export const namespacedTargetRef = () =>
  object({
    ...refMembers,
    name: required(string(), refName),
    namespace: optional(string(), { crd: { strict: { maxLength: 253 } } }),
  });

/** As `namespacedTargetRef`, but a rule asks for the name (MT-6). */
export const identityRef = () =>
  object({
    ...refMembers,
    name: optional(string(), refName),
    namespace: optional(string(), { crd: { strict: { maxLength: 253 } } }),
  });

export const label = { crd: { strict: { pattern: DNS_1123_LABEL } } } satisfies Doc;
