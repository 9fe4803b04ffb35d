// The index of effective policy in one namespace of 10,000 pods (each with a unique pod-name label, 200 workloads) and
// 1,000 Servers: one change, the creation of all Servers, and the start. Build first; prints Markdown.
//
// The pods carry two labels that selectors mention, so that no trick of the data makes a change cheap: every Server
// selects one workload, which has 50 pods, by one label or by both.
import os from 'node:os';
import { compileRustPattern } from '../dist/adapters/regex/rust-regex.js';
import { DEFAULT_CLUSTER_SETTINGS } from '../dist/model/world.js';
import { advance, buildIndex } from '../dist/policy/inbound/advance.js';
import { InternTable } from '../dist/policy/objects/intern.js';
import { project } from '../dist/policy/objects/project.js';
import { realisticPod } from './realistic-pod.mjs';

const PODS = 10_000;
const WORKLOADS = 200;
const SERVERS = 1_000;
const ROUNDS = Number(process.env.ROUNDS ?? 400);
const table = new InternTable();
const world = {
  settings: DEFAULT_CLUSTER_SETTINGS,
  semantics: { name: 'linkerd', compilePattern: compileRustPattern },
};

const stored = (kind, raw) => {
  const read = project(kind, raw, table);
  if (!read.ok) throw new Error(read.error);
  return read.value;
};

const podOf = (i) => {
  const pod = realisticPod(i, { workloads: WORKLOADS });
  const workload = `w${i % WORKLOADS}`;
  const labels = { app: workload, tier: i % 2 ? 'front' : 'back', 'pod-name': `p${i}` };
  const metadata = { ...pod.metadata, name: `p${i}`, namespace: 'app' };
  return stored('core/Pod', {
    ...pod,
    metadata: { ...metadata, labels: { ...labels, 'linkerd.io/control-plane-ns': 'linkerd' } },
  });
};

const SERVER = 'policy.linkerd.io/Server';
const serverOf = (i, proxyProtocol = 'HTTP/1') =>
  stored(SERVER, {
    metadata: { name: `s${i}`, namespace: 'app', creationTimestamp: '2026-11-01T00:00:00Z' },
    spec: {
      podSelector: { matchLabels: { app: `w${i % WORKLOADS}`, ...(i % 2 ? { tier: 'front' } : {}) } },
      port: 8_000 + Math.floor(i / WORKLOADS),
      proxyProtocol,
    },
  });
const grantOf = (i) =>
  stored('policy.linkerd.io/ServerAuthorization', {
    metadata: { name: `a${i}`, namespace: 'app' },
    spec: { server: { name: `s${i}` }, client: { meshTLS: { serviceAccounts: [{ name: 'web' }] } } },
  });

const applied = (object) => [{ type: 'applied', object }];
const deleted = ({ kind, namespace, name }) => [{ type: 'deleted', kind, namespace, name }];
const ms = (ns) => `${(Number(ns) / 1e6).toFixed(2)} ms`;

/** Each change on the index that the one before it left, its ports counted; median and 99th percentile. */
function measure(index, changes) {
  const times = [];
  let ports = 0;
  for (const batch of changes) {
    const started = process.hrtime.bigint();
    const next = advance(index, batch);
    times.push(process.hrtime.bigint() - started);
    ports += next.changes.ports.reduce((sum, { workloads }) => sum + workloads.length, 0);
    index = next.index;
  }
  times.sort((a, b) => (a < b ? -1 : 1));
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
  return { index, median: at(0.5), p99: at(0.99), ports: ports / changes.length };
}

const pods = Array.from({ length: PODS }, (_, i) => podOf(i));
const servers = Array.from({ length: SERVERS }, (_, i) => serverOf(i));
const grants = Array.from({ length: SERVERS }, (_, i) => grantOf(i));
// What is measured is warm code: a controller lives for weeks.
buildIndex(world, [...pods.slice(0, 1_000), ...servers, ...grants]);

const started = process.hrtime.bigint();
const full = buildIndex(world, [...pods, ...servers, ...grants]);
const start = process.hrtime.bigint() - started;

const pick = (i) => (i * 37) % SERVERS;
const rounds = (make) => Array.from({ length: ROUNDS }, (_, i) => make(i));
const rows = [
  ['a Server changes its protocol', rounds((i) => applied(serverOf(pick(i), i % 2 ? 'HTTP/2' : 'gRPC')))],
  [
    'a Server goes and comes back',
    rounds((i) => (i % 2 ? applied(serverOf(pick(i - 1))) : deleted(servers[pick(i)]))),
  ],
  [
    'a ServerAuthorization goes and comes back',
    rounds((i) => (i % 2 ? applied(grants[pick(i - 1)]) : deleted(grants[pick(i)]))),
  ],
  ['a pod goes and comes back', rounds((i) => (i % 2 ? applied(pods[pick(i - 1)]) : deleted(pods[pick(i)])))],
];

console.log(
  `## One namespace of ${PODS} pods, ${WORKLOADS} workloads, ${SERVERS} Servers and as many ServerAuthorizations\n`,
);
console.log(`\`node bench/index.mjs\`, Node ${process.versions.node}, ${os.cpus().length} cores.\n`);
console.log('| one change, until every changed port is known | median | p99 | ports changed |');
console.log('|---|---|---|---|');
for (const [name, changes] of rows) {
  const { median, p99, ports } = measure(full, changes);
  console.log(`| ${name} | ${ms(median)} | ${ms(p99)} | ${ports.toFixed(0)} |`);
}

// Created one after the other, each its own event: what is left to do when the last has come is its own cost.
let index = buildIndex(world, pods);
const creation = process.hrtime.bigint();
let last = 0n;
for (const server of servers) {
  const begun = process.hrtime.bigint();
  ({ index } = advance(index, applied(server)));
  last = process.hrtime.bigint() - begun;
}
const all = process.hrtime.bigint() - creation;
const burst = process.hrtime.bigint();
advance(buildIndex(world, pods), servers.flatMap(applied));
console.log('\n| many at once | time |');
console.log('|---|---|');
console.log(`| 1,000 Servers created one by one: all of them | ${ms(all)} |`);
console.log(`| of that the last one: settled after it came | ${ms(last)} |`);
console.log(`| 1,000 Servers in one batch, the pods included | ${ms(process.hrtime.bigint() - burst)} |`);
console.log(`| from the full list to settled | ${ms(start)} |`);
