/** Where the API serves a kind. */
import { OperationalError } from '../../model/operational-error.js';
import type { SourceKind } from '../../policy/objects/kinds.js';

/** The root of a group's version; the core group has another one. */
export const apiRoot = (group: string, version: string): string =>
  group === '' ? `/api/${version}` : `/apis/${group}/${version}`;

/** All objects of a kind, or those of one namespace; `namespace` is empty for all, and ignored for a cluster-wide kind. */
export function collectionPath(kind: SourceKind, version: string, namespace = ''): string {
  const root = apiRoot(kind.group, version);
  if (!kind.namespaced || namespace === '') return `${root}/${kind.plural}`;
  return `${root}/namespaces/${segment(namespace)}/${kind.plural}`;
}

export function objectPath(kind: SourceKind, version: string, namespace: string, name: string): string {
  if (kind.namespaced && namespace === '')
    throw new OperationalError('kube-name', `${kind.kind} needs a namespace`);
  return `${collectionPath(kind, version, namespace)}/${segment(name)}`;
}

/** One segment of a path. Names come from users: one that would lead elsewhere is no name of any object. */
function segment(name: string): string {
  if (name === '' || name === '.' || name === '..')
    throw new OperationalError('kube-name', `\`${name}\` is no name of an object`);
  return encodeURIComponent(name);
}
