/** The objects of a source, and what to tell a sink that knew others. */
import { jsonEqual } from '../../model/json.js';
import { SOURCE_KINDS, type StoredKind } from '../../policy/objects/kinds.js';
import type { StoredObject } from '../../policy/objects/stored.js';
import type { SourceEvent } from '../../policy/ports.js';

/** The objects of each kind by namespace and name. */
export type ObjectsByKind = ReadonlyMap<StoredKind, ReadonlyMap<string, StoredObject>>;

/** `/` can stand in neither part. */
export const placeOf = (namespace: string, name: string): string => `${namespace}/${name}`;

/** Groups objects; one that is as it was `before` stays the same value. */
export function byKind(objects: readonly StoredObject[], before: ObjectsByKind): ObjectsByKind {
  const kinds = new Map(SOURCE_KINDS.map(({ id }) => [id, new Map<string, StoredObject>()]));
  for (const object of objects) {
    const place = placeOf(object.namespace, object.name);
    const known = before.get(object.kind)?.get(place);
    kinds.get(object.kind)?.set(place, jsonEqual(known, object) && known !== undefined ? known : object);
  }
  return kinds;
}

/** What became of `before`. Of the `owed` kinds, all that there is. */
export function differences(
  before: ObjectsByKind,
  after: ObjectsByKind,
  owed: ReadonlySet<StoredKind>,
): SourceEvent[] {
  return [...after].flatMap(([kind, objects]): SourceEvent[] => {
    if (owed.has(kind)) return [{ type: 'replaced', kind, objects: [...objects.values()] }];
    const known = before.get(kind);
    const applied = [...objects].filter(([place, object]) => known?.get(place) !== object);
    const deleted = [...(known ?? [])].filter(([place]) => !objects.has(place));
    return [
      ...applied.map(([, object]): SourceEvent => ({ type: 'applied', object })),
      ...deleted.map(([, { namespace, name }]): SourceEvent => ({ type: 'deleted', kind, namespace, name })),
    ];
  });
}
