/** A replica that stops turning without ending (section 8): calls move away from it, and come back when it does. */
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { waitFor } from '../e2e/cluster.js';
import { describeWithWebhook } from '../e2e/gatehouse.js';
import { askApiServer, useFleet } from './fleet.js';
import { byForm, figure, progress } from './form.js';
import { details, Traffic } from './traffic.js';

const STALLS = byForm(1, 10);
const PER_SECOND = byForm(20, 50);
const PROBES = { periodMs: 200, timeoutMs: 1_000, failures: 2 };
/** From the stall until its probes have failed. */
const NOTICED_MS = PROBES.failures * (PROBES.timeoutMs + PROBES.periodMs) + 500;
/** `timeoutSeconds` of our entry *Validate*, and what the API server needs to say so. */
const TIMEOUT_MS = 5_000 + 1_000;
const AFTERWARDS_MS = 4_000;

describeWithWebhook('a replica that stalls', (cluster) => {
  const namespace = cluster.namespace('stalled');
  const options = { namespaces: [namespace], failurePolicy: 'Fail', replicas: 3, probes: PROBES } as const;
  const fleet = useFleet(cluster, options);

  test('is left within the timeout of a call, and called again when it goes on', async () => {
    const traffic = new Traffic(PER_SECOND, (n) => askApiServer(cluster, namespace, n));
    const stalls: { noticedMs: number; connections: number; backMs: number }[] = [];
    for (let n = 1; n <= STALLS; n++) {
      await delay(1_000);
      const { proxy, oldest } = fleet();
      const from = performance.now();
      oldest.signal('SIGSTOP');
      await waitFor(() => !proxy.ready.includes(oldest.name), { intervalMs: 10, what: 'it to be unready' });
      const noticedMs = performance.now() - from;
      const connections = proxy.connectionsTo(oldest.name);
      await delay(from + NOTICED_MS + TIMEOUT_MS + AFTERWARDS_MS - performance.now());

      oldest.signal('SIGCONT');
      const resumed = performance.now();
      await waitFor(() => proxy.ready.includes(oldest.name), { intervalMs: 10, what: 'it to be ready' });
      const backMs = performance.now() - resumed;
      const answered = async (): Promise<number> =>
        oldest.metric('gatehouse_webhook_requests_total', { code: '403' });
      const before = await answered();
      // New connections come to it in turn; a burst makes some.
      await waitFor(
        async () => {
          await Promise.all(Array.from({ length: 24 }, () => askApiServer(cluster, namespace, 1)));
          return (await answered()) > before;
        },
        { what: 'the replica to be called again' },
      );
      stalls.push({ noticedMs, connections, backMs });
      progress(`stall ${String(n)} of ${String(STALLS)}: unready after ${noticedMs.toFixed(0)} ms`);
    }
    const { calls, wrong, failed } = await traffic.stop();

    const connections = stalls.reduce((sum, stall) => sum + stall.connections, 0);
    const longest = Math.max(0, ...failed.map(({ startedAt, endedAt }) => endedAt - startedAt));
    const most = (key: 'noticedMs' | 'backMs'): string =>
      Math.max(...stalls.map((stall) => stall[key])).toFixed(0);
    figure(
      8,
      `${String(STALLS)} stalls of 1 of 3 replicas at ${String(PER_SECOND)} calls/s: unready after ${most('noticedMs')} ms, ` +
        `${String(failed.length)} of ${String(calls)} calls failed, one on each of ${String(connections)} connections to it at most, none took more than ${longest.toFixed(0)} ms; ` +
        `ready ${most('backMs')} ms after it went on`,
    );
    expect(details(wrong)).toEqual([]);
    expect(longest).toBeLessThan(TIMEOUT_MS);
    // A timeout ends the connection, so that each connection to that replica costs one call at most.
    expect(failed.length).toBeLessThanOrEqual(connections);
  });
});
