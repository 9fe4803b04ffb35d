// Questions to a running server: how long each takes, and how late the event loop gets meanwhile, since reviews are
// judged on it. A cluster of PODS pods (200 workloads) and SERVERS Servers with an authorization each.
// Build first; prints Markdown.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { SYSTEM_CLOCK } from '../dist/adapters/http/clock.js';
import { threadSettings } from '../dist/app/judging/heavy-judge.js';
import { ClusterCache } from '../dist/app/cluster-cache.js';
import { openWorld } from '../dist/app/world.js';
import { createThreadedApi } from '../dist/cli/api/threaded-api.js';
import { InternTable } from '../dist/policy/objects/intern.js';
import { project } from '../dist/policy/objects/project.js';
import { toBatch } from '../dist/policy/state/state.js';

const PODS = Number(process.env.PODS ?? 10_000);
const SERVERS = Number(process.env.SERVERS ?? 1_000);
const WORKLOADS = 200;

const table = new InternTable();
const stored = (kind, raw) => project(kind, raw, table).value;
const namespaceOf = (workload) => `ns-${workload % 10}`;

function podOf(i) {
  const w = i % WORKLOADS;
  const name = `w-${w}-${i.toString(36)}`;
  const labels = { app: `w-${w}`, 'pod-name': name, 'linkerd.io/control-plane-ns': 'linkerd' };
  const owner = { controller: true, kind: 'StatefulSet', name: `w-${w}` };
  return {
    metadata: { name, namespace: namespaceOf(w), uid: `u-${i}`, labels, ownerReferences: [owner] },
    spec: {
      serviceAccountName: `sa-${w}`,
      containers: [{ name: 'main', ports: [{ name: 'http', containerPort: 8080 }] }],
    },
    status: { podIP: `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}` },
  };
}

const serverOf = (i) => ({
  metadata: { name: `s-${i}`, namespace: namespaceOf(i % WORKLOADS), uid: `s-${i}` },
  spec: {
    podSelector: { matchLabels: { app: `w-${i % WORKLOADS}` } },
    port: i < WORKLOADS ? 'http' : 7_000 + i,
  },
});
const grantOf = (i) => ({
  metadata: { name: `a-${i}`, namespace: namespaceOf(i % WORKLOADS) },
  spec: {
    server: { name: `s-${i}` },
    client: { meshTLS: { serviceAccounts: [{ name: `sa-${(i + 10) % WORKLOADS}` }] } },
  },
});

const range = (n, make) => Array.from({ length: n }, (_, i) => make(i));
const objects = [
  ...range(PODS, (i) => stored('core/Pod', podOf(i))),
  ...range(SERVERS, (i) => stored('policy.linkerd.io/Server', serverOf(i))),
  ...range(SERVERS, (i) => stored('policy.linkerd.io/ServerAuthorization', grantOf(i))),
];
const opened = await openWorld({ config: undefined });
const worldNow = () => opened.worldAt(new Date());
let sink;
const source = { start: (given) => (sink = given), stop: async () => undefined, status: () => [] };
const cache = new ClusterCache(source, { now: SYSTEM_CLOCK.now, world: worldNow() });
cache.start();
sink(toBatch(objects));
const api = createThreadedApi({
  cache,
  settings: threadSettings(worldNow(), opened.settings),
  today: () => worldNow().today,
  clock: SYSTEM_CLOCK,
  loopbackOnly: true,
});

const query = (given) => Object.entries(given);
const EXPLAIN = { path: 'explain', query: query({ from: 'ns-0/w-10', to: 'ns-0/w-0:8080' }) };
const QUESTIONS = [
  ['explain, the first question', EXPLAIN],
  ['explain, again', EXPLAIN],
  ['explain, after 100 pods changed', EXPLAIN],
  ['findings', { path: 'findings', query: [] }],
  ['matrix of a workload', { path: 'matrix', query: query({ to: 'ns-0/w-0' }) }],
  ['matrix of everything', { path: 'matrix', query: [] }],
];

console.log(`${PODS} pods, ${SERVERS} Servers, ${SERVERS} ServerAuthorizations; node ${process.version}\n`);
console.log('| question | answered after | bytes | event loop late at most |');
console.log('|---|---|---|---|');
for (const [what, question] of QUESTIONS) {
  if (what.includes('changed')) {
    const label = (pod) => ({ ...pod, labels: { ...pod.labels, changed: 'yes' } });
    sink(objects.slice(0, 100).map((pod) => ({ type: 'applied', object: label(pod) })));
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const begun = performance.now();
  const answer = await api.ask(question);
  if (answer.is !== 'json') throw new Error(`${what}: ${JSON.stringify(answer)}`);
  let bytes = 0;
  for await (const part of answer.parts) bytes += Buffer.byteLength(part);
  const took = performance.now() - begun;
  delay.disable();
  console.log(
    `| ${what} | ${took.toFixed(0)} ms | ${bytes} | ${(delay.max / 1e6).toFixed(0)} ms (p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms) |`,
  );
}
await api.close();
