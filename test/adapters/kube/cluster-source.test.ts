/** All kinds together, and live reads; what holds for any source is in conformance.test.ts. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ClusterSource, type ClusterSourceOptions } from '../../../src/adapters/kube/cluster-source.js';
import { HttpKubeClient } from '../../../src/adapters/kube/kube-client.js';
import { SOURCE_KINDS, type StoredKind } from '../../../src/policy/objects/kinds.js';
import { Fold, mkNamespace, mkPod, mkServer } from '../../conformance/object-source.js';
import { ManualTiming } from './manual-timing.js';
import { MockApiServer, plainAuth } from './mock-api-server.js';
import { quiet, SERVER, until } from './rig.js';

const within = { timeoutMs: 500 };

let server: MockApiServer;
let timing: ManualTiming;
let client: HttpKubeClient;
let source: ClusterSource;
let fold: Fold;

const open = (options: Partial<ClusterSourceOptions> = {}): ClusterSource => {
  source = new ClusterSource({ client, timing, ...options });
  return source;
};

beforeEach(async () => {
  server = new MockApiServer();
  await server.listen();
  timing = new ManualTiming();
  client = new HttpKubeClient(plainAuth(server), timing);
  fold = new Fold();
});
afterEach(async () => {
  await source.stop();
  client.close();
  await server.close();
  await until(() => timing.pending === 0, 'the last timer');
});

const state = (kind: StoredKind) => source.status().find((status) => status.kind === kind);
const allListed = (): boolean => source.status().every(({ state: is }) => is === 'listed');
const allWatched = (): boolean => SOURCE_KINDS.every(({ id }) => server.open(id).length === 1);

test('lists every kind once, asks each version of a group once, and watches each kind', async () => {
  open().start(fold.sink);
  expect(fold.batches).toEqual([]);
  await until(allListed);
  await until(allWatched);
  expect(fold.batches).toHaveLength(SOURCE_KINDS.length);
  for (const { id } of SOURCE_KINDS)
    expect([id, server.requestsFor(id, false).length > 0]).toEqual([id, true]);
  const asked = server.requests.map(({ path }) => path).filter((path) => /^\/apis\/[^/]+\/[^/]+$/.test(path));
  expect(new Set(asked).size).toBe(asked.length);
});

test('is not synced before everything is listed', async () => {
  const giveBack = server.refuse((url) => url.pathname === '/api/v1/pods', 500);
  open().start(fold.sink);
  await until(
    () => source.status().filter(({ state: is }) => is === 'listed').length === SOURCE_KINDS.length - 1,
  );
  expect(state('core/Pod')).toEqual({ kind: 'core/Pod', state: 'pending', reason: undefined, objects: 0 });
  giveBack();
  timing.advance(2_000);
  await until(allListed);
});

test('goes on with the others where one is refused and one is missing', async () => {
  server.refuse((url) => url.pathname === '/api/v1/pods', 403);
  server.unserve(SERVER);
  server.apply('core/Namespace', mkNamespace('app'));
  open().start(fold.sink);
  await until(() => source.status().every(({ state: is }) => is !== 'pending'));
  expect(source.status().filter(({ state: is }) => is === 'unavailable')).toEqual([
    { kind: 'core/Pod', state: 'unavailable', reason: 'forbidden', objects: 0 },
    { kind: SERVER, state: 'unavailable', reason: 'missing', objects: 0 },
  ]);
  expect(fold.get('core/Namespace', '', 'app')).toBeDefined();
});

test('says when it last heard of each kind', async () => {
  open().start(fold.sink);
  await until(allWatched);
  const start = timing.now();
  timing.advance(40_000);
  server.bookmark('core/Pod');
  server.apply(SERVER, mkServer('app', 'web'));
  await until(
    () => state('core/Pod')?.heardAt === start + 40_000 && state(SERVER)?.heardAt === start + 40_000,
  );
  expect(state('core/Service')?.heardAt).toBe(start);
});

test('starts once', async () => {
  open().start(fold.sink);
  expect(() => source.start(fold.sink)).toThrow('started once');
  await until(allWatched);
  await source.stop();
  expect(() => source.start(fold.sink)).toThrow('not started again');
});

test('stop leaves nothing open, wherever it comes', async () => {
  for (const requests of [0, 1, 3, 10, 20, 30]) {
    const seen = server.requests.length;
    open().start(fold.sink);
    await until(() => server.requests.length - seen >= requests);
    await Promise.all([source.stop(), source.stop()]);
    // What was on its way arrives; then nothing else comes.
    client.close();
    while ((await server.connections()) > 0) await quiet();
    const count = server.requests.length;
    timing.advance(1_000_000);
    await quiet();
    expect(server.requests).toHaveLength(count);
    expect(SOURCE_KINDS.flatMap(({ id }) => server.open(id))).toEqual([]);
    expect(timing.pending).toBe(0);
  }
});

describe('a live read', () => {
  test('asks the server, also where the cache knows better', async () => {
    open().start(fold.sink);
    await until(allWatched);
    server.mute = true;
    server.apply('core/Pod', mkPod('app', 'web', { app: 'web' }));
    expect(await source.get('core/Pod', 'app', 'web', within)).toMatchObject({ labels: { app: 'web' } });
    expect(await source.list('core/Pod', 'app', { ...within, limit: 5 })).toHaveLength(1);
    expect(server.requests.at(-1)?.path).toBe('/api/v1/namespaces/app/pods');
    expect(Object.fromEntries(server.requests.at(-1)?.query ?? [])).toEqual({ limit: '5' });
    expect(fold.size('core/Pod')).toBe(0);
  });

  test('needs no start', async () => {
    server.apply(SERVER, mkServer('app', 'web'));
    expect(await open().get(SERVER, 'app', 'web', within)).toMatchObject({ name: 'web' });
    expect(source.status().every(({ state: is }) => is === 'pending')).toBe(true);
  });

  test.each([
    ['discovery', '/apis/policy.linkerd.io/v1beta3'],
    ['the object', '/apis/policy.linkerd.io/v1beta3/namespaces/app/servers/web'],
  ])('ends in time, whatever hangs: %s', async (_, hanging) => {
    let asked = false;
    server.intercept((__, ___, url) => url.pathname === hanging && (asked = true));
    const read = open().get(SERVER, 'app', 'web', within);
    const outcome = read.catch((error: unknown) => error);
    await until(() => asked);
    timing.advance(499);
    await quiet();
    timing.advance(1);
    expect(await outcome).toMatchObject({ code: 'kube-timeout' });
  });

  test.each([403, 500, 503])('rejects when it cannot tell (%d)', async (code) => {
    server.refuse((url) => url.pathname.includes('/namespaces/app/'), code);
    await expect(open().get(SERVER, 'app', 'web', within)).rejects.toMatchObject({ status: code });
    await expect(source.list(SERVER, 'app', { ...within, limit: 1 })).rejects.toMatchObject({ status: code });
  });

  test.each(['', '.', '..'])('takes no name that leads elsewhere: `%s`', async (name) => {
    await expect(open().get('core/Pod', 'app', name, within)).rejects.toMatchObject({ code: 'kube-name' });
    await expect(source.get('core/Pod', name, 'web', within)).rejects.toMatchObject({ code: 'kube-name' });
    if (name !== '')
      await expect(source.list('core/Pod', name, { ...within, limit: 1 })).rejects.toMatchObject({
        code: 'kube-name',
      });
    expect(server.requests).toEqual([]);
  });

  test('spells odd names out', async () => {
    expect(await open().get('core/Pod', 'a/b', 'c?d#e', within)).toBeUndefined();
    expect(server.requests[0]?.path).toBe('/api/v1/namespaces/a%2Fb/pods/c%3Fd%23e');
  });

  test('finds nothing where the kind is missing, and all of it as soon as it is there', async () => {
    server.unserve(SERVER);
    expect(await open().get(SERVER, 'app', 'web', within)).toBeUndefined();
    expect(await source.list(SERVER, 'app', { ...within, limit: 5 })).toEqual([]);
    server.serve(SERVER, 'v1beta2');
    server.apply(SERVER, mkServer('app', 'web'));
    timing.advance(1_000);
    expect(await source.get(SERVER, 'app', 'web', within)).toMatchObject({ name: 'web' });
    expect(await source.list(SERVER, 'app', { ...within, limit: 5 })).toHaveLength(1);
  });

  test('follows to another version', async () => {
    server.apply(SERVER, mkServer('app', 'web'));
    expect(await open().get(SERVER, 'app', 'web', within)).toBeDefined();
    server.unserve(SERVER);
    server.serve(SERVER, 'v1beta1');
    server.apply(SERVER, mkServer('app', 'web'));
    timing.advance(1_000);
    expect(await source.get(SERVER, 'app', 'web', within)).toMatchObject({ name: 'web' });
    server.unserve(SERVER);
    timing.advance(1_000);
    expect(await source.list(SERVER, 'app', { ...within, limit: 5 })).toEqual([]);
  });

  test('finds nothing in an object that cannot be read', async () => {
    server.apply(SERVER, mkServer('app', 'web'));
    open({ project: () => ({ ok: false, error: 'bad' }) });
    expect(await source.get(SERVER, 'app', 'web', within)).toBeUndefined();
    expect(await source.list(SERVER, 'app', { ...within, limit: 5 })).toEqual([]);
  });

  test.each(['7', '{}', '{"kind":"Status","status":"Success"}'])(
    'does not believe an answer that is no object: %s',
    async (body) => {
      server.intercept((_, response, url) => {
        if (!url.pathname.endsWith('/web')) return false;
        response.end(body);
        return true;
      });
      await expect(open().get(SERVER, 'app', 'web', within)).rejects.toMatchObject({
        code: 'kube-malformed',
      });
    },
  );

  test('is over with stop', async () => {
    server.intercept((_, __, url) => url.pathname.endsWith('/web'));
    const read = open()
      .get(SERVER, 'app', 'web', within)
      .catch((error: unknown) => error);
    await until(() => server.requests.some(({ path }) => path.endsWith('/web')));
    await source.stop();
    expect(await read).toMatchObject({ code: 'kube-aborted' });
  });
});

describe('discovery', () => {
  const DISCOVERY = (url: URL): boolean => /^\/apis\/policy.linkerd.io\/[^/]+$/.test(url.pathname);

  test('that is refused is done without', async () => {
    server.refuse(DISCOVERY, 403);
    server.apply(SERVER, mkServer('app', 'web'));
    open().start(fold.sink);
    await until(() => fold.size(SERVER) === 1);
  });

  test('that fails is asked again', async () => {
    server.refuse(DISCOVERY, 500, { times: 1 });
    server.refuse(DISCOVERY, 200, { times: 1, body: '{"kind":"Odd"}' });
    server.apply(SERVER, mkServer('app', 'web'));
    await expect(open().get(SERVER, 'app', 'web', within)).rejects.toMatchObject({ status: 500 });
    await expect(source.get(SERVER, 'app', 'web', within)).rejects.toMatchObject({ code: 'kube-malformed' });
    expect(await source.get(SERVER, 'app', 'web', within)).toBeDefined();
  });
});
