/** `/api/*` of the admin port: what callers get, whatever answers the questions. */
import { request as httpRequest } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { createAdminApp, createAdminServer } from '../../../src/adapters/http/admin.js';
import { isLoopback, type Api, type ApiAnswer, type ApiQuestion } from '../../../src/adapters/http/api.js';
import { listen, type Listening } from '../../../src/adapters/http/listen.js';
import { Readiness } from '../../../src/adapters/http/readiness.js';

const open: Listening[] = [];
afterEach(async () => {
  for (const listening of open.splice(0)) await listening.close();
});

async function* parts(...texts: string[]): AsyncGenerator<string> {
  for (const text of texts) yield await Promise.resolve(text);
}

function mkApi(answer: ApiAnswer | Error, loopbackOnly = true): Api & { readonly asked: ApiQuestion[] } {
  const asked: ApiQuestion[] = [];
  return {
    asked,
    loopbackOnly,
    ask: (question) => {
      asked.push(question);
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
}

const deps = (api?: Api) => ({
  readiness: new Readiness(['listeners']),
  metrics: { contentType: 'text/plain', render: () => Promise.resolve('') },
  api,
});
const mk = (api?: Api) => supertest(createAdminApp(deps(api)));

describe('/api', () => {
  it('asks what was asked, decoded and in order, and gives the parts as one text', async () => {
    const api = mkApi({ is: 'json', parts: parts('{"a":', '1}\n') });
    const answer = await mk(api).get('/api/explain?from=a%2Fb&header=x:1&to=c:80&header=x%3A2&from=');
    expect([answer.status, answer.text]).toEqual([200, '{"a":1}\n']);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    expect(api.asked).toEqual([
      {
        path: 'explain',
        query: [
          ['from', 'a/b'],
          ['header', 'x:1'],
          ['to', 'c:80'],
          ['header', 'x:2'],
          ['from', ''],
        ],
      },
    ]);
  });

  it.each([
    [{ is: 'bad-question', message: 'from: who?' }, 400, 'from: who?\n', undefined],
    [{ is: 'not-ready' }, 503, 'not everything is listed yet\n', '1'],
    [{ is: 'busy' }, 503, 'too many questions are being answered\n', '1'],
    [new Error('a fault'), 500, 'this page failed\n', undefined],
  ] as const)('says no: %j', async (given, status, text, retry) => {
    const answer = await mk(mkApi(given)).get('/api/findings');
    expect([answer.status, answer.text, answer.headers['retry-after']]).toEqual([status, text, retry]);
  });

  it('takes GET and HEAD, and knows its paths', async () => {
    const api = mkApi({ is: 'json', parts: parts('[]') });
    const ask = mk(api);
    expect((await ask.post('/api/matrix').send('x')).status).toBe(405);
    const head = await ask.head('/api/matrix');
    expect([head.status, head.text]).toEqual([200, undefined]);
    for (const path of ['/api', '/api/', '/api/other', '/api/matrix/', '/API/matrix'])
      expect([path, (await ask.get(path)).status]).toEqual([path, 404]);
  });

  it('is not there unless it is asked for', async () => {
    for (const path of ['explain', 'matrix', 'findings'])
      expect((await mk().get(`/api/${path}`)).status).toBe(404);
  });

  it('answers who asks for this machine by its own name only, so that no page elsewhere can read it', async () => {
    const statusFor = async (host: string, loopbackOnly: boolean): Promise<number> =>
      (
        await mk(mkApi({ is: 'json', parts: parts('[]') }, loopbackOnly))
          .get('/api/findings')
          .set('Host', host)
      ).status;
    for (const host of ['localhost', 'localhost:9990', '127.0.0.1:9990', '127.1.2.3', '[::1]:9990', '[::1]'])
      expect([host, await statusFor(host, true)]).toEqual([host, 200]);
    for (const host of [
      'evil.example',
      'localhost.evil.example:9990',
      '10.0.0.1',
      '127.0.0.1.evil.example',
      '',
    ])
      expect([host, await statusFor(host, true)]).toEqual([host, 403]);
    expect(await statusFor('gatehouse.gatehouse.svc:9990', false)).toBe(200);
  });

  it('stops when the caller goes away', async () => {
    let [produced, returned] = [0, false];
    async function* endless(): AsyncGenerator<string> {
      try {
        for (;;) {
          produced += 1;
          yield await Promise.resolve('x'.repeat(65_536));
        }
      } finally {
        returned = true;
      }
    }
    const listening = await listen(
      createAdminServer(deps(mkApi({ is: 'json', parts: endless() }))),
      'http',
      '127.0.0.1',
      0,
    );
    open.push(listening);
    const request = httpRequest(`${listening.url}/api/matrix`);
    request.on('error', () => undefined).end();
    await new Promise<void>((resolve) =>
      request.on('response', (response) => {
        response.once('data', () => {
          response.pause();
          resolve();
        });
      }),
    );
    // Nobody reads: a few MiB fill what lies between, and no more is made.
    const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
    await pause(300);
    const before = produced;
    await pause(200);
    expect([produced, returned]).toEqual([before, false]);
    request.destroy();
    for (let i = 0; i < 200 && !returned; i++) await pause(10);
    expect(returned).toBe(true);
  });
});

describe('isLoopback', () => {
  it('knows the spellings of this machine', () => {
    expect(['127.0.0.1', '127.9.9.9', '::1', 'localhost'].map(isLoopback)).toEqual([true, true, true, true]);
    expect(['0.0.0.0', '::', '', '10.0.0.1', 'localhost.'].map(isLoopback)).not.toContain(true);
  });
});
