// Retained heap per cached pod: a cluster source lists 10,000 pods of 6 kB from an HTTP server in another process, and
// every stored object is kept, in the index that admission asks. Needs a build: npm run build && node bench/heap-per-pod.mjs
import { fork } from 'node:child_process';
import http from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import v8 from 'node:v8';
import vm from 'node:vm';
import { realisticPod } from './realistic-pod.mjs';

const PODS = Number(process.env.PODS ?? 10_000);
const WORKLOADS = Number(process.env.WORKLOADS ?? 200);

if (process.argv[2] === 'serve') serve();
else await measure();

/** Lists pods in pages, and nothing of any other kind; watches stay silent. */
function serve() {
  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://bench');
    response.writeHead(200, { 'Content-Type': 'application/json' });
    if (url.searchParams.has('watch')) {
      response.flushHeaders();
      return;
    }
    const limit = Number(url.searchParams.get('limit') ?? 0);
    const from = Number(url.searchParams.get('continue') ?? 0);
    const to = url.pathname === '/api/v1/pods' ? Math.min(PODS, from + limit) : from;
    const items = Array.from({ length: to - from }, (_, i) =>
      realisticPod(from + i, { workloads: WORKLOADS }),
    );
    const more = url.pathname === '/api/v1/pods' && to < PODS;
    const metadata = { resourceVersion: '1', ...(more && { continue: String(to) }) };
    response.end(JSON.stringify({ metadata, items, resources: [] }));
  });
  server.listen(0, '127.0.0.1', () => process.send?.(server.address().port));
  process.on('disconnect', () => process.exit());
}

async function measure() {
  const dist = process.env.GATEHOUSE_DIST ?? new URL('../dist', import.meta.url).pathname;
  const { ClusterSource } = await import(`${dist}/adapters/kube/cluster-source.js`);
  const { HttpKubeClient } = await import(`${dist}/adapters/kube/kube-client.js`);
  const { apply, EMPTY_STATE } = await import(`${dist}/policy/state/state.js`);
  const { SYSTEM_TIMING } = await import(`${dist}/adapters/kube/timing.js`);

  const child = fork(fileURLToPath(import.meta.url), ['serve']);
  const port = await new Promise((resolve) => child.once('message', resolve));
  const auth = {
    server: () => new URL(`http://127.0.0.1:${port}`),
    requestOptions: () => Promise.resolve({}),
    reload: () => {},
  };
  const client = new HttpKubeClient(auth, SYSTEM_TIMING);
  const source = new ClusterSource({ client });
  // What admission asks: every batch goes into the index, as in the server.
  let state = EMPTY_STATE;
  let count = 0;

  const empty = await usedHeap();
  const started = performance.now();
  source.start((batch) => {
    state = apply(state, batch);
    for (const event of batch)
      if (event.type === 'replaced' && event.kind === 'core/Pod') count = event.objects.length;
  });
  while (count < PODS) await turn();
  const listedMs = performance.now() - started;
  const full = await usedHeap();
  const held = [...state.namespaces.values()].reduce((sum, ns) => sum + ns.pods.workloads.size, 0);
  if (held !== PODS) throw new Error(`the index holds ${held} pods`);
  state = EMPTY_STATE;
  const without = await usedHeap();
  await source.stop();
  client.close();
  child.disconnect();

  const bytes = JSON.stringify(realisticPod(1, { workloads: WORKLOADS })).length;
  const each = (heap) => Math.round(heap / PODS);
  console.log(`${PODS} pods of ${bytes} B, ${WORKLOADS} workloads, Node ${process.version}`);
  console.log(
    `retained heap per pod: ${each(full - empty)} B (target 1500), of which the source itself ${each(without - empty)} B`,
  );
  console.log(`listed and projected in ${Math.round(listedMs)} ms`);
  process.exitCode = full - empty < 1_500 * PODS ? 0 : 1;
}

async function usedHeap() {
  v8.setFlagsFromString('--expose-gc');
  const collect = vm.runInNewContext('gc');
  for (let i = 0; i < 4; i++) {
    await turn();
    collect();
  }
  return process.memoryUsage().heapUsed;
}
