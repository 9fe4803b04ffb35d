/** Objects that never change, as a source. */
import { SOURCE_KINDS } from './objects/kinds.js';
import type { StoredObject } from './objects/stored.js';
import type { ObjectSource } from './ports.js';

export function staticSource(objects: readonly StoredObject[]): ObjectSource {
  const of = (kind: string): StoredObject[] => objects.filter((object) => object.kind === kind);
  return {
    start: (sink) => {
      for (const { id } of SOURCE_KINDS) sink([{ type: 'replaced', kind: id, objects: of(id) }]);
    },
    stop: () => Promise.resolve(),
    status: () =>
      SOURCE_KINDS.map(({ id }) => ({ kind: id, state: 'listed' as const, objects: of(id).length })),
    get: (kind, namespace, name) =>
      Promise.resolve(of(kind).find((object) => object.namespace === namespace && object.name === name)),
    list: (kind, namespace, { limit }) =>
      Promise.resolve(
        of(kind)
          .filter((object) => object.namespace === namespace)
          .slice(0, limit),
      ),
  };
}
