import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { DIFF_SCHEMA } from '../../src/cli/output/diff-schema.js';
import { MockApiServer } from '../adapters/kube/mock-api-server.js';
import { run, type Ran } from './run.js';

let dir = '';
const file = (name: string, ...objects: any[]): string => {
  const path = join(dir, name);
  writeFileSync(path, objects.map((object) => JSON.stringify(object)).join('\n---\n'));
  return path;
};
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'gatehouse-diff-'));
});
afterAll(() => {
  rmSync(dir, { recursive: true });
});

const SERVICE_ACCOUNT = { kind: 'ServiceAccount' };
const deployment = (name: string, over: any = {}, annotations: any = {}): any => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'shop' },
  spec: {
    template: {
      metadata: {
        labels: { app: name },
        annotations: { 'linkerd.io/inject': 'enabled', ...annotations },
      },
      spec: {
        serviceAccountName: name,
        containers: [{ name: 'main', ports: [{ name: 'http', containerPort: 8080 }] }],
        ...over,
      },
    },
  },
});
const server = (name: string, spec: any = {}): any => ({
  apiVersion: 'policy.linkerd.io/v1beta3',
  kind: 'Server',
  metadata: { name, namespace: 'shop' },
  spec: { podSelector: { matchLabels: { app: name } }, port: 'http', proxyProtocol: 'HTTP/1', ...spec },
});
const allow = (name: string, refs: any[], targetRef: any = {}): any => ({
  apiVersion: 'policy.linkerd.io/v1alpha1',
  kind: 'AuthorizationPolicy',
  metadata: { name, namespace: 'shop' },
  spec: {
    targetRef: { group: 'policy.linkerd.io', kind: 'Server', name: 'api', ...targetRef },
    requiredAuthenticationRefs: refs,
  },
});
const route = (name: string, path: string): any => ({
  apiVersion: 'policy.linkerd.io/v1beta3',
  kind: 'HTTPRoute',
  metadata: { name, namespace: 'shop' },
  spec: {
    parentRefs: [{ group: 'policy.linkerd.io', kind: 'Server', name: 'api' }],
    rules: [{ matches: [{ path: { type: 'PathPrefix', value: path } }] }],
  },
});
const base = [deployment('web'), deployment('api'), server('api')];
const FROM_WEB = allow('from-web', [{ ...SERVICE_ACCOUNT, name: 'web' }]);

const diff = (old: any[], next: any[], ...flags: string[]): Promise<Ran> =>
  run(['diff', file('old.yaml', ...old), file('new.yaml', ...next), ...flags]);

const NOTHING = 'no difference in who may talk to whom\n';

describe('gatehouse diff', () => {
  it('says that nothing differs where the same is written otherwise, and exits 0', async () => {
    const renamed = allow('another-name', [{ ...SERVICE_ACCOUNT, name: 'web', namespace: 'shop' }]);
    const twice = [renamed, allow('twice', [{ ...SERVICE_ACCOUNT, name: 'web' }])];
    expect(await diff([...base, FROM_WEB], [...base, ...twice], '--exit-code')).toEqual({
      code: 0,
      out: NOTHING,
      err: '',
    });
  });

  it('tells who gains and who loses access, by which authorization, and exits 1 when asked', async () => {
    const fromBot = allow('from-web', [{ ...SERVICE_ACCOUNT, name: 'bot' }]);
    const old = [...base, deployment('bot'), FROM_WEB];
    const next = [...base, deployment('bot'), fromBot];
    const ran = await diff(old, next);
    expect(ran).toEqual({
      code: 0,
      err: '',
      out: `shop/api: port 8080 (http)
  + opens HTTP of the default route
      for shop/bot
      by AuthorizationPolicy shop/from-web
  - closes HTTP of the default route: 403 now
      for shop/web
      was by AuthorizationPolicy shop/from-web

1 workload port differs: 1 opens, 1 closes
`,
    });
    expect((await diff(old, next, '--exit-code')).code).toBe(1);
  });

  it('tells 403 from 404 as routes come, and calls out the probes that they cut off', async () => {
    const probed = deployment('api', {
      containers: [
        {
          name: 'main',
          ports: [{ name: 'http', containerPort: 8080 }],
          livenessProbe: { httpGet: { path: '/live', port: 'http' } },
        },
      ],
    });
    const old = [deployment('web'), probed, server('api')];
    const { out } = await diff(old, [...old, route('orders', '/orders')]);
    expect(out).toBe(`shop/api: port 8080 (http)
  - closes HTTP/1 (with mesh TLS any version) that no route takes (before: the automatic route for probes): 404 now, e.g. GET /live
      for anyone from anywhere, among them shop/api and shop/web
      was by the automatic authorization of probes
  ~ answers otherwise HTTP/1 (with mesh TLS any version) that no route takes (before: the default route), e.g. GET /, 403 → 404
      for anyone from anywhere, among them shop/api and shop/web

shop/api:8080 liveness probe http /live fails now (passes before)

1 workload port differs: 1 closes; 1 probe fails
`);
  });

  it('tells of audit, of the proxy coming and going, and of clients that show another identity', async () => {
    const audited = server('api', { accessPolicy: 'audit' });
    const all = server('api', { accessPolicy: 'all-unauthenticated' });
    expect((await diff([...base, all], [...base, audited])).out).toContain(
      '~ is logged now HTTP/1 (with mesh TLS any version) of the default route\n' +
        '      for anyone from anywhere, among them shop/api and shop/web\n      by the policy audit\n',
    );
    const bare = deployment('web', {}, { 'linkerd.io/inject': 'disabled' });
    const { out } = await diff([...base, FROM_WEB], [bare, ...base.slice(1), FROM_WEB]);
    expect(out).toContain('shop/web calls without mesh TLS now (before: as service account shop/web)\n');
    const ungated = deployment('api', {}, { 'linkerd.io/inject': 'disabled' });
    const off = (await diff([...base, FROM_WEB], [deployment('web'), ungated, server('api'), FROM_WEB])).out;
    expect(off).toMatch(/\+ opens HTTP.*\(not enforced now\)/);
  });

  it('puts ports that change alike together, those that nobody mentions as well', async () => {
    const denied = ['a', 'b'].map((name) =>
      deployment(name, {}, { 'config.linkerd.io/default-inbound-policy': 'deny' }),
    );
    const { out } = await diff([deployment('a'), deployment('b')], denied);
    expect(out).toBe(`shop/a: port 4191 (linkerd-admin), port 8080 (http) and every other port
shop/b: port 4191 (linkerd-admin), port 8080 (http) and every other port
  - closes TCP: refused now and HTTP of the default route: 403 now
      for anyone from anywhere, among them shop/a and shop/b
      was by the policy all-unauthenticated

6 workload ports differ: 6 close
`);
  });

  it('names workloads that come and go', async () => {
    const { out } = await diff([...base, FROM_WEB], [deployment('web'), deployment('cart')]);
    expect(out).toMatch(/^- Deployment shop\/api\n\n\+ Deployment shop\/cart\n\n/);
    expect(out).toContain('1 workload more; 1 workload less');
  });

  it('prints JSON that fits its schema', async () => {
    const next = [...base, FROM_WEB, route('orders', '/orders'), deployment('new')];
    const { out } = await diff([...base, FROM_WEB], next, '-o', 'json');
    const answer = JSON.parse(out);
    const check = new Ajv({ strict: false }).compile(DIFF_SCHEMA);
    expect({ valid: check(answer), errors: check.errors }).toEqual({ valid: true, errors: null });
    expect(answer).toMatchObject({
      same: false,
      exact: true,
      complete: true,
      appeared: [{ kind: 'Deployment', namespace: 'shop', name: 'new' }],
      disappeared: [],
    });
    const [group] = answer.groups.filter(({ targets }: any) => targets[0].name === 'api');
    expect(group.targets).toEqual([
      {
        kind: 'Deployment',
        namespace: 'shop',
        name: 'api',
        there: 'both',
        ports: ['8080'],
        portName: 'http',
        rest: false,
      },
    ]);
    expect(group.changes[0]).toEqual({
      effect: 'closes',
      transport: 'any',
      clients: [
        { credentials: ['web.shop.serviceaccount.identity.linkerd.cluster.local'], networks: ['anywhere'] },
      ],
      workloads: [{ kind: 'Deployment', namespace: 'shop', name: 'web', whole: true }],
      example: {
        tls: 'established',
        identity: 'web.shop.serviceaccount.identity.linkerd.cluster.local',
        address: '1.0.0.1',
      },
      authorizations: [{ kind: 'AuthorizationPolicy', namespace: 'shop', name: 'from-web' }],
      requests: [
        {
          traffic: 'http',
          before: { kind: 'rule', route: { kind: 'default', name: 'default', rule: 0 } },
          after: { kind: 'no-route' },
          example: { kind: 'http', version: 'http1', grpc: false, method: 'GET', path: '/', headers: [] },
        },
      ],
      message:
        'closes HTTP that no route takes (before: the default route): 404 now, e.g. GET / for shop/web by AuthorizationPolicy shop/from-web',
    });
  });

  it('prints a row of CSV for each port and change', async () => {
    const { out } = await diff(base, [...base, FROM_WEB, deployment('new')], '-o', 'csv');
    const lines = out.split('\r\n');
    expect(lines[0]).toBe('namespace,kind,workload,ports,change,what,clients,workloads,authorizations');
    expect(lines[1]).toBe('shop,Deployment,new,,appears,,,,');
    expect(lines[2]).toBe(
      'shop,Deployment,api,8080,opens,HTTP of the default route,shop/web,shop/web,AuthorizationPolicy shop/from-web',
    );
  });

  it('lays manifests over a first state, or compares it with another one alone', async () => {
    const first = file('first.yaml', ...base);
    const more = file('more.yaml', FROM_WEB);
    const laid = await run(['diff', '--manifests', first, more]);
    expect(laid.out).toContain('+ opens HTTP of the default route\n      for shop/web');
    // What lies over a state takes nothing away, and is younger than what is there.
    const rival = file('rival.yaml', server('aaa', { podSelector: { matchLabels: { app: 'api' } } }));
    expect((await run(['diff', '--manifests', first, rival])).out).toBe(NOTHING);
    const alone = await run(['diff', '--manifests', first, '--to-manifests', more]);
    expect(alone.out).toMatch(/^- Deployment shop\/api\n- Deployment shop\/web\n/);
  });

  it.each([
    [[], 'name two states: OLD NEW'],
    [['one'], 'name two states: OLD NEW'],
    [['one', 'two', 'three'], 'name two states: OLD NEW'],
    [['--manifests', 'x'], 'name what to compare with'],
    [['--to-manifests', 'x'], 'name the first state with --manifests or --kubeconfig'],
    [['a', '--manifests', 'x', '--to-manifests', 'y'], 'either what the operands lay over the first'],
    [['--manifests', 'x', '--to-context', 'y'], '--to-context needs a kubeconfig'],
    [['-', '-'], 'standard input can be read only once'],
    [['nowhere.yaml', 'nothing.yaml'], 'nowhere.yaml'],
    [['a', 'b', '-o', 'jsn'], 'did you mean json?'],
  ])('refuses %j', async (argv, complaint) => {
    const { code, out, err } = await run(['diff', ...argv]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(complaint);
  });

  it('prints what the README says', async () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const [, manifest = '', argv = '', out = ''] =
      /```yaml\n# tighter\.yaml\n([^`]*)```\n\n```console\n\$ npx gatehouse (diff .*)\n([^`]*)```/.exec(
        readme,
      ) ?? [];
    const path = join(dir, 'tighter.yaml');
    writeFileSync(path, manifest);
    const given = argv.split(' ').map((word) => (word === 'tighter.yaml' ? path : word));
    expect(await run(given)).toEqual({ code: 0, out, err: '' });
  });
});

describe('gatehouse diff over clusters', () => {
  let cluster: MockApiServer;
  let kubeconfig = '';
  beforeEach(async () => {
    cluster = new MockApiServer();
    await cluster.listen();
    kubeconfig = file('kubeconfig', {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'mock', cluster: { server: cluster.url } }],
      users: [{ name: 'nobody', user: {} }],
      contexts: [{ name: 'mock', context: { cluster: 'mock', user: 'nobody' } }],
      'current-context': 'mock',
    });
    cluster.apply('policy.linkerd.io/Server', server('api'));
    cluster.apply('policy.linkerd.io/AuthorizationPolicy', FROM_WEB);
    for (const [app, ip] of [
      ['api', '10.0.0.5'],
      ['web', '10.0.0.6'],
    ] as const)
      cluster.apply('core/Pod', podOf(app, ip));
  });
  afterEach(async () => {
    await cluster.close();
  });

  const podOf = (app: string, podIP: string): any => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${app}-6c9f-x2x2x`,
      namespace: 'shop',
      labels: { app, 'pod-template-hash': '6c9f', 'linkerd.io/control-plane-ns': 'linkerd' },
      ownerReferences: [{ kind: 'ReplicaSet', name: `${app}-6c9f`, controller: true }],
    },
    spec: deployment(app).spec.template.spec,
    status: { podIP, podIPs: [{ ip: podIP }], hostIP: '192.168.7.1' },
  });

  it('matches the pods of a Deployment with its template, so that nothing differs', async () => {
    const same = file('same.yaml', ...base, FROM_WEB);
    expect((await run(['diff', '--kubeconfig', kubeconfig, '--to-manifests', same])).out).toBe(NOTHING);
    expect((await run(['diff', '--kubeconfig', kubeconfig, same])).out).toBe(NOTHING);
    expect((await run(['diff', '--kubeconfig', kubeconfig, '--to-context', 'mock'])).out).toBe(NOTHING);
  });

  it('tells what manifests would change of the cluster, as they are applied', async () => {
    const change = file('change.yaml', allow('from-web', [{ ...SERVICE_ACCOUNT, name: 'bot' }]));
    const { code, out, err } = await run(['diff', '--kubeconfig', kubeconfig, change, '--exit-code']);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toContain('  - closes HTTP of the default route: 403 now\n      for shop/web\n');
  });
});
