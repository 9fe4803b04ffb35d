/** Which fields a schema knows: what the API server keeps of an object of that version. */
import type { TSchema } from 'typebox';
import { lenientOf, type StructuralSchema } from './structural.js';

export interface FieldShape {
  /** The members of an object; absent where any member is kept, or where there is no object. */
  readonly fields?: ReadonlyMap<string, FieldShape>;
  /** The items of a list. */
  readonly items?: FieldShape;
}

const shapes = new WeakMap<TSchema, FieldShape>();

/** The shape of a spec schema; computed once for each schema. */
export function fieldsOf(schema: TSchema): FieldShape {
  let shape = shapes.get(schema);
  if (shape === undefined) {
    shape = toShape(lenientOf(schema));
    shapes.set(schema, shape);
  }
  return shape;
}

function toShape(schema: StructuralSchema): FieldShape {
  if (schema['x-kubernetes-preserve-unknown-fields'] === true) return {};
  if (schema.items !== undefined) return { items: toShape(schema.items) };
  if (schema.properties === undefined) return {};
  return {
    fields: new Map(Object.entries(schema.properties).map(([name, property]) => [name, toShape(property)])),
  };
}
