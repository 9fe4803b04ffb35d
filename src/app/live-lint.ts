/** The findings of a cluster as the cache holds it: what `lint` says of each policy object, among all the others. */
import type { Finding } from '../model/finding.js';
import type { JsonObject } from '../model/json.js';
import { refKey } from '../model/object-ref.js';
import type { World } from '../model/world.js';
import type { StoredPolicy } from '../policy/objects/stored.js';
import { objectsOf, type State } from '../policy/state/state.js';
import { viewOf } from '../policy/view.js';
import { judge } from '../rules/run.js';
import type { RuleSettings } from '../rules/settings.js';
import { definitionOf, hubVersion, KIND_IDS, toSubject } from '../schema/index.js';
import type { JudgedObject, LintResult, LocatedFinding } from './lint.js';

export interface LiveLintInput {
  readonly state: State;
  readonly world: World;
  readonly settings: RuleSettings;
}

/** An object of a cluster stands in no file. */
const NOWHERE = { file: 'cluster', line: 0, column: 0 };

/**
 * The cache keeps what policy reads of an object: which version wrote it, and what its schema does not know, is lost,
 * so that the rules about these find nothing.
 */
export function liveLint({ state, world, settings }: LiveLintInput): LintResult {
  const view = viewOf(state);
  const judging = { world, settings, before: view, after: view, lint: true };
  const findings: LocatedFinding[] = [];
  const objects: JudgedObject[] = [];
  for (const stored of policiesOf(state)) {
    const { kind, namespace, name } = stored;
    const { name: version } = hubVersion(definitionOf(kind));
    const subject = toSubject(kind, version, toJson(stored), { namespace, name });
    const object: JudgedObject = { ref: subject.ref, ...NOWHERE };
    const apiVersion = `${subject.ref.group}/${version}`;
    objects.push(object);
    const locate = (finding: Finding): LocatedFinding => ({ finding, apiVersion, object, ...NOWHERE });
    findings.push(...judge({ operation: 'CREATE', after: subject }, judging).findings.map(locate));
  }
  // As lint has them: by code where there are no lines; then in the order of the objects.
  return { findings: findings.sort(byCode), objects, complaints: [] };
}

const byCode = (a: LocatedFinding, b: LocatedFinding): number => compare(a.finding.code, b.finding.code);

/** By kind, namespace and name. */
function policiesOf(state: State): readonly StoredPolicy[] {
  return KIND_IDS.flatMap((kind) =>
    [...objectsOf(state, kind)]
      .map((object) => object as StoredPolicy)
      .sort((a, b) => compare(refKey(keyOf(a)), refKey(keyOf(b)))),
  );
}

const keyOf = ({ kind, namespace, name }: StoredPolicy) => ({ group: '', kind, namespace, name });

const toJson = ({ namespace, name, uid, created, labels, annotations, spec }: StoredPolicy): JsonObject => ({
  metadata: { name, namespace, uid, creationTimestamp: created, labels, annotations },
  spec: spec as JsonObject,
});

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
