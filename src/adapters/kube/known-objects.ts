/**
 * What a reflector remembers of the objects of its kind: that they are there. Their stored form belongs to whoever
 * takes the batches; raw objects are dropped as soon as they are projected.
 */
import { member } from '../../model/json.js';
import type { InternTable } from '../../policy/objects/intern.js';
import type { StoredKind } from '../../policy/objects/kinds.js';
import type { Result } from '../../model/result.js';
import type { StoredObject } from '../../policy/objects/stored.js';
import type { SourceEvent } from '../../policy/ports.js';
import { KubeError, messageOf } from './errors.js';
import type { SharedTable } from './shared-table.js';

/** Makes the stored form of a raw object; `project` of the policy layer but in tests. */
export type Project = (kind: StoredKind, raw: unknown, table: InternTable) => Result<StoredObject, string>;

/** Told of an object that cannot be read, and why. */
export type OnUnreadable = (namespace: string, name: string, problem: string) => void;

/** The names of each namespace; each name is the very string that the stored object holds. */
type Names = Map<string, Set<string>>;

export class KnownObjects {
  readonly #kind: StoredKind;
  readonly #table: SharedTable;
  readonly #projectRaw: Project;
  readonly #onUnreadable: OnUnreadable;
  #names: Names = new Map();
  #size = 0;

  constructor(kind: StoredKind, table: SharedTable, project: Project, onUnreadable: OnUnreadable) {
    this.#kind = kind;
    this.#table = table;
    this.#projectRaw = project;
    this.#onUnreadable = onUnreadable;
  }

  get size(): number {
    return this.#size;
  }

  /** The stored forms of a page of a list; what cannot be read is left out. */
  read(items: readonly unknown[]): StoredObject[] {
    return items.flatMap((raw) => this.#project(raw) ?? []);
  }

  replace(objects: readonly StoredObject[]): SourceEvent {
    this.#names = new Map();
    this.#size = 0;
    const kept = objects.filter(({ namespace, name }) => this.#add(namespace, name));
    this.#table.used(objects.length);
    return { type: 'replaced', kind: this.#kind, objects: kept };
  }

  /** Undefined where nothing changes: an object that cannot be read, and was not known. */
  apply(raw: unknown): SourceEvent | undefined {
    const object = this.#project(raw);
    if (object === undefined) return this.delete(raw);
    this.#add(object.namespace, object.name);
    this.#table.used(1);
    return { type: 'applied', object };
  }

  delete(raw: unknown): SourceEvent | undefined {
    const { namespace, name } = nameOf(raw);
    if (name === '') throw new KubeError('kube-malformed', 'an event about an object without a name');
    const names = this.#names.get(namespace);
    if (names?.delete(name) !== true) return undefined;
    this.#size -= 1;
    if (names.size === 0) this.#names.delete(namespace);
    return { type: 'deleted', kind: this.#kind, namespace, name };
  }

  #project(raw: unknown): StoredObject | undefined {
    const problem = ((): string | StoredObject => {
      try {
        const result = this.#projectRaw(this.#kind, raw, this.#table.table);
        return result.ok ? result.value : result.error;
      } catch (error) {
        // A projection that throws is a bug of ours; one odd object must not cost us all others of its kind.
        return messageOf(error);
      }
    })();
    if (typeof problem !== 'string') return problem;
    const { namespace, name } = nameOf(raw);
    this.#onUnreadable(namespace, name, problem);
    return undefined;
  }

  /** Whether it was not known before. */
  #add(namespace: string, name: string): boolean {
    const names = this.#names.get(namespace);
    if (names?.has(name) === true) return false;
    if (names === undefined) this.#names.set(namespace, new Set([name]));
    else names.add(name);
    this.#size += 1;
    return true;
  }
}

function nameOf(raw: unknown): { namespace: string; name: string } {
  const metadata = member(raw, 'metadata');
  const [namespace, name] = [member(metadata, 'namespace'), member(metadata, 'name')];
  return {
    namespace: typeof namespace === 'string' ? namespace : '',
    name: typeof name === 'string' ? name : '',
  };
}
