/**
 * A thousand watches of a port whose policy changes every 10 ms: every watcher ends with the newest state, others are
 * served meanwhile, and memory stays flat. GATEHOUSE_WATCH_SECONDS makes it longer.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { encoded } from '../../../src/adapters/grpc/encoded.js';
import { policyOf } from '../../../src/policy/inbound/inbound-index.js';
import { applied, grant, mkRig, pod, server, type Rig } from './rig.js';

const SECONDS = Number(process.env['GATEHOUSE_WATCH_SECONDS'] ?? 2);
const WATCHES = 1_000;
const MIB = 1_048_576;

let rig: Rig;
let watchers: ChildProcess;
setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

interface Report {
  readonly messages: number;
  readonly current: number;
  readonly ended: number;
}

beforeAll(async () => {
  rig = await mkRig([pod('web'), server('web'), grant('allow', 'web', ['0'])]);
  watchers = fork(path.join(import.meta.dirname, 'watchers.mjs'), [
    rig.address,
    String(WATCHES),
    'app:web',
    '80',
  ]);
  await once(watchers, 'message');
});
afterAll(async () => {
  watchers.disconnect();
  await rig.close();
});

/** How far the watchers are. */
async function report(): Promise<Report> {
  const policy = policyOf(
    rig.cache.generation.index,
    { kind: 'core/Pod', namespace: 'app', name: 'web' },
    80,
  );
  if (policy === undefined) throw new Error('the workload is gone');
  watchers.send(encoded(policy).toString('base64'));
  return ((await once(watchers, 'message')) as [Report])[0];
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function heapMiB(): number {
  gc();
  return process.memoryUsage().heapUsed / MIB;
}

/** A change every 10 ms for a while; how long GetPort takes meanwhile, at most. */
async function change(seconds: number): Promise<{ changes: number; slowestMs: number }> {
  const client = rig.connect();
  const until = performance.now() + seconds * 1_000;
  let [changes, slowestMs] = [0, 0];
  while (performance.now() < until) {
    changes += 1;
    rig.deliver(applied(grant('allow', 'web', [`${String(changes)}.of.${String(seconds)}`])));
    await pause(10);
    if (changes % 20 !== 0) continue;
    const begun = performance.now();
    await client.getPort({ workload: 'app:web', port: 80 });
    slowestMs = Math.max(slowestMs, performance.now() - begun);
  }
  client.close();
  return { changes, slowestMs };
}

async function settled(): Promise<Report> {
  for (let i = 0; i < 200; i++) {
    const found = await report();
    if (found.current === WATCHES) return found;
    await pause(50);
  }
  return report();
}

it(
  'ends with the newest state at every watcher, and with no more memory',
  async () => {
    expect(rig.grpc.watching()).toBe(WATCHES);
    await change(1);
    expect(await settled()).toMatchObject({ current: WATCHES, ended: 0 });
    const before = heapMiB();
    const { changes, slowestMs } = await change(SECONDS);
    const begun = performance.now();
    const { messages, current, ended } = await settled();
    const lateMs = performance.now() - begun;
    const grown = heapMiB() - before;
    expect({ current, ended }).toEqual({ current: WATCHES, ended: 0 });
    // A message that is queued for each watcher and change would be hundreds of MiB within seconds.
    expect(grown).toBeLessThan(16);
    process.stderr.write(
      `${String(WATCHES)} watches, ${String(changes)} changes in ${String(SECONDS)} s: ${String(messages)} messages, ` +
        `newest everywhere ${lateMs.toFixed(0)} ms after the last, GetPort meanwhile at most ${slowestMs.toFixed(0)} ms, ` +
        `heap ${before.toFixed(1)} MiB ${grown < 0 ? '' : '+'}${grown.toFixed(1)}\n`,
    );
  },
  (SECONDS + 60) * 1_000,
);
