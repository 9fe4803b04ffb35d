/** "If I applied this": what manifests would change of a cluster. */
import { jsonEqual } from '../../model/json.js';
import type { InternTable } from '../objects/intern.js';
import { ownersOf } from '../objects/owners.js';
import type { StoredPod } from '../objects/stored.js';
import type { Batch, SourceEvent } from '../ports.js';
import { objectKey, type Base } from './base.js';
import { complete, type Completed, type CompleteProblem, type CompleteSettings } from './complete.js';

export interface Overlay {
  /** To be applied to the base; empty when the manifests say what is there. */
  readonly changes: Batch;
  readonly problems: readonly CompleteProblem[];
}

/**
 * The changes that applying these manifests would make. What they do not name stays as it is. An object that exists
 * keeps its uid, age and status; a new one is younger than everything there. The predicted pod of a workload takes
 * the place of the pods that the workload has, as after a rollout.
 */
export function layOver(
  base: Base,
  manifests: readonly unknown[],
  settings: CompleteSettings,
  table: InternTable,
): Overlay {
  const completed = complete(manifests, settings, { table, base });
  const applied = completed.objects.flatMap((object): SourceEvent[] =>
    jsonEqual(object, base.get(object.kind, object.namespace, object.name))
      ? []
      : [{ type: 'applied', object }],
  );
  const deleted = replacedPods(completed, base).map(({ kind, namespace, name }): SourceEvent => ({
    type: 'deleted',
    kind,
    namespace,
    name,
  }));
  return { changes: [...applied, ...deleted], problems: completed.problems };
}

/** The pods in the base of workloads whose pods are predicted anew. */
function replacedPods({ predicted, objects }: Completed, base: Base): readonly StoredPod[] {
  const owners = new Map<string, Set<string>>();
  for (const { namespace, template } of predicted) {
    if (template.owner === undefined) continue;
    const known = owners.get(namespace);
    if (known === undefined) owners.set(namespace, new Set([template.owner]));
    else known.add(template.owner);
  }
  const kept = new Set(objects.map(({ kind, namespace, name }) => objectKey(kind, namespace, name)));
  return [...owners].flatMap(([namespace, of]) =>
    base
      .pods(namespace)
      .filter((pod) => ownersOf(pod).some(({ kind, name }) => of.has(`${kind}/${name}`)))
      .filter(({ kind, name }) => !kept.has(objectKey(kind, namespace, name))),
  );
}
