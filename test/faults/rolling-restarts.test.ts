/** A rollout as a Deployment with `maxSurge: 1` and `maxUnavailable: 0` makes it, under calls (section 8). */
import { expect, test } from '@jest/globals';
import { waitFor } from '../e2e/cluster.js';
import { describeWithWebhook } from '../e2e/gatehouse.js';
import { askApiServer, askDirectly, useFleet, type Fleet } from './fleet.js';
import { byForm, figure, progress } from './form.js';
import { KeepAliveClient } from './keep-alive-client.js';
import { details, Traffic, type Outcome } from './traffic.js';

const RESTARTS = byForm(3, 100);
/** Half of them through the API server, half past it. */
const PER_SECOND = byForm(50, 200);
/** The longest drain that section 8 allows, and a little for the process to end. */
const DRAIN_MS = 95_000 + 2_000;
/** Calls at once that leave no pooled connection unused. */
const SWEEP = 32;

interface Ended {
  readonly code: number | null;
  readonly afterMs: number;
}

/** Starts a new replica, then asks the oldest to stop. The next one is not kept waiting until it has. */
async function replaceOldest(fleet: Fleet): Promise<{ ended: Promise<Ended> }> {
  const old = fleet.oldest;
  await fleet.start();
  fleet.forget(old);
  const askedAt = performance.now();
  old.signal('SIGTERM');
  const ended = old.ended().then((code) => {
    fleet.proxy.remove(old.name);
    return { code, afterMs: performance.now() - askedAt };
  });
  await waitFor(() => !fleet.proxy.ready.includes(old.name), { what: `${old.name} to be unready` });
  return { ended };
}

describeWithWebhook('rolling restarts', (cluster) => {
  const namespace = cluster.namespace('rolling');
  const fleet = useFleet(cluster, { namespaces: [namespace], failurePolicy: 'Fail', replicas: 2 });

  test('no call fails, through the API server or on kept connections, and every replica ends by itself', async () => {
    const client = new KeepAliveClient(fleet().target);
    const through = (n: number): Promise<Outcome> => askApiServer(cluster, namespace, n);
    const past = (n: number): Promise<Outcome> => askDirectly(client, namespace, n);
    const traffic = [new Traffic(PER_SECOND / 2, through), new Traffic(PER_SECOND / 2, past)] as const;

    let left = 0;
    const endings: Promise<Ended>[] = [];
    for (let n = 1; n <= RESTARTS; n++) {
      const { ended } = await replaceOldest(fleet());
      left += 1;
      endings.push(ended.finally(() => (left -= 1)));
      progress(`restart ${String(n)} of ${String(RESTARTS)}`);
    }
    const rates = traffic.map(({ rate }) => rate.toFixed(0));
    const [reviews, direct] = await Promise.all(traffic.map((each) => each.stop()));

    // The pools of both callers hold connections that the traffic did not need again; a call on each ends them.
    const sweeps: Outcome[] = [];
    await waitFor(
      async () => {
        const calls = Array.from({ length: SWEEP }, (_, n) => [through(n), past(n)]).flat();
        sweeps.push(...(await Promise.all(calls)));
        return left === 0;
      },
      { timeoutMs: DRAIN_MS, intervalMs: 500, what: 'the old replicas to end' },
    );
    const ended = await Promise.all(endings);
    client.close();

    const longest = Math.max(...ended.map(({ afterMs }) => afterMs));
    const { dialled, reused, endedIdle } = client.figures;
    figure(
      8,
      `${String(RESTARTS)} rolling restarts at ${rates.join(' + ')} calls/s (through the API server + past it): ` +
        `${String(reviews!.failed.length)} of ${String(reviews!.calls)} and ${String(direct!.failed.length)} of ${String(direct!.calls)} failed; ` +
        `${String(dialled)} connections made, ${String(reused)} times reused, ${String(endedIdle)} ended while idle; longest drain ${(longest / 1_000).toFixed(1)} s`,
    );
    for (const { wrong, failed, calls } of [reviews!, direct!]) {
      expect(details([...wrong, ...failed])).toEqual([]);
      expect(calls).toBeGreaterThan(10 * RESTARTS);
    }
    expect(sweeps.filter(({ kind }) => kind !== 'right')).toEqual([]);
    expect(endedIdle).toBe(0);
    expect(ended.map(({ code }) => code)).toEqual(ended.map(() => 0));
  });
});
