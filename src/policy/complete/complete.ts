/**
 * Adds to manifests what a cluster would (architecture, 6): namespaces, schema defaults, pods of templates, proxies and
 * creation timestamps. Route status is not among them: it is a function of the whole state (`StoredPolicy.parents`
 * holds what was written), and is predicted from the objects that leave here.
 *
 *   manifests ── named, placed ──> the last of each name ─┬─ policy ── read as the cluster would ───────┬─> stored
 *                                                         └─ template ──> pod ── injected, defaulted ───┘
 */
import type { JsonObject } from '../../model/json.js';
import {
  definitionOf,
  externalWorkload,
  hubVersion,
  readAs,
  type KindDefinition,
} from '../../schema/index.js';
import type { LabelRecord } from '../../selector/requirement.js';
import type { InternTable } from '../objects/intern.js';
import {
  SOURCE_KINDS,
  sourceKind,
  storedKindOf,
  type SourceKind,
  type StoredKind,
} from '../objects/kinds.js';
import { project } from '../objects/project.js';
import { readString } from '../objects/read.js';
import type { StoredObject, StoredPod, StoredPolicy } from '../objects/stored.js';
import { NO_BASE, objectKey, type Base } from './base.js';
import { writtenTimestamp, youngerThan } from './creation.js';
import { assumedMeshed, injected, type InjectionSettings } from './injection.js';
import { toManifest, withMetadata, type Manifest } from './manifest.js';
import { withPodDefaults } from './pod-defaults.js';
import { controllerOf, hasTemplate, podOfTemplate, replicasOf, templateRank } from './pods-of-templates.js';

export interface CompleteSettings extends InjectionSettings {
  /** The namespace of objects that name none. */
  readonly namespace: string;
}

/** Why a manifest is left out. */
export interface CompleteProblem {
  /** Which of the manifests. */
  readonly index: number;
  readonly message: string;
}

export interface Completed {
  /** Each object once, by kind (in the order of SOURCE_KINDS), namespace and name. */
  readonly objects: readonly StoredObject[];
  /** Those of them that are pods of templates. */
  readonly predicted: readonly StoredPod[];
  readonly problems: readonly CompleteProblem[];
}

/**
 * The objects that a cluster would hold after these manifests were applied to it in this order: of two of one name the
 * later one counts. What is no object of ours is left out without a word. `base` is what they are laid over.
 */
export function complete(
  manifests: readonly unknown[],
  settings: CompleteSettings,
  { table, base = NO_BASE }: { readonly table: InternTable; readonly base?: Base },
): Completed {
  const given = collect(manifests, settings.namespace);
  const completion = new Completion(settings, table, base);
  for (const object of given.objects) completion.add(object);
  for (const workload of withoutMade(given.workloads)) completion.addPodOf(workload);
  return {
    objects: completion.objects(),
    predicted: completion.predicted,
    problems: [...given.problems, ...completion.problems].sort((a, b) => a.index - b.index),
  };
}

/** A manifest that counts, and where it goes. */
interface Placed {
  readonly index: number;
  readonly manifest: Manifest;
  readonly namespace: string;
}

interface PlacedObject extends Placed {
  readonly kind: SourceKind;
}

interface Collected {
  /** In the order of SOURCE_KINDS: namespaces come before what lives in them, pods before predicted ones. */
  readonly objects: readonly PlacedObject[];
  readonly workloads: readonly Placed[];
  readonly problems: readonly CompleteProblem[];
}

function collect(manifests: readonly unknown[], fallback: string): Collected {
  const objects = new Map<string, PlacedObject>();
  const workloads = new Map<string, Placed>();
  const problems: CompleteProblem[] = [];
  manifests.forEach((raw, index) => {
    const manifest = toManifest(raw);
    if (manifest === undefined) return;
    const id = storedKindOf(manifest.group, manifest.kind);
    if (id === undefined && !hasTemplate(manifest)) return;
    if (manifest.name === '') {
      problems.push({ index, message: `a ${manifest.kind} without metadata.name` });
      return;
    }
    const kind = id === undefined ? undefined : sourceKind(id);
    const namespace = kind?.namespaced === false ? '' : manifest.namespace || fallback;
    const key = objectKey(manifest.kind, namespace, manifest.name);
    if (kind === undefined) workloads.set(key, { index, manifest, namespace });
    else objects.set(`${kind.group}/${key}`, { index, manifest, namespace, kind });
  });
  return {
    objects: [...objects.values()].sort((a, b) => rankOf(a.kind.id) - rankOf(b.kind.id)),
    workloads: [...workloads.values()].sort(
      (a, b) => templateRank(a.manifest.kind) - templateRank(b.manifest.kind) || a.index - b.index,
    ),
    problems,
  };
}

const RANKS = new Map(SOURCE_KINDS.map(({ id }, rank) => [id, rank]));
const rankOf = (kind: StoredKind): number => RANKS.get(kind) ?? 0;

/** Without what a controller made of another workload that is here too: a dump holds Deployments and their ReplicaSets. */
function withoutMade(workloads: readonly Placed[]): readonly Placed[] {
  const present = new Set(
    workloads.map(({ manifest, namespace }) => objectKey(manifest.kind, namespace, manifest.name)),
  );
  return workloads.filter(({ manifest, namespace }) => {
    const controller = controllerOf(manifest);
    return controller === undefined || !present.has(objectKey(controller.kind, namespace, controller.name));
  });
}

class Completion {
  readonly problems: CompleteProblem[] = [];
  readonly predicted: StoredPod[] = [];
  readonly #objects = new Map<string, StoredObject>();
  readonly #settings: CompleteSettings;
  readonly #table: InternTable;
  readonly #base: Base;
  /** The age of what nobody has seen yet: all of it is applied at once. */
  readonly #created: string;

  constructor(settings: CompleteSettings, table: InternTable, base: Base) {
    this.#settings = settings;
    this.#table = table;
    this.#base = base;
    this.#created = youngerThan(base.newest);
  }

  add({ index, manifest, namespace, kind }: PlacedObject): void {
    const stored = this.#store(kind, this.#asServed(manifest, namespace, kind), {
      namespace,
      name: manifest.name,
    });
    if (typeof stored === 'string') this.problems.push({ index, message: stored });
    else this.#keep(stored);
  }

  addPodOf({ index, manifest, namespace }: Placed): void {
    const pod = podOfTemplate(manifest);
    if (pod === undefined) {
      this.problems.push({ index, message: `a ${manifest.kind} without a pod template` });
      return;
    }
    const owner = { kind: manifest.kind, name: manifest.name, namespace };
    const served = injected(pod, owner, this.#annotationsOf(namespace), this.#settings);
    const name = this.#podName(owner);
    const stored = this.#store(POD, withPodDefaults(served), { namespace, name });
    if (typeof stored === 'string') this.problems.push({ index, message: stored });
    if (typeof stored === 'string' || stored.kind !== 'core/Pod') return;
    const weighted = { ...stored, replicas: replicasOf(manifest) };
    this.predicted.push(weighted);
    this.#keep(weighted);
  }

  objects(): readonly StoredObject[] {
    return [...this.#objects.values()].sort(
      (a, b) =>
        rankOf(a.kind) - rankOf(b.kind) || compare(a.namespace, b.namespace) || compare(a.name, b.name),
    );
  }

  /** The object as the cluster would serve it to whoever watches the kind. */
  #asServed({ value, version }: Manifest, namespace: string, { id, versions }: SourceKind): JsonObject {
    switch (id) {
      case 'core/Pod':
        return withPodDefaults(assumedMeshed(value, this.#annotationsOf(namespace), this.#settings));
      case 'core/Namespace':
      case 'core/Service':
      case 'core/ServiceAccount':
        return value;
      default: {
        const definition: KindDefinition =
          id === 'workload.linkerd.io/ExternalWorkload' ? externalWorkload : definitionOf(id);
        const read = versions[0] ?? hubVersion(definition).name;
        return readAs(definition, { written: version, read }, value);
      }
    }
  }

  /** Gives the object its name, age and, on an update, what an update does not change. */
  #store(
    { id }: SourceKind,
    served: JsonObject,
    { namespace, name }: { readonly namespace: string; readonly name: string },
  ): StoredObject | string {
    const before = this.#base.get(id, namespace, name);
    const written = readString(served['metadata'], 'creationTimestamp');
    const creationTimestamp = before?.created ?? writtenTimestamp(written) ?? this.#created;
    const uid = before === undefined ? {} : { uid: before.uid };
    const read = project(
      id,
      withMetadata(served, { namespace, name, creationTimestamp, ...uid }),
      this.#table,
    );
    if (!read.ok) return read.error;
    return before === undefined ? read.value : withStatusOf(before, read.value);
  }

  #keep(object: StoredObject): void {
    this.#objects.set(objectKey(object.kind, object.namespace, object.name), object);
  }

  #find(kind: StoredKind, namespace: string, name: string): StoredObject | undefined {
    return this.#objects.get(objectKey(kind, namespace, name)) ?? this.#base.get(kind, namespace, name);
  }

  /** What the namespace says of proxies; nothing where nobody knows it. */
  #annotationsOf(namespace: string): LabelRecord {
    const found = this.#find('core/Namespace', '', namespace);
    return found?.kind === 'core/Namespace' ? found.annotations : {};
  }

  /** The workload's name, unless another pod has it: then one that no object can have, so that none is lost. */
  #podName({ kind, name, namespace }: { kind: string; name: string; namespace: string }): string {
    return this.#objects.has(objectKey('core/Pod', namespace, name)) ? `${name}.${kind}` : name;
  }
}

const POD = sourceKind('core/Pod');

/** `object` with the status of the object that it replaces: an update does not write it. */
function withStatusOf(before: StoredObject, object: StoredObject): StoredObject {
  if (object.kind === 'core/Pod' && before.kind === 'core/Pod')
    return { ...object, ips: before.ips, hostIP: before.hostIP };
  if (Object.hasOwn(object, 'parents') && Object.hasOwn(before, 'parents')) {
    const { parents, accepted } = before as StoredPolicy;
    return { ...(object as StoredPolicy), parents, accepted } as StoredObject;
  }
  return object;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
