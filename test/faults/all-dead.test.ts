/** No replica answers any more, and a namespace with policy in it is deleted (section 9): *Advise* never holds it up. */
import { expect, test } from '@jest/globals';
import { succeeded, waitFor } from '../e2e/cluster.js';
import { admitted, describeWithWebhook, refusal } from '../e2e/gatehouse.js';
import { makeNamespace, mkBadServer, mkServer, useFleet } from './fleet.js';
import { figure } from './form.js';

const OBJECTS = 5;

/** How the replicas end. `SIGSTOP`: they accept connections and never answer. */
const ENDS = [
  ['killed', 'SIGKILL'],
  ['stalled', 'SIGSTOP'],
] as const;

for (const [word, signal] of ENDS) {
  describeWithWebhook(`every replica ${word}, under Fail`, (cluster) => {
    const namespace = cluster.namespace(`all-${word}`);
    const doomed = `${namespace}-doomed`;
    // Stalled ones stay in the Service, as they do until their probes have failed.
    const probes = signal === 'SIGSTOP' ? { failures: 1_000 } : {};
    const options = { namespaces: [namespace, doomed], failurePolicy: 'Fail', replicas: 2, probes } as const;
    const fleet = useFleet(cluster, options);

    test('nothing is admitted, and a namespace goes', async () => {
      const toDelete = await makeNamespace(cluster, doomed);
      for (let n = 0; n < OBJECTS; n++)
        expect(admitted(await cluster.create(mkServer(doomed, `server-${String(n)}`)))).toEqual([]);
      expect(refusal(await cluster.create(mkBadServer(doomed, 'bad')))).toContain('[server/proxy-protocol]');

      for (const each of fleet().replicas) each.signal(signal);
      if (signal === 'SIGKILL') for (const each of fleet().replicas) await each.ended();
      const { status, body } = await cluster.create(mkServer(namespace, 'good'));
      expect({ status, message: body.message }).toMatchObject({
        status: 500,
        message: expect.stringContaining('failed calling webhook "validate.gatehouse.dev"'),
      });

      const from = performance.now();
      succeeded(await cluster.remove(toDelete));
      await waitFor(async () => (await cluster.get(toDelete)).status === 404, {
        timeoutMs: 60_000,
        what: 'the namespace to be gone',
      });
      const seconds = ((performance.now() - from) / 1_000).toFixed(1);
      figure(
        9,
        `a namespace with ${String(OBJECTS)} Servers deleted with every replica ${word}: gone after ${seconds} s`,
      );
    });
  });
}
