/** Shows that the API server of the tests is a real one: what the other suites rely on. */
import type { AddressInfo } from 'node:net';
import https from 'node:https';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generate } from 'selfsigned';
import {
  describeCluster,
  describeOwnCluster,
  parseWarnings,
  succeeded,
  waitFor,
  type KubeObject,
} from './cluster.js';

const mkConfigMap = (namespace: string, name: string, data: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  data,
});

const ownServer = process.env['GATEHOUSE_E2E_KIND'] !== 'kubeconfig';
/** What a foreign cluster may lack: our version, a way back to this machine. */
const testOwn = ownServer ? test : test.skip;

describeCluster('the API server', (cluster) => {
  const namespace = cluster.namespace('kube');

  testOwn('is v1.34', async () => {
    const { body } = succeeded(await cluster.request('GET', '/version'));
    expect(body['gitVersion']).toMatch(/^v1\.34\.\d+$/);
  });

  test('takes a pod without a kubelet', async () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', namespace },
      spec: {
        containers: [
          { name: 'web', image: 'example.test/web', ports: [{ name: 'http', containerPort: 80 }] },
        ],
      },
    };
    const reply = succeeded(await cluster.create(pod));
    expect(reply.status).toBe(201);
    const { body } = succeeded(await cluster.get(pod));
    expect(body['status']).toMatchObject({ phase: 'Pending' });
  });

  test('judges a dry run and stores nothing', async () => {
    const object = mkConfigMap(namespace, 'dry');
    expect((await cluster.dryRun(object)).status).toBe(201);
    expect((await cluster.get(object)).status).toBe(404);
  });

  test('updates, patches, applies and removes', async () => {
    const object = mkConfigMap(namespace, 'written', { a: '1' });
    succeeded(await cluster.create(object));
    succeeded(await cluster.update({ ...object, data: { a: '2' } }));
    succeeded(await cluster.patch(object, { data: { b: '3' } }));
    succeeded(await cluster.serverSideApply({ ...object, data: { c: '4' } }));
    expect((await cluster.get(object)).body['data']).toEqual({ a: '2', b: '3', c: '4' });
    succeeded(await cluster.remove(object));
    expect((await cluster.get(object)).status).toBe(404);
  });

  test('warns about an unknown field, in its own words', async () => {
    const reply = await cluster.create({ ...mkConfigMap(namespace, 'odd'), 'sp"ec\u00e9': {} });
    expect(reply.status).toBe(201);
    expect(reply.warnings).toEqual(['unknown field "sp\\"ec\u00e9"']);
  });

  testOwn('authenticates a service account by its token', async () => {
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'client', namespace } };
    succeeded(await cluster.create(account));
    const address = `/api/v1/namespaces/${namespace}/serviceaccounts/client/token`;
    const { body } = succeeded(await cluster.request('POST', address, { spec: {} }));
    const { token } = body['status'] as { token: string };
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token } };
    const { body: answer } = succeeded(await cluster.create(review));
    expect(answer['status']).toMatchObject({
      authenticated: true,
      user: { username: `system:serviceaccount:${namespace}:client` },
    });
  });

  test('has controllers: a deployment gets its pods', async () => {
    const labels = { app: 'deployed' };
    const spec = {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'example.test/web' }] } },
    };
    succeeded(
      await cluster.create({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web', namespace },
        spec,
      }),
    );
    await waitFor(
      async () => {
        const { body } = await cluster.list('v1', 'Pod', namespace, { labelSelector: 'app=deployed' });
        return body.items?.length === 1;
      },
      { what: 'the pod of a deployment' },
    );
  });

  test('kubectl speaks to it', async () => {
    const result = await cluster.kubectl(
      ['get', '--filename=-', '--output=name'],
      JSON.stringify(mkConfigMap(namespace, 'kube-root-ca.crt')),
    );
    if (result === undefined) return;
    expect(result).toMatchObject({ code: 0, stdout: 'configmap/kube-root-ca.crt\n' });
  });
});

describeCluster('a custom resource', (cluster) => {
  const namespace = cluster.namespace('crd');
  const group = `${namespace}.example.test`;
  const crd: KubeObject = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `doors.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind: 'Door', plural: 'doors', singular: 'door' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                spec: { type: 'object', properties: { port: { 'x-kubernetes-int-or-string': true } } },
              },
            },
          },
        },
      ],
    },
  };
  const mkDoor = (name: string, port: unknown): KubeObject => ({
    apiVersion: `${group}/v1`,
    kind: 'Door',
    metadata: { name, namespace },
    spec: { port },
  });

  beforeAll(() => cluster.applyManifests([crd]));
  afterAll(async () => {
    await cluster.remove(crd);
  });

  test.each([
    ['a number', 80],
    ['a name', 'http'],
  ])('keeps a port that is %s', async (_, port) => {
    const door = mkDoor(`door-${String(port)}`, port);
    succeeded(await cluster.create(door));
    expect((await cluster.get(door)).body['spec']).toEqual({ port });
  });

  test('refuses a port that is neither', async () => {
    const reply = await cluster.create(mkDoor('door-true', true));
    expect(reply.status).toBe(422);
    expect(reply.body.message).toContain('spec.port');
  });
});

/** Denies config maps with `deny` in their data and warns about the others. */
async function startWebhook(name: string) {
  const extension = { name: 'basicConstraints', critical: true } as const;
  const kind = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;
  const ca = await generate([{ name: 'commonName', value: 'kube-test-ca' }], {
    ...kind,
    extensions: [
      { ...extension, cA: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const leaf = await generate([{ name: 'commonName', value: 'kube-test-webhook' }], {
    ...kind,
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { ...extension, cA: false },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: name }] },
    ],
  });
  const calls: string[] = [];
  const server = https.createServer({ key: leaf.private, cert: leaf.cert }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      calls.push(`${request.method ?? ''} ${request.url ?? ''}`);
      const review = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
        apiVersion: string;
        kind: string;
        request: { uid: string; object: { data?: Record<string, string> } };
      };
      const deny = review.request.object.data?.['deny'];
      response.setHeader('Content-Type', 'application/json').end(
        JSON.stringify({
          apiVersion: review.apiVersion,
          kind: review.kind,
          response: {
            uid: review.request.uid,
            allowed: deny === undefined,
            ...(deny !== undefined && { status: { code: 403, reason: 'Forbidden', message: deny } }),
            warnings: ['first, with a comma', 'second "quoted" \\ \u00fcber'],
          },
        }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    caBundle: Buffer.from(ca.cert).toString('base64'),
    calls,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

(ownServer ? describe : describe.skip)('a validating webhook', () => {
  describe.each(['service', 'url'] as const)('named by %s', (by) => {
    describeCluster('is called', (cluster) => {
      const namespace = cluster.namespace(`hook-${by}`);
      const service: KubeObject = {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'webhook', namespace },
        spec: { type: 'ExternalName', externalName: 'localhost' },
      };
      const configuration: KubeObject = {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingWebhookConfiguration',
        metadata: { name: namespace },
      };
      let webhook: Awaited<ReturnType<typeof startWebhook>>;

      beforeAll(async () => {
        webhook = await startWebhook(by === 'url' ? 'localhost' : `webhook.${namespace}.svc`);
        const { port, caBundle } = webhook;
        const address =
          by === 'url'
            ? { url: `https://localhost:${String(port)}/validate` }
            : { service: { namespace, name: 'webhook', port, path: '/validate' } };
        const hook = {
          name: 'kube.example.test',
          clientConfig: { ...address, caBundle },
          rules: [
            { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] },
          ],
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
          admissionReviewVersions: ['v1'],
          sideEffects: 'None',
          failurePolicy: 'Fail',
          timeoutSeconds: 5,
        };
        await cluster.applyManifests([service, { ...configuration, webhooks: [hook] }]);
        await waitFor(
          async () => {
            await cluster.dryRun(mkConfigMap(namespace, 'probe'));
            return webhook.calls.length > 0;
          },
          { what: 'the webhook to be called' },
        );
      });
      afterAll(async () => {
        await cluster.remove(configuration);
        await webhook.stop();
      });

      test('its deny reaches the client', async () => {
        const reply = await cluster.create(mkConfigMap(namespace, 'bad', { deny: 'spec.x: not today' }));
        expect(reply.status).toBe(403);
        expect(reply.body).toMatchObject({
          kind: 'Status',
          reason: 'Forbidden',
          message: 'admission webhook "kube.example.test" denied the request: spec.x: not today',
        });
      });

      test('its warnings reach the client', async () => {
        const reply = await cluster.create(mkConfigMap(namespace, 'good'));
        expect(reply.status).toBe(201);
        expect(reply.warnings).toEqual(['first, with a comma', 'second "quoted" \\ \u00fcber']);
      });

      test('the time-out is in its query', () => {
        expect(new Set(webhook.calls)).toEqual(new Set(['POST /validate?timeout=5s']));
      });
    });
  });
});

describeOwnCluster(
  'an API server of its own',
  (cluster) => {
    const object = mkConfigMap('default', 'kept', { a: '1' });

    test.each(['SIGTERM', 'SIGKILL'] as const)('keeps its data over a restart by %s', async (signal) => {
      const { restart, server } = cluster.server();
      const before = succeeded(await cluster.serverSideApply(object)).body.metadata;
      await restart(signal);
      expect(cluster.server().server).toBe(server);
      expect(succeeded(await cluster.get(object)).body.metadata).toEqual(before);
    });

    test('can be away for a while', async () => {
      const { stopServer, startServer } = cluster.server();
      await stopServer();
      await expect(cluster.get(object)).rejects.toThrow(/ECONNREFUSED/);
      await startServer();
      expect((await cluster.get(object)).status).toBe(200);
    });

    test('answers 410 to a watch from before its restart', async () => {
      const { body } = succeeded(await cluster.get(object));
      succeeded(await cluster.update({ ...object, data: { a: '2' } }));
      const { etcd, restart } = cluster.server();
      const { body: list } = await cluster.list('v1', 'ConfigMap', 'default');
      const compaction = await fetch(`${etcd}/v3/kv/compaction`, {
        method: 'POST',
        body: JSON.stringify({ revision: list.metadata?.resourceVersion, physical: true }),
      });
      expect(compaction.status).toBe(200);
      await restart();
      const reply = await cluster.request('GET', '/api/v1/namespaces/default/configmaps', undefined, {
        query: { watch: true, resourceVersion: body.metadata?.resourceVersion ?? '', timeoutSeconds: 5 },
      });
      expect(reply.body).toMatchObject({ type: 'ERROR', object: { code: 410 } });
    });
  },
  { controllerManager: false },
);

describe('warning headers', () => {
  test.each([
    [['299 - "plain"'], ['plain']],
    [
      ['299 - "a, \\"b\\" \\\\ c"', '299 - "d"'],
      ['a, "b" \\ c', 'd'],
    ],
    [
      ['299 - "one", 299 - "two" "Sun, 22 Nov 2026 00:00:00 GMT", 199 host:80 "three"'],
      ['one', 'two', 'three'],
    ],
    [['nonsense'], []],
  ])('%j', (headers, texts) => {
    expect(parseWarnings(headers)).toEqual(texts);
  });
});
