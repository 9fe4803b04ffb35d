/** Values made from structural schemas, for tests. */
import fc from 'fast-check';
import { isObject, type JsonValue } from '../../src/model/json.js';
import type { StructuralSchema } from '../../src/schema/index.js';

/** A value that has every member that the schema knows, and one that it does not where all are kept. */
export function everyField(schema: StructuralSchema): JsonValue {
  const { properties, items } = schema;
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (items !== undefined) return [everyField(items)];
  if (properties !== undefined || open) {
    const members = Object.entries(properties ?? {}).map(([name, member]) => [name, everyField(member)]);
    const kept: Record<string, JsonValue> = open ? { 'kept.example/it': 'x' } : {};
    return { ...(Object.fromEntries(members) as Record<string, JsonValue>), ...kept };
  }
  if (schema['x-kubernetes-int-or-string'] === true) return 'http';
  return SCALARS.get(schema.type) ?? {};
}

const SCALARS = new Map<StructuralSchema['type'], JsonValue>([
  ['boolean', true],
  ['integer', 7],
  ['string', 'x'],
]);

/** Any value that has roughly the form of a schema: known and unknown members, nulls, wrong types. */
export function roughly(schema: StructuralSchema): fc.Arbitrary<JsonValue> {
  const odd = fc.constantFrom<JsonValue>(null, 'text', 7, true, [], {});
  const mostly = (arbitrary: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonValue> =>
    fc.oneof({ weight: 12, arbitrary }, { weight: 1, arbitrary: odd });
  if (schema.items !== undefined) return mostly(fc.array(roughly(schema.items), { maxLength: 2 }));
  if (schema.properties !== undefined) {
    const members = Object.entries(schema.properties).map(
      ([name, member]) => [name, roughly(member)] as const,
    );
    const all: Record<string, fc.Arbitrary<JsonValue>> = {
      ...Object.fromEntries(members),
      unknown: fc.constant<JsonValue>({ a: 1 }),
    };
    return mostly(fc.record(all, { requiredKeys: [] }));
  }
  return mostly(fc.constant(everyField(schema)));
}

/** Where a value has another JSON type than its schema says: all that a lenient CRD refuses. */
export function mistyped(value: JsonValue | undefined, schema: StructuralSchema, path = ''): string[] {
  const { type, items, properties = {} } = schema;
  if (value === undefined) return [];
  if (schema['x-kubernetes-int-or-string'] === true) {
    return typeof value === 'string' || Number.isInteger(value) ? [] : [path];
  }
  if (type === undefined) return [];
  switch (type) {
    case 'array':
      if (!Array.isArray(value)) return [path];
      return (value as readonly JsonValue[]).flatMap((item, i) =>
        mistyped(item, items ?? {}, `${path}[${String(i)}]`),
      );
    case 'object':
      if (!isObject(value)) return [path];
      return Object.entries(properties).flatMap(([name, member]) =>
        mistyped(value[name], member, path === '' ? name : `${path}.${name}`),
      );
    case 'integer':
      return Number.isInteger(value) ? [] : [path];
    case 'boolean':
    case 'string':
      return typeof value === type ? [] : [path];
  }
}
