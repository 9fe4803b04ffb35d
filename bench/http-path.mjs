// What stands on the path of a review: a bare node:https handler, our review handler past express, and the same one
// through an express route. One process serves all three over TLS 1.3 with keep-alive; this one asks over 8
// connections, in turns, and reports medians of requests a second and of the server's CPU time a request.
// Needs a build: npm run build && node bench/http-path.mjs
import { fork } from 'node:child_process';
import { once } from 'node:events';
import https from 'node:https';
import { fileURLToPath } from 'node:url';

const DIST = new URL(process.env.DIST ?? '../dist/', import.meta.url);
const CONNECTIONS = 8;
const REQUESTS = Number(process.env.REQUESTS ?? 4_000);
const ROUNDS = Number(process.env.ROUNDS ?? 7);
const ALLOWED = { allowed: true, warnings: [], auditAnnotations: {}, findings: [], faults: [], skipped: [] };

const BODY = JSON.stringify({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: {
    uid: 'c5a9ff0c-0000-4000-8000-000000000001',
    kind: { group: 'policy.linkerd.io', version: 'v1beta3', kind: 'Server' },
    resource: { group: 'policy.linkerd.io', version: 'v1beta3', resource: 'servers' },
    name: 'web',
    namespace: 'app',
    operation: 'CREATE',
    userInfo: { username: 'admin', groups: ['system:masters', 'system:authenticated'] },
    object: {
      apiVersion: 'policy.linkerd.io/v1beta3',
      kind: 'Server',
      metadata: { name: 'web', namespace: 'app', labels: { app: 'web' } },
      spec: { podSelector: { matchLabels: { app: 'web' } }, port: 'http', proxyProtocol: 'HTTP/2' },
    },
    oldObject: null,
    dryRun: false,
    options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
  },
});

if (process.argv[2] === 'serve') await serve();
else await measure();

/** A handler that parses the body and allows everything: the least that a webhook can do. */
function bare(request, response) {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const { request: review } = JSON.parse(Buffer.concat(chunks).toString());
    const answer = JSON.stringify({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: review.uid, allowed: true },
    });
    response.writeHead(200, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(answer),
    });
    response.end(answer);
  });
}

async function serve() {
  const { createApp, createWebhookListener } = await import(new URL('adapters/http/app.js', DIST).href);
  const { createHttpsServer } = await import(new URL('adapters/http/server.js', DIST).href);
  const { SYSTEM_CLOCK } = await import(new URL('adapters/http/clock.js', DIST).href);
  const { generate } = await import('selfsigned');
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
  });
  const nothing = () => undefined;
  const observer = {
    answered: nothing,
    inFlight: nothing,
    fault: nothing,
    tlsFailed: nothing,
    httpFailed: nothing,
    connectionDropped: nothing,
    serverFailed: nothing,
  };
  const deps = { judge: () => ALLOWED, gate: { state: 'ready' }, observer, clock: SYSTEM_CLOCK };
  const listeners = {
    'bare handler': bare,
    'past express': createWebhookListener(deps),
    'through express': createApp(deps),
  };
  const ports = {};
  for (const [name, listener] of Object.entries(listeners)) {
    const { port } = await createHttpsServer({ cert, key, listener, observer }).listen('127.0.0.1', 0);
    ports[name] = port;
  }
  process.on('message', () => process.send(process.cpuUsage()));
  process.on('disconnect', () => process.exit());
  process.send(ports);
}

async function measure() {
  const server = fork(fileURLToPath(import.meta.url), ['serve']);
  const [ports] = await once(server, 'message');
  const results = new Map(Object.keys(ports).map((name) => [name, []]));
  // The first round warms up and is not counted.
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [name, port] of Object.entries(ports)) {
      const result = await ask(server, port);
      if (round > 0) results.get(name).push(result);
    }
  }
  server.disconnect();
  const [base] = [...results.values()].map(summary);
  for (const [name, list] of results) {
    const { rate, cpu } = summary(list);
    const ratio = `${(rate / base.rate).toFixed(2)} of the rate, ${(cpu / base.cpu).toFixed(2)} times the CPU`;
    console.log(`${name.padEnd(16)} ${rate.toFixed(0)} requests/s, ${cpu.toFixed(0)} us CPU each (${ratio})`);
  }
}

async function ask(server, port) {
  const agent = new https.Agent({
    keepAlive: true,
    maxSockets: CONNECTIONS,
    rejectUnauthorized: false,
  });
  const before = await cpuOf(server);
  const begun = performance.now();
  let left = REQUESTS;
  const client = async () => {
    while (left > 0) {
      left -= 1;
      await post(agent, port);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  const seconds = (performance.now() - begun) / 1_000;
  const cpu = (await cpuOf(server)) - before;
  agent.destroy();
  return { rate: REQUESTS / seconds, cpu: cpu / REQUESTS };
}

async function cpuOf(server) {
  server.send('cpu');
  const [{ user, system }] = await once(server, 'message');
  return user + system;
}

function post(agent, port) {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(BODY) };
    const options = { agent, port, host: '127.0.0.1', method: 'POST', path: '/validate?timeout=5s', headers };
    https
      .request(options, (answer) => {
        if (answer.statusCode !== 200) reject(new Error(`status ${answer.statusCode}`));
        answer.resume().once('end', resolve);
      })
      .once('error', reject)
      .end(BODY);
  });
}

function summary(results) {
  const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
  return { rate: median(results.map(({ rate }) => rate)), cpu: median(results.map(({ cpu }) => cpu)) };
}
