/** What an event means for single objects, told apart from what stays as it is. */
import type { StoredKind } from '../objects/kinds.js';
import type { StoredObject } from '../objects/stored.js';
import type { SourceEvent } from '../ports.js';
import { find, objectsOf, type State } from '../state/state.js';
import { jsonEqual } from '../../model/json.js';

export interface ObjectChange {
  readonly before: StoredObject | undefined;
  readonly after: StoredObject | undefined;
}

/** The objects that an event changes in a state; none for an event that says what is there already. */
export function changesOf(state: State, event: SourceEvent): readonly ObjectChange[] {
  switch (event.type) {
    case 'applied': {
      const { object: after } = event;
      const before = find(state, after.kind, after.namespace, after.name);
      return jsonEqual(before, after) ? [] : [{ before, after }];
    }
    case 'deleted': {
      const before = find(state, event.kind, event.namespace, event.name);
      return before === undefined ? [] : [{ before, after: undefined }];
    }
    case 'replaced':
      return replacements(state, event.kind, event.objects);
  }
}

function replacements(
  state: State,
  kind: StoredKind,
  objects: readonly StoredObject[],
): readonly ObjectChange[] {
  const gone = new Map<string, StoredObject>();
  for (const object of objectsOf(state, kind)) gone.set(`${object.namespace}/${object.name}`, object);
  const changes: ObjectChange[] = [];
  for (const after of objects) {
    const key = `${after.namespace}/${after.name}`;
    const before = gone.get(key);
    gone.delete(key);
    if (!jsonEqual(before, after)) changes.push({ before, after });
  }
  for (const before of gone.values()) changes.push({ before, after: undefined });
  return changes;
}
