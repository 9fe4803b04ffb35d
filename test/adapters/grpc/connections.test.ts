/** Connections: how they are asked to go, their limits, and what slow, odd and silent clients do to others. */
import { connect as connectHttp2, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { applied, deleted, grant, mkRig, pod, server, type Rig } from './rig.js';
import { readServer, Watching, type Message } from './reference-client.js';

let rig: Rig;
afterEach(() => rig.close());

const WEB = { workload: 'app:web', port: 80 };
const WATCH = '/io.linkerd.proxy.inbound.InboundServerPolicies/WatchPort';
/** `{workload: "app:web", port: 80}` on the wire, with its gRPC prefix. */
const REQUEST = Buffer.from([0, 0, 0, 0, 11, 0x0a, 7, ...Buffer.from('app:web'), 0x10, 80]);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 1_000 && !(await holds()); i++) await pause(10);
  expect(await holds()).toBe(true);
}

/** HTTP/2 as tonic speaks it, without a gRPC library. */
interface RawStream {
  readonly stream: ClientHttp2Stream;
  readonly chunks: Buffer[];
  trailers: Record<string, unknown> | undefined;
  closed: boolean;
}

function rawWatch(session: ClientHttp2Session, { read = true } = {}): RawStream {
  const stream = session.request({
    ':method': 'POST',
    ':scheme': 'http',
    ':path': WATCH,
    ':authority': 'linkerd-policy.linkerd.svc.cluster.local:8090',
    te: 'trailers',
    'content-type': 'application/grpc',
    'user-agent': 'linkerd2-proxy/v2',
  });
  const raw: RawStream = { stream, chunks: [], trailers: undefined, closed: false };
  stream.on('error', () => undefined);
  stream.on('trailers', (trailers) => (raw.trailers = trailers));
  stream.on('close', () => (raw.closed = true));
  if (read) stream.on('data', (chunk: Buffer) => raw.chunks.push(chunk));
  stream.end(REQUEST);
  return raw;
}

/** The messages in a stream's bytes. */
function messagesIn(chunks: readonly Buffer[]): Message[] {
  const bytes = Buffer.concat(chunks);
  const messages: Message[] = [];
  for (let at = 0; at + 5 <= bytes.length;) {
    const end = at + 5 + bytes.readUInt32BE(at + 1);
    if (end > bytes.length) break;
    messages.push(readServer(bytes.subarray(at + 5, end)));
    at = end;
  }
  return messages;
}

function session(options: Parameters<typeof connectHttp2>[1] = {}): ClientHttp2Session {
  const opened = connectHttp2(`http://${rig.address}`, options);
  opened.on('error', () => undefined);
  return opened;
}

const firstIdentity = (message: Message | undefined): unknown =>
  message?.['authorizations'][0].authentication.meshTLS.identities.identities[0].name;

describe('a slow reader', () => {
  it('gets the newest state when it reads again, and nothing is queued for it', async () => {
    rig = await mkRig([pod('web'), server('web')]);
    const slow = session({ settings: { initialWindowSize: 2_000 } });
    const { stream, chunks } = rawWatch(slow, { read: false });
    const fast = rig.watch(WEB);
    await fast.has(1);
    const long = 'x'.repeat(60);
    const sent = async (): Promise<number> =>
      (await rig.registry.getSingleMetric('grpc_server_msg_sent_total')?.get())?.values.find(
        ({ labels }) => labels['grpc_method'] === 'WatchPort',
      )?.value ?? 0;
    for (let i = 1; i <= 200; i++) {
      rig.deliver(applied(grant('allow', 'web', [`${String(i)}.${long}`])));
      await fast.has(1 + i);
    }
    // To the fast one all of it; to the slow one what its window holds, of about 250 bytes each.
    const toSlow = (await sent()) - 201;
    expect(toSlow).toBeGreaterThan(0);
    expect(toSlow).toBeLessThan(20);
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    await until(() => String(firstIdentity(messagesIn(chunks).at(-1))).startsWith('200.'));
    expect(messagesIn(chunks)).toHaveLength(toSlow + 1);
    slow.destroy();
  });

  it('is forgotten when it goes without ever having read', async () => {
    rig = await mkRig([pod('web'), server('web')]);
    const slow = session({ settings: { initialWindowSize: 0 } });
    rawWatch(slow, { read: false });
    await until(() => rig.grpc.watching() === 1);
    rig.deliver(applied(grant('allow', 'web', ['a'])));
    rig.deliver(deleted(server('web')));
    slow.destroy();
    await until(() => rig.grpc.watching() === 0);
  });
});

describe('drain', () => {
  it('asks one connection after the other to go, with GOAWAY, and ends their streams with OK', async () => {
    rig = await mkRig([pod('web')], { times: { spreadMs: 400 } });
    const went = new Map<ClientHttp2Session, number>();
    const sessions = Array.from({ length: 4 }, () => session());
    const watches = sessions.flatMap((each) => [rawWatch(each), rawWatch(each)]);
    await until(() => rig.grpc.watching() === 8);
    const begun = performance.now();
    for (const each of sessions) {
      each.on('goaway', (code) => {
        expect(code).toBe(0);
        if (!went.has(each)) went.set(each, performance.now() - begun);
      });
    }
    let drained = false;
    const draining = rig.grpc.drain().then(() => (drained = true));
    // Others are still served, and so is one that comes now.
    expect((await rig.watch(WEB).has(1))['labels']).toMatchObject({ kind: 'default' });
    await draining;
    expect(drained).toBe(true);
    expect(watches.map(({ trailers }) => trailers?.['grpc-status'])).toEqual(Array(8).fill('0'));
    expect(went.size).toBe(4);
    expect(Math.max(...went.values()) - Math.min(...went.values())).toBeGreaterThan(150);
    expect(rig.listening.connections()).toBe(0);
    await expect(
      new Promise((resolve, reject) => {
        const { port } = new URL(`http://${rig.address}`);
        connectTcp(Number(port), '127.0.0.1').on('connect', resolve).on('error', reject);
      }),
    ).rejects.toThrow('ECONNREFUSED');
  });

  it('is over at once where nobody is connected', async () => {
    rig = await mkRig([pod('web')]);
    await rig.grpc.drain();
  });

  it('cuts what does not go', async () => {
    rig = await mkRig([pod('web'), server('web')], { times: { spreadMs: 20, graceMs: 50 } });
    // It never reads, so its stream cannot end.
    const stuck = session({ settings: { initialWindowSize: 0 } });
    rawWatch(stuck, { read: false });
    await until(() => rig.grpc.watching() === 1);
    await rig.grpc.drain();
    expect(rig.listening.connections()).toBe(0);
  });
});

describe('a connection', () => {
  it('is asked to go when it is old, and its streams end with OK', async () => {
    rig = await mkRig([pod('web')], { times: { ageMs: 200 } });
    const old = session();
    let away = false;
    old.on('goaway', () => (away = true));
    const watch = rawWatch(old);
    await until(() => rig.grpc.watching() === 1);
    await until(() => watch.closed);
    expect([away, watch.trailers?.['grpc-status']]).toEqual([true, '0']);
    await until(() => old.destroyed && rig.listening.connections() === 0);
  });

  it('has room for 100 streams', async () => {
    rig = await mkRig([pod('web')]);
    const many = session();
    await new Promise((resolve) => many.once('remoteSettings', resolve));
    expect(many.remoteSettings.maxConcurrentStreams).toBe(100);
    for (let i = 0; i < 100; i++) rawWatch(many);
    await until(() => rig.grpc.watching() === 100);
    many.destroy();
    await until(() => rig.grpc.watching() === 0);
  });

  it('that does not answer pings is cut', async () => {
    rig = await mkRig([], { times: { keepaliveMs: 50, keepaliveTimeoutMs: 50 } });
    // A port scanner: it says nothing at all.
    const silent = connectTcp(Number(new URL(`http://${rig.address}`).port), '127.0.0.1');
    const closed = new Promise((resolve) => silent.resume().once('close', resolve));
    await new Promise((resolve) => silent.once('connect', resolve));
    await closed;
    const alive = session();
    await pause(300);
    expect(alive.closed).toBe(false);
    alive.destroy();
  });

  it('may ping as often as it likes', async () => {
    rig = await mkRig([pod('web')]);
    const busy = session();
    const watch = rawWatch(busy);
    await until(() => rig.grpc.watching() === 1);
    for (let i = 0; i < 200; i++) await new Promise((resolve) => busy.ping(resolve));
    expect([busy.destroyed, watch.closed]).toEqual([false, false]);
    busy.destroy();
  });

  it.each(['GET / HTTP/1.1\r\nHost: x\r\n\r\n', '\x16\x03\x01\x02\x00\x01\x00', 'PRI * HTTP/2.0\r\n\r\nXX'])(
    'that speaks something else is closed, and harms nobody: %j',
    async (text) => {
      rig = await mkRig([pod('web')], { times: { keepaliveMs: 50, keepaliveTimeoutMs: 50 } });
      const odd = connectTcp(Number(new URL(`http://${rig.address}`).port), '127.0.0.1');
      odd.on('error', () => undefined).resume();
      odd.write(text);
      await new Promise((resolve) => odd.once('close', resolve));
      await rig.connect().getPort(WEB);
    },
  );

  it('is reset without harm', async () => {
    rig = await mkRig([pod('web')]);
    const { port } = new URL(`http://${rig.address}`);
    for (let i = 0; i < 20; i++) {
      const socket = connectTcp(Number(port), '127.0.0.1').on('error', () => undefined);
      await new Promise((resolve) => socket.once('connect', resolve));
      socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
      socket.resetAndDestroy();
    }
    await until(() => rig.listening.connections() === 0);
    await rig.connect().getPort(WEB);
  });
});

describe('a request', () => {
  it('of more than 64 KiB is refused', async () => {
    rig = await mkRig([pod('web')]);
    const client = rig.connect();
    const workload = (size: number): string => `app:${'x'.repeat(size)}`;
    await expect(client.getPort({ workload: workload(65_500), port: 80 })).rejects.toMatchObject({ code: 5 });
    await expect(client.getPort({ workload: workload(65_536), port: 80 })).rejects.toMatchObject({ code: 8 });
  });

  it('that is no message, or of no method that there is, is refused', async () => {
    rig = await mkRig([pod('web')]);
    const { client } = rig.connect();
    const call = (path: string, bytes: number[]): Promise<unknown> =>
      new Promise((resolve) => {
        client.makeUnaryRequest(
          path,
          (message: Buffer) => message,
          (message: Buffer) => message,
          Buffer.from(bytes),
          (error) => {
            resolve(error?.code);
          },
        );
      });
    const service = '/io.linkerd.proxy.inbound.InboundServerPolicies';
    expect(await call(`${service}/GetPort`, [0x0a, 200, 1])).toBe(13);
    expect(await call(`${service}/Nothing`, [])).toBe(12);
    expect(await call('/other/GetPort', [])).toBe(12);
    // An empty message is a workload without a name.
    expect(await call(`${service}/GetPort`, [])).toBe(3);
  });
});

describe('metrics', () => {
  it('count what Linkerd’s do, under its names', async () => {
    rig = await mkRig([pod('web'), pod('bare', { labels: {} }), server('web'), grant('allow', 'web', ['a'])]);
    const before = await rig.registry.metrics();
    const labels = (method: string, type: string): string =>
      `grpc_service="io.linkerd.proxy.inbound.InboundServerPolicies",grpc_method="${method}",grpc_type="${type}"`;
    const [get, watch] = [labels('GetPort', 'unary'), labels('WatchPort', 'server_stream')];
    for (const name of ['started', 'msg_received', 'msg_sent'])
      for (const each of [get, watch]) expect(before).toContain(`grpc_server_${name}_total{${each}} 0\n`);
    expect(before).toContain(`grpc_server_handled_total{${get},grpc_code="OK"} 0\n`);
    const client = rig.connect();
    await client.getPort(WEB);
    await client.getPort({ workload: 'app:none', port: 80 }).catch(() => undefined);
    const [ended, left, open] = [0, 1, 2].map(() => new Watching(client.watchPort(WEB)));
    await Promise.all([ended?.has(1), left?.has(1), open?.has(1)]);
    left?.stream.cancel();
    await until(() => rig.grpc.watching() === 2);
    rig.deliver(applied(grant('allow', 'web', ['b'])));
    await open?.has(2);
    const text = await rig.registry.metrics();
    for (const line of [
      `grpc_server_started_total{${get}} 2`,
      `grpc_server_msg_received_total{${get}} 2`,
      `grpc_server_msg_sent_total{${get}} 1`,
      `grpc_server_handled_total{${get},grpc_code="OK"} 1`,
      `grpc_server_handled_total{${get},grpc_code="NOT_FOUND"} 1`,
      `grpc_server_handling_seconds_count{${get}} 2`,
      `grpc_server_started_total{${watch}} 3`,
      `grpc_server_msg_received_total{${watch}} 3`,
      `grpc_server_msg_sent_total{${watch}} 5`,
      `grpc_server_handled_total{${watch},grpc_code="OK"} 0`,
      `grpc_server_handled_total{${watch},grpc_code="CANCELLED"} 1`,
      `gatehouse_grpc_streams{method="WatchPort"} 2`,
      `gatehouse_grpc_updates_total{method="WatchPort"} 5`,
      `inbound_index_pod_index_size{namespace="app"} 1`,
      `inbound_index_server_index_size{namespace="app"} 1`,
      `inbound_index_server_authorization_index_size{namespace="app"} 1`,
      `inbound_index_http_route_index_size{namespace="app"} 0`,
    ])
      expect(text).toContain(`${line}\n`);
    rig.deliver(deleted(pod('web')));
    await open?.hasEnded();
    expect(await rig.registry.metrics()).toContain(`grpc_server_handled_total{${watch},grpc_code="OK"} 2\n`);
  });
});
