// Who may call what (product description, section 8; issue 6): how many cells of a matrix one thread fills a second where
// every client has a row and every port a column of its own, and how long the command takes for 200 workloads of 2,000
// pods, start-up included. Build first; prints Markdown.
//
//   node bench/matrix.mjs [--rounds 7]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { compileRustPattern } from '../dist/adapters/regex/rust-regex.js';
import { DEFAULT_CLUSTER_SETTINGS } from '../dist/model/world.js';
import { buildIndex } from '../dist/policy/inbound/advance.js';
import { buildMatrix } from '../dist/policy/matrix/matrix.js';
import { answerOf } from '../dist/policy/matrix/answer.js';
import { selectClients, selectTargets } from '../dist/policy/matrix/select.js';
import { InternTable } from '../dist/policy/objects/intern.js';
import { project } from '../dist/policy/objects/project.js';
import { realisticPod } from './realistic-pod.mjs';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '7' } } });
const ROUNDS = Number(values.rounds);
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** The objects of a shop as an API server serves them: each workload lets a few others in, every tenth by a route. */
function shop({ pods, workloads }) {
  const policy = 'policy.linkerd.io';
  const mk = (apiVersion, kind, name, spec) => ({
    apiVersion,
    kind,
    metadata: { name, namespace: 'shop' },
    spec,
  });
  const objects = Array.from({ length: pods }, (_, i) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    ...realisticPod(i, { workloads, namespace: () => 'shop' }),
  }));
  for (let n = 0; n < workloads; n += 1) {
    const server = { group: policy, kind: 'Server', name: `server-${n}` };
    objects.push(
      mk(`${policy}/v1beta3`, 'Server', `server-${n}`, {
        podSelector: { matchLabels: { app: `app-${n}` } },
        port: 8080,
        proxyProtocol: 'HTTP/1',
      }),
    );
    const route = n % 10 === 0;
    if (route)
      objects.push(
        mk(`${policy}/v1beta3`, 'HTTPRoute', `route-${n}`, {
          parentRefs: [server],
          rules: ['/api', '/live'].map((value) => ({ matches: [{ path: { type: 'PathPrefix', value } }] })),
        }),
      );
    for (const step of [1, 7, 31])
      objects.push(
        mk(`${policy}/v1alpha1`, 'AuthorizationPolicy', `clients-${n}-${step}`, {
          targetRef: route ? { group: policy, kind: 'HTTPRoute', name: `route-${n}` } : server,
          requiredAuthenticationRefs: [{ kind: 'ServiceAccount', name: `app-${(n + step) % workloads}` }],
        }),
      );
  }
  return objects;
}

const KINDS = { Pod: 'core/Pod' };

function indexOf(objects) {
  const table = new InternTable();
  const stored = objects.map((object) => {
    const found = project(KINDS[object.kind] ?? `policy.linkerd.io/${object.kind}`, object, table);
    if (!found.ok) throw new Error(found.error);
    return found.value;
  });
  const semantics = { name: 'bench', compilePattern: compileRustPattern };
  return buildIndex({ settings: DEFAULT_CLUSTER_SETTINGS, semantics }, stored);
}

/** A fresh index each time, so that nothing is known of its policies before. */
function fillOnce(objects) {
  const index = indexOf(objects);
  const started = performance.now();
  const clients = selectClients(index, [], 'shop').value;
  const targets = selectTargets(index, [], 'shop').value;
  const selected = performance.now();
  const { semantics } = index.world;
  const matrix = buildMatrix({ clients, targets, semantics, perRegion: false });
  const filled = performance.now();
  const cells = matrix.codes.length;
  const step = Math.max(1, Math.floor(cells / 20_000));
  let answers = 0;
  for (let cell = 0; cell < cells; cell += step) {
    answerOf(matrix, Math.floor(cell / matrix.columns.length), cell % matrix.columns.length, semantics);
    answers += 1;
  }
  const answered = performance.now();
  return {
    rows: matrix.rows.length,
    columns: matrix.columns.length,
    cells,
    select: selected - started,
    fill: filled - selected,
    answer: (answered - filled) / answers,
  };
}

console.log(
  `Node ${process.version}, ${os.cpus().length} cores, load ${os.loadavg()[0].toFixed(1)}; median of ${ROUNDS} rounds\n`,
);
console.log(
  '| clients in rows × ports in columns | cells | finding them, ms | filling, ms | cells a second | one cell explained, µs |',
);
console.log('|---|---|---|---|---|---|');
for (const workloads of [200, 1_000, 2_000]) {
  const objects = shop({ pods: workloads, workloads });
  const runs = Array.from({ length: ROUNDS }, () => fillOnce(objects));
  const { rows, columns, cells } = runs[0];
  const [select, fill, answer] = ['select', 'fill', 'answer'].map((key) =>
    median(runs.map((run) => run[key])),
  );
  console.log(
    `| ${[`${rows} × ${columns}`, cells, select.toFixed(0), fill.toFixed(0), Math.round((cells / fill) * 1000), (answer * 1000).toFixed(1)].join(' | ')} |`,
  );
}

const directory = mkdtempSync(path.join(os.tmpdir(), 'gatehouse-matrix-'));
try {
  const items = shop({ pods: 2_000, workloads: 200 });
  writeFileSync(
    path.join(directory, 'cluster.json'),
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
  );
  console.log(
    '\n| `gatehouse matrix`, 200 workloads of 2,000 pods, start-up included | wall, s: median (least) | size, kB |',
  );
  console.log('|---|---|---|');
  for (const format of ['text', 'json', 'csv', 'dot', 'html']) {
    const runs = Array.from({ length: ROUNDS }, () => {
      const started = performance.now();
      const args = ['dist/cli/main.js', 'matrix', '--manifests', directory, '-o', format];
      const run = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
      if (run.status !== 0) throw new Error(run.stderr);
      return { wall: (performance.now() - started) / 1000, size: run.stdout.length };
    });
    const walls = runs.map(({ wall }) => wall);
    console.log(
      `| \`-o ${format}\` | ${median(walls).toFixed(2)} (${Math.min(...walls).toFixed(2)}) | ${Math.round(runs[0].size / 1000)} |`,
    );
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
