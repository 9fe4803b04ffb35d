/**
 * What a cached pod retains (product description, section 8): the source's part and the stored object together. Fewer
 * pods than `bench/heap-per-pod.mjs` has, and as many for each workload: enough to see that the raw objects are gone.
 */
import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import v8 from 'node:v8';
import vm from 'node:vm';
import { afterEach, expect, test } from '@jest/globals';
import { realisticPod } from '../../../bench/realistic-pod.mjs';
import { ClusterSource } from '../../../src/adapters/kube/cluster-source.js';
import type { KubeClient } from '../../../src/adapters/kube/kube-client.js';
import { Fold } from '../../conformance/object-source.js';

const PODS = 8_000;
const WORKLOADS = PODS / 50;
const PAGE = 500;

v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc') as () => void;

async function usedHeap(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await turn();
    collect();
  }
  return process.memoryUsage().heapUsed;
}

/** Serves pods in pages, as text that is parsed: what a parser shares between strings is part of the measure. */
function clientOfPods(watches: PassThrough[]): KubeClient {
  const podsFrom = (start: number): string => {
    const items = Array.from({ length: PAGE }, (_, i) => realisticPod(start + i, { workloads: WORKLOADS }));
    const next = start + PAGE < PODS ? String(start + PAGE) : '';
    return JSON.stringify({ metadata: { resourceVersion: '1', continue: next }, items });
  };
  const answer = (path: string): string => {
    if (!path.startsWith('/api/v1/pods?'))
      return '{"metadata":{"resourceVersion":"1"},"items":[],"resources":[]}';
    return podsFrom(Number(new URLSearchParams(path.split('?')[1]).get('continue') ?? 0));
  };
  return {
    getJson: (path) => Promise.resolve(JSON.parse(answer(path)) as unknown),
    request: () => Promise.reject(new Error('not here')),
    stream: (path, { signal }) => {
      const stream = new PassThrough();
      signal?.addEventListener('abort', () => stream.destroy(new Error('aborted')));
      if (path.startsWith('/api/v1/pods?')) watches.push(stream);
      return Promise.resolve(stream);
    },
    close: () => undefined,
  };
}

let source: ClusterSource | undefined;
afterEach(() => source?.stop());

test('pods of 6 kB retain less than 1.5 kB each, before and after every one of them has changed', async () => {
  const watches: PassThrough[] = [];
  source = new ClusterSource({ client: clientOfPods(watches) });
  const fold = new Fold();
  const sink = (batch: Parameters<Fold['sink']>[0]): void => {
    fold.sink(batch);
    fold.batches.length = 0;
  };
  // Whatever is compiled and cached on the way is not of the pods.
  JSON.parse(JSON.stringify(realisticPod(0, { workloads: 1 })));
  const before = await usedHeap();
  source.start(sink);
  while (fold.size('core/Pod') < PODS) await turn();
  const perPod = async (): Promise<number> => ((await usedHeap()) - before) / PODS;
  const listed = await perPod();

  for (let i = 0; i < PODS; i++) {
    const pod = realisticPod(i, { workloads: WORKLOADS });
    const labels = { ...(pod.metadata['labels'] as object), changed: 'yes' };
    watches[0]?.write(
      `${JSON.stringify({ type: 'MODIFIED', object: { ...pod, metadata: { ...pod.metadata, labels } } })}\n`,
    );
    if (i % 100 === 0) await turn();
  }
  const last = realisticPod(PODS - 1, { workloads: WORKLOADS }).metadata;
  while (fold.get('core/Pod', last.namespace, last.name)?.labels['changed'] === undefined) await turn();
  const changed = await perPod();

  process.stderr.write(
    `heap per pod: ${listed.toFixed(0)} B listed, ${changed.toFixed(0)} B after a change to each\n`,
  );
  expect(listed).toBeLessThan(1_500);
  expect(changed).toBeLessThan(1_500);
}, 60_000);
