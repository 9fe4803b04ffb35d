/** The HTTPS server over real sockets (webhook-operations, section 3). */
import { request as httpsRequest, Agent } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { createWebhookListener } from '../../../src/adapters/http/app.js';
import { createHttpsServer, type HttpsServerOptions } from '../../../src/adapters/http/server.js';
import { SERVER_SETTINGS } from '../../../src/adapters/http/tls-settings.js';
import { mkReview, mkServer } from '../../builders.js';
import {
  eventually,
  head,
  mkCa,
  mkDeps,
  mkLeaf,
  post,
  RawClient,
  Recorder,
  sleep,
  type Pair,
} from './harness.js';

const REVIEW = JSON.stringify(mkReview(mkServer()));
let ca: Pair;
let leaf: Pair;
beforeAll(async () => {
  ca = await mkCa('test ca');
  leaf = await mkLeaf(ca, 'localhost');
});

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

async function start(over: Partial<HttpsServerOptions> = {}) {
  const observer = new Recorder();
  const https = createHttpsServer({
    ...leaf,
    listener: createWebhookListener(mkDeps({ observer })),
    observer,
    ...over,
  });
  const listening = await https.listen('127.0.0.1', 0);
  cleanUp.push(() => listening.close());
  return { observer, https, ...listening };
}

class TlsClient extends RawClient {
  readonly tls: TLSSocket;
  constructor(tls: TLSSocket) {
    super(tls);
    this.tls = tls;
  }
}

/** A client over TLS; rejects when the handshake fails. */
async function dial(port: number, options: ConnectionOptions = {}): Promise<TlsClient> {
  const socket = connect({ port, host: '127.0.0.1', ca: ca.cert, ...options });
  cleanUp.push(() => void socket.destroy());
  await new Promise((resolve, reject) => {
    socket.once('secureConnect', resolve).once('error', reject);
  });
  return new TlsClient(socket);
}

const codeOf = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'connected',
    (error: unknown) => String((error as NodeJS.ErrnoException).code),
  );

describe('a TLS handshake', () => {
  it('serves reviews', async () => {
    const { https } = await start();
    const answer = await supertest(https.server)
      .post('/validate')
      .ca(ca.cert)
      .set('Content-Type', 'application/json')
      .send(REVIEW);
    expect(answer.body).toMatchObject({ response: { allowed: true } });
  });

  it('speaks HTTP/1.1 only', async () => {
    const { port, observer } = await start();
    const both = await dial(port, { ALPNProtocols: ['h2', 'http/1.1'] });
    expect(both.tls.alpnProtocol).toBe('http/1.1');
    expect((await dial(port)).tls.alpnProtocol).toBe(false);
    expect(await codeOf(dial(port, { ALPNProtocols: ['h2'] }))).toBe(
      'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL',
    );
    await eventually(() => observer.tls.length > 0);
    expect(observer.tls).toEqual([{ reason: 'alpn', detail: undefined }]);
  });

  it('refuses TLS 1.1', async () => {
    const { port, observer } = await start();
    const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' } as const;
    expect(await codeOf(dial(port, old))).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
    await eventually(() => observer.tls.length > 0);
    expect(observer.tls[0]!.reason).toBe('version');
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('takes %s', async (version) => {
    const { port } = await start();
    const { tls } = await dial(port, { minVersion: version, maxVersion: version });
    expect(tls.getProtocol()).toBe(version);
    const { name } = tls.getCipher();
    expect(name).toMatch(version === 'TLSv1.3' ? /^TLS_/ : /^ECDHE-ECDSA-.*(GCM|CHACHA20)/);
    // A newer OpenSSL names the group of TLS 1.3 in another way, and 1.3 knows ephemeral keys only.
    if (version === 'TLSv1.2') expect(tls.getEphemeralKeyInfo()).toMatchObject({ type: 'ECDH' });
  });

  it('refuses TLS 1.2 where 1.3 is asked for', async () => {
    const { port } = await start({ minVersion: '1.3' });
    expect(await codeOf(dial(port, { maxVersion: 'TLSv1.2' }))).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
    expect((await dial(port)).tls.getProtocol()).toBe('TLSv1.3');
  });

  it.each(['ECDHE-ECDSA-AES128-SHA256', 'ECDHE-ECDSA-AES256-SHA', 'ECDHE-ECDSA-AES256-SHA384'])(
    'refuses %s, which authenticates after encrypting',
    async (ciphers) => {
      const { port, observer } = await start();
      // OpenSSL 3.0 calls the alert SSLV3, later ones SSL/TLS.
      expect(await codeOf(dial(port, { maxVersion: 'TLSv1.2', ciphers }))).toMatch(
        /^ERR_SSL_(?:SSLV3|SSL\/TLS)_ALERT_HANDSHAKE_FAILURE$/,
      );
      await eventually(() => observer.tls.length > 0);
      expect(observer.tls[0]!.reason).toBe('cipher');
    },
  );

  it('counts who leaves without an alert, speaks no TLS, or hangs up', async () => {
    const { port, observer } = await start();
    expect(await codeOf(dial(port, { ca: (await mkCa('another')).cert }))).not.toBe('connected');
    const plain = await RawClient.connect(port);
    plain.socket.write(head('/', {}, 'GET'));
    await plain.closed;
    (await RawClient.connect(port)).socket.end();
    await eventually(() => observer.tls.length === 3);
    expect(observer.tls.map(({ reason }) => reason).sort()).toEqual(['plain-http', 'reset', 'reset']);
    // None of it hurt.
    const client = await dial(port);
    client.socket.write(post(REVIEW));
    expect(await client.until((text) => text.includes('response'))).toContain('"allowed":true');
  });

  it('must end in time', async () => {
    const { port, observer } = await start({ settings: { handshakeTimeout: 100 } });
    const silent = await RawClient.connect(port);
    await silent.closed;
    expect(observer.tls[0]!.reason).toBe('timeout');
  });
});

describe('the settings', () => {
  it('are those of the contract', async () => {
    const { https } = await start();
    expect(SERVER_SETTINGS).toEqual({
      keepAliveTimeout: 120_000,
      headersTimeout: 10_000,
      requestTimeout: 15_000,
      handshakeTimeout: 10_000,
      connectionsCheckingInterval: 1_000,
      maxHeaderSize: 16_384,
      maxConnections: 1_024,
      noDelay: true,
    });
    expect(https.server).toMatchObject({
      keepAliveTimeout: 120_000,
      headersTimeout: 10_000,
      requestTimeout: 15_000,
      maxConnections: 1_024,
      timeout: 0,
    });
  });

  it('keep a connection for 120 s, and say so', async () => {
    const { port } = await start();
    const client = await dial(port);
    client.socket.write(post(REVIEW));
    expect(await client.until((text) => text.includes('response'))).toMatch(
      /\r\nConnection: keep-alive\r\nKeep-Alive: timeout=120\r\n/,
    );
  });

  it('end an idle connection when its time is over', async () => {
    const { port } = await start({ settings: { keepAliveTimeout: 100 } });
    const client = await dial(port);
    client.socket.write(post(REVIEW));
    await client.closed;
    expect(client.answers).toBe(1);
  });

  it('end a request whose headers do not come', async () => {
    const { port, observer } = await start({
      settings: { headersTimeout: 200, connectionsCheckingInterval: 50 },
    });
    const client = await dial(port);
    client.socket.write('POST /validate HTTP/1.1\r\nHost: webhook\r\n');
    await client.closed;
    expect(client.text).toMatch(/^HTTP\/1\.1 408 /);
    expect(observer.http).toEqual(['request-timeout']);
  });

  it('end a request whose body does not come, before a longer budget does', async () => {
    const settings = { requestTimeout: 200, headersTimeout: 100, connectionsCheckingInterval: 50 };
    const { port, observer } = await start({ settings });
    const client = await dial(port);
    client.socket.write(post(REVIEW, '/validate?timeout=30s').slice(0, -5));
    await client.closed;
    expect(client.text).toMatch(/^HTTP\/1\.1 408 /);
    await eventually(() => observer.outcomes.length > 0);
    expect(observer.outcomes).toMatchObject([{ decision: 'abort' }]);
    expect(observer.inFlightCounts).toEqual([1, 0]);
  });

  it('refuse headers over 16 KiB', async () => {
    const { port, observer } = await start();
    const within = await dial(port);
    within.socket.write(head('/', { 'X-Long': 'x'.repeat(15_000) }, 'GET'));
    expect(await within.until((text) => text !== '')).toMatch(/^HTTP\/1\.1 405 /);
    const client = await dial(port);
    client.socket.write(head('/', { 'X-Long': 'x'.repeat(17_000) }, 'GET'));
    await client.closed;
    expect(client.text).toMatch(/^HTTP\/1\.1 431 [^]*Connection: close/);
    expect(observer.http).toEqual(['headers-too-large']);
  });

  it('answer bytes that are no request by 400', async () => {
    const { port, observer } = await start();
    const client = await dial(port);
    client.socket.write('this is no HTTP\r\n\r\n');
    await client.closed;
    expect(client.text).toMatch(/^HTTP\/1\.1 400 [^]*Connection: close/);
    expect(observer.http).toEqual(['http']);
  });

  it('never put a second answer into the middle of the first', async () => {
    const observer = new Recorder();
    const listener = createWebhookListener(mkDeps({ observer, limits: { bodyBytes: 100 } }));
    const { port } = await start({ observer, listener });
    const client = await dial(port);
    client.socket.write(head('/', { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' }));
    client.socket.write(`c8\r\n${'x'.repeat(200)}\r\n`);
    await client.until((text) => text.includes('larger'));
    client.socket.write('no chunk\r\n');
    await client.closed;
    expect(client.answers).toBe(1);
    expect(observer.http).toEqual(['http']);
  });

  it('allow so many connections and drop the next', async () => {
    const { port, observer, connections } = await start({ settings: { maxConnections: 2 } });
    await dial(port);
    await dial(port);
    expect(await codeOf(dial(port))).toBe('ECONNRESET');
    expect([observer.dropped, connections()]).toEqual([1, 2]);
  });
});

describe('a certificate', () => {
  it('is replaced while the server runs', async () => {
    const { port, https } = await start();
    const before = await dial(port);
    https.setCertificate(await mkLeaf(ca, 'localhost'));
    const after = await dial(port);
    const serial = ({ tls }: TlsClient): string => tls.getPeerCertificate().serialNumber;
    expect(serial(after)).not.toBe(serial(before));
    expect(after.tls.getProtocol()).toBe('TLSv1.3');
    expect(
      await codeOf(dial(port, { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256' })),
    ).not.toBe('connected');
    before.socket.write(post(REVIEW));
    expect(await before.until((text) => text.includes('response'))).toContain('"allowed":true');
  });

  it('that cannot be used leaves the old one in place', async () => {
    const { port, https } = await start();
    const other = await mkLeaf(ca, 'localhost');
    const unusable: Pair[] = [
      { cert: '', key: '' },
      { cert: leaf.cert, key: other.key },
      { cert: 'no certificate', key: leaf.key },
      { cert: leaf.cert, key: '' },
    ];
    for (const pair of unusable) {
      expect(() => https.setCertificate(pair)).toThrow('the certificates cannot be used');
    }
    await dial(port);
  });

  it('that cannot be used stops the start', () => {
    expect(() =>
      createHttpsServer({ cert: '', key: '', listener: () => undefined, observer: new Recorder() }),
    ).toThrow(expect.objectContaining({ code: 'tls-files' }));
  });
});

describe('listening', () => {
  it('says where, and what is wrong with an address', async () => {
    const { port, url } = await start();
    expect(url).toBe(`https://127.0.0.1:${String(port)}`);
    const second = createHttpsServer({ ...leaf, listener: () => undefined, observer: new Recorder() });
    await expect(second.listen('127.0.0.1', port)).rejects.toMatchObject({
      name: 'OperationalError',
      code: 'listen',
      message: `cannot listen on 127.0.0.1:${String(port)}: EADDRINUSE`,
      hint: expect.stringContaining('another'),
    });
    await expect(second.listen('192.0.2.1', port)).rejects.toMatchObject({ code: 'listen' });
    // A failed attempt is no obstacle to the next.
    const third = await second.listen('127.0.0.1', 0);
    await third.close();
  });

  it('goes on until the last connection has gone, and closes none', async () => {
    const { port, drained, connections } = await start();
    await drained();
    const [a, b] = [await dial(port), await dial(port)];
    let gone = false;
    const waiting = drained().then(() => (gone = true));
    a.socket.write(post(REVIEW));
    await a.until((text) => text.includes('response'));
    a.socket.destroy();
    await eventually(() => connections() === 1);
    await sleep(20);
    expect(gone).toBe(false);
    // New connections are served meanwhile.
    const late = await dial(port);
    late.socket.write(post(REVIEW));
    await late.until((text) => text.includes('response'));
    late.socket.destroy();
    b.socket.destroy();
    await waiting;
    expect(connections()).toBe(0);
  });

  it('ends with everything that hangs on it', async () => {
    const { port, close } = await start();
    const idle = await dial(port);
    const halfOpen = connectPlain({ port, host: '127.0.0.1' });
    halfOpen.on('error', () => undefined);
    await new Promise((resolve) => halfOpen.once('connect', resolve));
    const gone = new Promise((resolve) => halfOpen.once('close', resolve));
    await close();
    await idle.closed;
    await gone;
    expect(await codeOf(dial(port))).toBe('ECONNREFUSED');
  });

  it('reuses a connection for many reviews', async () => {
    const { port, connections } = await start();
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: ca.cert });
    cleanUp.push(() => agent.destroy());
    const once = (): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const request = httpsRequest(
          {
            port,
            host: '127.0.0.1',
            path: '/validate',
            method: 'POST',
            agent,
            headers: { 'Content-Type': 'application/json' },
          },
          (answer) => answer.resume().once('end', () => resolve(answer.statusCode)),
        );
        request.once('error', reject).end(REVIEW);
      });
    for (let i = 0; i < 20; i += 1) expect(await once()).toBe(200);
    expect(connections()).toBe(1);
  });
});
