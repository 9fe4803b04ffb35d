/** The admin port (webhook-operations, section 8). */
import { describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { createAdminApp, createAdminServer } from '../../../src/adapters/http/admin.js';
import { Readiness } from '../../../src/adapters/http/readiness.js';
import { head, RawClient, serve } from './harness.js';

function mkApp(render = () => Promise.resolve('metric 1\n')) {
  const readiness = new Readiness(['listeners', 'certificate']);
  const app = createAdminApp({ readiness, metrics: { contentType: 'text/plain; version=0.0.4', render } });
  return { readiness, app, ask: supertest(app) };
}

describe('/live', () => {
  it('is 200 whatever else is wrong', async () => {
    const { ask } = mkApp(() => Promise.reject(new Error('metrics are broken')));
    const answer = await ask.get('/live');
    expect([answer.status, answer.text]).toEqual([200, 'live\n']);
  });
});

describe('/ready', () => {
  it('is 503 until every check has passed, and when one fails again', async () => {
    const { ask, readiness } = mkApp();
    const statuses: number[] = [];
    const look = async (): Promise<string> => {
      const answer = await ask.get('/ready');
      statuses.push(answer.status);
      return answer.text;
    };
    expect(await look()).toBe('not ready: listeners, certificate\n');
    readiness.set('certificate', true);
    expect(await look()).toBe('not ready: listeners\n');
    readiness.set('listeners', true);
    expect(await look()).toBe('ready\n');
    readiness.set('draining', false);
    expect(await look()).toBe('not ready: draining\n');
    expect(statuses).toEqual([503, 503, 200, 503]);
  });

  it('lists the checks when asked', async () => {
    const { ask, readiness } = mkApp();
    readiness.set('listeners', true);
    readiness.set('cache', true, 'Server: 12');
    for (const query of ['?verbose', '?verbose=1', '?a=b&verbose']) {
      const answer = await ask.get(`/ready${query}`);
      expect([answer.status, answer.text]).toEqual([
        503,
        '[+] listeners\n[-] certificate: not known yet\n[+] cache: Server: 12\nnot ready: certificate\n',
      ]);
    }
    expect((await ask.get('/ready?verbos')).text).toBe('not ready: certificate\n');
  });

  it('is never ready without a check', () => {
    expect(new Readiness([]).page.ready).toBe(false);
  });
});

describe('/metrics', () => {
  it('is the text of the metrics in their own type', async () => {
    const answer = await mkApp().ask.get('/metrics');
    expect([answer.status, answer.headers['content-type'], answer.text]).toEqual([
      200,
      'text/plain; version=0.0.4',
      'metric 1\n',
    ]);
  });

  it('is rendered once for all who ask at the same time, and again afterwards', async () => {
    let renderings = 0;
    let release = (): void => undefined;
    const { app } = mkApp(() => {
      renderings += 1;
      return new Promise((resolve) => {
        release = () => resolve(`rendering ${String(renderings)}\n`);
      });
    });
    const server = await serve(app);
    const clients = await Promise.all([RawClient.connect(server.port), RawClient.connect(server.port)]);
    for (const client of clients) client.socket.write(head('/metrics', {}, 'GET'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    release();
    for (const client of clients)
      expect(await client.until((text) => text.includes('ing '))).toContain('rendering 1');
    const [again] = clients;
    again.text = '';
    again.socket.write(head('/metrics', {}, 'GET'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    release();
    expect(await again.until((text) => text.includes('ing '))).toContain('rendering 2');
    await server.close();
  });

  it('that cannot be rendered is 500 without a stack', async () => {
    const answer = await mkApp(() => Promise.reject(new Error('secret'))).ask.get('/metrics');
    expect([answer.status, answer.text]).toEqual([500, 'this page failed\n']);
  });
});

describe('the admin port', () => {
  it.each(['/', '/validate', '/livez', '/live/', '/Live', '/metrics/x'])(
    'serves nothing on %s',
    async (path) => {
      expect((await mkApp().ask.get(path)).status).toBe(404);
    },
  );

  it.each(['/live', '/ready', '/metrics'])('is read only: %s', async (path) => {
    for (const method of ['post', 'put', 'delete', 'patch', 'options'] as const) {
      const answer = await mkApp().ask[method](path);
      expect([method, answer.status, answer.headers['allow']]).toEqual([method, 405, 'GET, HEAD']);
    }
  });

  it('answers HEAD like GET, without the text', async () => {
    const { ask } = mkApp();
    const answer = await ask.head('/live');
    expect([answer.status, answer.headers['content-length'], answer.text]).toEqual([200, '5', undefined]);
    expect((await ask.head('/ready')).status).toBe(503);
  });

  it('bounds slow and many callers', () => {
    const { readiness } = mkApp();
    const metrics = { contentType: 'text/plain', render: () => Promise.resolve('') };
    expect(createAdminServer({ readiness, metrics })).toMatchObject({
      headersTimeout: 10_000,
      requestTimeout: 15_000,
      keepAliveTimeout: 120_000,
      maxConnections: 64,
    });
  });

  it('keeps its connections', async () => {
    const { app } = mkApp();
    const server = await serve(app);
    const client = await RawClient.connect(server.port);
    client.socket.write(head('/live', {}, 'GET') + head('/ready', {}, 'GET'));
    const text = await client.until(() => client.answers === 2);
    expect(text).not.toMatch(/Connection: close/i);
    await server.close();
  });
});
