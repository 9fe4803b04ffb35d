/** Reads a file of chart values, as `helm install -f` does. */
import { isObject, type JsonObject } from '../../model/json.js';
import { readDocument, schemaFaults } from '../config/load.js';
import { VALUES_SCHEMA, type ChartValues } from './values.js';

/** Every value may be left out of a file. */
const PARTIAL = {
  ...VALUES_SCHEMA,
  required: [],
  properties: Object.fromEntries(
    Object.entries(VALUES_SCHEMA.properties).map(([name, schema]) => [
      name,
      Object.hasOwn(schema, 'required') ? { ...schema, required: [] } : schema,
    ]),
  ),
};

/** Throws an OperationalError that names every fault. */
export async function readValues(file: string | undefined): Promise<JsonObject> {
  if (file === undefined) return {};
  const faultsOf = (document: Parameters<typeof schemaFaults>[0]): string[] =>
    schemaFaults(document, PARTIAL);
  const read = await readDocument(file, {
    code: 'values',
    what: 'a file of values',
    flag: '--values',
    faultsOf,
  });
  return isObject(read) ? read : {};
}

/** `layers` over `values`, the last one on top: maps member by member, lists as a whole, as Helm does. */
export const overlay = (values: ChartValues, layers: readonly JsonObject[]): ChartValues =>
  layers.reduce<JsonObject>(merge, values) as unknown as ChartValues;

function merge(below: JsonObject, above: JsonObject): JsonObject {
  const merged = new Map(Object.entries(below));
  for (const [name, value] of Object.entries(above)) {
    const there = merged.get(name);
    merged.set(name, isObject(there) && isObject(value) ? merge(there, value) : value);
  }
  return Object.fromEntries(merged);
}
