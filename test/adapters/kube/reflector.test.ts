/** One kind against an API server that fails in every way that stops, leaks or blinds the stock informer. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { project } from '../../../src/policy/objects/project.js';
import type { Batch } from '../../../src/policy/ports.js';
import { mkNamespace, mkServer } from '../../conformance/object-source.js';
import { plainAuth } from './mock-api-server.js';
import { quiet, Rig, SERVER, until, type RigOptions } from './rig.js';

const LIST = (url: URL): boolean => url.pathname.endsWith('/servers') && !url.searchParams.has('watch');
const WATCH = (url: URL): boolean => url.pathname.endsWith('/servers') && url.searchParams.has('watch');

let rig: Rig;
async function open(options: RigOptions = {}): Promise<Rig> {
  rig = await new Rig(options).open();
  return rig;
}
afterEach(() => rig.close());

const apply = (name: string, labels: Record<string, string> = {}): void =>
  void rig.server.apply(SERVER, mkServer('app', name, labels));
const remove = (name: string): void => rig.server.remove(SERVER, 'app', name);
const get = (name: string) => rig.fold.get(SERVER, 'app', name);
const status = () => rig.reflector.status;
const watchVersions = (): (string | null)[] =>
  rig.server.requestsFor(SERVER, true).map(({ query }) => query.get('resourceVersion'));
/** An event as it comes on a watch. */
function line(type: string, object: unknown): string {
  return `${JSON.stringify({ type, object })}\n`;
}
const lists = (): number => rig.server.requestsFor(SERVER, false).length;

describe('a list', () => {
  test('comes in pages of 500, all of one state, and is one batch', async () => {
    await open();
    for (let i = 0; i < 1_101; i++) apply(`web-${String(i).padStart(4, '0')}`);
    await rig.watching();
    const pages = rig.server.requestsFor(SERVER, false);
    expect(
      pages.map(({ path, query }) => [path, query.get('limit'), query.get('continue') !== null]),
    ).toEqual([
      ['/apis/policy.linkerd.io/v1beta3/servers', '500', false],
      ['/apis/policy.linkerd.io/v1beta3/servers', '500', true],
      ['/apis/policy.linkerd.io/v1beta3/servers', '500', true],
    ]);
    expect(rig.fold.batches).toHaveLength(1);
    expect(rig.fold.size(SERVER)).toBe(1_101);
    expect(status()).toMatchObject({ state: 'listed', objects: 1_101, heardAt: rig.timing.now() });
    expect(rig.told).toEqual(['objects 1101', 'synced true', 'event replaced', 'relist start']);
  });

  test('that expires between two pages is begun again', async () => {
    await open({ limits: { pageSize: 2 } });
    for (const name of ['a', 'b', 'c']) apply(name);
    let expired = false;
    rig.server.intercept((_, __, url) => {
      if (url.searchParams.has('continue') && !expired) {
        expired = true;
        remove('a');
        rig.server.compact();
      }
      return false;
    });
    rig.reflector.start();
    await until(() => rig.errors.length > 0);
    await rig.watched(1);
    expect(rig.errors).toEqual(['410']);
    expect(rig.fold.batches).toHaveLength(1);
    expect(rig.names).toEqual(['b', 'c']);
  });

  test('page that is too large is asked for in halves', async () => {
    await open({ limits: { pageSize: 8, pageBytes: 2_000 } });
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) apply(name, { app: 'x'.repeat(63) });
    rig.reflector.start();
    await rig.waited();
    await rig.watched(1);
    expect(rig.fold.size(SERVER)).toBe(8);
    expect(rig.errors).toEqual(['too-large']);
    expect(rig.server.requestsFor(SERVER, false).map(({ query }) => query.get('limit'))).toEqual([
      '8',
      '4',
      '4',
    ]);
  });

  test.each([
    ['nothing', ''],
    ['no JSON', '{"items":['],
    ['no list', '{"kind":"Server"}'],
    ['items that are no list', '{"metadata":{"resourceVersion":"1"},"items":{}}'],
    ['no version', '{"metadata":{},"items":[]}'],
  ])('answered by %s is asked for again', async (_, body) => {
    await open();
    apply('web');
    let times = 1;
    rig.server.intercept((__, response, url) => {
      if (!LIST(url) || times-- <= 0) return false;
      response.end(body);
      return true;
    });
    rig.reflector.start();
    await until(() => rig.errors.length === 1);
    expect(rig.errors).toEqual(['malformed']);
    expect(status().state).toBe('pending');
    await rig.waited();
    await rig.sees('web');
  });

  test.each([
    ['refused', (rigged: Rig) => rigged.server.refuse(LIST, 500, { times: 1 }), '500'],
    ['cut', (rigged: Rig) => cut(rigged), 'econnreset'],
  ])('that is %s is asked for again', async (_, fail, code) => {
    await open();
    apply('web');
    fail(rig);
    rig.reflector.start();
    expect(await rig.waited()).toBeGreaterThanOrEqual(800);
    await rig.sees('web');
    expect(rig.errors).toEqual([code]);
  });

  test('without an answer is given up after a minute and asked for again', async () => {
    await open();
    apply('web');
    let times = 1;
    rig.server.intercept((_, __, url) => LIST(url) && times-- > 0);
    rig.reflector.start();
    await until(() => lists() === 1);
    rig.requestTiming.advance(59_999);
    await quiet();
    expect(rig.errors).toEqual([]);
    rig.requestTiming.advance(1);
    await until(() => rig.errors.length === 1);
    expect(rig.errors).toEqual(['timeout']);
    await rig.waited();
    await rig.sees('web');
  });
});

/** Cuts the connection of the next list in the middle of its answer. */
function cut({ server }: Rig): void {
  let times = 1;
  server.intercept((_, response, url) => {
    if (!LIST(url) || times-- <= 0) return false;
    response.writeHead(200, { 'Content-Length': '1000' });
    response.write('{"items":[', () => response.socket?.resetAndDestroy());
    return true;
  });
}

describe('a watch', () => {
  test.each([
    [0, '240'],
    [0.9999, '300'],
  ])(
    'asks for bookmarks, from the list on, and to end after 240 to 300 s (chance %d)',
    async (chance, seconds) => {
      await open();
      apply('web');
      rig.timing.chance = chance;
      const { version } = rig.server;
      await rig.watching();
      const { query } = rig.server.requestsFor(SERVER, true)[0]!;
      expect(Object.fromEntries(query)).toEqual({
        watch: 'true',
        allowWatchBookmarks: 'true',
        resourceVersion: String(version),
        timeoutSeconds: seconds,
      });
    },
  );

  test('of a cluster-wide kind has no namespace', async () => {
    await open({ kind: 'core/Namespace' });
    rig.server.apply('core/Namespace', mkNamespace('app', { team: 'a' }));
    await rig.watching();
    expect(rig.server.requestsFor('core/Namespace', true)[0]?.path).toBe('/api/v1/namespaces');
    expect(rig.fold.get('core/Namespace', '', 'app')).toMatchObject({ namespace: '', labels: { team: 'a' } });
  });

  test('delivers the events of one chunk as one batch, in order', async () => {
    await open();
    apply('old');
    await rig.watching();
    rig.server.watches[0]?.write(
      [
        ['ADDED', 'a'],
        ['DELETED', 'old'],
        ['ADDED', 'b'],
        ['MODIFIED', 'a'],
      ]
        .map(([type = '', name = '']) => line(type, mkServer('app', name)))
        .join(''),
    );
    await rig.sees('a', 'b');
    expect(
      rig.fold.batches[1]?.map((event) => (event.type === 'applied' ? event.object.name : event.type)),
    ).toEqual(['a', 'deleted', 'b', 'a']);
    expect(rig.told.slice(4)).toEqual([
      'event added',
      'event deleted',
      'event added',
      'event modified',
      'objects 2',
    ]);
    expect(status().objects).toBe(2);
  });

  test('puts together a line that comes in pieces, even of one character', async () => {
    await open();
    await rig.watching();
    const bytes = Buffer.from(
      `${JSON.stringify({ type: 'ADDED', object: mkServer('app', 'web', { app: 'grün-日本-😀' }) })}\n`,
    );
    for (let at = 0; at < bytes.length; at += 7) {
      rig.server.watches[0]?.write(bytes.subarray(at, at + 7));
      await quietly();
    }
    await rig.sees('web');
    expect(get('web')?.labels).toEqual({ app: 'grün-日本-😀' });
  });

  test('goes on from the last bookmark, without a list', async () => {
    await open();
    apply('web');
    await rig.watching();
    rig.server.advance();
    rig.timing.advance(50_000);
    rig.server.bookmark(SERVER);
    await until(() => status().heardAt === rig.timing.now());
    rig.server.watches[0]?.end();
    await rig.watched(2);
    expect(watchVersions()).toEqual(['101', '102']);
    expect(rig.relists).toEqual(['start']);
    expect(rig.told).toContain('event bookmark');
  });

  test('goes on at once where the server ended it in time', async () => {
    await open();
    await rig.watching();
    for (let count = 2; count < 20; count++) {
      rig.timing.advance(5_000);
      apply(`web-${String(count)}`);
      await until(() => rig.fold.size(SERVER) === count - 1);
      rig.server.open(SERVER)[0]?.end();
      await rig.watched(count);
    }
    expect(rig.errors).toEqual([]);
    expect(lists()).toBe(1);
  });

  test('that always ends as soon as it begins is not asked for again and again', async () => {
    await open();
    rig.server.intercept((_, response, url) => {
      if (!WATCH(url)) return false;
      response.writeHead(200).end();
      return true;
    });
    rig.reflector.start();
    const waits: number[] = [];
    for (let i = 0; i < 10; i++) waits.push(await rig.waited());
    expect(waits).toEqual([800, 1_600, 3_200, 6_400, 12_800, 15_000, 15_000, 15_000, 15_000, 15_000]);
    expect(lists()).toBe(1);
    expect(new Set(rig.errors)).toEqual(new Set(['short-watch']));
  });

  test('is one: two starts open one', async () => {
    await open();
    rig.reflector.start();
    await rig.watching();
    await quiet();
    expect(rig.server.watches).toHaveLength(1);
    expect(lists()).toBe(1);
  });
});

const quietly = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

describe('a watch that fails goes on where it stopped', () => {
  test.each([401, 429, 500, 502, 503, 504])('after HTTP %d', async (code) => {
    await open();
    apply('web');
    await rig.watching();
    rig.server.refuse(WATCH, code, { times: code === 401 ? 2 : 1 });
    rig.timing.advance(2_000);
    rig.server.watches[0]?.end();
    await until(() => rig.errors.length === 1);
    apply('meanwhile');
    expect(await rig.waited()).toBe(800);
    await rig.sees('meanwhile', 'web');
    expect(rig.errors).toEqual([String(code)]);
    expect(rig.relists).toEqual(['start']);
    expect(status().state).toBe('listed');
  });

  test('after a reset in the middle of a line', async () => {
    await open();
    await rig.watching();
    apply('web');
    await rig.sees('web');
    rig.server.watches[0]?.write('{"type":"ADDED","object":{"metadata":{"na');
    await quiet();
    rig.server.watches[0]?.reset();
    await until(() => rig.errors.length === 1);
    apply('meanwhile');
    await rig.waited();
    await rig.sees('meanwhile', 'web');
    expect(rig.errors).toEqual(['econnreset']);
    expect(lists()).toBe(1);
    expect(watchVersions()).toEqual(['100', '101']);
  });

  test('after an answer that ends in the middle of a line', async () => {
    await open();
    await rig.watching();
    rig.timing.advance(2_000);
    rig.server.watches[0]?.write('{"type":"ADDED","object":{"metadata":{"na');
    rig.server.watches[0]?.end();
    apply('web');
    await rig.sees('web');
    expect(lists()).toBe(1);
  });

  test('after the server was gone for a while', async () => {
    await open();
    await rig.watching();
    const stop = rig.server.intercept((request) => {
      request.socket.resetAndDestroy();
      return true;
    });
    rig.server.watches[0]?.reset();
    for (let i = 0; i < 4; i++) await rig.waited();
    await until(() => rig.errors.length === 5);
    apply('meanwhile');
    stop();
    await rig.waited();
    await rig.sees('meanwhile');
    expect(lists()).toBe(1);
  });

  test('after credentials could not be had', async () => {
    let failing = false;
    await open({
      auth: (server) => ({
        ...plainAuth(server),
        requestOptions: () => (failing ? Promise.reject(new Error('plug-in failed')) : Promise.resolve({})),
      }),
    });
    await rig.watching();
    failing = true;
    rig.timing.advance(2_000);
    rig.server.watches[0]?.end();
    await until(() => rig.errors.length === 1);
    apply('meanwhile');
    failing = false;
    await rig.waited();
    await rig.sees('meanwhile');
    expect(rig.errors).toEqual(['credentials']);
    expect(rig.logged[0]).toContain('plug-in failed');
  });

  test('after 75 s without a byte, on a new connection, and at once', async () => {
    await open();
    await rig.watching();
    apply('web');
    await rig.sees('web');
    rig.timing.advance(74_999);
    await quiet();
    expect(rig.server.watches).toHaveLength(1);
    rig.timing.advance(1);
    await rig.watched(2);
    await until(() => rig.server.open(SERVER).length === 1, 'the dead connection to be closed');
    expect(rig.errors).toEqual(['stall']);
    expect(watchVersions()).toEqual(['100', '101']);
    expect(lists()).toBe(1);
    apply('later');
    await rig.sees('later', 'web');
  });

  test('but any byte is a sign of life', async () => {
    await open();
    await rig.watching();
    for (let i = 0; i < 3; i++) {
      rig.timing.advance(30_000);
      rig.server.bookmark(SERVER);
      const [watch] = rig.server.watches;
      watch?.write('\n');
      await until(() => status().heardAt === rig.timing.now());
    }
    rig.timing.advance(74_000);
    await quiet();
    expect(rig.errors).toEqual([]);
    expect(rig.server.watches).toHaveLength(1);
  });

  test('after a server that accepts and does not answer', async () => {
    await open();
    await rig.watching();
    let times = 1;
    rig.server.intercept((_, __, url) => WATCH(url) && times-- > 0);
    rig.timing.advance(2_000);
    rig.server.watches[0]?.end();
    await until(() => rig.server.requestsFor(SERVER, true).length === 2);
    rig.requestTiming.advance(30_000);
    await rig.waited();
    await rig.watched(2);
    expect(rig.errors).toEqual(['timeout']);
  });
});

describe('a watch that fails for good is followed by a list', () => {
  /** Two objects change while the watch is blind: one goes, and one is made anew under its old name. */
  function changeUnseen(): void {
    remove('gone');
    remove('web');
    apply('web', { made: 'anew' });
  }

  const expectRenewed = async (old: string | undefined): Promise<void> => {
    await until(() => get('web')?.labels['made'] === 'anew');
    expect(rig.names).toEqual(['web']);
    expect(get('web')?.uid).not.toBe(old);
    expect(status()).toMatchObject({ state: 'listed', objects: 1 });
  };

  test.each([
    ['410 as an event', 'expired', '410', () => rig.server.compact()],
    ['410 as an answer', 'expired', '410', () => rig.server.refuse(WATCH, 410, { times: 1 })],
  ])('%s, at once', async (_, reason, code, fail) => {
    await open();
    apply('gone');
    apply('web');
    await rig.watching();
    const old = get('web')?.uid;
    const stopped = rig.server.intercept((request) => {
      request.socket.resetAndDestroy();
      return true;
    });
    rig.server.watches[0]?.reset();
    await until(() => rig.errors.length === 1);
    changeUnseen();
    fail();
    stopped();
    expect(await rig.waited()).toBe(800);
    await until(() => rig.relists.length === 2);
    await expectRenewed(old);
    expect(rig.relists).toEqual(['start', reason]);
    expect(rig.errors).toEqual(['econnreset', code]);
  });

  test('410 in a healthy watch, without a wait', async () => {
    await open();
    apply('gone');
    apply('web');
    await rig.watching();
    const old = get('web')?.uid;
    rig.timing.advance(2_000);
    rig.server.mute = true;
    changeUnseen();
    rig.server.compact();
    rig.server.watches[0]?.end();
    await until(() => rig.relists.length === 2);
    await expectRenewed(old);
  });

  test('410 after every list, with waits between the lists', async () => {
    await open();
    rig.server.refuse(WATCH, 410);
    rig.reflector.start();
    await until(() => rig.errors.length === 2);
    const waits: number[] = [];
    for (let i = 0; i < 4; i++) waits.push(await rig.waited());
    expect(waits).toEqual([1_600, 3_200, 6_400, 12_800]);
  });

  test.each([
    ['an ERROR event of another kind', 'error-event', '500', line('ERROR', { kind: 'Status', code: 500 })],
    ['an ERROR event without a status', 'error-event', 'error-event', line('ERROR', null)],
    ['a line that is no JSON', 'malformed', 'malformed', '{"type":\n'],
    ['a line that is not UTF-8', 'malformed', 'malformed', Buffer.from([0x22, 0xff, 0x22, 0x0a])],
    ['an event of an unknown type', 'malformed', 'malformed', line('RENAMED', mkServer('app', 'x'))],
    ['an event that is no object', 'malformed', 'malformed', '7\n'],
    ['a deletion of nobody', 'malformed', 'malformed', line('DELETED', { metadata: {} })],
    ['a line without an end', 'malformed', 'too-large', 'x'.repeat(100_001)],
  ])('%s', async (_, reason, code, bytes) => {
    await open({ limits: { lineBytes: 100_000 } });
    apply('gone');
    apply('web');
    await rig.watching();
    const old = get('web')?.uid;
    const [watch] = rig.server.watches;
    watch?.write(bytes);
    await until(() => rig.errors.length === 1);
    expect(rig.errors).toEqual([code]);
    changeUnseen();
    expect(await rig.waited()).toBe(800);
    await expectRenewed(old);
    expect(rig.relists).toEqual(['start', reason]);
    await until(() => rig.server.open(SERVER).length === 1);
  });

  test('and what came before the fault, in the same chunk, is not lost', async () => {
    await open();
    await rig.watching();
    rig.server.watches[0]?.write(`${line('ADDED', mkServer('app', 'web'))}{"type":\n`);
    await rig.sees('web');
    expect(rig.errors).toEqual(['malformed']);
  });

  test('a version from the future, as after a restored backup', async () => {
    await open();
    apply('web');
    await rig.watching();
    rig.server.refuse(WATCH, 504, {
      times: 1,
      body: {
        kind: 'Status',
        code: 504,
        reason: 'Timeout',
        details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }] },
      },
    });
    rig.timing.advance(2_000);
    rig.server.watches[0]?.end();
    await until(() => rig.errors.length === 1);
    await rig.waited();
    await rig.watched(2);
    expect(rig.relists).toEqual(['start', 'version']);
  });

  test('three refusals in a row: it may be the version that the server cannot serve', async () => {
    await open();
    apply('web');
    await rig.watching();
    rig.server.refuse(WATCH, 500, { times: 3 });
    rig.timing.advance(2_000);
    rig.server.watches[0]?.end();
    for (let i = 0; i < 3; i++) await rig.waited();
    await rig.watched(2);
    expect(rig.relists).toEqual(['start', 'refused']);
  });

  test.each([
    [SERVER, ['start', 'refresh']],
    ['core/Pod', ['start']],
  ] as const)('half an hour without a list, of a kind of a CRD: %s', async (kind, reasons) => {
    await open({ kind });
    await rig.watching();
    for (let count = 2; count <= 8; count++) {
      rig.timing.advance(70_000);
      rig.server.bookmark(kind);
      await until(() => status().heardAt === rig.timing.now());
    }
    expect(rig.server.watches).toHaveLength(1);
    for (let left = 1_800_000 - 7 * 70_000; left > 0; left -= 70_000) {
      rig.timing.advance(Math.min(left, 70_000));
      rig.server.bookmark(kind);
      await until(() => status().heardAt === rig.timing.now());
    }
    rig.server.watches[0]?.end();
    await rig.watched(2);
    expect(rig.relists).toEqual(reasons);
  });

  test('a watch without any news for 100 s', async () => {
    // Bytes without news keep a stall away.
    await open({ limits: { stallMs: 1_000_000 } });
    await rig.watching();
    rig.server.mute = true;
    apply('unseen');
    rig.timing.advance(99_999);
    await quiet();
    expect(rig.relists).toEqual(['start']);
    rig.timing.advance(1);
    await rig.watched(2);
    expect(rig.relists).toEqual(['start', 'quiet']);
    expect(rig.names).toEqual(['unseen']);
    expect(status().heardAt).toBe(rig.timing.now());
  });
});

describe('a sink that throws', () => {
  test('is given the kind anew, and nothing is unhandled', async () => {
    let left = 3;
    const batches: Batch[] = [];
    await open({
      sink: (batch) => {
        if (left-- > 0) throw new Error('the sink of this test');
        batches.push(batch);
        rig.fold.sink(batch);
      },
    });
    apply('web');
    rig.reflector.start();
    for (let i = 0; i < 3; i++) await rig.waited();
    await rig.sees('web');
    expect(rig.errors).toEqual(['sink', 'sink', 'sink']);
    expect(status()).toMatchObject({ state: 'listed', objects: 1 });

    await rig.watched(1);
    left = 1;
    apply('later');
    await until(() => rig.errors.length === 4);
    await rig.waited();
    await rig.sees('later', 'web');
    expect(batches.map((batch) => batch[0]?.type)).toEqual(['replaced', 'replaced']);
    expect(rig.relists).toEqual(['start', 'sink']);
  });
});

describe('waiting', () => {
  test.each([
    [0, [800, 1_600, 3_200, 6_400, 12_800, 15_000, 15_000]],
    [0.5, [1_200, 2_400, 4_800, 9_600, 19_200, 22_500, 22_500]],
    [0.9999999, [1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]],
  ])('doubles from 0.8 s to 30 s, drawn by chance (%d)', async (chance, expected) => {
    await open();
    rig.timing.chance = chance;
    rig.server.refuse(LIST, 500);
    rig.reflector.start();
    const waits: number[] = [];
    for (let i = 0; i < 7; i++) waits.push(Math.round(await rig.waited()));
    expect(waits).toEqual(expected);
  });

  test('begins anew after a healthy minute, and not before', async () => {
    await open();
    rig.server.refuse(LIST, 500, { times: 3 });
    rig.reflector.start();
    for (let i = 0; i < 3; i++) await rig.waited();
    await rig.watched(1);

    rig.timing.advance(59_000);
    rig.server.watches[0]?.reset();
    expect(await rig.waited()).toBe(6_400);
    await rig.watched(2);
    rig.server.bookmark(SERVER);
    await until(() => status().heardAt === rig.timing.now());
    rig.timing.advance(60_000);
    rig.server.watches[1]?.reset();
    expect(await rig.waited()).toBe(800);
  });

  test.each([
    [429, '7', 7_000],
    [503, '1', 1_000],
    [500, '12', 12_000],
    [429, '86400', 300_000],
    [429, 'Wed, 21 Oct 2026 07:28:00 GMT', 800],
    [429, '0', 800],
  ])('honours Retry-After (%d, %s)', async (code, header, expected) => {
    await open();
    rig.server.refuse(LIST, code, { times: 1, headers: { 'Retry-After': header } });
    rig.reflector.start();
    expect(await rig.waited()).toBe(expected);
    await rig.watched(1);
  });

  test('honours the wait that a status asks for', async () => {
    await open();
    rig.server.refuse(LIST, 429, { times: 1, body: { kind: 'Status', details: { retryAfterSeconds: 9 } } });
    rig.reflector.start();
    expect(await rig.waited()).toBe(9_000);
  });
});

describe('a kind that is refused', () => {
  test('is unavailable, and tried again within 60 s until it is given back', async () => {
    await open();
    apply('web');
    rig.server.refuse(LIST, 403, { times: 3 });
    rig.timing.chance = 0.5;
    rig.reflector.start();
    await until(() => status().state === 'unavailable');
    expect(status()).toEqual({ kind: SERVER, state: 'unavailable', reason: 'forbidden', objects: 0 });
    for (let i = 0; i < 3; i++) expect(await rig.waited()).toBe(52_500);
    await rig.sees('web');
    await rig.watched(1);
    expect(status()).toMatchObject({ state: 'listed', reason: undefined, objects: 1 });
    expect(rig.told.filter((told) => told.startsWith('synced'))).toEqual([
      'synced false',
      'synced false',
      'synced false',
      'synced true',
    ]);
    expect(rig.logged).toEqual([
      `warn | the kind is unavailable | 403 | GET /apis/policy.linkerd.io/v1beta3/servers?limit=500: 403 refused by the test`,
      'info | watching again',
    ]);
  });

  test('keeps what it had, and is listed anew when it is given back', async () => {
    await open();
    apply('gone');
    await rig.watching();
    const giveBack = rig.server.refuse((url) => LIST(url) || WATCH(url), 403);
    rig.timing.advance(2_000);
    rig.server.watches[0]?.end();
    await until(() => status().state === 'unavailable');
    expect(status()).toMatchObject({ reason: 'forbidden', objects: 1 });
    expect(rig.names).toEqual(['gone']);
    remove('gone');
    apply('web');
    giveBack();
    expect(await rig.waited()).toBe(60_000);
    await rig.sees('web');
    expect(rig.relists).toEqual(['start', 'unavailable']);
  });
});

describe('a kind that is not served', () => {
  test('is unavailable, and picked up within 60 s of its arrival', async () => {
    await open();
    rig.server.unserve(SERVER);
    rig.reflector.start();
    await until(() => status().state === 'unavailable');
    expect(status()).toMatchObject({ reason: 'missing', objects: 0 });
    expect(rig.fold.batches).toEqual([]);
    expect(await rig.waited()).toBe(60_000);
    await until(() => rig.errors.length === 2);

    rig.server.serve(SERVER, 'v1beta3');
    apply('web');
    expect(await rig.waited()).toBeLessThanOrEqual(60_000);
    await rig.sees('web');
    expect(status().state).toBe('listed');
    expect(lists()).toBe(1);
  });

  test('any more has no objects', async () => {
    await open();
    apply('web');
    await rig.watching();
    rig.timing.advance(2_000);
    rig.server.unserve(SERVER);
    // The 404 itself might be a proxy's; discovery is asked before it is believed.
    expect(await rig.waited()).toBe(800);
    await rig.sees();
    expect(status()).toMatchObject({ state: 'unavailable', reason: 'missing', objects: 0 });
    expect(rig.fold.batches.at(-1)).toEqual([{ type: 'replaced', kind: SERVER, objects: [] }]);

    rig.server.serve(SERVER, 'v1beta3');
    apply('again');
    await rig.waited();
    await rig.sees('again');
  });

  test('any more is told of again when the sink threw at it', async () => {
    let throws = false;
    await open({
      sink: (batch) => {
        if (throws) throw new Error('the sink of this test');
        rig.fold.sink(batch);
      },
    });
    apply('web');
    await rig.watching();
    throws = true;
    rig.timing.advance(2_000);
    rig.server.unserve(SERVER);
    await rig.waited();
    await until(() => rig.errors.includes('sink'));
    throws = false;
    await rig.waited();
    await rig.sees();
  });

  test('although discovery says so, 404 after 404, is unavailable and keeps what it had', async () => {
    await open();
    apply('web');
    await rig.watching();
    rig.server.refuse(WATCH, 404);
    rig.timing.advance(2_000);
    rig.server.watches[0]?.end();
    await rig.waited();
    await rig.waited();
    await until(() => status().state === 'unavailable');
    expect(status()).toMatchObject({ reason: 'missing', objects: 1 });
  });

  test('in our newest version is read in an older one', async () => {
    await open();
    rig.server.unserve(SERVER);
    rig.server.serve(SERVER, 'v1beta1');
    apply('web');
    await rig.watching();
    expect(rig.server.requestsFor(SERVER, true)[0]?.path).toBe('/apis/policy.linkerd.io/v1beta1/servers');
    expect(rig.names).toEqual(['web']);
  });

  test('in our newest version is read in it as soon as it is', async () => {
    await open();
    rig.server.unserve(SERVER);
    rig.server.serve(SERVER, 'v1beta1');
    apply('web');
    await rig.watching();
    expect(rig.server.watches[0]?.query.get('timeoutSeconds')).toBe('50');
    rig.server.serve(SERVER, 'v1beta3');
    rig.timing.advance(50_000);
    rig.server.watches[0]?.end();
    await rig.watched(2);
    expect(rig.server.requestsFor(SERVER, true).at(-1)?.path).toBe('/apis/policy.linkerd.io/v1beta3/servers');
    expect(rig.relists).toEqual(['start', 'version']);
    expect(rig.server.watches[1]?.query.get('timeoutSeconds')).toBe('240');
  });

  test('in its version any more is listed in the next one', async () => {
    await open();
    apply('web');
    await rig.watching();
    rig.timing.advance(2_000);
    rig.server.unserve(SERVER);
    rig.server.serve(SERVER, 'v1beta2');
    apply('web');
    await rig.waited();
    await rig.watched(2);
    expect(rig.server.requestsFor(SERVER, true).at(-1)?.path).toBe('/apis/policy.linkerd.io/v1beta2/servers');
    expect(rig.relists).toEqual(['start', 'version']);
  });
});

describe('an object that cannot be read', () => {
  /** Refuses objects with a label, and throws at those with another one. */
  const picky: RigOptions['project'] = (kind, raw, table) => {
    const result = project(kind, raw, table);
    if (result.ok && result.value.labels['bad'] === 'throw') throw new Error('a bug');
    return result.ok && result.value.labels['bad'] !== undefined ? { ok: false, error: 'bad' } : result;
  };

  test.each(['fail', 'throw'])('counts as absent, and ends nothing (%s)', async (bad) => {
    await open({ project: picky });
    apply('a');
    apply('b', { bad });
    await rig.watching();
    expect(rig.names).toEqual(['a']);

    apply('a', { bad });
    await rig.sees();
    expect(status().objects).toBe(0);
    apply('c', { bad });
    apply('d');
    await rig.sees('d');
    apply('a', { bad: '' });
    apply('a');
    await rig.sees('a', 'd');
    remove('b');
    remove('c');
    apply('e');
    await rig.sees('a', 'd', 'e');

    expect(rig.errors).toEqual(['unreadable', 'unreadable', 'unreadable', 'unreadable']);
    expect(rig.relists).toEqual(['start']);
    expect(rig.server.watches).toHaveLength(1);
  });

  test('is named once in the log', async () => {
    await open({ project: picky });
    apply('a', { bad: 'x' });
    await rig.watching();
    apply('a', { bad: 'y' });
    apply('b', { bad: 'y' });
    await until(() => rig.errors.length === 3);
    expect(rig.logged).toEqual([
      'warn | an object cannot be read and counts as absent | bad',
      'warn | an object cannot be read and counts as absent | bad',
    ]);
  });

  test('for want of a name is left out of a list', async () => {
    await open();
    rig.server.intercept((_, response, url) => {
      if (!LIST(url)) return false;
      const items = [null, 7, {}, { metadata: { name: '' } }, mkServer('app', 'web')];
      response.end(JSON.stringify({ metadata: { resourceVersion: '1' }, items }));
      return true;
    });
    await rig.watching();
    expect(rig.names).toEqual(['web']);
    expect(rig.errors).toHaveLength(4);
  });
});

describe('stop', () => {
  /** Nothing is left: no timer, no request, no connection in use, and no batch afterwards. */
  async function expectNothingLeft(): Promise<void> {
    const batches = rig.fold.batches.length;
    await rig.reflector.stop();
    expect(rig.timing.pending + rig.requestTiming.pending).toBe(0);
    // What was on its way arrives; then nothing else comes.
    rig.client.close();
    while ((await rig.server.connections()) > 0) await quiet();
    const requests = rig.server.requests.length;
    apply('after');
    rig.timing.advance(1_000_000);
    await quiet();
    expect(rig.fold.batches).toHaveLength(batches);
    expect(rig.server.requests).toHaveLength(requests);
    expect(rig.server.open(SERVER)).toEqual([]);
  }

  test('before the start', async () => {
    await open();
    await expectNothingLeft();
    rig.reflector.start();
    await quiet();
    expect(rig.server.requests).toEqual([]);
  });

  test('right after the start', async () => {
    await open();
    rig.reflector.start();
    await expectNothingLeft();
  });

  test('while a list is in flight', async () => {
    await open();
    let held: (() => void) | undefined;
    rig.server.intercept((_, response, url) => {
      if (!LIST(url)) return false;
      held = () => void response.end(JSON.stringify({ metadata: { resourceVersion: '1' }, items: [] }));
      return true;
    });
    rig.reflector.start();
    await until(() => held !== undefined);
    const stopped = rig.reflector.stop();
    held?.();
    await stopped;
    await expectNothingLeft();
    expect(rig.server.watches).toEqual([]);
  });

  test('between two pages', async () => {
    await open({ limits: { pageSize: 1 } });
    apply('a');
    apply('b');
    let stopped: Promise<void> | undefined;
    rig.server.intercept((_, __, url) => {
      if (url.searchParams.has('continue')) stopped = rig.reflector.stop();
      return false;
    });
    rig.reflector.start();
    await until(() => stopped !== undefined);
    await stopped;
    await expectNothingLeft();
    expect(rig.fold.batches).toEqual([]);
  });

  test('just as an answer has come', async () => {
    await open({
      between: (client) => ({
        ...client,
        getJson: async (path, options) => {
          const answer = await client.getJson(path, options);
          void rig.reflector.stop();
          return answer;
        },
      }),
    });
    apply('web');
    rig.reflector.start();
    await until(() => lists() === 1);
    await expectNothingLeft();
    expect(rig.fold.batches).toEqual([]);
    expect(rig.errors).toEqual([]);
  });

  test('during a wait', async () => {
    await open();
    rig.server.refuse(LIST, 500);
    rig.reflector.start();
    await until(() => rig.errors.length === 1);
    await expectNothingLeft();
  });

  test('while it watches', async () => {
    await open();
    await rig.watching();
    await expectNothingLeft();
  });

  test('before a watch has begun to answer', async () => {
    await open();
    let asked = false;
    rig.server.intercept((_, __, url) => (asked ||= WATCH(url)));
    rig.reflector.start();
    await until(() => asked);
    await expectNothingLeft();
  });

  test('from within the sink', async () => {
    let stopped: Promise<void> | undefined;
    await open({
      sink: (batch) => {
        rig.fold.sink(batch);
        stopped = rig.reflector.stop();
      },
    });
    apply('web');
    rig.reflector.start();
    await until(() => stopped !== undefined);
    await stopped;
    await expectNothingLeft();
    expect(rig.fold.batches).toHaveLength(1);
    expect(rig.errors).toEqual([]);
  });

  test('twice, and at once', async () => {
    await open();
    await rig.watching();
    await Promise.all([rig.reflector.stop(), rig.reflector.stop()]);
    await rig.reflector.stop();
    await expectNothingLeft();
  });
});

test('a log that throws ends nothing', async () => {
  await open({
    log: () => {
      throw new Error('the log of this test');
    },
  });
  apply('web');
  rig.server.refuse(LIST, 500, { times: 2 });
  rig.reflector.start();
  expect(await rig.waited()).toBe(30_000);
  await rig.waited();
  await rig.sees('web');
});
