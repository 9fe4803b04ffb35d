/** The state that manifests are laid over: nothing, or a cluster as it is. */
import type { StoredKind } from '../objects/kinds.js';
import type { StoredObject, StoredPod } from '../objects/stored.js';

export interface Base {
  readonly get: (kind: StoredKind, namespace: string, name: string) => StoredObject | undefined;
  readonly pods: (namespace: string) => readonly StoredPod[];
  /** The latest creation timestamp there is. */
  readonly newest: string | undefined;
}

export const NO_BASE: Base = Object.freeze({ get: () => undefined, pods: () => [], newest: undefined });

/** A base of these objects, each of which is there once. */
export function baseOf(objects: Iterable<StoredObject>): Base {
  const byKey = new Map<string, StoredObject>();
  const pods = new Map<string, StoredPod[]>();
  let newest: string | undefined;
  for (const object of objects) {
    byKey.set(objectKey(object.kind, object.namespace, object.name), object);
    if (object.kind === 'core/Pod') {
      const others = pods.get(object.namespace);
      if (others === undefined) pods.set(object.namespace, [object]);
      else others.push(object);
    }
    const { created } = object;
    if (created !== undefined && (newest === undefined || created > newest)) newest = created;
  }
  return {
    get: (kind, namespace, name) => byKey.get(objectKey(kind, namespace, name)),
    pods: (namespace) => pods.get(namespace) ?? [],
    newest,
  };
}

/** A key that no two objects share; `/` can stand in none of its parts but the kind, which has exactly one. */
export const objectKey = (kind: string, namespace: string, name: string): string =>
  `${kind}/${namespace}/${name}`;
