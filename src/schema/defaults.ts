/**
 * What the API server makes of a manifest before anyone sees it: unknown members go, nulls go or become the
 * default, and defaults are filled in (resources.md; inbound-semantics A12). Nothing is copied that stays as it is.
 */
import { isObject, type JsonObject, type JsonValue } from '../model/json.js';
import type { KindDefinition, VersionDefinition } from './kinds/kind.js';
import { hubVersion, versionOf } from './registry.js';
import { structuralOf, type StructuralSchema } from './structural.js';

/** `object` with the schema defaults of `version`; of a version that we do not know, those of the newest. */
export function applyDefaults(definition: KindDefinition, version: string, object: JsonObject): JsonObject {
  return filled(object, schemaOf(definition, version)) as JsonObject;
}

/** `object` without the members that `version` does not know. */
export function prune(definition: KindDefinition, version: string, object: JsonObject): JsonObject {
  return pruned(object, schemaOf(definition, version)) as JsonObject;
}

/**
 * What was written as one version, as another one reads it. Every version is the same stored object (there is no
 * conversion), so that the storage version's schema has its say in between: what it does not know is lost, and what
 * it defaults is there.
 */
export function readAs(
  definition: KindDefinition,
  { written, read }: { readonly written: string; readonly read: string },
  object: JsonObject,
): JsonObject {
  const storage = (definition.versions.find((version) => version.storage) ?? hubVersion(definition)).name;
  const stored = [written, storage].reduce(
    (value, version) => applyDefaults(definition, version, prune(definition, version, value)),
    object,
  );
  return { ...prune(definition, read, stored), apiVersion: `${definition.group}/${read}` };
}

const schemaOf = (definition: KindDefinition, version: string): StructuralSchema =>
  structuralOf(served(definition, version));

const served = (definition: KindDefinition, version: string): VersionDefinition =>
  versionOf(definition, version) ?? hubVersion(definition);

type Value = JsonValue | undefined;

/** Nulls of known members first: none is nullable, so that one without a default is no value at all. */
function filled(value: Value, schema: StructuralSchema): Value {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined ? value : mapList(value, (item) => filled(item, items));
  }
  if (!isObject(value) || schema.properties === undefined) return value;
  let changed: [string, Value][] | undefined;
  for (const [name, property] of Object.entries(schema.properties)) {
    const before = Object.hasOwn(value, name) ? value[name] : undefined;
    const given = before === undefined || before === null ? property.default : before;
    const after = given === undefined ? undefined : filled(given, property);
    if (after !== before) (changed ??= []).push([name, after]);
  }
  return changed === undefined ? value : withMembers(value, changed);
}

function pruned(value: Value, schema: StructuralSchema, root = true): Value {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined ? value : mapList(value, (item) => pruned(item, items, false));
  }
  if (!isObject(value)) return value;
  const properties = schema.properties ?? {};
  const keep = schema['x-kubernetes-preserve-unknown-fields'] === true;
  let changed: [string, Value][] | undefined;
  for (const [name, before] of Object.entries(value)) {
    if (root && name === 'metadata') continue;
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (property === undefined && keep) continue;
    const after = property === undefined ? undefined : pruned(before, property, false);
    if (after !== before) (changed ??= []).push([name, after]);
  }
  return changed === undefined ? value : withMembers(value, changed);
}

function mapList(list: readonly JsonValue[], map: (item: JsonValue) => Value): readonly JsonValue[] {
  const mapped = list.map((item) => map(item) as JsonValue);
  return mapped.every((item, i) => item === list[i]) ? list : mapped;
}

/** `object` with these members; one that is undefined is left out. Names are data: none is assigned to. */
function withMembers(object: JsonObject, members: readonly [string, Value][]): JsonObject {
  const all = new Map<string, Value>([...Object.entries(object), ...members]);
  return Object.fromEntries([...all].filter(([, value]) => value !== undefined));
}
