/**
 * The installation that `deploy/install/README.md` describes, on the real API server: its commands as they stand there
 * where kubectl is, its manifests in any case. There are no nodes, so the pods never run; what they would run does, as a
 * process with the rights, the arguments and the certificate of a pod.
 */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import { succeeded, waitFor, type Cluster, type KubeObject } from './cluster.js';
import {
  admitted,
  applyCrds,
  describeWithWebhook,
  hasProgram,
  HOOKS,
  makeCerts,
  parseManifest,
  readManifest,
  refusal,
  ROOT,
  run,
  startGatehouse,
  type Ended,
  type Gatehouse,
} from './gatehouse.js';

const testKubectl = hasProgram('kubectl') ? test : test.skip;

const README = 'deploy/install/README.md';
const CERTS = 'certs/cluster';
const NAMESPACE = 'gatehouse';
const RBAC = 'rbac.authorization.k8s.io/v1';
const webhook: KubeObject = { ...HOOKS, metadata: { name: 'gatehouse' } };
const namespace: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } };

interface Template {
  metadata: { labels: Record<string, string>; annotations: Record<string, string> };
  spec: { containers: { args: string[] }[]; [field: string]: unknown };
}

/** The commands of the page, in order: its indented lines, joined where a line goes on. */
async function documented(): Promise<string[]> {
  const text = await readFile(path.join(ROOT, README), 'utf8');
  const lines = text.split('\n').filter((line) => line.startsWith('       '));
  return lines
    .map((line) => line.slice(7))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n');
}

describeWithWebhook('the documented installation', (cluster) => {
  const app = cluster.namespace('installed');
  let dir = '';
  let commands: string[] = [];
  let gatehouse: Gatehouse | undefined;

  /** Runs the one command that begins so, in a shell, from the root of the checkout. */
  const runDocumented = async (beginning: string, edit = (command: string) => command): Promise<Ended> => {
    const found = commands.filter((command) => command.startsWith(beginning));
    expect(found).toHaveLength(1);
    const command = edit(found[0] ?? '').replaceAll(CERTS, dir);
    const ended = await run('bash', ['-euo', 'pipefail', '-c', command], {
      KUBECONFIG: cluster.kubeconfig(),
    });
    if (ended.code !== 0) throw new Error(`${command}\n${ended.stderr}`);
    return ended;
  };

  /** What step 4 sends to the API server: the webhook with the CA put in. */
  const withCa = async (): Promise<KubeObject[]> => {
    const { stdout } = await runDocumented('sed ', (command) =>
      command.replace(/ \| kubectl apply -f -$/, ''),
    );
    return parseManifest(stdout);
  };
  const template = async (): Promise<Template> => {
    const [deployment] = await readManifest('deploy/install/deployment.yaml');
    return (deployment?.['spec'] as { template: Template }).template;
  };

  beforeAll(async () => {
    dir = await mkdtemp(path.join(os.tmpdir(), 'gatehouse-install-'));
    commands = await documented();
    await applyCrds(cluster);
  });
  afterAll(async () => {
    // First: it is for all namespaces.
    await cluster.remove(webhook);
    await gatehouse?.kill();
    await cluster.remove({ apiVersion: RBAC, kind: 'ClusterRoleBinding', metadata: { name: 'gatehouse' } });
    await cluster.remove({ apiVersion: RBAC, kind: 'ClusterRole', metadata: { name: 'gatehouse' } });
    await cluster.remove(namespace);
    await waitFor(async () => (await cluster.get(namespace)).status === 404, {
      timeoutMs: 60_000,
      what: 'the namespace to be gone',
    });
    await rm(dir, { recursive: true, force: true });
  });

  test('has the steps that are tried here, in this order', () => {
    expect(commands.map((command) => command.split(' ').slice(0, 3).join(' '))).toEqual([
      // Not tried: it takes a registry.
      'docker build -t',
      'npx gatehouse certs',
      'kubectl apply -f',
      'kubectl -n gatehouse',
      'kubectl apply -f',
      'kubectl -n gatehouse',
      'sed "s|CA_BUNDLE|$(base64 <',
    ]);
  });

  test('makes a certificate for the name that the API server calls', async () => {
    const { stdout } = await runDocumented('npx gatehouse certs');
    expect(stdout).toBe(`${dir}: made a new pair (there was none)\n`);
    expect((await readdir(dir)).sort()).toEqual(['ca.crt', 'tls.crt', 'tls.key']);
  });

  testKubectl('makes the namespace and the secret with kubectl', async () => {
    expect(await runDocumented('kubectl apply -f deploy/install/namespace.yaml')).toEqual({
      code: 0,
      stdout: 'namespace/gatehouse created\nserviceaccount/gatehouse created\n',
      stderr: '',
    });
    expect(await runDocumented('kubectl -n gatehouse create secret')).toEqual({
      code: 0,
      stdout: 'secret/gatehouse-tls created\n',
      stderr: '',
    });
  });

  test('the API server takes the namespace as it is', async () => {
    for (const each of await readManifest('deploy/install/namespace.yaml')) {
      expect(admitted(await cluster.serverSideApply(each))).toEqual([]);
    }
  });

  test.each(['rbac', 'service', 'deployment'])('the API server takes %s.yaml, in a dry run', async (name) => {
    for (const each of await readManifest(`deploy/install/${name}.yaml`)) {
      const reply = await cluster.serverSideApply(each, { dryRun: true, fieldValidation: 'Strict' });
      expect(admitted(reply)).toEqual([]);
    }
  });

  test('the API server takes the webhook with the CA put in, in a dry run', async () => {
    const [object, ...others] = await withCa();
    expect(others).toEqual([]);
    const ca = await readFile(path.join(dir, 'ca.crt'));
    const hooks = (object?.['webhooks'] ?? []) as { clientConfig: { caBundle: string } }[];
    expect(hooks.map(({ clientConfig }) => clientConfig.caBundle)).toEqual(
      hooks.map(() => ca.toString('base64')),
    );
    const reply = await cluster.serverSideApply(object as KubeObject, {
      dryRun: true,
      fieldValidation: 'Strict',
    });
    expect(admitted(reply)).toEqual([]);
    expect((await cluster.get(webhook)).status).toBe(404);
  });

  test('the API server takes the CRDs that stand beside it, in a dry run', async () => {
    const files = (await readdir(path.join(ROOT, 'deploy/crds'))).filter((name) => name.endsWith('.yaml'));
    expect(files).toHaveLength(8);
    for (const file of files) {
      for (const crd of await readManifest(`deploy/crds/${file}`)) {
        const reply = await cluster.serverSideApply(crd, { dryRun: true, fieldValidation: 'Strict' });
        expect(admitted(reply)).toEqual([]);
      }
    }
  });

  describe('keeps to the restricted profile of the namespace', () => {
    test('which admits a pod of the Deployment without a warning', async () => {
      const { metadata, spec } = await template();
      const pod = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { ...metadata, name: 'by-hand', namespace: NAMESPACE },
        spec,
      };
      const reply = await cluster.create(pod, { fieldValidation: 'Strict' });
      expect(admitted(reply)).toEqual([]);
      succeeded(await cluster.remove(pod, { query: { gracePeriodSeconds: 0 } }));
    });

    test('and refuses one that may do more', async () => {
      const { metadata, spec } = await template();
      const pod = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { ...metadata, name: 'lax', namespace: NAMESPACE },
        spec: { ...spec, securityContext: {} },
      };
      const { status, body } = await cluster.dryRun(pod);
      expect(status).toBe(403);
      expect(body.message).toContain('violates PodSecurity "restricted:latest"');
    });
  });

  /** There is no kubelet: says of the pods what one would. */
  const makePodsReady = async (): Promise<void> => {
    const pods = await waitFor(
      async () => {
        const { body } = await cluster.list('v1', 'Pod', NAMESPACE, {
          labelSelector: 'app.kubernetes.io/name=gatehouse',
        });
        return body.items?.length === 3 ? body.items : undefined;
      },
      { what: 'three pods of the Deployment' },
    );
    for (const { metadata = {} } of pods) {
      const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata };
      succeeded(await cluster.patch(pod, { status }, { subresource: 'status', type: 'strategic-merge' }));
    }
  };

  testKubectl('starts with kubectl, and is waited for', async () => {
    const { stdout, stderr } = await runDocumented('kubectl apply -f deploy/install/rbac.yaml');
    expect(stderr).toBe('');
    expect(stdout.split('\n').slice(0, -1)).toEqual([
      'clusterrole.rbac.authorization.k8s.io/gatehouse created',
      'clusterrolebinding.rbac.authorization.k8s.io/gatehouse created',
      'service/gatehouse created',
      'deployment.apps/gatehouse created',
    ]);
    await makePodsReady();
    const rollout = await runDocumented('kubectl -n gatehouse rollout status');
    expect(rollout.stdout).toContain('deployment "gatehouse" successfully rolled out\n');
  });

  test('starts by its manifests', async () => {
    for (const name of ['rbac', 'service', 'deployment']) {
      for (const each of await readManifest(`deploy/install/${name}.yaml`)) {
        expect(admitted(await cluster.serverSideApply(each))).toEqual([]);
      }
    }
    await makePodsReady();
    await waitFor(
      async () => {
        const [deployment] = await readManifest('deploy/install/deployment.yaml');
        const { body } = await cluster.get(deployment as KubeObject);
        return (body['status'] as { availableReplicas?: number } | undefined)?.availableReplicas === 3;
      },
      { what: 'the Deployment to be available' },
    );
  });

  testKubectl('registers the webhook with kubectl', async () => {
    expect(await runDocumented('sed ')).toEqual({
      code: 0,
      stdout: 'validatingwebhookconfiguration.admissionregistration.k8s.io/gatehouse created\n',
      stderr: '',
    });
  });

  test('registers the webhook by its manifest', async () => {
    const [object] = await withCa();
    expect(admitted(await cluster.serverSideApply(object as KubeObject))).toEqual([]);
  });

  testKubectl('renews its certificate with kubectl', async () => {
    const text = await readFile(path.join(ROOT, README), 'utf8');
    const [, restart = ''] =
      /remove `certs\/cluster`, repeat 2,[^`]*`(kubectl [^`]+)`, and repeat 4/.exec(text) ?? [];
    const before = await readFile(path.join(dir, 'ca.crt'), 'utf8');

    await rm(dir, { recursive: true });
    await runDocumented('npx gatehouse certs');
    await runDocumented('kubectl apply -f deploy/install/namespace.yaml');
    const secret = await runDocumented('kubectl -n gatehouse create secret');
    expect(secret).toEqual({ code: 0, stdout: 'secret/gatehouse-tls configured\n', stderr: '' });
    const restarted = await run('bash', ['-c', restart], { KUBECONFIG: cluster.kubeconfig() });
    expect(restarted).toEqual({ code: 0, stdout: 'deployment.apps/gatehouse restarted\n', stderr: '' });
    const registered = await runDocumented('sed ');
    expect(registered.stdout).toBe(
      'validatingwebhookconfiguration.admissionregistration.k8s.io/gatehouse configured\n',
    );

    const after = await readFile(path.join(dir, 'ca.crt'));
    expect(after.toString()).not.toBe(before);
    const { body } = await cluster.get(webhook);
    const hooks = body['webhooks'] as { clientConfig: { caBundle: string } }[];
    expect(new Set(hooks.map(({ clientConfig }) => clientConfig.caBundle))).toEqual(
      new Set([after.toString('base64')]),
    );
  });

  test('is asked about every version of every kind that our CRDs serve, and names no other', async () => {
    const { body } = await cluster.get(webhook);
    const hooks = body['webhooks'] as { name: string; rules: Rule[] }[];
    const groups = [...new Set(hooks.flatMap(({ rules }) => rules.flatMap(({ apiGroups }) => apiGroups)))];
    const served = await servedBy(cluster, groups);
    for (const { name, rules } of hooks) {
      const asked = rules.flatMap(({ apiGroups, apiVersions, resources, operations, scope }) => {
        expect({ name, scope }).toEqual({ name, scope: 'Namespaced' });
        return apiGroups.flatMap((group) =>
          resources.flatMap((resource) =>
            apiVersions.map((version) => ({ group, version, resource, operations })),
          ),
        );
      });
      const known = new Set(served.map(keyOf));
      // A rule asks for all versions of all its resources: each of both must be there, in some pair.
      for (const { apiGroups, apiVersions, resources } of rules) {
        for (const group of apiGroups) {
          for (const resource of resources)
            expect(apiVersions.some((version) => known.has(keyOf({ group, version, resource })))).toBe(true);
          for (const version of apiVersions)
            expect(resources.some((resource) => known.has(keyOf({ group, version, resource })))).toBe(true);
        }
      }
      const covered = new Set(asked.map(keyOf));
      expect(served.filter((each) => !covered.has(keyOf(each)))).toEqual([]);
      const operations = new Set(asked.flatMap((each) => each.operations));
      expect([...operations]).toEqual(name === 'advise.gatehouse.dev' ? ['DELETE'] : ['CREATE', 'UPDATE']);
    }
  });

  describe('with a pod’s rights, arguments and certificate', () => {
    const mkServer = (name: string, port: number | string): KubeObject => ({
      apiVersion: 'policy.linkerd.io/v1beta3',
      kind: 'Server',
      metadata: { name, namespace: app },
      spec: { podSelector: { matchLabels: { app: 'web' } }, port },
    });

    beforeAll(async () => {
      if ((await readdir(dir)).length === 0)
        await makeCerts(dir, ['gatehouse.gatehouse.svc', 'gatehouse.gatehouse']);
      const kubeconfig = path.join(dir, 'kubeconfig');
      await writeFile(kubeconfig, JSON.stringify(await asServiceAccount(cluster)), { mode: 0o600 });
      const [container] = (await template()).spec.containers;
      const [command, ...args] = container?.args ?? [];
      expect(command).toBe('serve');
      gatehouse = await startGatehouse({
        args: [...args.map((arg) => arg.replace('/certs', dir)), '--kubeconfig', kubeconfig],
        caFile: path.join(dir, 'ca.crt'),
      });
      // The way to it, which in a cluster goes through the Service to a pod.
      const service = {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'gatehouse', namespace: NAMESPACE },
      };
      succeeded(await cluster.remove(service));
      succeeded(
        await cluster.create({ ...service, spec: { type: 'ExternalName', externalName: 'localhost' } }),
      );
      const { body } = await cluster.get(webhook);
      const ports = (body['webhooks'] as unknown[]).map((_, i) => ({
        op: 'replace',
        path: `/webhooks/${String(i)}/clientConfig/service/port`,
        value: gatehouse?.port,
      }));
      succeeded(await cluster.patch(webhook, ports, { type: 'json' }));
      await waitFor(async () => (await cluster.dryRun(mkServer('probe', 0))).status === 403, {
        what: 'the webhook to be asked',
      });
    });

    test('it refuses and admits in any namespace', async () => {
      expect(refusal(await cluster.create(mkServer('bad', 0)))).toContain('spec.port [server/port]');
      expect(admitted(await cluster.create(mkServer('good', 80)))).toEqual([]);
      const exempt = { ...mkServer('bad', 0), metadata: { name: 'bad', namespace: 'kube-system' } };
      expect(admitted(await cluster.dryRun(exempt))).toEqual([]);
    });

    test('it may read all that it asks for', () => {
      expect(gatehouse?.log()).not.toMatch(/forbidden|unavailable/i);
    });

    test('it writes Events on Servers that come to overlap', async () => {
      expect(admitted(await cluster.create(mkServer('a-number', 9090)))).toEqual([]);
      expect(admitted(await cluster.create(mkServer('b-name', 'metrics')))).toEqual([
        'spec [server/overlap-possible]: may overlap Server "a-number": both would select a workload with app=web',
        'spec [server/overlap-possible]: may overlap Server "good": both would select a workload with app=web',
      ]);
      const pod: KubeObject = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          name: 'web-0',
          namespace: app,
          labels: { app: 'web', 'linkerd.io/control-plane-ns': 'linkerd' },
        },
        spec: {
          containers: [
            { name: 'web', image: 'example.test/web', ports: [{ name: 'metrics', containerPort: 9090 }] },
          ],
        },
      };
      succeeded(await cluster.create(pod));
      const events = await waitFor(
        async () => {
          const { body } = await cluster.list('v1', 'Event', app);
          const found = body.items?.filter(({ involvedObject }) => (involvedObject as Ref).kind === 'Server');
          return found !== undefined && found.length >= 2 && found;
        },
        { what: 'an Event on each Server' },
      );
      const told = events.map(({ involvedObject, type, reason, message }) => ({
        name: (involvedObject as Ref).name,
        type,
        reason,
        // Both were made in one second, or not.
        message: String(message).replace(/ (is the older|has the lower name) and /, ' WINS and '),
      }));
      expect(told.sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
        {
          name: 'a-number',
          type: 'Warning',
          reason: 'ServerOverlap',
          message:
            'port 9090 of pod web-0 is claimed by Server b-name too: this Server WINS and governs it; the other does nothing there (server/overlap)',
        },
        {
          name: 'b-name',
          type: 'Warning',
          reason: 'ServerOverlap',
          message:
            'port 9090 of pod web-0 is claimed by Server a-number too: the other WINS and governs it; this Server does nothing there (server/overlap)',
        },
      ]);
    });
  });

  testKubectl('is stopped in an emergency by deleting the webhook', async () => {
    const text = await readFile(path.join(ROOT, README), 'utf8');
    const [, command = ''] = /Emergency stop:\s+`(kubectl [^`]+)`/.exec(text) ?? [];
    const ended = await run('bash', ['-c', command], { KUBECONFIG: cluster.kubeconfig() });
    expect(ended).toEqual({
      code: 0,
      stdout: 'validatingwebhookconfiguration.admissionregistration.k8s.io "gatehouse" deleted\n',
      stderr: '',
    });
    expect((await cluster.get(webhook)).status).toBe(404);
  });
});

interface Ref {
  kind: string;
  name: string;
}

interface Rule {
  apiGroups: string[];
  apiVersions: string[];
  resources: string[];
  operations: string[];
  scope: string;
}

interface Served {
  group: string;
  version: string;
  resource: string;
}

const keyOf = ({ group, version, resource }: Served): string => `${group}/${version} ${resource}`;

/** What the API server serves of these groups. */
async function servedBy(cluster: Cluster, groups: readonly string[]): Promise<Served[]> {
  const found: Served[] = [];
  for (const group of groups) {
    const { body } = succeeded(await cluster.request('GET', `/apis/${group}`));
    for (const { version } of body['versions'] as { version: string }[]) {
      const { body: list } = succeeded(await cluster.request('GET', `/apis/${group}/${version}`));
      for (const { name } of list['resources'] as { name: string }[])
        if (!name.includes('/')) found.push({ group, version, resource: name });
    }
  }
  return found;
}

/** A kubeconfig with the token of the service account that the pods run as. */
async function asServiceAccount(cluster: Cluster): Promise<object> {
  const address = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/gatehouse/token`;
  const { body } = succeeded(await cluster.request('POST', address, { spec: {} }));
  const { token } = body['status'] as { token: string };
  const own = new KubeConfig();
  own.loadFromFile(cluster.kubeconfig());
  const at = own.getCurrentCluster();
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'pod',
    clusters: [
      {
        name: 'test',
        cluster: {
          server: at?.server,
          'certificate-authority': at?.caFile,
          'certificate-authority-data': at?.caData,
        },
      },
    ],
    users: [{ name: 'pod', user: { token } }],
    contexts: [{ name: 'pod', context: { cluster: 'test', user: 'pod' } }],
  };
}
