/**
 * Connections that were idle for as long as the API server keeps one, and used again: the client is never the one who
 * finds it closed (section 3). An EOF in that moment is a call that fails and is never repeated.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { describeWithWebhook } from '../e2e/gatehouse.js';
import { askApiServer, mkServer, reviewOf, REVIEW_PATH, useFleet } from './fleet.js';
import { byForm, figure, LONG, progress } from './form.js';
import { Connection } from './keep-alive-client.js';

const range = (end: number): number[] => Array.from({ length: end + 1 }, (_, n) => n);
/** In seconds. Node closes an idle connection after 5 s if nobody says otherwise. */
const AGES = byForm([0, 1, 4, 5, 6, 9, 10, 11, 15, 20], range(91));
/** Further reuses of a connection after its first: what is idle twice must last twice. */
const TIMES = byForm(1, 3);
const EACH = byForm(3, 5);

describeWithWebhook('idle connections', (cluster) => {
  const namespace = cluster.namespace('idle');
  const fleet = useFleet(cluster, { namespaces: [namespace], failurePolicy: 'Fail', replicas: 2 });

  test('are there when they are used again, whatever their age', async () => {
    const body = reviewOf(mkServer(namespace, 'idle'), 'idle');
    const { target } = fleet();
    const reuse = async (age: number): Promise<string> => {
      const connection = await Connection.dial(target);
      try {
        await connection.post(REVIEW_PATH, body);
        for (let time = 0; time < TIMES; time++) {
          await delay(age * 1_000);
          const { status } = await connection.post(REVIEW_PATH, body);
          if (status !== 200 || !connection.usable) return `${String(age)} s: ${String(status)}`;
        }
        return 'answered';
      } catch (error) {
        return `${String(age)} s: ${String(error)}`;
      } finally {
        connection.close();
      }
    };
    const outcomes = await Promise.all(AGES.flatMap((age) => Array.from({ length: EACH }, () => reuse(age))));
    const lost = outcomes.filter((outcome) => outcome !== 'answered');
    figure(
      3,
      `idle connections of 0 to ${String(AGES.at(-1))} s (${String(AGES.length)} ages, ${String(outcomes.length)} connections, each reused ${String(TIMES)} times): ${String(lost.length)} EOF or other failures`,
    );
    expect(lost).toEqual([]);
  });

  test('of a replica that was asked to stop are answered once more, with the word to close', async () => {
    const body = reviewOf(mkServer(namespace, 'idle'), 'idle');
    // Apart: the API server keeps its own connections for 90 s.
    const old = await fleet().startApart();
    const target = { ...fleet().target, port: old.port };
    const connections = await Promise.all(AGES.slice(0, 12).map(() => Connection.dial(target)));
    for (const connection of connections) await connection.post(REVIEW_PATH, body);
    fleet().forget(old);
    old.signal('SIGTERM');
    const answers = await Promise.all(
      connections.map(async (connection, n) => {
        await delay((AGES[n] ?? 0) * 250);
        const { status, headers } = await connection.post(REVIEW_PATH, body);
        return { status, connection: headers.get('connection') };
      }),
    );
    expect(answers).toEqual(connections.map(() => ({ status: 200, connection: 'close' })));
    expect(await old.ended()).toBe(0);
  });

  (LONG ? test : test.skip)('of the API server itself, up to the age at which it drops them', async () => {
    const ages = [5, 60, 85, 88, 89, 90, 91];
    for (const age of ages) {
      expect(await askApiServer(cluster, namespace, 0)).toEqual({ kind: 'right' });
      await delay(age * 1_000);
      expect(await askApiServer(cluster, namespace, 1)).toEqual({ kind: 'right' });
      progress(`the API server called after ${String(age)} s`);
    }
    figure(3, `the API server's own connections, idle for ${ages.join(', ')} s: 0 failed calls`);
  });
});
