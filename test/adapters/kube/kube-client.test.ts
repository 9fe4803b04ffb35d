import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { KubeError, KubeHttpError } from '../../../src/adapters/kube/errors.js';
import { HttpKubeClient, type KubeAuth } from '../../../src/adapters/kube/kube-client.js';
import { ManualTiming } from './manual-timing.js';
import { quiet, until } from './rig.js';

let server: http.Server;
let client: HttpKubeClient;
let timing: ManualTiming;
let handle: http.RequestListener;
let requests: { method: string; url: string; headers: http.IncomingHttpHeaders; body: string }[];
/** What the server was told of who asks, and how often it was read. */
let token: string;
let reloads: number;

const within = { timeoutMs: 1_000 };
const port = (): number => (server.address() as AddressInfo).port;
const auth = (path = ''): KubeAuth => ({
  server: () => new URL(`http://127.0.0.1:${String(port())}${path}`),
  requestOptions: () => Promise.resolve({ headers: { Authorization: `Bearer ${token}` } }),
  reload: () => {
    reloads += 1;
    token = `token-${String(reloads)}`;
  },
});

beforeEach(async () => {
  requests = [];
  token = 'token-0';
  reloads = 0;
  handle = (_, response) => void response.end('{"kind":"Fine"}');
  server = http.createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      handle(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  timing = new ManualTiming();
  client = new HttpKubeClient(auth(), timing, 'gatehouse/test');
});
afterEach(async () => {
  client.close();
  expect(timing.pending).toBe(0);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
});

const failure = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => new Error('no failure'),
    (error: unknown) => error,
  );

describe('a request', () => {
  test('carries what it needs, and no more', async () => {
    expect(await client.getJson('/api/v1/pods?limit=5', within)).toEqual({ kind: 'Fine' });
    expect(requests).toEqual([
      {
        method: 'GET',
        url: '/api/v1/pods?limit=5',
        body: '',
        headers: {
          authorization: 'Bearer token-0',
          accept: 'application/json',
          'user-agent': 'gatehouse/test',
          host: `127.0.0.1:${String(port())}`,
          connection: 'keep-alive',
        },
      },
    ]);
  });

  test('goes below the path of the server, as it is', async () => {
    client = new HttpKubeClient(auth('/k8s/clusters/c-1/'), timing);
    await client.getJson('/api/v1/namespaces/..%2f/pods/../x', within);
    expect(requests[0]?.url).toBe('/k8s/clusters/c-1/api/v1/namespaces/..%2f/pods/../x');
  });

  test.each([
    [{ spec: { name: 'ü' } }, undefined, '{"spec":{"name":"ü"}}', 'application/json'],
    ['[{"op":"add"}]', 'application/json-patch+json', '[{"op":"add"}]', 'application/json-patch+json'],
  ])('takes a body along', async (body, contentType, sent, type) => {
    await client.request('PATCH', '/x', body, { ...within, contentType });
    expect(requests[0]).toMatchObject({ method: 'PATCH', body: sent, headers: { 'content-type': type } });
    expect(requests[0]?.headers['content-length']).toBe(String(Buffer.byteLength(sent)));
  });

  test('may be answered by nothing', async () => {
    handle = (_, response) => void response.writeHead(204).end();
    expect(await client.request('DELETE', '/x', undefined, within)).toBeUndefined();
  });

  test('uses one connection for many', async () => {
    const sockets = new Set<unknown>();
    handle = (request, response) => {
      sockets.add(request.socket);
      response.end('{}');
    };
    for (let i = 0; i < 5; i++) {
      await client.getJson('/x', within);
      await quiet();
    }
    expect(sockets.size).toBe(1);
  });

  test('is sent again when the server closed the idle connection', async () => {
    await client.getJson('/x', within);
    await quiet();
    // The server's end closes with the next request on the wire.
    server.once('connection', () => (handle = (_, response) => void response.end('{}')));
    handle = (request) => request.socket.resetAndDestroy();
    expect(await client.getJson('/y', within)).toEqual({});
    expect(requests.map(({ url }) => url)).toEqual(['/x', '/y', '/y']);
  });
});

describe('a refusal', () => {
  test('is an error with what the server says', async () => {
    handle = (_, response) =>
      void response.writeHead(403, { 'Content-Type': 'application/json', 'Retry-After': '3' }).end(
        JSON.stringify({
          kind: 'Status',
          reason: 'Forbidden',
          message: 'pods is forbidden:\n no',
          code: 403,
        }),
      );
    const error = await failure(client.getJson('/api/v1/pods', within));
    expect(error).toBeInstanceOf(KubeHttpError);
    expect(error).toMatchObject({
      code: 'kube-http',
      status: 403,
      reason: 'Forbidden',
      retryAfterMs: 3_000,
      message: 'GET /api/v1/pods: 403 pods is forbidden: no',
    });
  });

  test.each([
    [404, '404 page not found\n', 'GET /x: 404 404 page not found'],
    [301, '', 'GET /x: 301'],
    [500, 'x'.repeat(1_000), `GET /x: 500 ${'x'.repeat(255)}…`],
    [500, 'x'.repeat(100_000), 'GET /x: 500'],
    [500, 'null', 'GET /x: 500'],
  ])('in plain text is one too (%d)', async (status, body, message) => {
    handle = (_, response) => void response.writeHead(status).end(body);
    expect(await failure(client.getJson('/x', within))).toMatchObject({ status, message, reason: undefined });
  });

  test('ends a stream before it begins', async () => {
    handle = (_, response) => void response.writeHead(410).end('{"reason":"Expired"}');
    expect(await failure(client.stream('/x', within))).toMatchObject({ status: 410, reason: 'Expired' });
  });
});

describe('credentials', () => {
  test('are read again once when they are refused', async () => {
    handle = (request, response) => {
      const known = request.headers.authorization === 'Bearer token-1';
      response.writeHead(known ? 200 : 401).end('{}');
    };
    expect(await client.getJson('/x', within)).toEqual({});
    expect(await client.getJson('/x', within)).toEqual({});
    expect(reloads).toBe(1);
    expect(requests).toHaveLength(3);
  });

  test('are read again once by all who were refused together, streams included', async () => {
    const held: (() => void)[] = [];
    handle = (request, response) => {
      const known = request.headers.authorization === 'Bearer token-1';
      const answer = () => void response.writeHead(known ? 200 : 401).end('{}');
      if (known) answer();
      else held.push(answer);
    };
    const calls = [client.getJson('/a', within), client.getJson('/b', within), client.stream('/c', within)];
    await until(() => held.length === 3);
    for (const answer of held) answer();
    const [, , stream] = await Promise.all(calls);
    (stream as http.IncomingMessage).resume();
    expect(reloads).toBe(1);
  });

  test('that stay refused are an error', async () => {
    handle = (_, response) => void response.writeHead(401).end('{}');
    expect(await failure(client.getJson('/x', within))).toMatchObject({ status: 401 });
    expect(reloads).toBe(1);
  });

  test('that cannot be had are an error', async () => {
    client = new HttpKubeClient(
      { ...auth(), requestOptions: () => Promise.reject(new Error('plug-in: exit 1')) },
      timing,
    );
    const error = await failure(client.getJson('/x', within));
    expect(error).toMatchObject({
      code: 'kube-credentials',
      message: 'GET /x: no credentials: plug-in: exit 1',
    });
  });

  test('that do not come in time are an error', async () => {
    client = new HttpKubeClient({ ...auth(), requestOptions: () => new Promise(() => undefined) }, timing);
    const call = failure(client.getJson('/x', within));
    await quiet();
    timing.advance(1_000);
    expect(await call).toMatchObject({ code: 'kube-timeout' });
  });
});

describe('time', () => {
  test.each([
    ['headers', () => undefined],
    ['a body', (response: http.ServerResponse) => void response.write('{"a":')],
  ])('runs out without %s', async (_, begin) => {
    handle = (__, response) => begin(response);
    const call = failure(client.getJson('/x', { timeoutMs: 500 }));
    await until(() => requests.length === 1);
    await quiet();
    timing.advance(499);
    await quiet();
    timing.advance(1);
    const error = await call;
    expect(error).toBeInstanceOf(KubeError);
    expect(error).toMatchObject({ code: 'kube-timeout', message: 'GET /x: no answer in 500 ms' });
  });

  test('does not run for a stream that has begun', async () => {
    let answer: http.ServerResponse | undefined;
    handle = (_, response) => {
      answer = response;
      response.flushHeaders();
    };
    const stream = await client.stream('/x', within);
    timing.advance(1_000_000);
    answer?.end('late');
    let text = '';
    for await (const chunk of stream) text += String(chunk);
    expect(text).toBe('late');
  });
});

describe('a signal', () => {
  test('that is aborted ends a call before it begins', async () => {
    const error = await failure(client.getJson('/x', { ...within, signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ code: 'kube-aborted' });
    expect(requests).toEqual([]);
  });

  test('ends a call', async () => {
    handle = () => undefined;
    const control = new AbortController();
    const call = failure(client.getJson('/x', { ...within, signal: control.signal }));
    await until(() => requests.length === 1);
    control.abort();
    expect(await call).toMatchObject({ code: 'kube-aborted' });
  });

  test('ends a stream, read or not, and its connection', async () => {
    let closed = 0;
    handle = (request, response) => {
      request.socket.once('close', () => (closed += 1));
      response.write('x');
    };
    const control = new AbortController();
    const options = { ...within, signal: control.signal };
    const read = await client.stream('/x', options);
    await client.stream('/y', options);
    const reading = failure(
      (async () => {
        read.resume();
        await new Promise((_, reject) => read.once('error', reject));
      })(),
    );
    await quiet();
    control.abort();
    expect(await reading).toMatchObject({ code: 'ECONNRESET' });
    await until(() => closed === 2);
  });
});

describe('an answer', () => {
  test.each([
    ['no JSON', Buffer.from('{"a"'), 'kube-malformed'],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'kube-malformed'],
    ['too large', Buffer.from(`"${'x'.repeat(1_000)}"`), 'kube-too-large'],
  ])('that is %s is an error', async (_, bytes, code) => {
    handle = (__, response) => void response.end(bytes);
    expect(await failure(client.getJson('/x', { ...within, maxBytes: 1_000 }))).toMatchObject({ code });
  });

  test('that is cut is an error, in a stream too', async () => {
    handle = (request, response) => {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('{"a":1}', () => setTimeout(() => request.socket.resetAndDestroy(), 20));
    };
    expect(await failure(client.getJson('/x', within))).toMatchObject({ code: 'kube-network' });
    const stream = await client.stream('/x', within);
    const cut = new Promise((resolve) => stream.once('error', resolve));
    stream.resume();
    expect(await cut).toMatchObject({ code: 'ECONNRESET' });
  });

  test('that never comes because nobody listens is an error', async () => {
    const nobody = new HttpKubeClient({ ...auth(), server: () => new URL('http://127.0.0.1:9') }, timing);
    expect(await failure(nobody.getJson('/x', within))).toMatchObject({ code: 'kube-network' });
  });
});
