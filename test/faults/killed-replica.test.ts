/** A replica that is killed with no time to say anything: what was on its way there is lost, and nothing else. */
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { waitFor } from '../e2e/cluster.js';
import { describeWithWebhook } from '../e2e/gatehouse.js';
import { askApiServer, askDirectly, useFleet } from './fleet.js';
import { byForm, figure, progress } from './form.js';
import { KeepAliveClient } from './keep-alive-client.js';
import { details, Traffic, type Call, type Outcome } from './traffic.js';

const KILLS = byForm(4, 30);
const PER_SECOND = byForm(60, 200);
/** From the end of the process until every caller has been told that its connections are gone. */
const NEWS_MS = 250;

interface Kill {
  readonly from: number;
  /** When every caller knew. */
  readonly to: number;
  readonly inFlight: number;
  /** Connections to the replica, those included that were made before it was missed. */
  readonly connections: number;
}

describeWithWebhook('a replica that is killed', (cluster) => {
  const namespace = cluster.namespace('killed');
  const fleet = useFleet(cluster, { namespaces: [namespace], failurePolicy: 'Fail', replicas: 3 });

  test('takes with it the calls in flight at most', async () => {
    const client = new KeepAliveClient(fleet().target);
    const through = (n: number): Promise<Outcome> => askApiServer(cluster, namespace, n);
    const past = (n: number): Promise<Outcome> => askDirectly(client, namespace, n);
    const traffic = [new Traffic(PER_SECOND / 2, through), new Traffic(PER_SECOND / 2, past)] as const;
    const inFlight = (): number => traffic[0].inFlight + traffic[1].inFlight;
    const kills: Kill[] = [];
    for (let n = 1; n <= KILLS; n++) {
      await delay(500);
      const { proxy, oldest: victim } = fleet();
      fleet().forget(victim);
      // In the middle of a burst, so that there is something to lose.
      await waitFor(() => inFlight() >= 3, { intervalMs: 1, what: 'calls in flight' });
      const kill = { from: performance.now(), inFlight: inFlight(), open: proxy.connectionsTo(victim.name) };
      const placed = proxy.placedOn(victim.name);
      await victim.kill();
      const to = performance.now() + NEWS_MS;
      await delay(NEWS_MS);
      kills.push({ ...kill, to, connections: kill.open + proxy.placedOn(victim.name) - placed });
      proxy.remove(victim.name);
      await fleet().start();
      progress(`kill ${String(n)} of ${String(KILLS)}, ${String(kill.inFlight)} calls in flight`);
    }
    const tallies = await Promise.all(traffic.map((each) => each.stop()));
    client.close();

    const failed = tallies.flatMap((each) => each.failed);
    const calls = tallies.reduce((sum, each) => sum + each.calls, 0);
    const lostTo = ({ from, to }: Kill): Call[] =>
      failed.filter(({ startedAt, endedAt }) => startedAt <= to && endedAt >= from);
    const last = Math.max(
      0,
      ...kills.flatMap((kill) => lostTo(kill).map(({ startedAt }) => startedAt - kill.from)),
    );
    figure(
      8,
      `1 of 3 replicas killed ${String(KILLS)} times at ${String(PER_SECOND)} calls/s: ${String(failed.length)} of ${String(calls)} calls failed, ` +
        `${kills.map((kill) => `${String(lostTo(kill).length)} (${String(kill.inFlight)} in flight)`).join(', ')}; ` +
        `the last one begun ${last.toFixed(0)} ms after the kill; ${String(fleet().proxy.moved)} new connections moved to another replica`,
    );
    expect(details(tallies.flatMap(({ wrong }) => wrong))).toEqual([]);
    // Only what was on its way while the process ended, and on each connection to it no more than one.
    expect(details(failed.filter((call) => !kills.some((kill) => lostTo(kill).includes(call))))).toEqual([]);
    for (const kill of kills) expect(lostTo(kill).length).toBeLessThanOrEqual(kill.connections);
  });
});
