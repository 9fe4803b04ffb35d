/** GetPort and WatchPort over a socket, asked by a client written from the reference alone (inbound-api). */
import { afterEach, describe, expect, it } from '@jest/globals';
import { policyOf } from '../../../src/policy/inbound/inbound-index.js';
import { applied, deleted, grant, mkRig, pod, server, type Rig } from './rig.js';
import { Watching, type Message } from './reference-client.js';

let rig: Rig;
afterEach(() => rig.close());

const WEB = { workload: '{"ns":"app", "pod":"web"}', port: 80 };
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no failure',
    (error: unknown) => {
      const { code, details } = error as { code: number; details: string };
      return [code, details];
    },
  );
const identities = (message: Message): unknown =>
  message['authorizations']?.[0]?.authentication.meshTLS.identities.identities.map(
    ({ name }: { name: string }) => name,
  );

describe('GetPort', () => {
  it('answers the policy of a port under a Server', async () => {
    rig = await mkRig([
      pod('web'),
      server('web', { proxyProtocol: 'HTTP/1' }),
      grant('allow', 'web', ['a.b']),
    ]);
    expect(await rig.connect().getPort(WEB)).toEqual({
      protocol: {
        http1: {
          routes: [
            {
              metadata: { default: 'default' },
              rules: [{ matches: [{ path: { prefix: '/' } }] }],
            },
          ],
        },
      },
      authorizations: [
        {
          networks: [
            { net: { ip: { ipv4: 0x0a00_0000 }, prefixLen: 8 } },
            { net: { ip: { ipv4: 0x6440_0000 }, prefixLen: 10 } },
            { net: { ip: { ipv4: 0xac10_0000 }, prefixLen: 12 } },
            { net: { ip: { ipv4: 0xc0a8_0000 }, prefixLen: 16 } },
            { net: { ip: { ipv6: { first: String(0xfdn << 56n) } }, prefixLen: 8 } },
          ],
          authentication: { meshTLS: { identities: { identities: [{ name: 'a.b' }] } } },
          labels: { group: 'policy.linkerd.io', kind: 'serverauthorization', name: 'allow' },
          metadata: { resource: { group: 'policy.linkerd.io', kind: 'serverauthorization', name: 'allow' } },
        },
      ],
      labels: { group: 'policy.linkerd.io', kind: 'server', name: 'web' },
    });
  });

  it('answers any port of a workload, however it is named', async () => {
    rig = await mkRig([pod('web')]);
    const client = rig.connect();
    for (const workload of [
      '{"ns":"app", "pod":"web"}',
      '{"ns":"app", "pod":"web"}\n',
      '{"x":1,"pod":"web","external_workload":"no","ns":"app"}',
      'app:web',
    ]) {
      for (const port of [80, 1, 65_535]) {
        const { labels } = await client.getPort({ workload, port });
        expect(labels).toEqual({ group: '', kind: 'default', name: 'all-unauthenticated' });
      }
    }
  });

  it.each([
    ['', 80],
    ['web', 80],
    [':web', 80],
    ['app:', 80],
    ['{', 80],
    ['{"ns":"app"}', 80],
    ['{"pod":"web"}', 80],
    ['{"ns":"app","pod":1}', 80],
    ['{"ns":"app","pod":"\\ud800"', 80],
    ['["app","web"]', 80],
    ['app:web', 0],
    ['app:web', 65_536],
    ['app:web', 4_294_967_295],
  ])('cannot read %j with port %d', async (workload, port) => {
    rig = await mkRig([pod('web')]);
    const client = rig.connect();
    const [code, details] = (await failure(client.getPort({ workload, port }))) as [number, string];
    expect(code).toBe(3);
    expect(details).toMatch(/^(of )?the (workload|port) /);
    expect(await new Watching(client.watchPort({ workload, port })).hasEnded()).toBe(`3 ${details}`);
  });

  it('knows no workload without a proxy, nor one that is not there', async () => {
    rig = await mkRig([pod('web'), pod('bare', { labels: {} })]);
    const client = rig.connect();
    for (const workload of ['app:bare', 'app:none', 'none:web', '{"ns":"app","external_workload":"web"}']) {
      const expected = [5, 'there is no such workload with a proxy'];
      expect(await failure(client.getPort({ workload, port: 80 }))).toEqual(expected);
      const watching = new Watching(client.watchPort({ workload, port: 80 }));
      expect(await watching.hasEnded()).toBe(expected.join(' '));
    }
  });

  it('is unavailable until all was listed, and available from then on', async () => {
    rig = await mkRig([pod('web')], { ready: false });
    const client = rig.connect();
    const expected = [14, 'not everything is listed yet'];
    expect(await failure(client.getPort(WEB))).toEqual(expected);
    expect(await new Watching(client.watchPort(WEB)).hasEnded()).toBe(expected.join(' '));
    // What can never be answered is refused all the same.
    expect(await failure(client.getPort({ workload: 'app', port: 80 }))).toMatchObject([3, /./]);
    rig.setReady(true);
    await client.getPort(WEB);
    rig.setReady(false);
    await client.getPort(WEB);
  });
});

describe('WatchPort', () => {
  it('sends what is, and then each change of it, and nothing else', async () => {
    const web = server('web');
    rig = await mkRig([pod('web'), pod('other', { labels: {} })]);
    const watching = rig.watch(WEB);
    expect((await watching.has(1))['labels']).toEqual({
      group: '',
      kind: 'default',
      name: 'all-unauthenticated',
    });
    rig.deliver(applied(web));
    expect((await watching.has(2))['labels']).toMatchObject({ kind: 'server', name: 'web' });
    rig.deliver(applied(server('web')));
    rig.deliver(applied(pod('more')));
    rig.deliver(applied(pod('web', { labels: { app: 'web', x: 'y', 'linkerd.io/control-plane-ns': 'l' } })));
    rig.deliver(applied(server('elsewhere', { podSelector: { matchLabels: { app: 'api' } } })));
    rig.deliver(applied(grant('allow', 'web', ['a.b'])));
    expect(identities(await watching.has(3))).toEqual(['a.b']);
    rig.deliver(deleted(web));
    expect((await watching.has(4))['labels']).toMatchObject({ kind: 'default' });
    expect(watching.messages).toHaveLength(4);
  });

  it('sends nothing where another policy reads the same', async () => {
    rig = await mkRig([pod('web'), server('web'), grant('allow', 'web', ['a'])]);
    const watching = rig.watch(WEB);
    await watching.has(1);
    const before = policyOfWeb(rig);
    // Gone and back within a turn: the policy is made anew.
    rig.deliver(deleted(server('web')));
    rig.deliver(applied(server('web')));
    expect(policyOfWeb(rig)).not.toBe(before);
    expect(policyOfWeb(rig)).toEqual(before);
    await later();
    rig.deliver(applied(grant('allow', 'web', ['b'])));
    expect(identities(await watching.has(2))).toEqual(['b']);
  });

  it('sends the newest of changes that come in one turn', async () => {
    rig = await mkRig([pod('web'), server('web')]);
    const watching = rig.watch(WEB);
    await watching.has(1);
    for (const name of ['a', 'b', 'c']) rig.deliver(applied(grant('allow', 'web', [name])));
    expect(identities(await watching.has(2))).toEqual(['c']);
  });

  it('follows a port that nothing declares', async () => {
    rig = await mkRig([pod('web')]);
    const watching = rig.watch({ ...WEB, port: 7_000 });
    await watching.has(1);
    rig.deliver(applied(server('late', { port: 7_000 })));
    expect((await watching.has(2))['labels']).toMatchObject({ name: 'late' });
    rig.deliver(deleted(server('late')));
    await watching.has(3);
    const annotations = { 'config.linkerd.io/default-inbound-policy': 'deny' };
    const labels = { app: 'web', 'linkerd.io/control-plane-ns': 'linkerd' };
    rig.deliver(applied(pod('web', { labels, annotations })));
    expect((await watching.has(4))['labels']).toMatchObject({ name: 'deny' });
  });

  it('ends with OK when the workload goes, or loses its proxy', async () => {
    rig = await mkRig([pod('web'), pod('api')]);
    const watching = [WEB, { ...WEB, port: 7 }, { ...WEB, workload: 'app:api' }].map((spec) =>
      rig.watch(spec),
    );
    await Promise.all(watching.map((each) => each.has(1)));
    expect(rig.grpc.watching()).toBe(3);
    rig.deliver(deleted(pod('web')));
    rig.deliver(applied(pod('api', { labels: { app: 'web' } })));
    expect(await Promise.all(watching.map((each) => each.hasEnded()))).toEqual(['0 OK', '0 OK', '0 OK']);
    expect(rig.grpc.watching()).toBe(0);
  });

  it('forgets a watch whose client goes away', async () => {
    rig = await mkRig([pod('web')]);
    const client = rig.connect();
    const [cancelled, cut] = [new Watching(client.watchPort(WEB)), rig.watch(WEB)];
    await Promise.all([cancelled.has(1), cut.has(1)]);
    cancelled.stream.cancel();
    await expectSoon(() => rig.grpc.watching() === 1);
    await rig.listening.close();
    await expectSoon(() => rig.grpc.watching() === 0);
  });
});

const policyOfWeb = ({ cache }: Rig) =>
  policyOf(cache.generation.index, { kind: 'core/Pod', namespace: 'app', name: 'web' }, 80);

/** Turns enough for whatever is due. */
const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

async function expectSoon(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(holds()).toBe(true);
}
