/**
 * `gatehouse lint --kubeconfig` on a real API server: manifests as if they were applied, and the cluster as it stands.
 * No webhook is registered: what is wrong has been let in.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { describeCluster, succeeded, waitFor, type KubeObject } from './cluster.js';
import { applyCrds, gatehouseCommand, type Ended } from './gatehouse.js';

interface Printed {
  code: string;
  message: string;
  file: string;
  line: number;
  object: { namespace: string; name: string };
  related: { name: string }[];
}

describeCluster('gatehouse lint over a cluster', (cluster) => {
  const namespace = cluster.namespace('lint');
  let dir = '';

  beforeAll(async () => {
    dir = await mkdtemp(path.join(os.tmpdir(), 'gatehouse-e2e-lint-'));
    await applyCrds(cluster);
  }, 120_000);
  afterAll(() => rm(dir, { recursive: true, force: true }));
  afterEach(async () => {
    const collections = [
      ['/apis/apps/v1', 'deployments'],
      ['/apis/policy.linkerd.io/v1beta3', 'servers'],
      ['/api/v1', 'pods'],
    ];
    for (const [root = '', plural = ''] of collections)
      succeeded(await cluster.request('DELETE', `${root}/namespaces/${namespace}/${plural}`));
  });

  const server = (
    name: string,
    labels: Record<string, string>,
    more: { port?: number | string; annotations?: Record<string, string> } = {},
  ): KubeObject => ({
    apiVersion: 'policy.linkerd.io/v1beta3',
    kind: 'Server',
    metadata: { name, namespace, ...(more.annotations !== undefined && { annotations: more.annotations }) },
    spec: { podSelector: { matchLabels: labels }, port: more.port ?? 8080 },
  });
  const podSpec = {
    containers: [{ name: 'main', image: 'none', ports: [{ name: 'http', containerPort: 8080 }] }],
  };
  const pod = (name: string, labels: Record<string, string>): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels },
    spec: podSpec,
  });
  const deployment = (name: string, labels: Record<string, string>): KubeObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      replicas: 2,
      selector: { matchLabels: { deployment: name } },
      template: { metadata: { labels: { deployment: name, ...labels } }, spec: podSpec },
    },
  });

  const lint = async (
    objects: readonly KubeObject[],
    { kubeconfig = cluster.kubeconfig(), output = 'json' } = {},
  ): Promise<Ended> => {
    const file = path.join(dir, 'manifests.yaml');
    await writeFile(file, objects.map((object) => stringify(object)).join('---\n'));
    const paths = objects.length === 0 ? [] : [file];
    return gatehouseCommand(['lint', '--kubeconfig', kubeconfig, '-o', output, ...paths]);
  };
  /** The findings about this suite's namespace; the cluster may hold others. */
  const findings = async (objects: readonly KubeObject[]): Promise<Printed[]> => {
    const { stdout } = await lint(objects);
    return (JSON.parse(stdout) as Printed[]).filter(({ object }) => object.namespace === namespace);
  };
  const short = (list: readonly Printed[]): string[] =>
    list
      .map(({ code, object, related }) => [code, object.name, ...related.map(({ name }) => name)].join(' '))
      .sort();
  const create = async (...objects: KubeObject[]): Promise<void> => {
    for (const object of objects) succeeded(await cluster.create(object));
  };

  test('as it stands, an overlap is found on both Servers', async () => {
    await create(
      pod('stands-0', { app: 'stands', tier: 'front' }),
      server('stands', { app: 'stands' }),
      server('stands-front', { tier: 'front' }, { port: 'http' }),
    );
    const found = (await findings([])).filter(({ object }) => object.name.startsWith('stands'));
    expect(short(found)).toEqual([
      'server/overlap stands stands-front',
      'server/overlap stands-front stands',
    ]);
    expect(found.map(({ file, line }) => [file, line])).toEqual([
      ['cluster', 0],
      ['cluster', 0],
    ]);
    for (const { message } of found) expect(message).toContain('port 8080 of pod stands-0 is claimed by');
    expect((await lint([])).code).toBe(1);
  });

  test('a manifest is judged as if it were applied, and is not', async () => {
    await create(pod('web-0', { app: 'web' }), server('web', { app: 'web' }));
    const { code, stdout, stderr } = await lint([server('web-2', { app: 'web' }, { port: 'http' })], {
      output: 'text',
    });
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toContain(`manifests.yaml:6:1  deny  server/overlap  Server ${namespace}/web-2\n`);
    expect(stdout).toContain(
      'port 8080 of pod web-0 is claimed by Server "web" too: "web" is the older and wins, and this Server would silently do nothing there',
    );
    expect(stdout).toContain('1 policy object looked at: 1 deny\n');
    expect((await cluster.get(server('web-2', {}))).status).toBe(404);
  });

  test('a manifest takes the place of what it changes, and keeps its age', async () => {
    await create(server('old', { app: 'changed' }));
    expect(await findings([server('old', { app: 'changed' }, { port: 'http' })])).toEqual([]);
    const [edited, added] = await findings([
      server('old', { app: 'changed' }, { annotations: { team: 'a' } }),
      server('added', { app: 'changed' }),
    ]);
    expect(edited?.message).toContain('this Server is the older and wins');
    expect(added?.message).toContain('"old" is the older and wins');
  });

  test('the pods of a Deployment are those of its manifest, as after a rollout', async () => {
    await create(deployment('rolled', { tier: 'old' }), server('tier-old', { tier: 'old' }));
    await waitFor(
      async () => {
        const { body } = await cluster.list('v1', 'Pod', namespace, { labelSelector: 'deployment=rolled' });
        return body.items?.length === 2;
      },
      { what: 'the pods of the Deployment' },
    );
    const rolled = server('rolled', { deployment: 'rolled' });
    expect(short(await findings([rolled]))).toEqual(['server/overlap rolled tier-old']);
    expect(short(await findings([rolled, deployment('rolled', { tier: 'new' })]))).toEqual([
      'server/overlap-possible rolled tier-old',
    ]);
  });

  test('what is said before is what is said afterwards', async () => {
    await create(
      pod('said-0', { app: 'said', tier: 'front', stage: 'test' }),
      server('said-app', { app: 'said' }),
      server('said-none', { app: 'nobody' }),
    );
    const manifests = [
      server('said-tier', { tier: 'front', app: 'said' }, { port: 'http' }),
      server('said-stage', { stage: 'test', app: 'said' }, { port: 'http' }),
      server('said-narrow', { app: 'nobody', tier: 'back' }),
      server('said-maybe', { role: 'any' }, { port: 9090 }),
      server('said-maybe-2', { tier: 'back' }, { port: 9090 }),
    ];
    const named = new Set(manifests.map(({ metadata }) => metadata?.name));
    const before = short(await findings(manifests));
    await create(...manifests);
    const after = (await findings([])).filter(({ object }) => named.has(object.name));
    expect(before).toEqual(short(after));
    expect(before.filter((line) => line.startsWith('server/overlap '))).toHaveLength(5);
    expect(before.some((line) => line.startsWith('server/overlap-possible '))).toBe(true);
  });

  test('an accepted overlap is a warning', async () => {
    await create(server('renamed', { app: 'renamed' }));
    const annotations = { 'gatehouse.dev/accept': 'server/overlap replaces renamed' };
    const { code, stdout } = await lint([server('renamed-2', { app: 'renamed' }, { annotations })], {
      output: 'text',
    });
    expect(code).toBe(0);
    expect(stdout).toContain('warn  server/overlap');
    expect(stdout).toContain('(accepted: replaces renamed)');
  });

  test('a kind that the account may not read is named, and the rest is judged', async () => {
    await create(pod('web-0', { app: 'web' }), server('web', { app: 'web' }));
    const account = { kind: 'ServiceAccount', name: 'linter', namespace };
    await cluster.applyManifests([
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account.name, namespace } },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name: namespace },
        rules: [
          { apiGroups: ['policy.linkerd.io'], resources: ['*'], verbs: ['list'] },
          { apiGroups: ['gateway.networking.k8s.io'], resources: ['*'], verbs: ['list'] },
          { apiGroups: [''], resources: ['namespaces', 'services', 'serviceaccounts'], verbs: ['list'] },
        ],
      },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRoleBinding',
        metadata: { name: namespace },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: namespace },
        subjects: [account],
      },
    ]);
    try {
      const address = `/api/v1/namespaces/${namespace}/serviceaccounts/linter/token`;
      const { body } = succeeded(await cluster.request('POST', address, { spec: {} }));
      const config = parse(await readFile(cluster.kubeconfig(), 'utf8')) as {
        users: { user: object }[];
      };
      for (const user of config.users) user.user = body['status'] as { token: string };
      const kubeconfig = path.join(dir, 'linter.kubeconfig');
      await writeFile(kubeconfig, stringify(config));
      const { stdout, stderr } = await waitFor(async () => {
        const ended = await lint([server('web-3', { app: 'web' })], { kubeconfig });
        // A role takes a moment to be in force.
        return ended.stderr.includes('servers.policy') ? undefined : ended;
      });
      expect(stderr.split('\n').map((line) => line.split(':').slice(0, 2).join(':'))).toEqual([
        'not read, so not judged: pods',
        'not read, so not judged: externalworkloads.workload.linkerd.io',
        '',
      ]);
      // Without the pods there is still no workload that could tell the two apart.
      expect(short(JSON.parse(stdout) as Printed[])).toEqual(['server/overlap web-3 web']);
    } finally {
      for (const kind of ['ClusterRoleBinding', 'ClusterRole'])
        await cluster.remove({
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind,
          metadata: { name: namespace },
        });
    }
  });
});
