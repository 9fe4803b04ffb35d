// A review of a Server with the overlap check, at 10 and at 10,000 Servers in the cache (50,000 pods, every pod with
// a unique pod-name label, 200 workloads), beside a bare node:https handler that parses the same body and allows.
// TLS, keep-alive, 8 connections, one process for the server, all in one run. Build first; prints Markdown.
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { makePair } from '../dist/adapters/certs/self-signed.js';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const REQUESTS = Number(process.env.REQUESTS ?? 4_000);
const CONNECTIONS = 8;
const WORKLOADS = 200;
/** More flags for the serving processes, to try them: `FLAGS='--max-semi-space-size=32'`. */
const FLAGS = (process.env.FLAGS ?? '').split(' ').filter((flag) => flag !== '');

if (process.argv[2] === 'serve') await serve(process.argv[3], Number(process.argv[4]));
else await compare();

async function serve(what, servers) {
  const pair = await new Promise((resolve) => process.once('message', resolve));
  const listener = what === 'bare' ? bare : await gatehouse(servers);
  const { createHttpsServer } = await import('../dist/adapters/http/server.js');
  const quiet = new Proxy({}, { get: () => () => undefined });
  const listening = await createHttpsServer({ ...pair, listener, observer: quiet }).listen('127.0.0.1', 0);
  let cpu = process.cpuUsage();
  process.on('message', (message) => {
    if (message === 'end') process.exit(0);
    const used = process.cpuUsage(cpu);
    cpu = process.cpuUsage();
    process.send({ cpu: used.user + used.system });
  });
  process.send({ port: listening.port });
}

function bare(request, response) {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const {
      apiVersion,
      kind,
      request: { uid },
    } = JSON.parse(Buffer.concat(chunks).toString());
    const body = JSON.stringify({ apiVersion, kind, response: { uid, allowed: true } });
    response.writeHead(200, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
    });
    response.end(body);
  });
}

async function gatehouse(servers) {
  const [
    { createWebhookListener },
    { createJudge },
    { ClusterCache },
    { SYSTEM_CLOCK },
    settings,
    { project },
    { InternTable },
    world,
  ] = await Promise.all([
    import('../dist/adapters/http/app.js'),
    import('../dist/app/judge.js'),
    import('../dist/app/cluster-cache.js'),
    import('../dist/adapters/http/clock.js'),
    import('../dist/rules/settings.js'),
    import('../dist/policy/objects/project.js'),
    import('../dist/policy/objects/intern.js'),
    import('../dist/app/world.js'),
  ]);
  const table = new InternTable();
  const stored = (kind, raw) => project(kind, raw, table).value;
  const objects = [
    ...Array.from({ length: 50_000 }, (_, i) => stored('core/Pod', podOf(i))),
    ...Array.from({ length: servers }, (_, i) => stored('policy.linkerd.io/Server', serverOf(i))),
  ];
  const opened = await world.openWorld({ config: undefined });
  const cache = new ClusterCache(sourceOf(objects), {
    now: SYSTEM_CLOCK.now,
    world: opened.worldAt(new Date()),
  });
  cache.start();
  const judge = createJudge({
    world: () => opened.worldAt(new Date()),
    settings: settings.DEFAULT_RULE_SETTINGS,
    cache,
    now: SYSTEM_CLOCK.now,
  });
  const { createMetrics } = await import('../dist/adapters/telemetry/metrics.js');
  const observer = createMetrics({ version: 'bench', node: process.version, droppedLines: () => 0 });
  return createWebhookListener({ judge, gate: { state: 'ready' }, observer, clock: SYSTEM_CLOCK });
}

function namespaceOf(workload) {
  return `ns-${workload % 10}`;
}

/** Everything at once, and fresh for ever. */
function sourceOf(objects) {
  const kinds = ['core/Pod', 'policy.linkerd.io/Server'];
  return {
    start: (sink) =>
      kinds.forEach((kind) =>
        sink([{ type: 'replaced', kind, objects: objects.filter((o) => o.kind === kind) }]),
      ),
    status: () => kinds.map((kind) => ({ kind, state: 'listed', objects: objects.length })),
  };
}

function podOf(i) {
  const workload = i % WORKLOADS;
  const name = `w-${workload}-${i.toString(36)}`;
  return {
    metadata: {
      name,
      namespace: namespaceOf(workload),
      uid: `u-${i}`,
      labels: { app: `w-${workload}`, 'pod-name': name, 'linkerd.io/control-plane-ns': 'linkerd' },
    },
    spec: {
      serviceAccountName: `w-${workload}`,
      containers: [{ name: 'main', ports: [{ name: 'http', containerPort: 8080 }] }],
    },
  };
}

function serverOf(i) {
  const workload = i % WORKLOADS;
  return {
    metadata: {
      name: `s-${i}`,
      namespace: namespaceOf(workload),
      uid: `s-${i}`,
      creationTimestamp: '2026-01-01T00:00:00Z',
    },
    spec: {
      podSelector: { matchLabels: { app: `w-${workload}` } },
      port: 10_000 + Math.floor(i / WORKLOADS),
      proxyProtocol: 'HTTP/1',
    },
  };
}

async function compare() {
  const review = JSON.parse(
    readFileSync(new URL('../test/fixtures/reviews/02-create-server-web-http.json', import.meta.url), 'utf8'),
  );
  const { request } = review;
  const bodies = Array.from({ length: WORKLOADS }, (_, i) => {
    const metadata = { ...request.object.metadata, name: `new-${i}`, namespace: namespaceOf(i) };
    const spec = {
      podSelector: { matchLabels: { app: `w-${i}` } },
      port: 9_999,
      proxyProtocol: 'HTTP/1',
      accessPolicy: 'deny',
    };
    return JSON.stringify({
      ...review,
      request: {
        ...request,
        dryRun: true,
        namespace: metadata.namespace,
        object: { ...request.object, metadata, spec },
      },
    });
  });
  const pair = await makePair({ dnsNames: ['localhost'], ipAddresses: ['127.0.0.1'], now: new Date() });
  const kinds = [
    ['bare', 0],
    ['10 Servers', 10],
    ['10,000 Servers', 10_000],
  ];
  const children = [];
  for (const [name, servers] of kinds)
    children.push(await start(name === 'bare' ? 'bare' : 'gatehouse', servers, pair));
  for (const child of children) await load(child, pair, bodies, 2_000);
  const results = kinds.map(() => ({ rate: [], p99: [], cpu: [] }));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [i, child] of children.entries()) {
      await child.ask();
      const { seconds, p99 } = await load(child, pair, bodies, REQUESTS);
      results[i].rate.push(REQUESTS / seconds);
      results[i].p99.push(p99);
      results[i].cpu.push((await child.ask()) / REQUESTS);
    }
  }
  for (const child of children) child.end();
  const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
  console.log(
    `Review of a Server CREATE, ${bodies[0].length} B; node ${process.version}, ${os.cpus().length} cores, ${ROUNDS} rounds of ${REQUESTS}\n`,
  );
  console.log(
    '| server | requests/s | of bare | p99 ms | of bare | CPU µs a request | of 10 Servers |\n|---|---|---|---|---|---|---|',
  );
  for (const [i, [name]] of kinds.entries()) {
    const [rate, p99, cpu] = [median(results[i].rate), median(results[i].p99), median(results[i].cpu)];
    const [bareRate, bareP99, tenCpu] = [
      median(results[0].rate),
      median(results[0].p99),
      median(results[1].cpu),
    ];
    console.log(
      `| ${name} | ${rate.toFixed(0)} | ${(rate / bareRate).toFixed(2)} | ${p99.toFixed(2)} | ${(p99 / bareP99).toFixed(2)} | ${cpu.toFixed(0)} | ${(cpu / tenCpu).toFixed(2)} |`,
    );
  }
}

async function start(what, servers, pair) {
  const child = fork(fileURLToPath(import.meta.url), ['serve', what, String(servers)], {
    // As the image runs it.
    execArgv: ['--disable-proto=delete', '--max-old-space-size=384', ...FLAGS],
  });
  const next = () => new Promise((resolve) => child.once('message', resolve));
  child.send(pair);
  const { port } = await next();
  return {
    port,
    ask: async () => {
      const answer = next();
      child.send('cpu');
      return (await answer).cpu;
    },
    end: () => child.send('end'),
  };
}

/** `count` requests over 8 kept connections. */
async function load({ port }, { ca }, bodies, count) {
  const agent = new https.Agent({ keepAlive: true, maxSockets: CONNECTIONS, ca });
  const latencies = [];
  let sent = 0;
  const one = async () => {
    while (sent < count) {
      const body = bodies[sent % bodies.length];
      sent += 1;
      const started = performance.now();
      await new Promise((resolve, reject) => {
        const request = https.request(
          {
            port,
            host: '127.0.0.1',
            servername: 'localhost',
            path: '/validate?timeout=5s',
            method: 'POST',
            agent,
            headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) },
          },
          (response) => {
            let text = '';
            response.on('data', (chunk) => (text += chunk));
            response.on('end', () =>
              response.statusCode === 200 && text.includes('"allowed":true')
                ? resolve()
                : reject(new Error(`${response.statusCode} ${text}`)),
            );
          },
        );
        request.on('error', reject);
        request.end(body);
      });
      latencies.push(performance.now() - started);
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
  const seconds = (performance.now() - started) / 1000;
  agent.destroy();
  latencies.sort((a, b) => a - b);
  return { seconds, p99: latencies[Math.floor(latencies.length * 0.99)] };
}
