/** Which fields a schema knows: what the API server keeps of an object of that version. */
import type { TSchema } from 'typebox';

export interface FieldShape {
  /** The members of an object; absent where any member is kept, or where there is no object. */
  readonly fields?: ReadonlyMap<string, FieldShape>;
  /** The items of a list. */
  readonly items?: FieldShape;
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly 'x-crd'?: { readonly replace?: Readonly<Record<string, unknown>> };
}

const shapes = new WeakMap<TSchema, FieldShape>();

/** The shape of a spec schema; computed once for each schema. */
export function fieldsOf(schema: TSchema): FieldShape {
  let shape = shapes.get(schema);
  if (shape === undefined) {
    shape = toShape(schema);
    shapes.set(schema, shape);
  }
  return shape;
}

function toShape(schema: Schema): FieldShape {
  if (schema['x-crd']?.replace?.['x-kubernetes-preserve-unknown-fields'] === true) return {};
  if (schema.items !== undefined) return { items: toShape(schema.items) };
  const properties = [schema, ...(schema.oneOf ?? [])].flatMap(({ properties: p }) =>
    Object.entries(p ?? {}),
  );
  if (properties.length === 0) return {};
  return { fields: new Map(properties.map(([name, member]) => [name, toShape(member)])) };
}
