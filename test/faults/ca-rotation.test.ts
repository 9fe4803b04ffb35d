/**
 * The CA of `--tls managed` is changed under calls (section 4), its lifetimes scaled down. The API server calls through
 * the Service on the connections that it keeps; beside it a client makes a handshake for each call, and trusts what
 * `caBundle` says at that time.
 */
import { X509Certificate } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { succeeded, waitFor, type Cluster } from '../e2e/cluster.js';
import { describeWithWebhook, HOOKS, nameOf, SERVICE } from '../e2e/gatehouse.js';
import { askApiServer, mkBadServer, reviewOf, REVIEW_PATH, useFleet, verdictOf } from './fleet.js';
import { byForm, figure, progress } from './form.js';
import { Connection } from './keep-alive-client.js';
import { details, onTestEnd, Traffic, type Outcome } from './traffic.js';

const ROTATIONS = byForm(2, 10);
const CA_SECONDS = byForm(36, 120);
const PER_SECOND = byForm(50, 200);
/** Of these that many a second make their own handshake. */
const HANDSHAKES = byForm(20, 50);
/** A CA is renewed after two thirds of its life. */
const PATIENCE_MS = (ROTATIONS + 1) * CA_SECONDS * 1_000;
/** How old the client's view of `caBundle` gets: a twelfth of what a replica waits after it has changed. */
const BUNDLE_MS = 100;

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

describeWithWebhook('the rotation of the CA', (cluster) => {
  const namespace = cluster.namespace('rotation');
  const configuration = { ...HOOKS, metadata: { name: nameOf([namespace]) } };
  const managed = [
    ...['--service-namespace', namespace, '--webhook-configuration', configuration.metadata.name],
    ...['--ca-lifetime', `${String(CA_SECONDS)}s`, '--leaf-lifetime', `${String(CA_SECONDS / 3)}s`],
  ];
  const fleet = useFleet(cluster, { namespaces: [namespace], failurePolicy: 'Fail', replicas: 2, managed });

  test('costs no call', async () => {
    const bundles = new Bundles(cluster, configuration.metadata.name);
    await bundles.start();
    onTestEnd(() => void bundles.stop());
    const servername = `${SERVICE}.${namespace}.svc`;
    const body = reviewOf(mkBadServer(namespace, 'bad'), 'rotation');
    const withHandshake = async (): Promise<Outcome> => {
      const connection = await Connection.dial({ port: fleet().proxy.port, ca: bundles.text, servername });
      const answer = await connection.post(REVIEW_PATH, body);
      connection.close();
      return verdictOf(answer) === 'deny'
        ? { kind: 'right' }
        : { kind: 'failed', detail: `${String(answer.status)} ${answer.text}` };
    };
    const handshakeErrors = (): Promise<number[]> =>
      Promise.all(fleet().replicas.map((each) => each.metric('gatehouse_tls_handshake_errors_total')));
    // Before it was told of the CA the API server may have tried.
    const before = await handshakeErrors();
    const traffic = [
      new Traffic(PER_SECOND - HANDSHAKES, (n) => askApiServer(cluster, namespace, n)),
      new Traffic(HANDSHAKES, withHandshake),
    ] as const;
    for (let n = 1; n <= ROTATIONS; n++) {
      await waitFor(() => bundles.rotations >= n, { timeoutMs: PATIENCE_MS, what: 'the next CA to sign' });
      progress(`rotation ${String(n)} of ${String(ROTATIONS)}`);
    }
    await delay(2_000);
    const [reviews, handshakes] = await Promise.all(traffic.map((each) => each.stop()));
    await bundles.stop();

    const failures = (await handshakeErrors()).map((errors, n) => errors - before[n]!);
    figure(
      4,
      `${String(ROTATIONS)} CA rotations at ${String(PER_SECOND)} calls/s (CA ${String(CA_SECONDS)} s, leaf ${String(CA_SECONDS / 3)} s): ` +
        `${String(reviews!.failed.length)} of ${String(reviews!.calls)} through the API server and ${String(handshakes!.failed.length)} of ${String(handshakes!.calls)} with a handshake each failed; ` +
        `${failures.join(' + ')} handshakes failed at the replicas; up to ${String(bundles.most)} certificates in caBundle`,
    );
    for (const { wrong, failed } of [reviews!, handshakes!])
      expect(details([...wrong, ...failed])).toEqual([]);
    expect(failures).toEqual(failures.map(() => 0));
    expect(bundles.most).toBeGreaterThanOrEqual(2);
    expect(bundles.most).toBeLessThanOrEqual(3);
    expect(handshakes!.calls).toBeGreaterThan(100 * ROTATIONS);
  });
});

/** What `caBundle` has said over time. Who signs stands first in it. */
class Bundles {
  readonly #cluster: Cluster;
  readonly #name: string;
  readonly #signers = new Set<string>();
  #most = 0;
  #text = '';
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(cluster: Cluster, name: string) {
    this.#cluster = cluster;
    this.#name = name;
  }

  /** PEM. */
  get text(): string {
    return this.#text;
  }

  get rotations(): number {
    return this.#signers.size - 1;
  }

  /** Certificates in the largest. */
  get most(): number {
    return this.#most;
  }

  async start(): Promise<void> {
    await this.#look();
    this.#running = this.#run();
  }

  stop(): Promise<void> {
    this.#stopped = true;
    return this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      await delay(BUNDLE_MS);
      await this.#look();
    }
  }

  async #look(): Promise<void> {
    const { body } = succeeded(await this.#cluster.get({ ...HOOKS, metadata: { name: this.#name } }));
    const [hook] = body['webhooks'] as { clientConfig: { caBundle?: string } }[];
    this.#text = Buffer.from(hook?.clientConfig.caBundle ?? '', 'base64').toString();
    const certificates = this.#text.match(PEM) ?? [];
    this.#most = Math.max(this.#most, certificates.length);
    if (certificates[0] !== undefined) this.#signers.add(new X509Certificate(certificates[0]).fingerprint256);
  }
}
