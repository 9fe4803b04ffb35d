/**
 * A flood of large reviews over many connections (section 7): some are told to come again in a second, none is cut off,
 * the process stays within its memory, and afterwards all is as before.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { waitFor } from '../e2e/cluster.js';
import { describeWithWebhook } from '../e2e/gatehouse.js';
import { askApiServer, mkServer, reviewOf, useFleet, verdictOf } from './fleet.js';
import { byForm, figure } from './form.js';
import { Connection, EndOfFile } from './keep-alive-client.js';

const CONNECTIONS = byForm(120, 400);
const FLOOD_MS = byForm(8_000, 120_000);
/** Long enough that the test says what was wrong, not the API server's budget. */
const PATH = '/validate?timeout=20s';
/** Of the pod. */
const MEMORY_LIMIT_KB = 512 * 1_024;
const RECOVERED_MS = 15_000;
const BODY_BYTES = 1_500_000;

/** The largest amount of memory that a process ever had, in kB. */
async function peakMemory(pid: number): Promise<number> {
  const text = await readFile(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(text)?.[1]);
}

describeWithWebhook('a flood of large reviews', (cluster) => {
  const namespace = cluster.namespace('flood');
  const fleet = useFleet(cluster, { namespaces: [namespace], failurePolicy: 'Fail', replicas: 1 });

  test('is shed in part, with the word to come again, and leaves no trace', async () => {
    const values = Array.from({ length: BODY_BYTES / 20 }, (_, n) => `value-${String(n).padStart(10, '0')}`);
    const spec = { podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values }] } };
    const body = Buffer.from(reviewOf(mkServer(namespace, 'large', spec), 'large'));
    const replica = fleet().oldest;
    const counts = new Map<string, number>();
    const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
    const until = performance.now() + FLOOD_MS;

    const flood = async (): Promise<void> => {
      let connection: Connection | undefined;
      while (performance.now() < until) {
        try {
          connection ??= await Connection.dial(fleet().target, 30_000);
          const answer = await connection.post(PATH, body);
          const { status, headers } = answer;
          const retry = headers.get('retry-after');
          if (status === 200) count(`200 ${verdictOf(answer) ?? ''}`);
          else count(`${String(status)}${retry === undefined ? '' : `, Retry-After: ${retry}`}`);
          if (!connection.usable) connection = undefined;
          if (retry === '1') await delay(1_000);
        } catch (error) {
          connection = undefined;
          count(error instanceof EndOfFile ? 'EOF' : String(error));
        }
      }
      connection?.close();
    };
    let slowest = 0;
    const probe = async (): Promise<void> => {
      while (performance.now() < until) {
        const from = performance.now();
        if (!(await replica.live())) count('/live is not 200');
        slowest = Math.max(slowest, performance.now() - from);
        await delay(250);
      }
    };
    await Promise.all([probe(), ...Array.from({ length: CONNECTIONS }, () => flood())]);

    const from = performance.now();
    await waitFor(() => replica.ready(), { timeoutMs: RECOVERED_MS, intervalMs: 50, what: 'it to be ready' });
    await waitFor(async () => (await askApiServer(cluster, namespace, 1)).kind === 'right', {
      timeoutMs: RECOVERED_MS,
      what: 'reviews to be answered as before',
    });
    const seconds = ((performance.now() - from) / 1_000).toFixed(1);
    const peak = await peakMemory(replica.pid);
    const sorted = [...counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([what, n]) => `${String(n)} x ${what}`);
    figure(
      7,
      `${String(CONNECTIONS)} connections with reviews of ${(body.length / 1e6).toFixed(1)} MB for ${String(FLOOD_MS / 1_000)} s: ${sorted.join('; ')}; ` +
        `/live took ${slowest.toFixed(0)} ms at most; at most ${(peak / 1_024).toFixed(0)} MiB of memory; as before after ${seconds} s`,
    );
    expect(counts.get('200 allow')).toBeGreaterThan(0);
    expect(counts.get('429, Retry-After: 1')).toBeGreaterThan(0);
    const known = ['200 allow', '429, Retry-After: 1', '503, Retry-After: 0'];
    expect([...counts.keys()].filter((what) => !known.includes(what))).toEqual([]);
    expect(peak).toBeLessThan(MEMORY_LIMIT_KB);
  });
});
