/**
 * The cluster source on a real API server: the conformance suite, and faults. After each fault the cache equals a fresh
 * list, and goes on without a restart. Times are scaled down.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { collectionPath } from '../../src/adapters/kube/addresses.js';
import { ClusterSource, type ClusterSourceOptions } from '../../src/adapters/kube/cluster-source.js';
import { HttpKubeClient, type KubeAuth } from '../../src/adapters/kube/kube-client.js';
import { kubeAuth } from '../../src/adapters/kube/kube-config.js';
import { NO_METRICS } from '../../src/adapters/kube/metrics.js';
import type { ReflectorLimits } from '../../src/adapters/kube/reflector.js';
import { SYSTEM_TIMING } from '../../src/adapters/kube/timing.js';
import { InternTable } from '../../src/policy/objects/intern.js';
import { SOURCE_KINDS, sourceKind, type StoredKind } from '../../src/policy/objects/kinds.js';
import { project } from '../../src/policy/objects/project.js';
import type { StoredObject } from '../../src/policy/objects/stored.js';
import { all, apply, EMPTY_STATE, type State } from '../../src/policy/state/state.js';
import { toCrd } from '../../src/schema/crd.js';
import { definitionOf, externalWorkload, KIND_IDS, type KindId } from '../../src/schema/index.js';
import {
  describeObjectSource,
  Fold,
  mkMeshTLS,
  mkNamespace,
  mkPod,
  mkServer,
  mkService,
  sorted,
  type RawObject,
} from '../conformance/object-source.js';
import { describeOwnCluster, succeeded, waitFor, type KubeObject, type OwnCluster } from './cluster.js';
import { TcpForwarder } from './tcp-forwarder.js';

const SERVER = 'policy.linkerd.io/Server';
const RATE_LIMIT = 'policy.linkerd.io/HTTPLocalRateLimitPolicy';

/** What takes a minute in a cluster takes a second here. */
const QUICK: Partial<ReflectorLimits> = {
  pageSize: 3,
  backoffMinMs: 50,
  backoffMaxMs: 500,
  unavailableMs: 700,
  healthyMs: 1_000,
  shortWatchMs: 100,
  headersMs: 3_000,
};

const crdOf = (id: KindId): KubeObject => toCrd(definitionOf(id)) as unknown as KubeObject;
const CRDS: readonly KubeObject[] = [
  ...KIND_IDS.map(crdOf),
  toCrd(externalWorkload) as unknown as KubeObject,
];

const raw = (object: RawObject): KubeObject => object;
/** Enough of an object to remove it. */
const named = (id: StoredKind, namespace: string, name: string): KubeObject => {
  const { group, kind, versions } = sourceKind(id);
  const version = versions[0] ?? '';
  return {
    apiVersion: group === '' ? version : `${group}/${version}`,
    kind,
    metadata: { name, ...(namespace !== '' && { namespace }) },
  };
};

async function applyAll(cluster: OwnCluster, objects: readonly RawObject[]): Promise<void> {
  for (const object of objects) succeeded(await cluster.serverSideApply(raw(object)));
}

/** The objects of a kind that the index holds. */
const inIndex = (index: State, kind: StoredKind): readonly StoredObject[] =>
  sorted([...index.namespaces.values()].flatMap((ns) => all(ns, kind)));

/** The objects of a kind as the cluster has them now, read by nothing of ours; none where it is not served. */
async function freshList(cluster: OwnCluster, kind: StoredKind): Promise<readonly StoredObject[]> {
  const of = sourceKind(kind);
  const reply = await cluster.request('GET', collectionPath(of, of.versions[0] ?? ''));
  if (reply.status === 404) return [];
  const table = new InternTable();
  return sorted(
    (succeeded(reply).body.items ?? []).flatMap((item) => {
      const result = project(kind, item, table);
      return result.ok ? [result.value] : [];
    }),
  );
}

describeOwnCluster(
  'the cluster source, with a real API server,',
  (cluster) => {
    beforeAll(() => cluster.applyManifests(CRDS), 120_000);

    describeObjectSource(
      'it',
      () => {
        const auth = kubeAuth({ from: 'file', path: cluster.kubeconfig() });
        const client = new HttpKubeClient(auth, SYSTEM_TIMING);
        return Promise.resolve({
          source: new ClusterSource({ client, limits: { ...QUICK, pageSize: 500 } }),
          apply: (object) => applyAll(cluster, [object]),
          remove: async (kind, namespace, name) => {
            succeeded(await cluster.remove(named(kind, namespace, name)));
          },
          settle: () => Promise.resolve(),
          close: () => {
            client.close();
            return Promise.resolve();
          },
        });
      },
      { timeoutMs: 20_000, steps: 80 },
    );

    describe('after a fault', () => {
      let forwarder: TcpForwarder;
      let client: HttpKubeClient;
      let source: ClusterSource;
      let fold: Fold;
      /** What admission asks: built from the same batches. */
      let index: State;
      let relists: string[];
      let errors: string[];
      let events: string[];
      let namespace: string;
      let count = 0;

      beforeEach(async () => {
        forwarder = new TcpForwarder(() => new URL(cluster.server().server));
        await forwarder.listen();
        fold = new Fold();
        index = EMPTY_STATE;
        relists = [];
        errors = [];
        events = [];
        count += 1;
        namespace = `faults-${String(count)}`;
        await applyAll(cluster, [
          mkNamespace(namespace, { team: 'a' }),
          ...['a', 'b', 'c', 'd', 'e'].map((name) => mkServer(namespace, name, { age: 'old' })),
          ...['a', 'b', 'c', 'd'].map((name) => mkPod(namespace, name, { app: name })),
          mkService(namespace, 'web'),
          mkMeshTLS(namespace, 'web'),
        ]);
      });
      afterEach(async () => {
        await source.stop();
        client.close();
        await forwarder.close();
      });

      /** Through the forwarder, as the administrator or with a token. */
      function throughForwarder(token?: string): KubeAuth {
        const auth = kubeAuth({ from: 'file', path: cluster.kubeconfig() });
        return {
          ...auth,
          server: () => new URL(`https://127.0.0.1:${String(forwarder.port)}`),
          requestOptions: async () => {
            const { cert, key, headers, ...options } = await auth.requestOptions();
            if (token === undefined) return { ...options, cert, key, headers };
            return { ...options, headers: { Authorization: `Bearer ${token}` } };
          },
        };
      }

      async function start(
        limits: Partial<ReflectorLimits> = {},
        options: Partial<ClusterSourceOptions> & { token?: string } = {},
      ): Promise<void> {
        client = new HttpKubeClient(throughForwarder(options.token), SYSTEM_TIMING);
        source = new ClusterSource({
          client,
          limits: { ...QUICK, ...limits },
          metrics: {
            ...NO_METRICS,
            relist: (kind, reason) => relists.push(`${kind} ${reason}`),
            event: (kind, type) => events.push(`${kind} ${type}`),
            watchError: (kind, code) => errors.push(`${kind} ${code}`),
          },
          ...options,
        });
        source.start((batch) => {
          fold.sink(batch);
          index = apply(index, batch);
        });
        await waitFor(() => source.status().every(({ state }) => state !== 'pending'), { what: 'all lists' });
      }

      /** Changes of every sort: an object goes, one is made anew under its name, labels change, others come. */
      async function change(round: string): Promise<void> {
        await applyAll(cluster, [
          mkServer(namespace, 'a', { age: round }, 'http'),
          mkServer(namespace, `new-${round}`),
          mkPod(namespace, 'a', { app: round }),
          mkPod(namespace, `new-${round}`),
          mkNamespace(namespace, { team: round }),
        ]);
        succeeded(await cluster.remove(named(SERVER, namespace, 'b')));
        succeeded(await cluster.remove(named('core/Pod', namespace, 'b')));
        await applyAll(cluster, [
          mkServer(namespace, 'b', { age: round }),
          mkPod(namespace, 'b', { app: round }),
        ]);
        succeeded(await cluster.remove(named(SERVER, namespace, `new-${round}`)));
        await applyAll(cluster, [mkServer(namespace, `${round}-stays`)]);
      }

      const state = (kind: StoredKind) => source.status().find((status) => status.kind === kind);

      /** The cache equals a fresh list of every kind; `except` for those that we may not read. */
      async function expectEqualsFreshList(except: readonly StoredKind[] = []): Promise<void> {
        const kinds = SOURCE_KINDS.map(({ id }) => id).filter((id) => !except.includes(id));
        const compare = async (): Promise<true> => {
          for (const kind of kinds) {
            const fresh = await freshList(cluster, kind);
            expect(fold.list(kind)).toEqual(fresh);
            expect(inIndex(index, kind)).toEqual(fresh);
          }
          return true;
        };
        try {
          await waitFor(compare, { timeoutMs: 20_000, what: 'the cache to equal a fresh list' });
        } catch (error) {
          throw new Error(`errors: ${errors.join(', ')}; lists: ${relists.join(', ')}`, { cause: error });
        }
        for (const kind of kinds) expect([kind, state(kind)?.objects]).toEqual([kind, fold.size(kind)]);
      }

      /** And it goes on: a later change is seen soon, in the same life of the source. */
      async function expectGoesOn(): Promise<void> {
        await change('later');
        await waitFor(() => fold.get(SERVER, namespace, 'later-stays') !== undefined, {
          what: 'a later change',
        });
        await expectEqualsFreshList();
      }

      test('none at all', async () => {
        await start();
        await change('meanwhile');
        await expectEqualsFreshList();
        expect(relists).toHaveLength(SOURCE_KINDS.length);
        expect(errors).toEqual([]);
      });

      test.each(['SIGTERM', 'SIGKILL'] as const)(
        'API server restarted by %s in the middle of a watch',
        async (signal) => {
          await start();
          const listed = relists.length;
          await cluster.server().stopServer(signal);
          await waitFor(() => errors.length > SOURCE_KINDS.length, { what: 'attempts to fail' });
          await cluster.server().startServer();
          await expectGoesOn();
          // A new API server knows no history of some kinds; nothing else may make us list.
          expect(relists.slice(listed).filter((list) => !list.endsWith(' expired'))).toEqual([]);
        },
      );

      test('API server restarted, with changes while we were away', async () => {
        await start();
        forwarder.refuse();
        await change('unseen');
        await cluster.server().restart('SIGKILL');
        await change('unseen-too');
        forwarder.accept();
        await expectEqualsFreshList();
        await expectGoesOn();
      });

      test('history compacted while we were away: 410', async () => {
        await start();
        forwarder.refuse();
        await change('unseen');
        const { body } = succeeded(await cluster.list('v1', 'Pod', namespace));
        const compaction = await fetch(`${cluster.server().etcd}/v3/kv/compaction`, {
          method: 'POST',
          body: JSON.stringify({ revision: body.metadata?.resourceVersion, physical: true }),
        });
        expect(compaction.status).toBe(200);
        // The API server remembers recent events itself; a new one does not.
        await cluster.server().restart();
        forwarder.accept();
        await expectEqualsFreshList();
        expect(errors).toContain(`${SERVER} 410`);
        expect(relists).toContain(`${SERVER} expired`);
        await expectGoesOn();
      });

      test('connection stalled: bytes stop, the sockets stay', async () => {
        await start({ stallMs: 2_000 });
        await applyAll(cluster, [mkServer(namespace, 'seen')]);
        await waitFor(() => events.includes(`${SERVER} added`), { what: 'a watch of Servers' });
        forwarder.freeze();
        const frozenAt = performance.now();
        await change('unseen');
        await waitFor(() => fold.get(SERVER, namespace, 'unseen-stays') !== undefined, {
          what: 'the stall to be found',
        });
        expect(performance.now() - frozenAt).toBeLessThan(10_000);
        expect(errors).toContain(`${SERVER} stall`);
        await expectEqualsFreshList();
        await expectGoesOn();
      });

      test('connections cut again and again', async () => {
        await start();
        for (const round of ['one', 'two', 'three']) {
          forwarder.cut();
          await change(round);
        }
        await expectEqualsFreshList();
        await expectGoesOn();
      });

      test('one kind forbidden, and given back', async () => {
        const role: KubeObject = {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'ClusterRole',
          metadata: { name: namespace },
        };
        const rulesFor = (kinds: readonly StoredKind[]) =>
          kinds.map((id) => ({
            apiGroups: [sourceKind(id).group],
            resources: [sourceKind(id).plural],
            verbs: ['get', 'list', 'watch'],
          }));
        const all = SOURCE_KINDS.map(({ id }) => id);
        const account = { kind: 'ServiceAccount', name: 'reader', namespace };
        await cluster.applyManifests([
          { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'reader', namespace } },
          { ...role, rules: rulesFor(all) },
          {
            apiVersion: 'rbac.authorization.k8s.io/v1',
            kind: 'ClusterRoleBinding',
            metadata: { name: namespace },
            roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: namespace },
            subjects: [account],
          },
        ]);
        const address = `/api/v1/namespaces/${namespace}/serviceaccounts/reader/token`;
        const { body } = succeeded(await cluster.request('POST', address, { spec: {} }));
        // A running watch is not asked again; ours end after a second or two here.
        const { token } = body['status'] as { token: string };
        await waitFor(async () => {
          const { status } = await cluster.request('GET', '/api/v1/pods', undefined, {
            headers: { Authorization: `Bearer ${token}` },
          });
          return status === 200;
        });
        await start({ watchSeconds: [1, 2] }, { token });
        await waitFor(() => state(SERVER)?.state === 'listed', { what: 'Servers to be listed' });
        const had = fold.list(SERVER);

        succeeded(
          await cluster.serverSideApply({ ...role, rules: rulesFor(all.filter((id) => id !== SERVER)) }),
        );
        await waitFor(() => state(SERVER)?.state === 'unavailable', { what: 'Servers to be unavailable' });
        expect(state(SERVER)?.reason).toBe('forbidden');
        await change('forbidden');
        await waitFor(() => fold.get('core/Pod', namespace, 'new-forbidden') !== undefined, {
          what: 'other kinds',
        });
        expect(source.status().filter(({ state: is }) => is !== 'listed')).toHaveLength(1);
        expect(fold.list(SERVER).length).toBeGreaterThanOrEqual(had.length);
        await expectEqualsFreshList([SERVER]);
        await expect(source.get(SERVER, namespace, 'a', { timeoutMs: 5_000 })).rejects.toMatchObject({
          status: 403,
        });

        succeeded(await cluster.serverSideApply({ ...role, rules: rulesFor(all) }));
        await waitFor(() => state(SERVER)?.state === 'listed', { what: 'Servers to be listed again' });
        await expectEqualsFreshList();
        await expectGoesOn();
      });

      describe('of a CRD', () => {
        const crd = crdOf(RATE_LIMIT);
        const rateLimit = (name: string): RawObject => ({
          apiVersion: 'policy.linkerd.io/v1alpha1',
          kind: 'HTTPLocalRateLimitPolicy',
          metadata: { name, namespace },
          spec: {
            targetRef: { group: 'policy.linkerd.io', kind: 'Server', name: 'a' },
            total: { requestsPerSecond: 5 },
          },
        });
        const gone = async (): Promise<void> => {
          succeeded(await cluster.remove(crd));
          await waitFor(async () => (await cluster.get(crd)).status === 404, { what: 'the CRD to be gone' });
        };
        afterAll(() => cluster.applyManifests([crd]));

        test('that is not there at the start, and arrives', async () => {
          await gone();
          await start();
          expect(state(RATE_LIMIT)).toMatchObject({ state: 'unavailable', reason: 'missing', objects: 0 });
          await cluster.applyManifests([crd]);
          await applyAll(cluster, [rateLimit('late')]);
          const createdAt = performance.now();
          await waitFor(() => fold.get(RATE_LIMIT, namespace, 'late') !== undefined, {
            what: 'the late kind',
          });
          // 60 s in a cluster.
          expect(performance.now() - createdAt).toBeLessThan(4_000);
          await expectEqualsFreshList();
          await expectGoesOn();
        });

        test('that goes with its objects, and comes again', async () => {
          await start();
          await applyAll(cluster, [rateLimit('early')]);
          await waitFor(() => fold.get(RATE_LIMIT, namespace, 'early') !== undefined, { what: 'an object' });
          await gone();
          await waitFor(() => state(RATE_LIMIT)?.state === 'unavailable', { what: 'the kind to be missing' });
          expect(fold.list(RATE_LIMIT)).toEqual([]);
          await expectEqualsFreshList();
          await cluster.applyManifests([crd]);
          await applyAll(cluster, [rateLimit('again')]);
          await waitFor(() => fold.get(RATE_LIMIT, namespace, 'again') !== undefined, {
            what: 'the kind again',
          });
          await expectEqualsFreshList();
          await expectGoesOn();
        });

        test('whose defaults change, of which no watch tells', async () => {
          const server = toCrd(definitionOf(SERVER));
          const text = JSON.stringify(server);
          const withoutDefault = JSON.parse(
            text.replaceAll('"default":"deny"', '"nullable":false'),
          ) as KubeObject;
          const policyOf = async () => {
            const { body } = await cluster.get(raw(mkServer(namespace, 'undecided')));
            return (body['spec'] as { accessPolicy?: string } | undefined)?.accessPolicy;
          };
          await cluster.applyManifests([withoutDefault]);
          try {
            const undecided = mkServer(namespace, 'undecided');
            await waitFor(async () => {
              await applyAll(cluster, [
                { ...undecided, spec: { port: 80, podSelector: { matchLabels: {} } } },
              ]);
              if ((await policyOf()) === undefined) return true;
              succeeded(await cluster.remove(raw(undecided)));
              return false;
            });
            await start({ watchSeconds: [1, 2], refreshMs: 1_000 });
            expect(fold.get(SERVER, namespace, 'undecided')?.spec).not.toHaveProperty('accessPolicy', 'deny');
          } finally {
            await cluster.applyManifests([crdOf(SERVER)]);
          }
          await waitFor(async () => (await policyOf()) === 'deny', { what: 'the default' });
          await expectEqualsFreshList();
          expect(relists).toContain(`${SERVER} refresh`);
          await expectGoesOn();
          // Later tests do not list anew as often.
          succeeded(await cluster.remove(named(SERVER, namespace, 'undecided')));
        });

        test('that stops serving the version we read, and serves it again', async () => {
          const server = toCrd(definitionOf(SERVER));
          const without = (version: string): KubeObject => {
            const versions = server.spec.versions.map((item) => ({ ...item, served: item.name !== version }));
            return { ...server, spec: { ...server.spec, versions } };
          };
          const [preferred = ''] = sourceKind(SERVER).versions;
          await start({ olderWatchSeconds: 1 });
          await cluster.applyManifests([without(preferred)]);
          try {
            await waitFor(() => relists.includes(`${SERVER} version`), { what: 'another version' });
            const [, older = ''] = sourceKind(SERVER).versions;
            const path = `/apis/policy.linkerd.io/${older}/namespaces/${namespace}/servers/a`;
            succeeded(await cluster.request('DELETE', path));
            await waitFor(() => fold.get(SERVER, namespace, 'a') === undefined, { what: 'a deletion' });
          } finally {
            await cluster.applyManifests([server as unknown as KubeObject]);
          }
          await waitFor(async () => (await freshList(cluster, SERVER)).length > 0, {
            what: 'the version again',
          });
          await expectEqualsFreshList();
          await expectGoesOn();
        });
      });

      test('objects that make no sense, past every schema', async () => {
        const strict = toCrd(definitionOf(SERVER));
        const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
        const versions = strict.spec.versions.map((item) => ({
          ...item,
          schema: { openAPIV3Schema: anything },
        }));
        await cluster.applyManifests([{ ...strict, spec: { ...strict.spec, versions } }]);
        const odd = (name: string, spec: unknown): RawObject => ({
          ...mkServer(namespace, name),
          spec: spec,
        });
        const specs: unknown[] = [
          7,
          'text',
          [],
          { port: {}, podSelector: [] },
          { podSelector: { matchLabels: 7 } },
          {},
        ];
        try {
          // A schema takes a moment to be in force.
          await waitFor(async () => (await cluster.dryRun(raw(odd('probe', 7)))).status === 201, {
            what: 'no schema',
          });
          await start();
          await applyAll(
            cluster,
            specs.map((spec, i) => odd(`odd-${String(i)}`, spec)),
          );
          await waitFor(() => fold.get(SERVER, namespace, 'odd-5') !== undefined, { what: 'odd objects' });
          expect(fold.get(SERVER, namespace, 'odd-0')?.readable).toBe(false);
          await expectEqualsFreshList();
          for (const i of specs.keys())
            succeeded(await cluster.remove(named(SERVER, namespace, `odd-${String(i)}`)));
        } finally {
          await cluster.applyManifests([strict as unknown as KubeObject]);
        }
        await expectGoesOn();
        expect(errors).toEqual([]);
      });

      test('an object that cannot be parsed, among others that can', async () => {
        const unreadable = (object: StoredObject): boolean => object.labels['unreadable'] === 'yes';
        await applyAll(cluster, [mkServer(namespace, 'c', { unreadable: 'yes' })]);
        await start(
          {},
          {
            project: (kind, object, table) => {
              const result = project(kind, object, table);
              return result.ok && unreadable(result.value) ? { ok: false, error: 'unreadable' } : result;
            },
          },
        );
        await applyAll(cluster, [
          mkServer(namespace, 'd', { unreadable: 'yes' }),
          mkServer(namespace, 'new-unreadable', { unreadable: 'yes' }),
          mkServer(namespace, 'e', { age: 'new' }),
        ]);
        await waitFor(() => fold.get(SERVER, namespace, 'e')?.labels['age'] === 'new', {
          what: 'a readable object',
        });
        expect(fold.list(SERVER, namespace).map(({ name }) => name)).toEqual(['a', 'b', 'e']);
        const fresh = await freshList(cluster, SERVER);
        expect(fold.list(SERVER)).toEqual(fresh.filter((object) => !unreadable(object)));
        expect(state(SERVER)?.objects).toBe(fold.size(SERVER));
        expect(errors).toEqual(Array(3).fill(`${SERVER} unreadable`));

        await applyAll(
          cluster,
          ['c', 'd', 'new-unreadable'].map((name) => mkServer(namespace, name, { age: 'readable' })),
        );
        await expectEqualsFreshList();
        await expectGoesOn();
        expect(relists).toHaveLength(SOURCE_KINDS.length);
      });
    });
  },
  { controllerManager: false },
);
