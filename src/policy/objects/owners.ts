/** Which workloads a pod belongs to. */
import type { StoredPod } from './stored.js';

/** A controller as pods name it: `Deployment/web`. */
export interface Owner {
  readonly kind: string;
  readonly name: string;
}

/** The controller of a pod and, where that is a ReplicaSet, the Deployment that it is a revision of. */
export function ownersOf({ template: { owner }, labels }: StoredPod): readonly Owner[] {
  if (owner === undefined) return [];
  const slash = owner.indexOf('/');
  const kind = owner.slice(0, slash);
  const name = owner.slice(slash + 1);
  const hash = Object.hasOwn(labels, 'pod-template-hash') ? labels['pod-template-hash'] : undefined;
  const revision = `-${hash ?? ''}`;
  if (kind !== 'ReplicaSet' || !name.endsWith(revision)) return [{ kind, name }];
  return [
    { kind, name },
    { kind: 'Deployment', name: name.slice(0, -revision.length) },
  ];
}
