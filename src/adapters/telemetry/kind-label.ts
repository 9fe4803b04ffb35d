/** The `kind` label of metrics: a closed list, because a caller chooses the kind of a review. */
import { definitionOf, KIND_IDS, kindOf, POLICY_GROUP, type KindId } from '../../schema/index.js';

const LABELS: ReadonlyMap<KindId, string> = new Map(KIND_IDS.map((id) => [id, labelOf(id)]));

/** The kind's own name, with its group where a policy kind has the same name (HTTPRoute); `other` if unknown. */
export function kindLabel(group: string, kind: string): string {
  const id = kindOf(group, kind);
  return (id === undefined ? undefined : LABELS.get(id)) ?? 'other';
}

function labelOf(id: KindId): string {
  const { group, kind } = definitionOf(id);
  const taken =
    group !== POLICY_GROUP && KIND_IDS.some((other) => other !== id && definitionOf(other).kind === kind);
  return taken ? `${kind}.${group}` : kind;
}
