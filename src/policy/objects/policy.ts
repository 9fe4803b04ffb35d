/** Policy and route objects: the hub spec and what their status says. */
import { isObject, member } from '../../model/json.js';
import { hubVersion, definitionOf, toSubject, type KindId } from '../../schema/index.js';
import { isProxyAnnotation } from './workload.js';
import { readList, readRecord, readString } from './read.js';
import type { RouteParentStatus, StoredMeta, StoredPolicy } from './stored.js';

const isReadAnnotation = (key: string): boolean => isProxyAnnotation(key) || key.startsWith('gatehouse.dev/');

/** A policy object of any served version; nothing of it is judged here. */
export function readPolicy<K extends KindId>(meta: StoredMeta<K>, raw: unknown): StoredPolicy<K> {
  const object = isObject(raw) ? raw : {};
  const status = member(raw, 'status');
  const subject = toSubject(meta.kind, hubVersion(definitionOf(meta.kind)).name, object, meta);
  return {
    ...meta,
    annotations: readRecord(member(raw, 'metadata'), 'annotations', isReadAnnotation),
    spec: subject.spec as StoredPolicy<K>['spec'],
    readable: subject.problems.length === 0,
    parents: readList(status, 'parents').map(readParent),
    accepted: acceptedIn(status),
  };
}

function readParent(raw: unknown): RouteParentStatus {
  const ref = member(raw, 'parentRef');
  return {
    controllerName: readString(raw, 'controllerName') ?? '',
    kind: readString(ref, 'kind'),
    name: readString(ref, 'name') ?? '',
    accepted: acceptedIn(raw) ?? false,
  };
}

/** The condition Accepted among `conditions`; undefined where it is not set. */
function acceptedIn(holder: unknown): boolean | undefined {
  const condition = readList(holder, 'conditions').find((item) => readString(item, 'type') === 'Accepted');
  return condition === undefined ? undefined : readString(condition, 'status') === 'True';
}
