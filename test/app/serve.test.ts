/** The server as it is composed, over real sockets: readiness, the drain, metrics and logs (webhook-operations, 7, 8, 11, 12). */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import { makePair } from '../../src/adapters/certs/self-signed.js';
import { SYSTEM_CLOCK } from '../../src/adapters/http/clock.js';
import { createLogger } from '../../src/adapters/telemetry/logger.js';
import { createGatehouse, type Gatehouse, type ServeOptions, type Urls } from '../../src/app/serve.js';
import { openSource } from '../../src/app/source.js';
import { DEFAULT_RULE_SETTINGS } from '../../src/rules/settings.js';
import { MockApiServer } from '../adapters/kube/mock-api-server.js';
import { post, RawClient, sleep } from '../adapters/http/harness.js';
import { mkReview, mkServer, mkWorld } from '../builders.js';

const LOCAL = { host: '127.0.0.1', port: 0 };
const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

interface Served {
  readonly gatehouse: Gatehouse;
  readonly urls: Urls;
  readonly lines: Record<string, unknown>[];
  readonly ca: string;
}

/** Serves the cluster of a mock API server, with a certificate of its own. */
async function start(server: MockApiServer, over: Partial<ServeOptions> = {}): Promise<Served> {
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-serve-'));
  cleanUp.push(() => rm(dir, { recursive: true }));
  const kubeconfig = join(dir, 'config');
  await writeFile(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'mock', cluster: { server: server.url } }],
      contexts: [{ name: 'mock', context: { cluster: 'mock' } }],
      'current-context': 'mock',
    }),
  );
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger({
    level: 'debug',
    component: 'gatehouse',
    sink: { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) },
    clock: SYSTEM_CLOCK,
  });
  const pair = await makePair({ dnsNames: [], ipAddresses: [], now: new Date() });
  const values = { manifests: [], kubeconfig, context: undefined, namespace: 'default', assumeMeshed: false };
  const gatehouse = createGatehouse({
    webhook: LOCAL,
    admin: LOCAL,
    grpc: LOCAL,
    tls: {},
    certificates: ({ sink, observer }) => ({
      start: async () => {
        sink.serve(pair);
        observer.status(true, 'for the test');
        observer.reloaded('for the test');
        observer.expires('leaf', Date.now());
        await Promise.resolve();
      },
      stop: () => Promise.resolve(),
    }),
    world: { worldAt: () => mkWorld(), settings: DEFAULT_RULE_SETTINGS },
    source: (metrics) => openSource(values, { world: mkWorld(), logger, metrics }),
    clock: SYSTEM_CLOCK,
    logger,
    droppedLines: () => 0,
    ...over,
  });
  cleanUp.push(() => gatehouse.close());
  const urls = await gatehouse.start();
  return { gatehouse, urls, lines, ca: pair.ca };
}

async function mkMock(): Promise<MockApiServer> {
  const server = new MockApiServer();
  await server.listen();
  cleanUp.push(() => server.close());
  return server;
}

const page = async (url: string | undefined, path: string): Promise<{ status: number; text: string }> => {
  const answer = await fetch(new URL(path, url));
  return { status: answer.status, text: await answer.text() };
};

async function until(holds: () => unknown, ms = 15_000): Promise<void> {
  const end = performance.now() + ms;
  while ((await holds()) !== true) {
    if (performance.now() > end) throw new Error(`waited in vain: ${String(holds)}`);
    await sleep(20);
  }
}

async function dial({ urls, ca }: Served): Promise<RawClient> {
  const { port } = new URL(urls.webhook ?? '');
  const socket: TLSSocket = connect({ host: '127.0.0.1', port: Number(port), ca, servername: 'localhost' });
  cleanUp.push(() => socket.destroy());
  await new Promise((resolve, reject) => {
    socket.once('secureConnect', resolve).once('error', reject);
  });
  return new RawClient(socket);
}

const REVIEW = JSON.stringify(mkReview(mkServer()));
const isReady = async ({ urls }: Served): Promise<boolean> =>
  (await page(urls.admin, '/ready')).status === 200;

/** Sends a review, and waits for the answer. */
async function ask(client: RawClient, text = post(REVIEW)): Promise<string> {
  const before = client.text.length;
  client.socket.write(text);
  await until(() => isWhole(client.text.slice(before)) || client.socket.destroyed);
  return client.text.slice(before);
}

function isWhole(text: string): boolean {
  const [head = '', body] = text.split('\r\n\r\n');
  const length = /content-length: (\d+)/i.exec(head)?.[1];
  return body !== undefined && length !== undefined && body.length >= Number(length);
}

describe('a server whose API server is away', () => {
  it('is alive and not ready, asks to be asked elsewhere, and becomes ready when it comes', async () => {
    const server = await mkMock();
    const reachable = server.intercept((request) => {
      request.socket.destroy();
      return true;
    });
    const served = await start(server);
    expect(await page(served.urls.admin, '/live')).toMatchObject({ status: 200 });
    const { status, text } = await page(served.urls.admin, '/ready?verbose');
    expect(status).toBe(503);
    expect(text).toMatch(/^\[\+\] listeners\n\[\+\] certificate: .*\n\[-\] cache: .*\n\[\+\] event loop\n/);
    const answer = await ask(await dial(served));
    expect(answer).toMatch(/^HTTP\/1\.1 503 /);
    expect(answer).toMatch(/retry-after: 0\r\n/i);
    expect(answer).toMatch(/connection: close\r\n/i);
    // What one object alone shows is wrong is denied all the same.
    const bad = await ask(await dial(served), post(JSON.stringify(mkReview(mkServer({ port: 0 })))));
    expect(bad).toContain('"allowed":false');
    reachable();
    await until(() => isReady(served));
    expect(await ask(await dial(served))).toContain('"allowed":true');
  });
});

describe('a server that is asked to stop', () => {
  it('is unready at once, answers what is under way and what comes, ends each connection with its answer, and closes none', async () => {
    const served = await start(await mkMock());
    await until(() => isReady(served));
    const [idle, busy, quiet] = [await dial(served), await dial(served), await dial(served)];
    for (const client of [idle, busy, quiet]) expect(await ask(client)).toMatch(/connection: keep-alive/i);
    const text = post(REVIEW);
    const before = busy.text.length;
    busy.socket.write(text.slice(0, -20));
    await sleep(50);

    let over = false;
    const drained = served.gatehouse.drain(30_000).then(() => (over = true));
    expect((await page(served.urls.admin, '/ready')).text).toBe('not ready: not draining\n');
    expect((await page(served.urls.admin, '/live')).status).toBe(200);
    busy.socket.write(text.slice(-20));
    await until(() => isWhole(busy.text.slice(before)));
    expect(busy.text.slice(before)).toMatch(/"allowed":true/);
    expect(busy.text.slice(before)).toMatch(/connection: close/i);
    await busy.closed;
    // A new connection is served; a pooled one is left alone until it is used or its owner closes it.
    expect(await ask(await dial(served))).toMatch(/connection: close/i);
    await sleep(300);
    expect([idle.socket.destroyed, quiet.socket.destroyed, over]).toEqual([false, false, false]);
    expect(await ask(idle)).toMatch(/connection: close[^]*"allowed":true/i);
    expect(over).toBe(false);
    quiet.socket.end();
    await drained;
    expect(over).toBe(true);
  });

  it('waits no longer than it may', async () => {
    const served = await start(await mkMock());
    await until(() => isReady(served));
    await ask(await dial(served));
    const from = performance.now();
    await served.gatehouse.drain(200);
    expect(performance.now() - from).toBeGreaterThan(150);
  });
});

describe('a connection that is kept', () => {
  it('is there after any pause, as the API server expects', async () => {
    const served = await start(await mkMock());
    await until(() => isReady(served));
    const client = await dial(served);
    // Longer than Node's own 5 s, after which the next request would meet an EOF.
    for (const pause of [0, 10, 1_000, 6_000]) {
      await sleep(pause);
      expect(await ask(client)).toContain('"allowed":true');
    }
  });
});

/** Section 11, as it stands there. */
const METRICS = `
gatehouse_webhook_requests_total gatehouse_webhook_request_duration_seconds gatehouse_webhook_request_body_bytes
gatehouse_webhook_in_flight_requests gatehouse_webhook_shed_total gatehouse_webhook_warnings_total
gatehouse_webhook_denials_total gatehouse_webhook_malformed_total gatehouse_webhook_registered
gatehouse_cache_objects gatehouse_cache_age_seconds gatehouse_cache_events_total gatehouse_cache_relists_total
gatehouse_cache_watch_errors_total gatehouse_cache_synced gatehouse_conflicts_detected_total
gatehouse_cert_expiry_timestamp_seconds gatehouse_cert_reloads_total gatehouse_cert_reload_errors_total
gatehouse_ca_bundle_certificates gatehouse_tls_handshake_errors_total gatehouse_leader
gatehouse_grpc_streams gatehouse_grpc_updates_total gatehouse_eventloop_delay_seconds gatehouse_log_dropped_total
gatehouse_build_info gatehouse_rule_errors_total gatehouse_accepted_findings_total`
  .trim()
  .split(/\s+/);

const LABELS: Readonly<Record<string, readonly string[]>> = {
  gatehouse_webhook_requests_total: ['operation', 'kind', 'decision', 'code'],
  gatehouse_cache_objects: ['kind'],
  gatehouse_cache_age_seconds: ['kind'],
  gatehouse_cache_relists_total: ['kind', 'reason'],
  gatehouse_cert_expiry_timestamp_seconds: ['cert'],
  gatehouse_eventloop_delay_seconds: ['quantile'],
  gatehouse_build_info: ['version', 'node'],
};

/** Those, the standard ones, and what Linkerd's own policy controller calls its gRPC service and its index. */
const OURS = /^(gatehouse|process|nodejs|grpc_server|inbound_index)_/;

/** Section 12: the fields of the line that tells of a denial. */
const FIELDS =
  `time level msg component uid operation group version kind namespace name dryRun username decision
code rule durationMs bodyBytes cacheAgeMs budgetMs`.split(/\s+/);

describe('what the server tells of itself', () => {
  it('are the metrics and the log fields of the contract', async () => {
    const served = await start(await mkMock());
    await until(() => isReady(served));
    await ask(await dial(served), post(JSON.stringify(mkReview(mkServer({ port: 0 })))));
    const { text } = await page(served.urls.admin, '/metrics');
    const families = new Set([...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name));
    expect(METRICS.filter((name) => !families.has(name))).toEqual([]);
    expect([...families].filter((name) => !OURS.test(name ?? ''))).toEqual([]);
    for (const [name, labels] of Object.entries(LABELS)) {
      const sample = new RegExp(`^${name}\\{(.*)\\} \\S+$`, 'm').exec(text)?.[1] ?? '';
      expect([name, ...[...sample.matchAll(/(\w+)="/g)].map(([, label]) => label)]).toEqual([
        name,
        ...labels,
      ]);
    }
    for (const name of families)
      if (/^gatehouse_.*_total$/.test(name ?? '')) expect(text).toContain(`# TYPE ${name ?? ''} counter`);

    const line = served.lines.find(({ msg }) => msg === 'denied') ?? {};
    expect(Object.keys(line).sort()).toEqual([...FIELDS].sort());
    expect(line['cacheAgeMs']).toBeLessThan(60_000);
  });
});
