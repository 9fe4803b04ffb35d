import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { generate } from 'selfsigned';
import { HttpKubeClient } from '../../../src/adapters/kube/kube-client.js';
import { kubeAuth, runsInPod } from '../../../src/adapters/kube/kube-config.js';
import { SYSTEM_TIMING } from '../../../src/adapters/kube/timing.js';
import { MockApiServer } from './mock-api-server.js';

const within = { timeoutMs: 5_000 };
let dir: string;
let file: string;

beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'gatehouse-kubeconfig-'));
});
beforeEach(() => {
  file = path.join(dir, 'config');
});
afterAll(() => rmSync(dir, { recursive: true }));

/** Writes a kubeconfig of one cluster and one user. */
function write(cluster: object, user: object = { token: 'secret' }, name = 'test'): void {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name: 'cluster', cluster }],
    users: [{ name: 'user', user }],
    contexts: [
      { name: 'test', context: { cluster: 'cluster', user: 'user' } },
      { name: 'broken', context: { cluster: 'nowhere', user: 'user' } },
    ],
  };
  writeFileSync(file, JSON.stringify(config));
}

describe('a plain HTTP server, as kubectl proxy is,', () => {
  let server: MockApiServer;
  beforeAll(async () => {
    server = new MockApiServer();
    await server.listen();
  });
  afterAll(() => server.close());

  test.each([
    ['with a user', { token: 'secret\n' }, 'Bearer secret'],
    ['without one', undefined, undefined],
    [
      'with a password',
      { username: 'admin', password: 'pw' },
      `Basic ${Buffer.from('admin:pw').toString('base64')}`,
    ],
  ])('is asked %s', async (_, user, header) => {
    if (user === undefined) {
      writeFileSync(
        file,
        JSON.stringify({
          'current-context': 'test',
          clusters: [{ name: 'cluster', cluster: { server: server.url } }],
          users: [],
          contexts: [{ name: 'test', context: { cluster: 'cluster' } }],
        }),
      );
    } else write({ server: server.url }, user);
    const client = new HttpKubeClient(kubeAuth({ from: 'file', path: file }), SYSTEM_TIMING);
    await client.getJson('/api/v1/pods', within);
    client.close();
    expect(server.requests.at(-1)?.headers['authorization']).toBe(header);
  });

  test('is given the token that the file holds now, after it refused the old one', async () => {
    write({ server: server.url }, { token: 'old' });
    const client = new HttpKubeClient(kubeAuth({ from: 'file', path: file }), SYSTEM_TIMING);
    const stop = server.intercept((request, response) => {
      if (request.headers.authorization === 'Bearer new') return false;
      response.writeHead(401).end();
      return true;
    });
    write({ server: server.url }, { token: 'new' });
    await client.getJson('/api/v1/pods', within);
    // A file that cannot be read just now costs nothing but this answer.
    writeFileSync(file, '{');
    stop();
    server.refuse(() => true, 401, { times: 2 });
    await expect(client.getJson('/api/v1/pods', within)).rejects.toMatchObject({ status: 401 });
    await client.getJson('/api/v1/pods', within);
    client.close();
  });
});

describe('a TLS server', () => {
  let server: https.Server;
  let ca: string;
  let url: string;
  let seen: { authorization: string | undefined; subject: string | undefined }[] = [];
  let client: { cert: string; key: string };
  let subject: string | undefined;

  beforeAll(async () => {
    const kind = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;
    const root = await generate([{ name: 'commonName', value: 'test-ca' }], {
      ...kind,
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      ],
    });
    const signed = { ...kind, ca: { key: root.private, cert: root.cert } };
    const leaf = await generate([{ name: 'commonName', value: 'test-server' }], {
      ...signed,
      extensions: [
        { name: 'basicConstraints', cA: false, critical: true },
        { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
      ],
    });
    const user = await generate([{ name: 'commonName', value: 'test-user' }], {
      ...signed,
      extensions: [{ name: 'basicConstraints', cA: false, critical: true }],
    });
    client = { cert: user.cert, key: user.private };
    ca = root.cert;
    server = https.createServer(
      { key: leaf.private, cert: leaf.cert, ca, requestCert: true, rejectUnauthorized: false },
      (request, response) => {
        seen.push({ authorization: request.headers.authorization, subject });
        response.end('{"fine":true}');
      },
    );
    // Each client of these tests makes one connection, and one request.
    server.on('secureConnection', (socket) => {
      subject = (socket.getPeerCertificate() as { subject?: { CN?: string } }).subject?.CN;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `https://localhost:${String((server.address() as AddressInfo).port)}`;
  });
  beforeEach(() => {
    seen = [];
  });
  afterAll(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );

  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const get = async (): Promise<unknown> => {
    const kube = new HttpKubeClient(kubeAuth({ from: 'file', path: file }), SYSTEM_TIMING);
    try {
      return await kube.getJson('/x', within);
    } finally {
      kube.close();
    }
  };

  test('is trusted by its CA, with a token or a certificate', async () => {
    write({ server: url, 'certificate-authority-data': base64(ca) });
    expect(await get()).toEqual({ fine: true });
    write(
      { server: url, 'certificate-authority-data': base64(ca) },
      { 'client-certificate-data': base64(client.cert), 'client-key-data': base64(client.key) },
    );
    expect(await get()).toEqual({ fine: true });
    expect(seen).toEqual([
      { authorization: 'Bearer secret', subject: undefined },
      { authorization: undefined, subject: 'test-user' },
    ]);
  });

  test('is trusted without a user', async () => {
    writeFileSync(
      file,
      JSON.stringify({
        'current-context': 'test',
        clusters: [{ name: 'cluster', cluster: { server: url, 'certificate-authority-data': base64(ca) } }],
        contexts: [{ name: 'test', context: { cluster: 'cluster', user: 'nobody' } }],
        users: [],
      }),
    );
    expect(await get()).toEqual({ fine: true });
  });

  test('is not trusted without its CA', async () => {
    write({ server: url });
    await expect(get()).rejects.toMatchObject({ code: 'kube-network' });
    expect(seen).toEqual([]);
  });

  test('is trusted under another name, or unseen, where the file says so', async () => {
    const { port } = new URL(url);
    const byAddress = { server: `https://127.0.0.1:${port}`, 'certificate-authority-data': base64(ca) };
    write(byAddress);
    await expect(get()).rejects.toMatchObject({ code: 'kube-network' });
    write({ ...byAddress, 'tls-server-name': 'localhost' });
    expect(await get()).toEqual({ fine: true });
    write({ server: `https://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true });
    expect(await get()).toEqual({ fine: true });
  });

  test('is trusted with the next attempt when the file has its new CA', async () => {
    write({ server: url });
    const kube = new HttpKubeClient(kubeAuth({ from: 'file', path: file }), SYSTEM_TIMING);
    write({ server: url, 'certificate-authority-data': base64(ca) });
    await expect(kube.getJson('/x', within)).rejects.toMatchObject({ code: 'kube-network' });
    expect(await kube.getJson('/x', within)).toEqual({ fine: true });
    kube.close();
  });
});

describe('a kubeconfig that cannot be used', () => {
  const choose = (context?: string) => () => kubeAuth({ from: 'file', path: file, context });

  test('is named', () => {
    rmSync(file, { force: true });
    expect(choose()).toThrow(`the kubeconfig \`${file}\` cannot be read: ENOENT`);
    writeFileSync(file, '{');
    expect(choose()).toThrow('cannot be read');
    writeFileSync(file, '');
    expect(choose()).toThrow(file);
  });

  test('says which context it lacks, and which it has', () => {
    write({ server: 'https://localhost' });
    expect(choose('absent')).toThrow(`the kubeconfig \`${file}\` has no context \`absent\``);
    expect(thrown(choose('absent'))).toMatchObject({
      code: 'kubeconfig',
      hint: 'its contexts: test, broken',
    });
  });

  test.each([
    ['a context without a cluster', 'broken', 'https://localhost'],
    ['a server that is no URL', 'test', 'localhost'],
    ['a server of another protocol', 'test', 'ftp://localhost'],
  ])('for %s', (_, context, server) => {
    write({ server });
    expect(choose(context)).toThrow(`names no server in its context \`${context}\``);
  });

  test('chooses another context than the current one', () => {
    write({ server: 'https://localhost:7' }, { token: 'x' }, 'broken');
    expect(choose('test')().server().port).toBe('7');
  });
});

describe('in a pod', () => {
  test('is known by its environment', () => {
    expect(runsInPod({})).toBe(false);
    expect(runsInPod({ KUBERNETES_SERVICE_HOST: '10.0.0.1' })).toBe(false);
  });

  test('elsewhere it is refused', () => {
    expect(() => kubeAuth({ from: 'pod' })).toThrow('not in a cluster');
  });
});

function thrown(body: () => unknown): unknown {
  try {
    body();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
