/** The API server is away when a replica starts, and again while replicas serve (sections 5, 6 and 8). */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeOwnCluster, waitFor, type OwnCluster } from '../e2e/cluster.js';
import { admitted, applyCrds, makeCerts, startGatehouse, type Gatehouse } from '../e2e/gatehouse.js';
import {
  askApiServer,
  makeNamespace,
  mkBadServer,
  mkServer,
  outcomeOf,
  reviewOf,
  REVIEW_PATH,
  useFleet,
  verdictOf,
} from './fleet.js';
import { byForm, figure, progress } from './form.js';
import { Connection, KeepAliveClient } from './keep-alive-client.js';
import { details, Traffic, type Outcome } from './traffic.js';

const AWAY_MS = byForm(4_000, 300_000);
/** The longest pause between two attempts to reach the API server (section 5), and the lists. */
const BACK_MS = 30_000 + 10_000;
const RESTARTS = byForm(1, 10);
const PER_SECOND = byForm(30, 200);

describeOwnCluster('a start without an API server', (own: OwnCluster) => {
  let dir = '';
  let gatehouse: Gatehouse | undefined;
  beforeAll(async () => {
    dir = await mkdtemp(path.join(os.tmpdir(), 'gatehouse-faults-'));
    await Promise.all([makeCerts(dir, ['localhost']), applyCrds(own)]);
    await own.server().stopServer();
  });
  afterAll(async () => {
    await gatehouse?.kill();
    await rm(dir, { recursive: true, force: true });
  });

  test('is alive and unready, and ready when it comes', async () => {
    const started = await startGatehouse({
      args: ['--kubeconfig', own.kubeconfig(), '--tls', 'files', '--certs', dir],
      caFile: path.join(dir, 'ca.crt'),
      until: 'listening',
    });
    gatehouse = started;
    let ended = false;
    void started.ended().then(() => (ended = true));
    const until = performance.now() + AWAY_MS;
    while (performance.now() < until) {
      expect({ live: await started.live(), ready: await started.ready(), ended }).toEqual({
        live: true,
        ready: false,
        ended: false,
      });
      await delay(250);
    }

    // What needs no cluster is judged; what does is asked of another replica at once.
    const { port, ca } = started;
    const bad = await Connection.dial({ port, ca, servername: 'localhost' });
    const refused = await bad.post(REVIEW_PATH, reviewOf(mkBadServer('default', 'bad'), 'bad'));
    expect(verdictOf(refused)).toBe('deny');
    bad.close();
    const good = await Connection.dial({ port, ca, servername: 'localhost' });
    const { status, headers } = await good.post(REVIEW_PATH, reviewOf(mkServer('default', 'good'), 'good'));
    good.close();
    expect([status, headers.get('retry-after'), headers.get('connection')]).toEqual([503, '0', 'close']);

    await own.server().startServer();
    const from = performance.now();
    await waitFor(() => started.ready(), { timeoutMs: BACK_MS, intervalMs: 20, what: 'it to be ready' });
    const seconds = ((performance.now() - from) / 1_000).toFixed(1);
    figure(
      8,
      `a start without an API server for ${String(AWAY_MS / 1_000)} s: alive and unready, ready ${seconds} s after it came`,
    );
  });
});

describeOwnCluster('an API server that restarts under calls', (own: OwnCluster) => {
  const namespace = 'restarted';
  beforeAll(async () => {
    await makeNamespace(own, namespace);
  });
  const fleet = useFleet(own, { namespaces: [namespace], failurePolicy: 'Fail', replicas: 2 });

  test('brings no wrong verdict, and what comes afterwards is known', async () => {
    expect(admitted(await own.create(mkServer(namespace, 'stored')))).toEqual([]);
    const rival = mkServer(namespace, 'rival', { podSelector: { matchLabels: { app: 'stored' } } });
    const client = new KeepAliveClient(fleet().target);
    const cases = [
      { object: mkServer(namespace, 'good'), due: 'allow' },
      { object: mkBadServer(namespace, 'bad'), due: 'deny' },
      // Needs the cache, and a look at the API server before it is refused.
      { object: rival, due: 'deny' },
    ] as const;
    const direct = async (n: number): Promise<Outcome> => {
      const { object, due } = cases[n % 3]!;
      const answer = await client.post(REVIEW_PATH, reviewOf(object, `restart-${String(n)}`));
      const verdict = verdictOf(answer);
      const detail = `${String(answer.status)} ${answer.text.trim()}`;
      if (verdict === undefined) return { kind: 'failed', detail };
      return verdict === due ? { kind: 'right' } : { kind: 'wrong', detail };
    };
    const rivalRefused = async (): Promise<boolean> =>
      outcomeOf(await own.dryRun(rival), 'deny').kind === 'right';
    await waitFor(rivalRefused, { what: 'the stored Server to be known' });

    const traffic = [
      new Traffic(PER_SECOND / 2, (n) => askApiServer(own, namespace, n)),
      new Traffic(PER_SECOND / 2, direct),
    ] as const;
    const recoveries: number[] = [];
    for (let n = 1; n <= RESTARTS; n++) {
      await delay(1_000);
      await own.server().stopServer(n % 2 === 1 ? 'SIGKILL' : 'SIGTERM');
      await delay(1_000);
      await own.server().startServer();
      const from = performance.now();
      const name = `later-${String(n)}`;
      await waitFor(async () => (await own.create(mkServer(namespace, name))).status === 201, {
        timeoutMs: 60_000,
        what: 'a Server to be stored',
      });
      const second = mkServer(namespace, 'second', { podSelector: { matchLabels: { app: name } } });
      // Each replica has to see it by its own watch.
      for (const { port } of fleet().replicas) {
        await waitFor(
          async () => {
            const connection = await Connection.dial({ ...fleet().target, port });
            const answer = await connection.post(REVIEW_PATH, reviewOf(second, 'second'));
            connection.close();
            return verdictOf(answer) === 'deny';
          },
          { timeoutMs: BACK_MS, intervalMs: 50, what: 'the new Server to be known' },
        );
      }
      await waitFor(rivalRefused, { timeoutMs: BACK_MS, what: 'the webhook to be asked again' });
      recoveries.push(performance.now() - from);
      progress(`restart ${String(n)} of ${String(RESTARTS)}`);
    }
    await delay(1_000);
    const [reviews, past] = await Promise.all(traffic.map((each) => each.stop()));
    client.close();

    figure(
      6,
      `the API server restarted ${String(RESTARTS)} times at ${String(PER_SECOND)} calls/s: ${String(reviews!.wrong.length + past!.wrong.length)} wrong of ${String(reviews!.calls + past!.calls)} verdicts; ` +
        `past it ${String(past!.failed.length)} of ${String(past!.calls)} were put off; ` +
        `a Server stored after the restart known to both replicas and judged through it after ${(Math.max(...recoveries) / 1_000).toFixed(1)} s`,
    );
    for (const { wrong } of [reviews!, past!]) expect(details(wrong)).toEqual([]);
    // Past the API server every call has its answer; one that cannot be judged now is put off, in the agreed way.
    const otherwise = past!.failed.filter(
      ({ outcome }) => outcome.kind !== 'right' && !outcome.detail.startsWith('503 not ready: '),
    );
    expect(details(otherwise)).toEqual([]);
    // And no call fails once it is back.
    const since = performance.now() - 1_000;
    expect(
      details([...reviews!.failed, ...past!.failed].filter(({ startedAt }) => startedAt > since)),
    ).toEqual([]);
  });
});
