import type { StoredObject } from '../objects/stored.js';
import type { Batch, SourceEvent } from '../ports.js';

/** What is to happen for one object to become another: create, update, delete; an object of another name replaces it. */
export function changeOf(before: StoredObject | undefined, after: StoredObject | undefined): Batch {
  const events: SourceEvent[] = [];
  if (before !== undefined && (after === undefined || !isSameObject(before, after))) {
    const { kind, namespace, name } = before;
    events.push({ type: 'deleted', kind, namespace, name });
  }
  if (after !== undefined) events.push({ type: 'applied', object: after });
  return events;
}

const isSameObject = (a: StoredObject, b: StoredObject): boolean =>
  a.kind === b.kind && a.namespace === b.namespace && a.name === b.name;
