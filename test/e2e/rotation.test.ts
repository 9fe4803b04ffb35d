/**
 * Managed certificates on the real API server: two replicas, lifetimes scaled down (a CA of 30 s, leaves of 10 s), called
 * all the time under `failurePolicy: Fail`. GATEHOUSE_ROTATIONS says through how many changes of the CA; default 2.
 */
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import tls from 'node:tls';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { succeeded, waitFor, type Cluster, type KubeObject } from './cluster.js';
import {
  applyCrds,
  describeWithWebhook,
  HOOKS,
  startGatehouse,
  unregister,
  webhookConfiguration,
  type Gatehouse,
} from './gatehouse.js';

const NAMESPACE = 'rotation';
const NAME = `gatehouse-${NAMESPACE}`;
const ROTATIONS = Number(process.env['GATEHOUSE_ROTATIONS'] ?? 2);
/** Between two calls of one of four callers; a long trial is made at full rate. */
const PAUSE_MS = ROTATIONS > 2 ? 0 : 25;
const SERVER_NAME = `gatehouse.${NAMESPACE}.svc`;

/** What kube-proxy does: each connection goes to the next replica. */
class RoundRobin {
  readonly #server = net.createServer((client) => this.#accept(client));
  targets: number[] = [];
  #next = 0;

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as net.AddressInfo).port;
  }

  close(): void {
    this.#server.close();
  }

  #accept(client: net.Socket): void {
    const port = this.targets[this.#next++ % this.targets.length];
    const behind = net.connect(port ?? 0, '127.0.0.1');
    for (const [from, to] of [
      [client, behind],
      [behind, client],
    ] as const) {
      from.on('error', () => to.destroy()).on('close', () => to.destroy());
      from.pipe(to);
    }
  }
}

/** A handshake of a caller who trusts `ca`: whose certificate it saw, or why there was none. */
async function handshake(port: number, ca: string): Promise<string> {
  const socket = tls.connect({ host: '127.0.0.1', port, ca, servername: SERVER_NAME });
  try {
    await once(socket, 'secureConnect');
    return socket.getPeerX509Certificate()?.issuer ?? 'nobody';
  } catch (error) {
    return `failed: ${String(error)}`;
  } finally {
    socket.destroy();
  }
}

describeWithWebhook('managed certificates', (cluster: Cluster) => {
  const front = new RoundRobin();
  let replicas: Gatehouse[] = [];
  let dir = '';

  const startReplica = async (): Promise<Gatehouse> => {
    const args = ['--kubeconfig', cluster.kubeconfig(), '--tls', 'managed', '--service-namespace', NAMESPACE];
    const names = ['--webhook-configuration', NAME];
    const lifetimes = ['--ca-lifetime', '30s', '--leaf-lifetime', '10s'];
    return startGatehouse({ args: [...args, ...names, ...lifetimes], caFile: path.join(dir, 'ca.crt') });
  };
  const hooks: KubeObject = { ...HOOKS, metadata: { name: NAME } };
  const secret: KubeObject = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'gatehouse-ca', namespace: NAMESPACE },
  };
  const bundles = async (): Promise<string[]> => {
    const { body } = succeeded(await cluster.get(hooks));
    const entries = body['webhooks'] as { clientConfig: { caBundle?: string } }[];
    return entries.map(({ clientConfig }) => Buffer.from(clientConfig.caBundle ?? '', 'base64').toString());
  };
  const sizeOf = (bundle: string): number => bundle.split('BEGIN CERTIFICATE').length - 1;
  /** A good Server, not stored: 201 where the webhook was asked, since it would fail closed. */
  const review = async (): Promise<string> => {
    const server = {
      apiVersion: 'policy.linkerd.io/v1beta3',
      kind: 'Server',
      metadata: { name: 'web', namespace: NAMESPACE },
      spec: { podSelector: { matchLabels: { app: 'web' } }, port: 8080 },
    };
    const { status, body } = await cluster.dryRun(server);
    return status === 201 ? 'admitted' : String(body.message);
  };

  beforeAll(async () => {
    dir = await mkdtemp(path.join(os.tmpdir(), 'gatehouse-rotation-'));
    await writeFile(path.join(dir, 'ca.crt'), '');
    await applyCrds(cluster);
    const port = await front.listen();
    await cluster.applyManifests([
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'gatehouse', namespace: NAMESPACE },
        spec: { type: 'ExternalName', externalName: 'localhost' },
      },
    ]);
    // As it is installed: replicas first, and the configuration with nobody's CA in it.
    replicas = await Promise.all([startReplica(), startReplica()]);
    front.targets = replicas.map((replica) => replica.port);
    const registration = { namespaces: [NAMESPACE], failurePolicy: 'Fail' } as const;
    await cluster.applyManifests([webhookConfiguration({ port, ca: '' }, registration)]);
    await waitFor(async () => (await review()) === 'admitted', {
      timeoutMs: 20_000,
      what: 'the first review',
    });
  });
  afterAll(async () => {
    await unregister(cluster, [NAMESPACE]);
    await Promise.all(replicas.map((replica) => replica.kill()));
    front.close();
    await cluster.remove(secret);
    await rm(dir, { recursive: true, force: true });
  });

  test(
    'change under load without a call that fails',
    async () => {
      let running = true;
      let calls = 0;
      const failed: string[] = [];
      const issuers = new Set<string>();
      const sizes = new Set<number>();
      const callers = [1, 2, 3, 4].map(async () => {
        while (running) {
          const answer = await review();
          calls += 1;
          if (answer !== 'admitted') failed.push(answer);
          await delay(PAUSE_MS);
        }
      });
      // API servers keep connections; these callers make one handshake after the other, and hear of a bundle late.
      let heard = await bundles();
      const shaking = replicas.map(async ({ port }) => {
        while (running) {
          const seen = await handshake(port, heard[0] ?? '');
          if (seen.startsWith('failed')) failed.push(seen);
          else issuers.add(seen);
          await delay(100);
        }
      });
      const end = Date.now() + (ROTATIONS + 2) * 30_000;
      while (issuers.size < ROTATIONS + 1 && Date.now() < end) {
        const now = await bundles();
        expect(new Set(now).size).toBe(1);
        sizes.add(sizeOf(now[0] ?? ''));
        await delay(500);
        heard = now;
      }
      running = false;
      await Promise.all([...callers, ...shaking]);
      process.stderr.write(
        `rotation: ${String(issuers.size - 1)} changes of the CA, ${String(calls)} reviews, ${String(failed.length)} failed\n`,
      );
      expect(failed).toEqual([]);
      expect(issuers.size).toBeGreaterThan(ROTATIONS);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(3);
      expect(calls).toBeGreaterThan(ROTATIONS * 50);
      for (const replica of replicas) {
        expect(await replica.metric('gatehouse_cert_reload_errors_total')).toBe(0);
        expect(await replica.metric('gatehouse_webhook_registered')).toBe(1);
      }
      const leaders = await Promise.all(replicas.map((each) => each.metric('gatehouse_leader')));
      expect(leaders.reduce((sum, one) => sum + one, 0)).toBe(1);
    },
    (ROTATIONS + 3) * 30_000,
  );

  test('caBundle is put right within 10 s when somebody overwrites it, and only that', async () => {
    const before = succeeded(await cluster.get(hooks)).body;
    const from = Date.now();
    const entries = (before['webhooks'] as { clientConfig: object }[]).map((entry) => ({
      ...entry,
      clientConfig: { ...entry.clientConfig, caBundle: undefined },
    }));
    succeeded(await cluster.update({ ...(before as KubeObject), webhooks: entries }));
    await waitFor(async () => (await bundles()).every((text) => sizeOf(text) > 0), {
      timeoutMs: 10_000,
      intervalMs: 20,
      what: 'caBundle to be put right',
    });
    process.stderr.write(`rotation: caBundle put right after ${String(Date.now() - from)} ms\n`);
    const after = succeeded(await cluster.get(hooks)).body;
    const without = ({ webhooks }: Record<string, any>): unknown =>
      (webhooks as { clientConfig: object }[]).map((entry) => ({
        ...entry,
        clientConfig: { ...entry.clientConfig, caBundle: '' },
      }));
    expect(without(after)).toEqual(without(before));
    await waitFor(async () => (await review()) === 'admitted', { timeoutMs: 10_000, what: 'a review' });
  });

  test('the Secret is made anew within 30 s, and the CA of live leaves stays trusted', async () => {
    const [old = ''] = await bundles();
    const from = Date.now();
    await cluster.remove(secret);
    await waitFor(async () => (await cluster.get(secret)).status === 200, {
      timeoutMs: 30_000,
      intervalMs: 20,
      what: 'the Secret',
    });
    process.stderr.write(`rotation: the Secret was back after ${String(Date.now() - from)} ms\n`);
    const [first = ''] = old.match(/-----BEGIN[^]*?-----END CERTIFICATE-----/) ?? [];
    expect(new X509Certificate(first).ca).toBe(true);
    await waitFor(async () => (await bundles()).every((text) => sizeOf(text) > 1), {
      timeoutMs: 10_000,
      what: 'the new CA in caBundle',
    });
    expect((await bundles())[0]).toContain(first);
    expect(await review()).toBe('admitted');
  });

  test('another replica goes on when the one that writes is killed', async () => {
    const leading = await Promise.all(replicas.map((each) => each.metric('gatehouse_leader')));
    const [dead, alive] = leading[0] === 1 ? replicas : [...replicas].reverse();
    front.targets = [alive!.port];
    await dead!.kill();
    const from = Date.now();
    await waitFor(async () => (await alive!.metric('gatehouse_leader')) === 1, {
      timeoutMs: 30_000,
      what: 'another holder',
    });
    process.stderr.write(`rotation: another held the Lease after ${String(Date.now() - from)} ms\n`);
    await waitFor(async () => (await review()) === 'admitted', { timeoutMs: 20_000, what: 'a review' });
  });
});
