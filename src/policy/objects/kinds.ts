/** The kinds that Gatehouse reads from a cluster or from manifests, and under which names they are served. */
import {
  definitionOf,
  externalWorkload,
  KIND_IDS,
  type KindId,
  type KindDefinition,
} from '../../schema/index.js';

export type WorkloadKind = 'core/Pod' | 'workload.linkerd.io/ExternalWorkload';
export type StoredKind = KindId | WorkloadKind | 'core/Namespace' | 'core/Service' | 'core/ServiceAccount';

export interface SourceKind {
  readonly id: StoredKind;
  /** Empty for the core group. */
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  /** Served versions that we can read, the preferred one first. */
  readonly versions: readonly string[];
  readonly namespaced: boolean;
}

const core = (kind: string, plural: string, namespaced = true): SourceKind => ({
  id: `core/${kind}` as StoredKind,
  group: '',
  kind,
  plural,
  versions: ['v1'],
  namespaced,
});

const fromDefinition = (id: StoredKind, { group, kind, plural, versions }: KindDefinition): SourceKind => ({
  id,
  group,
  kind,
  plural,
  versions: versions.map(({ name }) => name).reverse(),
  namespaced: true,
});

/** In the order in which they are listed: what others depend on first. */
export const SOURCE_KINDS: readonly SourceKind[] = Object.freeze([
  core('Namespace', 'namespaces', false),
  core('ServiceAccount', 'serviceaccounts'),
  core('Service', 'services'),
  core('Pod', 'pods'),
  // v1alpha1 spells the TLS block otherwise and nothing converts (known-gaps G-31): only v1beta1 is read.
  { ...fromDefinition('workload.linkerd.io/ExternalWorkload', externalWorkload), versions: ['v1beta1'] },
  ...KIND_IDS.map((id) => fromDefinition(id, definitionOf(id))),
]);

const BY_ID = new Map(SOURCE_KINDS.map((kind) => [kind.id, kind]));

export function sourceKind(id: StoredKind): SourceKind {
  const found = BY_ID.get(id);
  if (found === undefined) throw new Error(`${id} is no kind of ours`);
  return found;
}

const BY_NAME = new Map(SOURCE_KINDS.map(({ id, group, kind }) => [`${group}/${kind}`, id]));

/** The kind of an object by its group and kind, exactly as the API server spells them. */
export const storedKindOf = (group: string, kind: string): StoredKind | undefined =>
  BY_NAME.get(`${group}/${kind}`);
