// What a change would do to who may talk to whom, on a namespace of 10,000 pods (each with a unique pod-name label, 200
// workloads) and 1,000 Servers, each with an AuthorizationPolicy and every tenth with an HTTPRoute of two rules. Build
// first; prints Markdown.
import os from 'node:os';
import { compileRustPattern } from '../dist/adapters/regex/rust-regex.js';
import { DEFAULT_CLUSTER_SETTINGS } from '../dist/model/world.js';
import { changeOf } from '../dist/policy/impact/change-of.js';
import { impact } from '../dist/policy/impact/impact.js';
import { buildIndex } from '../dist/policy/inbound/advance.js';
import { InternTable } from '../dist/policy/objects/intern.js';
import { project } from '../dist/policy/objects/project.js';
import { realisticPod } from './realistic-pod.mjs';

const PODS = Number(process.env.PODS ?? 10_000);
const WORKLOADS = Number(process.env.WORKLOADS ?? 200);
const SERVERS = Number(process.env.SERVERS ?? 1_000);
const ROUNDS = Number(process.env.ROUNDS ?? 400);
const NAMESPACE = 'shop';

const table = new InternTable();
const stored = (kind, raw) => {
  const result = project(kind, raw, table);
  if (!result.ok) throw new Error(result.error);
  return result.value;
};
const mk = (kind, name, spec) => stored(kind, { metadata: { name, namespace: NAMESPACE }, spec });

const server = (n, accessPolicy = 'deny') =>
  mk('policy.linkerd.io/Server', `server-${n}`, {
    podSelector: { matchLabels: { app: `app-${n % WORKLOADS}` } },
    // Each workload has five Servers, each on a port of its own.
    port: 8080 + Math.floor(n / WORKLOADS),
    accessPolicy,
  });
const serverRef = (n) => ({ group: 'policy.linkerd.io', kind: 'Server', name: `server-${n}` });
const policy = (name, targetRef, account) =>
  mk('policy.linkerd.io/AuthorizationPolicy', name, {
    targetRef,
    requiredAuthenticationRefs: [{ kind: 'ServiceAccount', name: account }],
  });
const route = (n) =>
  mk('policy.linkerd.io/HTTPRoute', `route-${n}`, {
    parentRefs: [serverRef(n)],
    rules: ['/api', '/live'].map((value) => ({ matches: [{ path: { type: 'PathPrefix', value } }] })),
  });

const ofServer = (n, account) => policy(`clients-${n}`, serverRef(n), account);
const ofNamespace = (account) => policy('everywhere', { kind: 'Namespace', name: NAMESPACE }, account);

const numbers = Array.from({ length: SERVERS }, (_, n) => n);
const objects = [
  ...Array.from({ length: PODS }, (_, i) =>
    stored('core/Pod', realisticPod(i, { workloads: WORKLOADS, namespace: () => NAMESPACE })),
  ),
  ...numbers.flatMap((n) => [server(n), ofServer(n, `app-${(n + 1) % WORKLOADS}`)]),
  ...numbers.filter((n) => n % 10 === 0).map(route),
];
const world = {
  settings: DEFAULT_CLUSTER_SETTINGS,
  semantics: { name: 'bench', compilePattern: compileRustPattern },
};
const index = buildIndex(world, objects);

/** In ms, each round's change being to another object. */
function measure(rounds, changeAt) {
  const changes = Array.from({ length: rounds }, (_, round) => changeAt(round));
  const times = [];
  let result;
  for (const change of changes) {
    const started = performance.now();
    result = impact(index, change);
    times.push(performance.now() - started);
  }
  const ports = result.ports.reduce((sum, { workloads }) => sum + workloads.length, 0);
  const regions = result.ports.reduce((sum, port) => sum + port.regions.length, 0);
  return { first: times[0], times: times.sort((a, b) => a - b), ports, regions };
}

const row = (what, rounds, changeAt) => {
  const { first, times, ports, regions } = measure(rounds, changeAt);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))];
  const cells = [at(0.5), at(0.99), first].map((ms) => ms.toFixed(2));
  console.log(`| ${[what, rounds, ports, regions, ...cells].join(' | ')} |`);
};

console.log(
  `${PODS} pods, ${WORKLOADS} workloads, ${SERVERS} Servers; Node ${process.version}, ${os.cpus().length} cores, load ${os.loadavg()[0].toFixed(1)}\n`,
);
console.log('| change | rounds | pod ports | regions | median, ms | p99, ms | first, ms |');
console.log('|---|---|---|---|---|---|---|');
row('`accessPolicy` of a Server', ROUNDS, (n) => changeOf(server(n), server(n % SERVERS, 'audit')));
row('a new Server on a port of its own', ROUNDS, (n) =>
  changeOf(undefined, { ...server((n % WORKLOADS) + 10 * WORKLOADS), name: `new-${n}` }),
);
row('whom the AuthorizationPolicy of a Server lets in', ROUNDS, (n) =>
  changeOf(ofServer(n, `app-${(n + 1) % WORKLOADS}`), ofServer(n, 'other')),
);
row('a new AuthorizationPolicy for the namespace', Math.ceil(ROUNDS / 10), (n) =>
  changeOf(undefined, ofNamespace(`app-${n}`)),
);
