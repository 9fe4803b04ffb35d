/**
 * The installation that `docs/install.md` describes, on the real API server: its commands as they stand there. There are no
 * nodes, so the pods never run; what they would run does, as a process with the rights and the arguments of a pod.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import { manifests } from '../../src/app/manifests/objects.js';
import { defaultValues } from '../../src/app/manifests/values.js';
import { succeeded, waitFor, type Cluster, type KubeObject } from './cluster.js';
import {
  admitted,
  applyCrds,
  describeWithWebhook,
  gatehouseCommand,
  hasProgram,
  HOOKS,
  makeCerts,
  manifestOf,
  ROOT,
  run,
  startGatehouse,
  type Ended,
  type Gatehouse,
} from './gatehouse.js';

const testKubectl = hasProgram('kubectl') ? test : test.skip;

const PAGE = 'docs/install.md';
const CERTS = 'certs/cluster';
const NAMESPACE = 'gatehouse';
const RBAC = 'rbac.authorization.k8s.io/v1';
const PART = 'npx gatehouse manifests --image REGISTRY/gatehouse:0.1.0 --part server | kubectl apply';
const REGISTER = 'npx gatehouse manifests --part webhook | kubectl apply';
const DOCTOR = 'npx gatehouse doctor --kubeconfig ~/.kube/config';
const webhook: KubeObject = { ...HOOKS, metadata: { name: 'gatehouse' } };
const namespace: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } };
const deployment = manifestOf('Deployment');
const service: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'gatehouse', namespace: NAMESPACE },
};

interface Template {
  metadata: { labels: Record<string, string>; annotations: Record<string, string> };
  spec: { containers: { args: string[] }[]; [field: string]: unknown };
}

/** The commands of the page, in order: its indented lines. */
async function documented(): Promise<string[]> {
  const text = await readFile(path.join(ROOT, PAGE), 'utf8');
  return text
    .split('\n')
    .filter((line) => line.startsWith('       '))
    .map((line) => line.slice(7));
}

describeWithWebhook('the documented installation', (cluster) => {
  const app = cluster.namespace('installed');
  let dir = '';
  let commands: string[] = [];
  let gatehouse: Gatehouse | undefined;

  const inShell = (command: string): Promise<Ended> =>
    run('bash', ['-euo', 'pipefail', '-c', command.replaceAll(CERTS, dir)], {
      KUBECONFIG: cluster.kubeconfig(),
    });
  /** Runs the command of the page that begins so, from the root of the checkout. */
  const runDocumented = async (beginning: string): Promise<Ended> => {
    const found = commands.find((command) => command.startsWith(beginning));
    if (found === undefined) throw new Error(`${PAGE} has no command ${beginning}`);
    const ended = await inShell(found.replace('~/.kube/config', cluster.kubeconfig()));
    if (ended.code !== 0) throw new Error(`${found}\n${ended.stdout}${ended.stderr}`);
    return ended;
  };
  const doctor = async (args: readonly string[] = [], kubeconfig = cluster.kubeconfig()) => {
    const ended = await gatehouseCommand(['doctor', '--kubeconfig', kubeconfig, '-o', 'json', ...args]);
    if (ended.stdout === '') throw new Error(ended.stderr);
    const { checks } = JSON.parse(ended.stdout) as { checks: Check[] };
    return { code: ended.code, of: (id: string) => checks.find((check) => check.id === id), checks };
  };
  const template = (): Template => (deployment['spec'] as { template: Template }).template;
  const patchEntries = async (member: string, value: unknown, entries = [0, 1]): Promise<void> => {
    const patch = entries.map((i) => ({ op: 'add', path: `/webhooks/${String(i)}/${member}`, value }));
    succeeded(await cluster.patch(webhook, patch, { type: 'json' }));
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

  test('the doctor says that nothing is installed', async () => {
    const { code, of } = await doctor();
    expect(code).toBe(1);
    expect(of('webhook')).toMatchObject({
      status: 'fail',
      fix: expect.stringContaining('--part webhook') as unknown,
    });
    expect(of('deployment')?.status).toBe('fail');
    expect(of('service')?.status).toBe('fail');
    expect(of('refuses')).toMatchObject({
      status: 'fail',
      text: 'an invalid Server was admitted in default',
    });
    expect(of('admits')?.status).toBe('ok');
  });

  testKubectl('applies the server', async () => {
    const { stdout, stderr } = await runDocumented(PART);
    expect(stderr).toBe('');
    expect(stdout.split('\n').filter((line) => line.endsWith(' created'))).toHaveLength(10);
  });

  test('every object passes the API server’s dry run, strictly', async () => {
    for (const object of manifests(defaultValues(), NAMESPACE)) {
      const reply = await cluster.serverSideApply(object, {
        dryRun: true,
        fieldValidation: 'Strict',
        force: true,
      });
      expect(admitted(reply)).toEqual([]);
    }
  });

  test('PodSecurity restricted admits a pod of the Deployment without a warning, and none that may more', async () => {
    const { metadata, spec } = template();
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, name: 'by-hand', namespace: NAMESPACE },
      spec,
    };
    expect(admitted(await cluster.dryRun(pod, { fieldValidation: 'Strict' }))).toEqual([]);
    const { status, body } = await cluster.dryRun({ ...pod, spec: { ...spec, securityContext: {} } });
    expect(status).toBe(403);
    expect(body.message).toContain('violates PodSecurity "restricted:latest"');
  });

  testKubectl('waits for its pods', async () => {
    const pods = await waitFor(
      async () => {
        const { body } = await cluster.list('v1', 'Pod', NAMESPACE, {
          labelSelector: 'app.kubernetes.io/name=gatehouse',
        });
        return body.items?.length === 3 ? body.items : undefined;
      },
      { what: 'three pods of the Deployment' },
    );
    // There is no kubelet: says of the pods what one would.
    for (const { metadata = {} } of pods) {
      const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata };
      succeeded(await cluster.patch(pod, { status }, { subresource: 'status', type: 'strategic-merge' }));
    }
    const { stdout } = await runDocumented('kubectl -n gatehouse rollout status');
    expect(stdout).toContain('deployment "gatehouse" successfully rolled out\n');
  });

  testKubectl('registers the webhook, which waits for its caBundle', async () => {
    await runDocumented(REGISTER);
    const { of } = await doctor();
    expect(of('ca-bundle')).toMatchObject({
      status: 'fail',
      text: expect.stringContaining('is empty') as unknown,
    });
  });

  describe('with a pod’s rights and arguments', () => {
    beforeAll(async () => {
      const kubeconfig = path.join(dir, 'kubeconfig');
      await writeFile(kubeconfig, JSON.stringify(await asServiceAccount(cluster)), { mode: 0o600 });
      await writeFile(path.join(dir, 'none'), '');
      const [container] = template().spec.containers;
      const [command, ...args] = container?.args ?? [];
      expect(command).toBe('serve');
      gatehouse = await startGatehouse({
        args: [...args, '--kubeconfig', kubeconfig, '--service-namespace', NAMESPACE],
        caFile: path.join(dir, 'none'),
      });
      // The way to it, which in a cluster goes through the Service to a pod.
      succeeded(await cluster.remove(service));
      succeeded(
        await cluster.create({ ...service, spec: { type: 'ExternalName', externalName: 'localhost' } }),
      );
      await patchEntries('clientConfig/service/port', gatehouse.port);
      await waitFor(async () => (await doctor()).code === 0, {
        timeoutMs: 60_000,
        what: 'the doctor to find nothing wrong',
      });
    });

    testKubectl('the doctor proves it, and then closes', async () => {
      const { stdout } = await runDocumented(DOCTOR);
      expect(stdout).toMatch(/^ok {4}refuses {9}an invalid Server is refused by Gatehouse$/m);
      expect(stdout).toMatch(/^warn {2}failure-policy {2}Ignore: /m);
      const { stdout: closing } = await runDocumented(`${DOCTOR} --then-fail-closed`);
      expect(closing).toMatch(/^ok {4}fail-closed /m);
      const { body } = await cluster.get(webhook);
      const entries = body['webhooks'] as { failurePolicy: string }[];
      expect(entries.map(({ failurePolicy }) => failurePolicy)).toEqual(['Fail', 'Ignore']);
      expect((await doctor()).of('failure-policy')?.status).toBe('ok');
    });

    testKubectl('an upgrade of the webhook keeps caBundle and the policy that is named', async () => {
      await runDocumented('npx gatehouse manifests --part webhook --failure-policy Fail');
      const { body } = await cluster.get(webhook);
      const entries = body['webhooks'] as { failurePolicy: string; clientConfig: { caBundle?: string } }[];
      expect(entries[0]?.failurePolicy).toBe('Fail');
      expect(entries.map(({ clientConfig }) => clientConfig.caBundle ?? '')).not.toContain('');
      await patchEntries('clientConfig/service/port', gatehouse?.port);
    });

    testKubectl('a namespace is left alone by its label', async () => {
      await runDocumented('kubectl label namespace default gatehouse.dev/admission=disabled');
      const unasked = await waitFor(
        async () => {
          const { of } = await doctor();
          return of('refuses')?.status === 'fail' && of('refuses');
        },
        { what: 'the namespace to be left alone' },
      );
      expect(unasked.text).toContain('gatehouse.dev/admission: disabled');
      await runDocumented('kubectl label namespace default gatehouse.dev/admission-');
    });

    test('the server may do all that it needs', () => {
      expect(gatehouse?.log()).not.toMatch(/forbidden/i);
    });

    test('the doctor names rights that are missing', async () => {
      const { code, of } = await doctor([], path.join(dir, 'kubeconfig'));
      expect(code).toBe(1);
      expect(of('rights')).toMatchObject({
        status: 'fail',
        text: expect.stringContaining('you may not create') as unknown,
      });
      const role: KubeObject = {
        apiVersion: RBAC,
        kind: 'ClusterRoleBinding',
        metadata: { name: 'gatehouse' },
      };
      const { body } = await cluster.get(role);
      succeeded(await cluster.remove(role));
      const denied = await waitFor(
        async () => {
          const found = (await doctor()).of('rights');
          return found?.status === 'fail' && found;
        },
        { what: 'the rights to be gone' },
      );
      expect(denied.text).toMatch(/^the server may not get namespaces/);
      const { apiVersion = RBAC, kind = '', metadata, roleRef, subjects } = body;
      const { name = '', labels = {} } = metadata ?? {};
      succeeded(await cluster.create({ apiVersion, kind, metadata: { name, labels }, roleRef, subjects }));
    });

    test('the doctor names a caBundle of somebody else, and does not close then', async () => {
      await gatehouse?.kill();
      const other = path.join(dir, 'other');
      await makeCerts(other, ['gatehouse.gatehouse.svc']);
      const ca = await readFile(path.join(other, 'ca.crt'));
      await patchEntries('failurePolicy', 'Ignore', [0]);
      await patchEntries('clientConfig/caBundle', ca.toString('base64'));
      const { code, of } = await doctor(['--then-fail-closed']);
      expect(code).toBe(1);
      expect(of('ca-bundle')?.text).toContain('does not hold the CA that the server signs with');
      expect(of('fail-closed')).toMatchObject({ status: 'fail', text: 'failurePolicy was left as it is' });
    });

    test('the doctor names a dead server under Fail, and a namespace is deleted all the same', async () => {
      await patchEntries('failurePolicy', 'Fail', [0]);
      const dead = await waitFor(
        async () => {
          const found = (await doctor()).of('refuses');
          return found?.text.includes('could not ask') === true && found;
        },
        { what: 'the webhook to fail' },
      );
      expect(dead.text).toContain('connection refused');
      expect(dead.fix).toContain('nothing listens');

      const doomed: KubeObject = { ...namespace, metadata: { name: `${app}-doomed` } };
      succeeded(await cluster.create(doomed));
      await patchEntries('failurePolicy', 'Ignore', [0]);
      const server = {
        apiVersion: 'policy.linkerd.io/v1beta3',
        kind: 'Server',
        metadata: { name: 'web', namespace: `${app}-doomed` },
        spec: { podSelector: { matchLabels: { app: 'web' } }, port: 80 },
      };
      await waitFor(async () => (await cluster.create(server)).status === 201, { what: 'a Server in it' });
      await patchEntries('failurePolicy', 'Fail', [0]);
      succeeded(await cluster.remove(doomed));
      await waitFor(async () => (await cluster.get(doomed)).status === 404, {
        timeoutMs: 60_000,
        what: 'the namespace to be gone',
      });
    });
  });

  testKubectl('is stopped in an emergency by deleting the webhook, and removed', async () => {
    expect((await runDocumented('kubectl delete validatingwebhookconfiguration gatehouse')).stderr).toBe('');
    expect((await cluster.get(webhook)).status).toBe(404);
    await runDocumented('kubectl delete validatingwebhookconfiguration gatehouse --ignore-not-found');
    await runDocumented('npx gatehouse manifests --part server | kubectl delete');
    expect((await cluster.get(namespace)).status).toBe(404);
  });

  testKubectl('takes a certificate of one’s own', async () => {
    succeeded(await cluster.create(namespace));
    await runDocumented('npx gatehouse certs');
    await runDocumented('kubectl -n gatehouse create secret');
    await runDocumented('npx gatehouse manifests --image REGISTRY/gatehouse:0.1.0 --tls files');
    await runDocumented('npx gatehouse manifests --part webhook | sed');
    const { of } = await doctor();
    expect(of('ca-bundle')).toMatchObject({ status: 'ok' });
    await makeCerts(path.join(dir, 'third'), ['gatehouse.gatehouse.svc']);
    const ca = await readFile(path.join(dir, 'third/ca.crt'));
    await patchEntries('clientConfig/caBundle', ca.toString('base64'));
    expect((await doctor()).of('ca-bundle')?.text).toContain('tls.crt was signed by another CA');
  });
});

interface Check {
  id: string;
  status: string;
  text: string;
  fix?: string;
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
