/** Changes that are proposed, and what becomes of an index that they are applied to. */
import { isObject, member, type JsonObject, type JsonPath, type JsonValue } from '../../model/json.js';
import type { ObjectRef } from '../../model/object-ref.js';
import { definitionOf, hubVersion, type KindId } from '../../schema/index.js';
import type { Base } from '../complete/base.js';
import { complete, type CompleteSettings } from '../complete/complete.js';
import { youngerThan } from '../complete/creation.js';
import type { PlainReason } from '../endpoints/client.js';
import { advance } from '../inbound/advance.js';
import type { InboundIndex } from '../inbound/inbound-index.js';
import { InternTable } from '../objects/intern.js';
import type { StoredPolicy } from '../objects/stored.js';
import { find } from '../state/state.js';

export type ChangeStep =
  | { readonly action: 'create'; readonly manifest: JsonObject }
  /** One more item of a list; `object` is the whole object with it. */
  | {
      readonly action: 'add';
      readonly ref: ObjectRef;
      readonly path: JsonPath;
      readonly value: JsonValue;
      readonly manifest: JsonObject;
    }
  | {
      readonly action: 'set';
      readonly ref: ObjectRef;
      readonly path: JsonPath;
      readonly value: JsonValue;
      readonly manifest: JsonObject;
    }
  /** Gives a workload's connections the identity of its proxy: `reason` is why they have none. */
  | {
      readonly action: 'mesh';
      readonly workload: { readonly namespace: string; readonly name: string; readonly kind: string };
      readonly reason: PlainReason;
    };

export type Change = readonly ChangeStep[];

/** The index as it would be with the objects of the change. */
export function applyChange(index: InboundIndex, change: Change): InboundIndex {
  const manifests = change.flatMap((step) => (step.action === 'mesh' ? [] : [step.manifest]));
  if (manifests.length === 0) return index;
  const base: Base = {
    get: (kind, namespace, name) => find(index.state, kind, namespace, name),
    pods: () => [],
    // Everything there may be predicted itself; what is proposed is younger still.
    newest: youngerThan(undefined),
  };
  const { objects } = complete(manifests, settingsOf(index), { table: new InternTable(), base });
  return advance(
    index,
    objects.map((object) => ({ type: 'applied' as const, object })),
  ).index;
}

/** Proposed objects name their namespace, and no pods are among them. */
const settingsOf = ({ world }: InboundIndex): CompleteSettings => ({
  namespace: 'default',
  assumeMeshed: false,
  controlPlaneNamespace: world.settings.controlPlaneNamespace,
  defaultOpaquePorts: [],
});

export const apiVersionOf = (kind: KindId): string => {
  const definition = definitionOf(kind);
  return `${definition.group}/${hubVersion(definition).name}`;
};

/** A new object. */
export const create = (
  kind: KindId,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  spec: JsonObject,
): ChangeStep => ({
  action: 'create',
  manifest: {
    apiVersion: apiVersionOf(kind),
    kind: definitionOf(kind).kind,
    metadata: { name, namespace },
    spec,
  },
});

/** One more item at the end of a list in the spec of an object, which has one there. */
export function add(stored: StoredPolicy, path: readonly string[], value: JsonValue): ChangeStep {
  const spec = edited(stored.spec as JsonObject, path, (list) => [
    ...(Array.isArray(list) ? (list as readonly JsonValue[]) : []),
    value,
  ]);
  return {
    action: 'add',
    ref: refOf(stored),
    path: ['spec', ...path],
    value,
    manifest: written(stored, spec),
  };
}

/** Another value of a member in the spec of an object. */
export function set(stored: StoredPolicy, path: JsonPath, value: JsonValue): ChangeStep {
  const spec = edited(stored.spec as JsonObject, path, () => value);
  return {
    action: 'set',
    ref: refOf(stored),
    path: ['spec', ...path],
    value,
    manifest: written(stored, spec),
  };
}

const refOf = ({ kind, namespace, name }: StoredPolicy): ObjectRef => {
  const definition = definitionOf(kind);
  return { group: definition.group, kind: definition.kind, namespace, name };
};

function written({ kind, namespace, name, labels, annotations }: StoredPolicy, spec: JsonValue): JsonObject {
  return {
    apiVersion: apiVersionOf(kind),
    kind: definitionOf(kind).kind,
    metadata: { name, namespace, labels, annotations },
    spec,
  };
}

/** The value with the part at the path changed; what is not there becomes an object. */
function edited(
  value: JsonValue | undefined,
  [first, ...rest]: JsonPath,
  change: (value: JsonValue | undefined) => JsonValue,
): JsonValue {
  if (first === undefined) return change(value);
  if (typeof first === 'number') {
    const list = Array.isArray(value) ? (value as readonly JsonValue[]) : [];
    return list.map((item, at) => (at === first ? edited(item, rest, change) : item));
  }
  return { ...(isObject(value) ? value : {}), [first]: edited(member(value, first), rest, change) };
}
