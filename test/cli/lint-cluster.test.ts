/** `gatehouse lint --kubeconfig`: with paths, "if I applied this"; without, the cluster as it stands. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { LINT_SCHEMA } from '../../src/cli/output/lint-schema.js';
import type { StoredKind } from '../../src/policy/objects/kinds.js';
import { MockApiServer } from '../adapters/kube/mock-api-server.js';
import { run, type Ran } from './run.js';

const SERVER = 'policy.linkerd.io/Server';

const server = (
  name: string,
  app: string,
  more: { port?: number | string; annotations?: object } = {},
): any => ({
  apiVersion: 'policy.linkerd.io/v1beta3',
  kind: 'Server',
  metadata: {
    name,
    namespace: 'app',
    ...(more.annotations === undefined ? {} : { annotations: more.annotations }),
  },
  spec: { podSelector: { matchLabels: { app } }, port: more.port ?? 8080, accessPolicy: 'deny' },
});
const podSpec = { containers: [{ name: 'main', ports: [{ name: 'http', containerPort: 8080 }] }] };
const pod = (name: string, labels: Record<string, string>, more: object = {}): any => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'app', labels, ...more },
  spec: podSpec,
});

describe('gatehouse lint over a cluster', () => {
  let dir = '';
  let cluster: MockApiServer;
  let kubeconfig = '';

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'gatehouse-lint-cluster-'));
    cluster = new MockApiServer();
    await cluster.listen();
    kubeconfig = join(dir, 'kubeconfig');
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'mock', cluster: { server: cluster.url } }],
      users: [{ name: 'nobody', user: {} }],
      contexts: [
        { name: 'mock', context: { cluster: 'mock', user: 'nobody' } },
        { name: 'other', context: { cluster: 'nowhere', user: 'nobody' } },
      ],
      'current-context': 'mock',
    };
    writeFileSync(kubeconfig, JSON.stringify(config));
  });
  afterEach(async () => {
    await cluster.close();
    rmSync(dir, { recursive: true });
  });

  const lint = (objects: readonly object[], ...flags: string[]): Promise<Ran> => {
    const stdin = objects.map((object) => JSON.stringify(object)).join('\n---\n');
    return run(['lint', '--kubeconfig', kubeconfig, ...(objects.length === 0 ? [] : ['-']), ...flags], {
      stdin,
    });
  };
  const findings = async (objects: readonly object[]): Promise<string[]> => {
    const { out } = await lint(objects, '-o', 'json');
    const parsed = JSON.parse(out) as {
      code: string;
      object: { name: string };
      related: { name: string }[];
    }[];
    return parsed.map(({ code, object, related }) =>
      [code, object.name, ...related.map(({ name }) => name)].join(' '),
    );
  };
  const has = (kind: StoredKind, ...objects: any[]): void => {
    for (const object of objects) cluster.apply(kind, object);
  };

  describe('as it stands', () => {
    it('says that all is fine, and exits 0', async () => {
      has('core/Pod', pod('web-0', { app: 'web' }));
      has(SERVER, server('web', 'web'));
      expect(await lint([])).toEqual({
        code: 0,
        out: '1 policy object looked at, nothing to report\n',
        err: '',
      });
    });

    it('finds an overlap that is there, on both Servers, with the pod that shows it', async () => {
      has('core/Pod', pod('web-0', { app: 'web', tier: 'front' }));
      const front = server('front', 'web', { port: 'http' });
      front.spec.podSelector = { matchLabels: { tier: 'front' } };
      has(SERVER, server('web', 'web'), front);
      const { code, out, err } = await lint([]);
      expect({ code, err }).toEqual({ code: 1, err: '' });
      expect(out).toContain('cluster  deny  server/overlap  Server app/front\n');
      expect(out).toContain('cluster  deny  server/overlap  Server app/web\n');
      expect(out.match(/port 8080 of pod web-0 is claimed/g)).toHaveLength(2);
      expect(out).not.toContain('cluster:');
    });

    it('prints JSON that fits its schema, without a line', async () => {
      has(SERVER, server('web', 'web'), server('web-2', 'web'));
      const { code, out } = await lint([], '-o', 'json');
      expect(code).toBe(1);
      const list = JSON.parse(out) as { file: string; line: number; object: object }[];
      const check = new Ajv({ strict: false }).compile(LINT_SCHEMA);
      expect({ valid: check(list), errors: check.errors }).toEqual({ valid: true, errors: null });
      expect(list.map(({ file, line, object }) => ({ file, line, object }))).toEqual(
        ['web', 'web-2'].map((name) => ({
          file: 'cluster',
          line: 0,
          object: { apiVersion: 'policy.linkerd.io/v1beta3', kind: 'Server', namespace: 'app', name },
        })),
      );
    });

    it('takes what the API server adds to an object for no fault of it', async () => {
      has('gateway.networking.k8s.io/HTTPRoute', {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'HTTPRoute',
        metadata: { name: 'route', namespace: 'app', managedFields: [{ manager: 'kubectl' }], generation: 2 },
        spec: {
          parentRefs: [{ group: 'policy.linkerd.io', kind: 'Server', name: 'web' }],
          rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }] }],
        },
        status: { parents: [] },
      });
      has(SERVER, server('web', 'web'));
      expect(await lint([], '--fail-on', 'info')).toMatchObject({ code: 0, err: '' });
    });

    it('reads a cluster in pages, and one that lacks kinds', async () => {
      cluster.unserve('gateway.networking.k8s.io/HTTPRoute');
      cluster.unserve('workload.linkerd.io/ExternalWorkload');
      has(SERVER, ...Array.from({ length: 1_201 }, (_, i) => server(`s-${String(i)}`, `app-${String(i)}`)));
      expect(await lint([])).toMatchObject({
        code: 0,
        out: '1201 policy objects looked at, nothing to report\n',
        err: '',
      });
      expect(cluster.requestsFor(SERVER, false)).toHaveLength(3);
    });

    it('begins a list again that was compacted between two pages', async () => {
      has(SERVER, ...Array.from({ length: 700 }, (_, i) => server(`s-${String(i)}`, `app-${String(i)}`)));
      cluster.refuse((url) => url.searchParams.has('continue'), 410, { times: 1 });
      expect((await lint([])).out).toBe('700 policy objects looked at, nothing to report\n');
    });

    it('names a kind that may not be read, and judges the rest', async () => {
      cluster.refuse((url) => url.pathname === '/api/v1/pods', 403);
      has(SERVER, server('web', 'web'), server('web-2', 'web'));
      const { code, out, err } = await lint([]);
      expect(code).toBe(1);
      expect(err).toMatch(/^not read, so not judged: pods: .*403.*\n$/);
      expect(out).toContain('server/overlap');
    });

    it.each([
      ['that does not answer', () => cluster.close(), []],
      ['whose context is unknown', () => Promise.resolve(), ['--context', 'nobody']],
    ])('exits 2 on a cluster %s', async (_, prepare, flags) => {
      await prepare();
      const { code, out, err } = await lint([], ...flags);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).not.toBe('');
      expect(err).not.toContain('    at ');
      await cluster.listen().catch(() => undefined);
    });

    it('writes nothing', async () => {
      has(SERVER, server('web', 'web'));
      await lint([]);
      expect(cluster.requests.length).toBeGreaterThan(0);
      expect(cluster.methods).toEqual(new Set(['GET']));
    });
  });

  describe('if manifests were applied', () => {
    it('judges the manifests alone, together with what the cluster holds', async () => {
      has('core/Pod', pod('web-0', { app: 'web' }));
      has(SERVER, server('web', 'web'), server('api', 'api'), server('api-2', 'api'));
      const { code, out } = await lint([server('web-2', 'web', { port: 'http' })]);
      expect(code).toBe(1);
      expect(out).toContain('-:1:105  deny  server/overlap  Server app/web-2\n');
      // It would be younger than everything there.
      expect(out).toContain(
        'port 8080 of pod web-0 is claimed by Server "web" too: "web" is the older and wins',
      );
      expect(out).toContain('1 policy object looked at: 1 deny\n');
    });

    it('takes the place of what it changes', async () => {
      has('core/Pod', pod('web-0', { app: 'web' }));
      has(SERVER, server('web', 'web'));
      expect(await findings([server('web', 'web', { port: 'http' })])).toEqual([]);
      has(SERVER, server('web-2', 'web'));
      expect(await findings([server('web', 'web', { port: 'http' })])).toEqual(['server/overlap web web-2']);
      expect(await findings([server('web', 'api'), server('web-2', 'web')])).toEqual([]);
    });

    it('keeps the age of what exists: an edit of the older one still wins', async () => {
      has(SERVER, server('zz-old', 'web'));
      const edited = {
        ...server('zz-old', 'web'),
        spec: { ...server('zz-old', 'web').spec, proxyProtocol: 'HTTP/1' },
      };
      const { out } = await lint([edited, server('aa-new', 'web')]);
      expect(out).toContain(
        '"zz-old" is the older and wins, and this Server would silently do nothing there',
      );
      expect(out).toContain(
        'this Server is the older and wins, and "aa-new" would silently do nothing there',
      );
    });

    it('predicts the pods of workloads, in place of those that they have', async () => {
      const owner = [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', controller: true }];
      has('core/Pod', pod('web-0', { app: 'web', tier: 'old' }, { ownerReferences: owner }));
      const old = server('old', 'web');
      old.spec.podSelector = { matchLabels: { tier: 'old' } };
      has(SERVER, old);
      expect(await findings([server('web', 'web')])).toEqual(['server/overlap web old']);
      const rolledOut = {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata: { name: 'web', namespace: 'app' },
        spec: { template: { metadata: { labels: { app: 'web', tier: 'new' } }, spec: podSpec } },
      };
      expect(await findings([server('web', 'web'), rolledOut])).toEqual(['server/overlap-possible web old']);
    });

    it('reads an acceptance for a rename', async () => {
      has('core/Pod', pod('web-0', { app: 'web' }));
      has(SERVER, server('web', 'web'));
      const accepting = server('web-2', 'web', {
        annotations: { 'gatehouse.dev/accept': 'server/overlap until 2026-12-01 replaces web' },
      });
      const { code, out } = await lint([accepting]);
      expect(code).toBe(0);
      expect(out).toContain('warn  server/overlap  Server app/web-2 (accepted: replaces web)\n');
    });
  });
});
