/** What becomes of policy while no Gatehouse answers: the price of `Ignore`, and that of `Fail`. */
import { beforeAll, expect, test } from '@jest/globals';
import { succeeded, waitFor, type Cluster, type KubeObject } from './cluster.js';
import {
  admitted,
  describeWithWebhook,
  probe,
  refusal,
  useGatehouse,
  type FailurePolicy,
  type Gatehouse,
} from './gatehouse.js';

const mkServer = (namespace: string, name: string, proxyProtocol: string): KubeObject => ({
  apiVersion: 'policy.linkerd.io/v1beta3',
  kind: 'Server',
  metadata: { name, namespace },
  spec: { podSelector: { matchLabels: { app: name } }, port: 80, proxyProtocol },
});

/** A namespace that holds policy, so that its end depends on deletes being let through. */
const makeNamespace = async (cluster: Cluster, name: string): Promise<KubeObject> => {
  const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  succeeded(await cluster.create(object));
  return object;
};

/** Kills the process, and waits until the API server has noticed. */
async function die(gatehouse: Gatehouse, cluster: Cluster, namespace: string): Promise<void> {
  await gatehouse.kill();
  await waitFor(
    async () => !(await probe(cluster, namespace)).body.message?.startsWith('admission webhook'),
    {
      what: 'the API server to miss the webhook',
    },
  );
}

function describeDead(
  failurePolicy: FailurePolicy,
  suite: (cluster: Cluster, namespace: string) => void,
): void {
  describeWithWebhook(`a dead webhook under ${failurePolicy}`, (cluster) => {
    const namespace = cluster.namespace(`down-${failurePolicy.toLowerCase()}`);
    const doomed = `${namespace}-doomed`;
    const gatehouse = useGatehouse(cluster, { namespaces: [namespace, doomed], failurePolicy });
    let toDelete: KubeObject;

    beforeAll(async () => {
      toDelete = await makeNamespace(cluster, doomed);
      for (const each of [namespace, doomed])
        expect(admitted(await cluster.create(mkServer(each, 'before', 'HTTP/1')))).toEqual([]);
      expect(refusal(await cluster.create(mkServer(namespace, 'bad', 'http')))).toContain(
        '[server/proxy-protocol]',
      );
      await die(gatehouse(), cluster, namespace);
    });

    suite(cluster, namespace);

    test('lets single objects be deleted', async () => {
      expect(admitted(await cluster.remove(mkServer(namespace, 'before', 'HTTP/1')))).toEqual([]);
    });

    test('lets a namespace with policy in it be deleted', async () => {
      succeeded(await cluster.remove(toDelete));
      await waitFor(async () => (await cluster.get(toDelete)).status === 404, {
        timeoutMs: 60_000,
        what: 'the namespace to be gone',
      });
    });
  });
}

describeDead('Ignore', (cluster, namespace) => {
  test('admits what it would refuse, without a word', async () => {
    const bad = mkServer(namespace, 'bad', 'http');
    expect(admitted(await cluster.create(bad))).toEqual([]);
    expect((await cluster.get(bad)).status).toBe(200);
  });
});

describeDead('Fail', (cluster, namespace) => {
  test.each([
    ['bad', 'http'],
    ['good', 'HTTP/1'],
  ])('keeps out a %s object, in the words of the API server', async (name, proxyProtocol) => {
    const { status, body } = await cluster.create(mkServer(namespace, name, proxyProtocol));
    expect({ status, reason: body.reason }).toEqual({ status: 500, reason: 'InternalError' });
    const message = body.message
      ?.replaceAll(/:\d{4,5}\b/g, ':PORT')
      .replaceAll(/127\.0\.0\.1|\[::1\]/g, 'LOCALHOST');
    expect(message).toBe(
      `Internal error occurred: failed calling webhook "validate.gatehouse.dev": failed to call webhook: ` +
        `Post "https://gatehouse.${namespace}.svc:PORT/validate?timeout=5s": dial tcp LOCALHOST:PORT: connect: connection refused`,
    );
  });
});

describeWithWebhook('a webhook that was asked to stop, under Fail', (cluster) => {
  const namespace = cluster.namespace('draining');
  const gatehouse = useGatehouse(cluster, { namespaces: [namespace], failurePolicy: 'Fail' });

  test('answers what still comes, unready, and ends when its callers have gone', async () => {
    gatehouse().signal('SIGTERM');
    await waitFor(async () => !(await gatehouse().ready()), { what: 'Gatehouse to be unready' });
    const reply = await cluster.create(mkServer(namespace, 'bad', 'http'));
    expect(refusal(reply)).toContain('[server/proxy-protocol]');
    // That answer closed the connection: it was the only one.
    expect(await gatehouse().ended()).toBe(0);
  });
});
