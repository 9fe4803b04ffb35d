/** Client certificates over real sockets: who may call, and what happens when their CA is replaced. */
import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ConnectionOptions } from 'node:tls';
import { X509Certificate } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createWebhookListener } from '../../../src/adapters/http/app.js';
import { followFile } from '../../../src/adapters/http/client-ca-file.js';
import { alternativeNames, namesOf } from '../../../src/adapters/http/client-names.js';
import { SYSTEM_CLOCK } from '../../../src/adapters/http/clock.js';
import { createHttpsServer, type HttpsServerOptions } from '../../../src/adapters/http/server.js';
import { mkReview, mkServer } from '../../builders.js';
import {
  eventually,
  ManualClock,
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
const NAME = 'kube-apiserver';
let ca: Pair, server: Pair, clientCa: Pair, caller: Pair;
beforeAll(async () => {
  [ca, clientCa] = await Promise.all([mkCa('server ca'), mkCa('client ca')]);
  [server, caller] = await Promise.all([mkLeaf(ca, 'localhost'), mkLeaf(clientCa, NAME, [])]);
});

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

async function start(over: Partial<HttpsServerOptions> = {}) {
  const observer = new Recorder();
  const https = createHttpsServer({
    ...server,
    listener: createWebhookListener(mkDeps({ observer })),
    observer,
    clients: { ca: clientCa.cert, names: [NAME] },
    ...over,
  });
  const { port, close } = await https.listen('127.0.0.1', 0);
  cleanUp.push(close);
  return { observer, https, port };
}

function dial(port: number, options: ConnectionOptions = {}): RawClient {
  const client = new RawClient(connect({ port, host: '127.0.0.1', ca: ca.cert, ...options }));
  cleanUp.push(() => void client.socket.destroy());
  return client;
}

/** What a review over a new connection gets: its answer, or nothing. */
async function review(port: number, options: ConnectionOptions = {}): Promise<string> {
  const client = dial(port, options);
  client.socket.write(post(REVIEW));
  return client.until((text) => text.includes('"response"'));
}

const ALLOWED = /"allowed":true/;

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('with a client CA, over %s', (version) => {
  const using = (pair?: Pair): ConnectionOptions => ({ minVersion: version, maxVersion: version, ...pair });

  it('a certificate is needed', async () => {
    const { port, observer } = await start();
    expect(await review(port, using())).toBe('');
    await eventually(() => observer.tls.length > 0);
    expect(observer.tls.map(({ reason }) => reason)).toEqual(['client-certificate']);
    expect(observer.outcomes).toEqual([]);
  });

  it('a certificate of another CA is refused', async () => {
    const { port, observer } = await start();
    const stranger = await mkLeaf(await mkCa('client ca'), NAME);
    expect(await review(port, using(stranger))).toBe('');
    await eventually(() => observer.tls.length > 0);
    expect(observer.tls.map(({ reason }) => reason)).toEqual(['client-certificate']);
    expect(observer.outcomes).toEqual([]);
  });

  it('a certificate with another name is refused before any request is read', async () => {
    const { port, observer } = await start();
    const other = await mkLeaf(clientCa, 'somebody', [{ type: 2, value: 'kube-apiserver.evil' }]);
    expect(await review(port, using(other))).toBe('');
    await eventually(() => observer.tls.length > 0);
    expect(observer.tls).toEqual([{ reason: 'client-name', detail: 'somebody, kube-apiserver.evil' }]);
    expect(observer.outcomes).toEqual([]);
  });

  it('the right certificate may call', async () => {
    const { port, observer } = await start();
    expect(await review(port, using(caller))).toMatch(ALLOWED);
    expect(observer.tls).toEqual([]);
  });

  it('the right name may be a DNS name or a URI', async () => {
    const { port } = await start({ clients: { ca: clientCa.cert, names: ['api.test', 'spiffe://td/api'] } });
    for (const value of [
      { type: 2, value: 'api.test' },
      { type: 6, value: 'spiffe://td/api' },
    ] as const) {
      expect(await review(port, using(await mkLeaf(clientCa, 'x', [value])))).toMatch(ALLOWED);
    }
    expect(await review(port, using(caller))).toBe('');
  });

  it('no session is resumed, so the check always runs', async () => {
    const { port } = await start();
    const first = dial(port, using(caller));
    let session: Buffer | undefined;
    first.socket.on('session', (data: Buffer) => (session = data));
    first.socket.write(post(REVIEW));
    await first.until((text) => text.includes('"response"'));
    await sleep(20);
    const tls = connect({ port, host: '127.0.0.1', ca: ca.cert, ...using(caller), session });
    const second = new RawClient(tls);
    tls.write(post(REVIEW));
    expect(await second.until((text) => text.includes('"response"'))).toMatch(ALLOWED);
    expect(tls.isSessionReused()).toBe(false);
    tls.destroy();
  });

  it('a new CA takes the place of the old one', async () => {
    const { port, https, observer } = await start();
    const old = dial(port, using(caller));
    old.socket.write(post(REVIEW));
    expect(await old.until((text) => text.includes('"response"'))).toMatch(/Connection: keep-alive/);
    const nextCa = await mkCa('next client ca');
    https.setClientCa(nextCa.cert);
    expect(await review(port, using(caller))).toBe('');
    expect(await review(port, using(await mkLeaf(nextCa, NAME, [])))).toMatch(/keep-alive[^]*"allowed":true/);
    // Who came in by the old CA gets this answer, and must come again.
    old.text = '';
    old.socket.write(post(REVIEW));
    await old.closed;
    expect(old.text).toMatch(/Connection: close[^]*"allowed":true/);
    expect(observer.tls.map(({ reason }) => reason)).toEqual(['client-certificate']);
  });
});

describe('a client CA', () => {
  it('is not asked for by default', async () => {
    const observer = new Recorder();
    const https = createHttpsServer({
      ...server,
      listener: createWebhookListener(mkDeps({ observer })),
      observer,
    });
    const { port, close } = await https.listen('127.0.0.1', 0);
    cleanUp.push(close);
    expect(await review(port)).toMatch(ALLOWED);
    expect(await review(port, caller)).toMatch(ALLOWED);
  });

  it('needs names', () => {
    const make = () =>
      createHttpsServer({
        ...server,
        listener: () => undefined,
        observer: new Recorder(),
        clients: { ca: clientCa.cert, names: [] },
      });
    expect(make).toThrow(expect.objectContaining({ code: 'client-names' }));
  });

  it('that is none leaves the old one in place', async () => {
    const { port, https } = await start();
    for (const pem of ['', 'no PEM', server.key]) {
      expect(() => https.setClientCa(pem)).toThrow('the certificates cannot be used');
    }
    expect(await review(port, caller)).toMatch(ALLOWED);
    expect(await review(port)).toBe('');
  });

  it('outlives a new server certificate', async () => {
    const { port, https } = await start();
    https.setCertificate(await mkLeaf(ca, 'localhost'));
    expect(await review(port, caller)).toMatch(ALLOWED);
    expect(await review(port)).toBe('');
  });

  it('may be a bundle', async () => {
    const next = await mkCa('next');
    const { port } = await start({ clients: { ca: clientCa.cert + next.cert, names: [NAME] } });
    expect(await review(port, caller)).toMatch(ALLOWED);
    expect(await review(port, await mkLeaf(next, NAME))).toMatch(ALLOWED);
  });
});

describe('the names of a certificate', () => {
  it('are its common name, DNS names and URIs', async () => {
    const { cert } = await mkLeaf(clientCa, 'cn', [
      { type: 2, value: 'a.test' },
      { type: 7, ip: '127.0.0.1' },
      { type: 6, value: 'spiffe://td/x' },
    ]);
    expect(namesOf(new X509Certificate(cert))).toEqual(['cn', 'a.test', 'spiffe://td/x']);
  });

  it('cannot be made up of parts of another one', async () => {
    const { cert } = await mkLeaf(clientCa, 'cn', [{ type: 6, value: `http://x/, DNS:${NAME}` }]);
    expect(namesOf(new X509Certificate(cert))).toEqual(['cn', `http://x/, DNS:${NAME}`]);
  });

  it.each([
    ['', []],
    ['DNS:a', ['a']],
    ['DNS:a, IP Address:1.2.3.4, URI:b:c', ['a', 'b:c']],
    ['URI:"a, DNS:b", DNS:c', ['a, DNS:b', 'c']],
    [String.raw`DNS:"a\", DNS:b"`, ['a", DNS:b']],
    ['othername:"x, DNS:y", DNS:z', ['z']],
    ['nonsense', []],
    // Node would have quoted the first value; what it never writes is not guessed at.
    ['IP Address:a"b, DNS:c', []],
  ])('are read from %j', (text, names) => {
    expect(alternativeNames(text)).toEqual(names);
  });
});

describe('the file of a client CA', () => {
  /** A file as a mounted Secret holds it: behind a symlink that is swapped. */
  function mkMount(text: string) {
    const root = mkdtempSync(join(tmpdir(), 'gatehouse-ca-'));
    cleanUp.push(() => rmSync(root, { recursive: true }));
    let generation = 0;
    const swap = (next: string): void => {
      generation += 1;
      const data = `..${String(generation)}`;
      mkdirSync(join(root, data));
      writeFileSync(join(root, data, 'ca.crt'), next);
      symlinkSync(data, join(root, '..next'));
      renameSync(join(root, '..next'), join(root, '..data'));
    };
    swap(text);
    symlinkSync('..data/ca.crt', join(root, 'ca.crt'));
    return { path: join(root, 'ca.crt'), swap };
  }

  function follow(path: string, over: Partial<Parameters<typeof followFile>[2]> = {}) {
    const applied: string[] = [];
    const errors: unknown[] = [];
    const stop = followFile(path, 'one', {
      clock: new ManualClock(),
      apply: (text) => applied.push(text),
      onError: (error) => errors.push(error),
      ...over,
    });
    cleanUp.push(stop);
    return { applied, errors, stop };
  }

  it('is followed through the swap of its symlink', async () => {
    const { path, swap } = mkMount('one');
    const { applied, errors } = follow(path);
    swap('two');
    await eventually(() => applied.length === 1);
    swap('three');
    await eventually(() => applied.length === 2);
    expect([applied, errors]).toEqual([['two', 'three'], []]);
  });

  it('is looked at every five seconds besides', async () => {
    const { path, swap } = mkMount('one');
    const clock = new ManualClock();
    const later = join(path, '..', 'missing.crt');
    const { applied, errors } = follow(later, { clock });
    expect(clock.due).toEqual([5_000]);
    clock.advance(5_000);
    await eventually(() => errors.length === 1);
    expect(errors[0]).toMatchObject({ code: 'ENOENT' });
    swap('two');
    symlinkSync('..data/ca.crt', later);
    clock.advance(5_000);
    await eventually(() => applied.length === 1);
  });

  it('is tried again when it could not be used', async () => {
    const { path, swap } = mkMount('one');
    const clock = new ManualClock();
    let refuse = true;
    const tried: string[] = [];
    const { errors } = follow(path, {
      clock,
      apply: (text) => {
        tried.push(text);
        if (refuse) throw new Error('unusable');
      },
    });
    swap('two');
    await eventually(() => errors.length > 0);
    refuse = false;
    const before = tried.length;
    clock.advance(5_000);
    await eventually(() => tried.length > before);
    clock.advance(5_000);
    await sleep(30);
    expect(tried).toHaveLength(before + 1);
  });

  it('is let go', async () => {
    const { path, swap } = mkMount('one');
    const clock = new ManualClock();
    const { applied, stop } = follow(path, { clock });
    stop();
    swap('two');
    await sleep(30);
    expect([applied, clock.due]).toEqual([[], []]);
  });

  it('reaches the server', async () => {
    const { path, swap } = mkMount(clientCa.cert);
    const { port, https } = await start();
    const nextCa = await mkCa('next');
    let changes = 0;
    cleanUp.push(
      followFile(path, clientCa.cert, {
        clock: SYSTEM_CLOCK,
        apply: (pem) => {
          https.setClientCa(pem);
          changes += 1;
        },
        onError: () => undefined,
      }),
    );
    swap('half a fi');
    await sleep(30);
    expect(await review(port, caller)).toMatch(ALLOWED);
    swap(nextCa.cert);
    await eventually(() => changes === 1);
    expect(await review(port, await mkLeaf(nextCa, NAME))).toMatch(ALLOWED);
    expect(await review(port, caller)).toBe('');
  });
});
