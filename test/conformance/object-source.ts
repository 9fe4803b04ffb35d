/**
 * What every source of objects must do (src/policy/ports.ts): one suite, run against the cluster source (a small API
 * server, and a real one) and the manifests source.
 *
 * A harness stands between the suite and a source. Objects are raw Kubernetes objects, and every namespace that they
 * name is applied first, so that a real API server takes them too. The suite looks only at namespaces of its own:
 * a real cluster holds more, and adds to them (a service account `default`, for example).
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SOURCE_KINDS, type StoredKind } from '../../src/policy/objects/kinds.js';
import type { StoredObject, StoredOf } from '../../src/policy/objects/stored.js';
import type { Batch, ObjectSource } from '../../src/policy/ports.js';
import { seededRandom, type Random } from '../selector/random.js';

/** A Kubernetes object as a user writes it. */
export interface RawObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    /** Absent for a Namespace. */
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly [member: string]: unknown;
}

/** A world of objects and a source that reads it. */
export interface SourceHarness {
  /** Not yet started. */
  readonly source: ObjectSource;
  /** Creates an object, or replaces the one of its name. */
  readonly apply: (object: RawObject) => Promise<void>;
  /** Removes an object that exists. `namespace` is empty for a Namespace. */
  readonly remove: (kind: StoredKind, namespace: string, name: string) => Promise<void>;
  /**
   * Gives the source a chance to notice what was done so far. It need not wait for it: the suite asks again until it
   * sees what it expects. Nothing to do for a source that is told of changes.
   */
  readonly settle: () => Promise<void>;
  /** Ends the world; the suite has stopped the source. */
  readonly close: () => Promise<void>;
}

export interface ConformanceOptions {
  /** How long the suite waits to see what it expects. */
  readonly timeoutMs?: number;
  /** How long it waits to see nothing. */
  readonly quietMs?: number;
  /** Whether objects get a uid each time they are made; manifests have none. */
  readonly uids?: boolean;
  /** Steps of the random history. */
  readonly steps?: number;
}

const keyOf = (namespace: string, name: string): string => `${namespace}/${name}`;

/** What a consumer of a source knows after some batches; complains of a batch that no source may send. */
export class Fold {
  readonly #kinds = new Map<StoredKind, Map<string, StoredObject>>();
  readonly batches: Batch[] = [];

  readonly sink = (batch: Batch): void => {
    this.batches.push(batch);
    if (batch.length === 0) throw new Error('an empty batch');
    for (const event of batch) {
      const kind = event.type === 'applied' ? event.object.kind : event.kind;
      const objects = this.#kinds.get(kind);
      if (event.type === 'replaced') {
        const entries = event.objects.map((object): [string, StoredObject] => [
          keyOf(object.namespace, object.name),
          object,
        ]);
        if (event.objects.some((object) => object.kind !== kind))
          throw new Error(`${kind}: a foreign object`);
        this.#kinds.set(kind, new Map(entries));
        if (entries.length !== this.#kinds.get(kind)?.size) throw new Error(`${kind}: an object twice`);
      } else if (objects === undefined) {
        throw new Error(`${kind}: ${event.type} before the first replaced`);
      } else if (event.type === 'applied') {
        objects.set(keyOf(event.object.namespace, event.object.name), event.object);
      } else {
        objects.delete(keyOf(event.namespace, event.name));
      }
    }
  };

  /** Whether the kind was ever listed. */
  has(kind: StoredKind): boolean {
    return this.#kinds.has(kind);
  }

  size(kind: StoredKind): number {
    return this.#kinds.get(kind)?.size ?? 0;
  }

  get<K extends StoredKind>(kind: K, namespace: string, name: string): StoredOf<K> | undefined {
    return this.#kinds.get(kind)?.get(keyOf(namespace, name)) as StoredOf<K> | undefined;
  }

  /** The objects of a kind in a namespace (of all where none is given), by name. */
  list(kind: StoredKind, namespace?: string): readonly StoredObject[] {
    const all = [...(this.#kinds.get(kind)?.values() ?? [])];
    return sorted(namespace === undefined ? all : all.filter((object) => object.namespace === namespace));
  }
}

/** By namespace and name. */
export const sorted = (objects: readonly StoredObject[]): readonly StoredObject[] =>
  [...objects].sort((a, b) => (keyOf(a.namespace, a.name) < keyOf(b.namespace, b.name) ? -1 : 1));

// Names and keys that mean something to JavaScript are legal; nothing may stumble over them.
const NAMES = ['web', 'constructor', 'valueof', 'a-b'] as const;
const LABEL_KEYS = ['app', 'constructor', 'example.test/toString'] as const;
const LABEL_VALUES = ['web', 'hasOwnProperty', ''] as const;

export const mkNamespace = (name: string, labels: Record<string, string> = {}): RawObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels },
});

export const mkPod = (namespace: string, name: string, labels: Record<string, string> = {}): RawObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels },
  spec: {
    containers: [
      {
        name: 'web',
        image: 'example.test/web',
        ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
      },
    ],
  },
});

export const mkService = (
  namespace: string,
  name: string,
  labels: Record<string, string> = {},
  selector = 'web',
): RawObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace, labels },
  spec: {
    selector: { app: selector },
    ports: [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }],
  },
});

export const mkServiceAccount = (namespace: string, name: string): RawObject => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name, namespace },
});

export const mkServer = (
  namespace: string,
  name: string,
  labels: Record<string, string> = {},
  port: number | string = 8080,
): RawObject => ({
  apiVersion: 'policy.linkerd.io/v1beta3',
  kind: 'Server',
  metadata: { name, namespace, labels },
  spec: { podSelector: { matchLabels: { app: 'web' } }, port, proxyProtocol: 'HTTP/1', accessPolicy: 'deny' },
});

export const mkMeshTLS = (
  namespace: string,
  name: string,
  labels: Record<string, string> = {},
): RawObject => ({
  apiVersion: 'policy.linkerd.io/v1alpha1',
  kind: 'MeshTLSAuthentication',
  metadata: { name, namespace, labels },
  spec: { identities: [`web.${namespace}.serviceaccount.identity.linkerd.cluster.local`] },
});

const SERVER = 'policy.linkerd.io/Server';
const MESH_TLS = 'policy.linkerd.io/MeshTLSAuthentication';

export function describeObjectSource(
  name: string,
  open: () => Promise<SourceHarness>,
  options: ConformanceOptions = {},
): void {
  const { timeoutMs = 10_000, quietMs = 100, uids = true, steps = 120 } = options;

  describe(`${name} as a source of objects`, () => {
    const random = seededRandom();
    let harness: SourceHarness;
    let fold: Fold;
    let namespace: string;
    let other: string;

    const { apply, remove, settle, source } = {
      apply: (object: RawObject) => harness.apply(object),
      remove: (kind: StoredKind, scope: string, called: string) => harness.remove(kind, scope, called),
      settle: () => harness.settle(),
      source: (): ObjectSource => harness.source,
    };

    beforeEach(async () => {
      const suffix = randomBytes(4).toString('hex');
      namespace = `source-${suffix}`;
      other = `source-other-${suffix}`;
      fold = new Fold();
      harness = await open();
      await apply(mkNamespace(namespace));
      await apply(mkNamespace(other));
    });
    afterEach(async () => {
      await source().stop();
      await harness.close();
    });

    /** Asks again until `assertion` does not throw. */
    async function eventually(assertion: () => unknown): Promise<void> {
      const end = performance.now() + timeoutMs;
      for (;;) {
        await settle();
        try {
          await assertion();
          return;
        } catch (error) {
          if (performance.now() > end) throw error;
        }
        await delay(10);
      }
    }

    const pending = (): readonly StoredKind[] =>
      source()
        .status()
        .flatMap(({ kind, state }) => (state === 'pending' ? [kind] : []));

    async function start(sink = fold.sink): Promise<void> {
      source().start(sink);
      await eventually(() => expect(pending()).toEqual([]));
    }

    describe('status', () => {
      test('names every kind, in order, as pending before the start', () => {
        expect(
          source()
            .status()
            .map(({ kind, state, objects, heardAt }) => ({ kind, state, objects, heardAt })),
        ).toEqual(
          SOURCE_KINDS.map(({ id }) => ({ kind: id, state: 'pending', objects: 0, heardAt: undefined })),
        );
      });

      test('says listed of a kind exactly when its objects were delivered', async () => {
        const seen: [StoredKind, boolean][] = [];
        source().start((batch) => {
          fold.sink(batch);
          const listed = source()
            .status()
            .flatMap(({ kind, state }) => (state === 'listed' ? [kind] : []));
          for (const kind of listed) seen.push([kind, fold.has(kind)]);
        });
        await eventually(() => expect(pending()).toEqual([]));
        expect(seen.filter(([, delivered]) => !delivered)).toEqual([]);
        for (const { kind, state, heardAt } of source().status()) {
          expect([kind, fold.has(kind)]).toEqual([kind, state === 'listed']);
          expect([kind, typeof heardAt]).toEqual([kind, state === 'listed' ? 'number' : 'undefined']);
        }
      });

      test('counts the objects', async () => {
        await apply(mkServer(namespace, 'before'));
        await start();
        await apply(mkServer(namespace, 'after'));
        await apply(mkServer(other, 'after'));
        await apply(mkServer(other, 'after', { app: 'changed' }));
        await remove(SERVER, namespace, 'before');
        await eventually(() => {
          expect(fold.list(SERVER, namespace).map((object) => object.name)).toEqual(['after']);
          expect(fold.get(SERVER, other, 'after')?.labels).toEqual({ app: 'changed' });
          for (const { kind, objects } of source().status())
            expect([kind, objects]).toEqual([kind, fold.size(kind)]);
        });
      });
    });

    describe('batches', () => {
      test('begin with what is there, all of a kind in one replaced', async () => {
        await apply(mkNamespace(namespace, { team: 'a' }));
        for (const called of NAMES) await apply(mkPod(namespace, called, { app: called }));
        await apply(mkService(namespace, 'web'));
        await apply(mkServer(namespace, 'web'));
        const replaced = new Fold();
        await start((batch) => {
          fold.sink(batch);
          const lists = batch.filter((event) => event.type === 'replaced');
          if (lists.length > 0) replaced.sink(lists);
        });
        await eventually(() => {
          expect(replaced.list('core/Pod', namespace).map((pod) => pod.name)).toEqual([...NAMES].sort());
          expect(replaced.get('core/Namespace', '', namespace)?.labels['team']).toBe('a');
        });
        expect(replaced.get('core/Pod', namespace, 'constructor')).toMatchObject({
          kind: 'core/Pod',
          labels: { app: 'constructor' },
          template: { containers: [{ name: 'web', ports: [{ name: 'http', port: 8080 }] }] },
        });
        expect(replaced.get('core/Service', namespace, 'web')).toMatchObject({
          selector: { app: 'web' },
          ports: [{ name: 'http', port: 80, targetPort: 8080 }],
        });
        expect(replaced.get(SERVER, namespace, 'web')).toMatchObject({
          readable: true,
          spec: { port: 8080 },
        });
      });

      test('tell of an object that is made, changed and removed', async () => {
        await start();
        await apply(mkServer(namespace, 'web', { app: 'a' }));
        await eventually(() => expect(fold.get(SERVER, namespace, 'web')?.labels).toEqual({ app: 'a' }));

        await apply(mkServer(namespace, 'web', { constructor: 'b' }, 'http'));
        await eventually(() => {
          expect(fold.get(SERVER, namespace, 'web')).toMatchObject({ spec: { port: 'http' } });
          expect(Object.entries(fold.get(SERVER, namespace, 'web')?.labels ?? {})).toEqual([
            ['constructor', 'b'],
          ]);
        });

        await remove(SERVER, namespace, 'web');
        await eventually(() => expect(fold.get(SERVER, namespace, 'web')).toBeUndefined());
      });

      test('tell of a pod whose labels change, and of nothing else of its namespace', async () => {
        await apply(mkPod(namespace, 'web-1', { app: 'a' }));
        await apply(mkPod(namespace, 'web-2', { app: 'a' }));
        await start();
        await eventually(() => expect(fold.list('core/Pod', namespace)).toHaveLength(2));
        await apply(mkPod(namespace, 'web-1', { app: 'b' }));
        await eventually(() =>
          expect(fold.list('core/Pod', namespace).map(({ labels }) => labels)).toEqual([
            { app: 'b' },
            { app: 'a' },
          ]),
        );
      });

      test('keep objects of one name apart by kind and namespace', async () => {
        await start();
        await apply(mkServer(namespace, 'web', { in: 'one' }));
        await apply(mkServer(other, 'web', { in: 'other' }));
        await apply(mkMeshTLS(namespace, 'web', { in: 'one' }));
        await eventually(() => {
          expect(fold.get(SERVER, namespace, 'web')?.labels).toEqual({ in: 'one' });
          expect(fold.get(SERVER, other, 'web')?.labels).toEqual({ in: 'other' });
          expect(fold.get(MESH_TLS, namespace, 'web')).toBeDefined();
        });
        await remove(SERVER, namespace, 'web');
        await eventually(() => expect(fold.get(SERVER, namespace, 'web')).toBeUndefined());
        expect(fold.get(SERVER, other, 'web')).toBeDefined();
        expect(fold.get(MESH_TLS, namespace, 'web')).toBeDefined();
      });

      test('show an object that was removed and made again as the new one', async () => {
        await apply(mkServer(namespace, 'web', { age: 'old' }));
        await start();
        await eventually(() => expect(fold.get(SERVER, namespace, 'web')).toBeDefined());
        const old = fold.get(SERVER, namespace, 'web');
        await remove(SERVER, namespace, 'web');
        await apply(mkServer(namespace, 'web', { age: 'new' }));
        await eventually(() => expect(fold.get(SERVER, namespace, 'web')?.labels).toEqual({ age: 'new' }));
        if (uids) expect(fold.get(SERVER, namespace, 'web')?.uid).not.toBe(old?.uid);
      });

      test('give a kind anew to a sink that threw', async () => {
        let thrown = false;
        await start((batch) => {
          const ours = batch.some((event) => event.type === 'applied' && event.object.name === 'thrown-at');
          if (ours && !thrown) {
            thrown = true;
            throw new Error('the sink of this test');
          }
          fold.sink(batch);
        });
        await apply(mkServer(namespace, 'thrown-at'));
        await eventually(() => expect(thrown).toBe(true));
        await eventually(() => expect(fold.get(SERVER, namespace, 'thrown-at')).toBeDefined());
        await apply(mkServer(namespace, 'later'));
        await eventually(() => expect(fold.get(SERVER, namespace, 'later')).toBeDefined());
      });

      test('end with stop', async () => {
        await start();
        await source().stop();
        const { length } = fold.batches;
        await apply(mkServer(namespace, 'web'));
        await settle();
        await delay(quietMs);
        expect(fold.batches).toHaveLength(length);
      });

      test('do not come after a stop right after the start', async () => {
        source().start(fold.sink);
        const stopped = source().stop();
        const { length } = fold.batches;
        await stopped;
        await source().stop();
        await settle();
        await delay(quietMs);
        expect(fold.batches).toHaveLength(length);
      });
    });

    describe('live reads', () => {
      const within = { timeoutMs: 5_000 };

      test('get one object as the batches show it', async () => {
        await apply(mkServer(namespace, 'web', { app: 'a' }));
        await apply(mkPod(namespace, 'web'));
        await start();
        await eventually(async () => {
          for (const kind of [SERVER, 'core/Pod'] as const)
            expect(await source().get(kind, namespace, 'web', within)).toEqual(
              fold.get(kind, namespace, 'web'),
            );
          expect(fold.get(SERVER, namespace, 'web')).toBeDefined();
        });
        const found = await source().get('core/Namespace', '', namespace, within);
        expect(found).toMatchObject({ kind: 'core/Namespace', namespace: '', name: namespace });
      });

      test('find nothing under another name, namespace or kind', async () => {
        await apply(mkServer(namespace, 'web'));
        await start();
        await eventually(() => expect(fold.get(SERVER, namespace, 'web')).toBeDefined());
        expect(await source().get(SERVER, namespace, 'constructor', within)).toBeUndefined();
        expect(await source().get(SERVER, other, 'web', within)).toBeUndefined();
        expect(await source().get(SERVER, `${other}-absent`, 'web', within)).toBeUndefined();
        expect(await source().get(MESH_TLS, namespace, 'web', within)).toBeUndefined();
        expect(await source().list(MESH_TLS, namespace, { ...within, limit: 10 })).toEqual([]);
      });

      test('list a kind in a namespace, and no more than asked for', async () => {
        for (const called of NAMES) await apply(mkServer(namespace, called));
        await apply(mkServer(other, 'elsewhere'));
        await start();
        await eventually(() => expect(fold.list(SERVER, namespace)).toHaveLength(NAMES.length));
        const all = await source().list(SERVER, namespace, { ...within, limit: 10 });
        expect(sorted(all)).toEqual(fold.list(SERVER, namespace));
        expect(await source().list(SERVER, namespace, { ...within, limit: 2 })).toHaveLength(2);
      });
    });

    test(`after any history the events add up to what a list shows (GATEHOUSE_SEED=${String(random.seed)})`, async () => {
      const history = new History(random, [namespace, other]);
      for (let step = 0; step < steps / 4; step++) await history.step(harness);
      await start();
      for (let step = 0; step < steps; step++) {
        await history.step(harness);
        if (random.below(10) === 0) await settle();
      }
      await eventually(async () => {
        for (const kind of HISTORY_KINDS) {
          for (const scope of [namespace, other]) {
            const listed = await source().list(kind, scope, { timeoutMs: 5_000, limit: 1_000 });
            expect(fold.list(kind, scope)).toEqual(sorted(listed));
            expect(history.differences(kind, scope, listed)).toEqual([]);
          }
        }
      });
    });
  });
}

const HISTORY_KINDS = ['core/Pod', 'core/Service', 'core/ServiceAccount', SERVER, MESH_TLS] as const;
type HistoryKind = (typeof HISTORY_KINDS)[number];

/** Makes, changes and removes objects at random and remembers what must be there. */
class History {
  readonly #random: Random;
  readonly #namespaces: readonly string[];
  readonly #present = new Map<string, RawObject>();

  constructor(random: Random, namespaces: readonly string[]) {
    this.#random = random;
    this.#namespaces = namespaces;
  }

  async step(harness: SourceHarness): Promise<void> {
    const kind = this.#random.pick(HISTORY_KINDS);
    const namespace = this.#random.pick(this.#namespaces);
    const name = this.#random.pick(NAMES);
    const key = `${kind}/${keyOf(namespace, name)}`;
    const present = this.#present.has(key);
    const removes = present && this.#random.below(3) === 0;
    if (removes) {
      await harness.remove(kind, namespace, name);
      this.#present.delete(key);
    }
    // Half of what is removed is made again at once.
    if (removes && this.#random.below(2) === 0) return;
    const object = this.#object(kind, namespace, name);
    await harness.apply(object);
    this.#present.set(key, object);
  }

  #object(kind: HistoryKind, namespace: string, name: string): RawObject {
    switch (kind) {
      case 'core/Pod':
        return mkPod(namespace, name, this.#labels());
      case 'core/Service':
        return mkService(namespace, name, this.#labels(), this.#random.pick(['a', 'b', 'c']));
      case 'core/ServiceAccount':
        return mkServiceAccount(namespace, name);
      case SERVER:
        return mkServer(namespace, name, this.#labels(), this.#random.pick([80, 8080, 'http']));
      case MESH_TLS:
        return mkMeshTLS(namespace, name, this.#labels());
    }
  }

  #labels(): Record<string, string> {
    const keys = LABEL_KEYS.filter(() => this.#random.below(2) === 0);
    return Object.fromEntries(keys.map((key) => [key, this.#random.pick(LABEL_VALUES)]));
  }

  /** Where a list differs from what this history left behind. */
  differences(kind: HistoryKind, namespace: string, listed: readonly StoredObject[]): readonly string[] {
    const found = new Map(listed.map((object) => [object.name, object]));
    return NAMES.flatMap((name) => {
      const object = this.#present.get(`${kind}/${keyOf(namespace, name)}`);
      const stored = found.get(name);
      if ((object === undefined) !== (stored === undefined))
        return [`${kind} ${name}: ${object ? 'absent' : 'present'}`];
      if (object === undefined || stored === undefined || kind === 'core/ServiceAccount') return [];
      return isDeepStrictEqual({ ...stored.labels }, { ...object.metadata.labels })
        ? []
        : [`${kind} ${name}: labels ${JSON.stringify(stored.labels)}`];
    });
  }
}
