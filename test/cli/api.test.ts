/** The HTTP API over a live cache and its thread: the answers of the commands, of the cluster as it is now. */
import path from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import supertest from 'supertest';
import { parseAllDocuments, type Document } from 'yaml';
import { createAdminApp } from '../../src/adapters/http/admin.js';
import { SYSTEM_CLOCK } from '../../src/adapters/http/clock.js';
import { Readiness } from '../../src/adapters/http/readiness.js';
import { readManifests } from '../../src/adapters/manifests/read-manifests.js';
import { ClusterCache } from '../../src/app/cluster-cache.js';
import { threadSettings } from '../../src/app/judging/heavy-judge.js';
import { createThreadedApi, type ThreadedApi } from '../../src/cli/api/threaded-api.js';
import { LINT_SCHEMA } from '../../src/cli/output/lint-schema.js';
import type { JsonObject } from '../../src/model/json.js';
import { complete } from '../../src/policy/complete/complete.js';
import { InternTable } from '../../src/policy/objects/intern.js';
import { SOURCE_KINDS } from '../../src/policy/objects/kinds.js';
import type { Batch, ObjectSource } from '../../src/policy/ports.js';
import { toBatch } from '../../src/policy/state/state.js';
import { DEFAULT_RULE_SETTINGS } from '../../src/rules/settings.js';
import { applied, deleted, grant, mk, pod, server } from '../adapters/grpc/rig.js';
import { mkWorld } from '../builders.js';
import { SETTINGS } from '../policy/complete/builders.js';
import { run } from './run.js';

const SHOP = path.join(import.meta.dirname, 'explain-shop.yaml');
const THREAD = {
  url: new URL('../../src/cli/api/thread.ts', import.meta.url),
  execArgv: ['--import', new URL('../ts-loader.mjs', import.meta.url).href],
};

const open: ThreadedApi[] = [];
afterEach(async () => {
  for (const api of open.splice(0)) await api.close();
});

function mkServer(batch: Batch, { ready = true } = {}) {
  let isReady = ready;
  let sink: (batch: Batch) => void = () => undefined;
  const source: ObjectSource = {
    start: (given) => {
      sink = given;
    },
    stop: () => Promise.resolve(),
    status: () =>
      SOURCE_KINDS.map(({ id }) => ({ kind: id, state: isReady ? 'listed' : 'pending', objects: 0 })),
    get: () => Promise.resolve(undefined),
    list: () => Promise.resolve([]),
  };
  const world = mkWorld();
  const cache = new ClusterCache(source, { now: SYSTEM_CLOCK.now, world });
  cache.start();
  sink(batch);
  const api = createThreadedApi({
    cache,
    settings: threadSettings(world, DEFAULT_RULE_SETTINGS),
    today: () => world.today,
    clock: SYSTEM_CLOCK,
    loopbackOnly: true,
    thread: THREAD,
  });
  open.push(api);
  const app = createAdminApp({
    readiness: new Readiness([]),
    metrics: { contentType: 'text/plain', render: () => Promise.resolve('') },
    api,
  });
  return {
    ask: supertest(app),
    api,
    cache,
    deliver: (next: Batch) => {
      sink(next);
    },
    setReady: () => (isReady = true),
  };
}

async function shop(): Promise<Batch> {
  const { documents } = await readManifests([SHOP], {});
  const { objects } = complete(
    documents.map(({ value }) => value),
    SETTINGS,
    { table: new InternTable() },
  );
  return toBatch(objects);
}

describe('/api/explain', () => {
  it('says what the command says', async () => {
    const { ask } = mkServer(await shop());
    for (const question of [
      { from: 'shop/front', to: 'shop/cart:http' },
      { from: 'shop/front', to: 'shop/reviews:9080', method: 'POST', path: '/reviews/1', header: 'x-a: 1' },
      { from: '10.1.2.3', to: 'shop/cart:6379', unmeshed: 'true', protocol: 'tcp' },
    ]) {
      const flags = Object.entries(question).flatMap(([name, value]) =>
        value === 'true' ? [`--${name}`] : [`--${name}`, value],
      );
      const command = await run(['explain', '--manifests', SHOP, '-o', 'json', ...flags]);
      const answer = await ask.get('/api/explain').query(question);
      expect(command.err).toBe('');
      expect([answer.status, answer.text]).toEqual([200, command.out]);
    }
  });

  it('names what is wrong with a question, all of it', async () => {
    const { ask } = mkServer(await shop());
    const texts: string[] = [];
    for (const query of [
      '',
      'from=shop/front',
      'from=shop/front&to=shop/nobody:80',
      'from=shop/front&to=shop/cart:http&form=x&protocol=htp&client-ip=nowhere&method=a&method=b',
      'to=shop/cart:http&log=nonsense',
    ]) {
      const { status, text } = await ask.get(`/api/explain?${query}`);
      expect(status).toBe(400);
      texts.push(text);
    }
    expect(texts).toEqual([
      expect.stringMatching(/^whom is asked for\? name namespace\/workload:port with to\n$/),
      expect.stringMatching(/^whom is asked for\?/),
      expect.stringMatching(/^there is no workload "nobody" in shop/),
      expect.stringMatching(
        /^"form" is no parameter: did you mean from\?\nmethod: given more than once\nprotocol: "htp" .*\nclient-ip: "nowhere" is no address/,
      ),
      expect.stringMatching(/^log: the line /),
    ]);
  });
});

describe('/api/matrix', () => {
  it('says what the command says', async () => {
    const { ask } = mkServer(await shop());
    for (const flags of [
      [],
      ['--to', 'shop/reviews', '--per-route'],
      ['--from', 'outside', '--from', 'shop/front'],
    ]) {
      const command = await run(['matrix', '--manifests', SHOP, '-o', 'json', ...flags]);
      const query = new URLSearchParams();
      for (const [i, flag] of flags.entries())
        if (flag.startsWith('--'))
          query.append(
            flag.slice(2),
            flags[i + 1]?.startsWith('--') === false ? (flags[i + 1] ?? '') : 'true',
          );
      const answer = await ask.get(`/api/matrix?${query.toString()}`);
      expect(command.err).toBe('');
      expect([answer.status, answer.text]).toEqual([200, command.out]);
    }
    const { status, text } = await ask.get('/api/matrix?to=:7777&output=json');
    expect([status, text]).toEqual([400, expect.stringMatching(/^"output" is no parameter/)]);
    expect((await ask.get('/api/matrix?to=:7777')).text).toMatch(/^to: no workload there has a port/);
  });
});

describe('/api/findings', () => {
  it('are those of the cluster as it is', async () => {
    const labels = { app: 'web' };
    const { ask, deliver } = mkServer(
      applied(pod('web'), server('web'), server('twin', { port: 80, proxyProtocol: 'nonsense' })),
    );
    const answer = await ask.get('/api/findings');
    expect([
      answer.status,
      new Ajv({ strict: true }).validate(JSON.parse(JSON.stringify(LINT_SCHEMA)), answer.body),
    ]).toEqual([200, true]);
    const told = (body: any): string[] =>
      body.map(({ code, severity, object }: any) => `${code} ${severity} ${object.kind} ${object.name}`);
    expect(told(answer.body)).toEqual([
      'server/overlap deny Server twin',
      'server/overlap deny Server web',
      'server/proxy-protocol deny Server twin',
    ]);
    expect(answer.body[0]).toMatchObject({
      file: 'cluster',
      line: 0,
      column: 0,
      object: { apiVersion: 'policy.linkerd.io/v1beta3', namespace: 'app' },
      related: [{ kind: 'Server', name: 'web' }],
    });
    deliver(deleted(server('twin')));
    deliver(applied(mk('policy.linkerd.io/Server', 'empty', { podSelector: {}, port: 1 }, { labels })));
    expect(told((await ask.get('/api/findings')).body)).toEqual([
      'selector/exactly-one deny Server empty',
      'server/overlap-possible warn Server empty',
      'server/overlap-possible warn Server web',
    ]);
    expect((await ask.get('/api/findings?from=x')).text).toBe('"from" is no parameter: there are none\n');
  });
});

const FAULTY = `
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { name: twice, namespace: app }
spec: { podSelector: {}, externalWorkloadSelector: {}, port: 70000, proxyProtocol: grpc }
---
apiVersion: policy.linkerd.io/v1alpha1
kind: NetworkAuthentication
metadata: { name: nets, namespace: app }
spec: { networks: [{ cidr: 10.0.0.0/8, except: [10.0.0.0/7] }, { cidr: nonsense }] }
---
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: { name: paths, namespace: app, annotations: { retry.linkerd.io/http: never } }
spec: { rules: [{ matches: [{ path: { type: RegularExpression, value: '(' } }], timeouts: { request: -1s } }] }
---
apiVersion: policy.linkerd.io/v1beta1
kind: ServerAuthorization
metadata: { name: open, namespace: app }
spec: { server: { name: twice }, client: { unauthenticated: true, meshTLS: { identities: [] } } }
`;

describe('/api/findings and lint', () => {
  it('find the same in the same objects', async () => {
    const command = await run(['lint', '-', '-o', 'json'], { stdin: FAULTY });
    const documents = (parseAllDocuments(FAULTY) as Document[]).map(
      (document) => document.toJS() as JsonObject,
    );
    const { objects } = complete(documents, SETTINGS, { table: new InternTable() });
    const { ask } = mkServer(toBatch(objects));
    const told = (findings: any[]): string[] =>
      findings.map((finding) => JSON.stringify({ ...finding, file: '', line: 0, column: 0 })).sort();
    const expected = told(JSON.parse(command.out) as any[]);
    expect(expected.length).toBeGreaterThan(6);
    expect(told((await ask.get('/api/findings')).body as any[])).toEqual(expected);
  });
});

describe('the thread', () => {
  it('answers from the newest generation each time', async () => {
    const { ask, deliver } = mkServer(
      applied(pod('web'), pod('api', { labels: { app: 'api', 'linkerd.io/control-plane-ns': 'linkerd' } })),
    );
    const outcome = async (): Promise<string> => {
      const { body } = await ask.get('/api/explain?from=app/api&to=app/web:80');
      return (body as { outcome: string }).outcome;
    };
    expect(await outcome()).toBe('allow');
    deliver(applied(server('web')));
    expect(await outcome()).toBe('deny');
    deliver(applied(grant('all', 'web', ['*'])));
    expect(await outcome()).toBe('allow');
    deliver(deleted(grant('all', 'web', []), server('web')));
    expect(await outcome()).toBe('allow');
    deliver(deleted(pod('web')));
    expect((await ask.get('/api/explain?from=app/api&to=app/web:80')).status).toBe(400);
  });

  it('waits for everything to be listed, once', async () => {
    const { ask, setReady } = mkServer(applied(pod('web')), { ready: false });
    const { status, text } = await ask.get('/api/findings');
    expect([status, text]).toEqual([503, 'not everything is listed yet\n']);
    setReady();
    expect((await ask.get('/api/findings')).status).toBe(200);
  });

  it('answers one question after the other, and turns away who would wait too long', async () => {
    const { api } = mkServer(await shop());
    const question = { path: 'findings', query: [] } as const;
    const asked = Array.from({ length: 10 }, () => api.ask(question));
    const busy = await Promise.all(asked.slice(8));
    expect(busy).toEqual([{ is: 'busy' }, { is: 'busy' }]);
    for (const answer of asked.slice(0, 8)) {
      const given = await answer;
      if (given.is !== 'json') throw new Error(given.is);
      // Who stops reading makes room as well as who reads to the end.
      for await (const part of given.parts) {
        expect(part.length).toBeGreaterThan(0);
        break;
      }
    }
    expect((await api.ask({ path: 'matrix', query: [['no', 'x']] })).is).toBe('bad-question');
    const last = await api.ask(question);
    expect(last.is).toBe('json');
  });

  it('that ended is made anew for the next question', async () => {
    const { api, ask } = mkServer(await shop());
    expect((await ask.get('/api/findings')).status).toBe(200);
    await api.close();
    expect((await ask.get('/api/explain?from=shop/front&to=shop/cart:http')).status).toBe(200);
  });
});
