/** Several replicas of the real server, each a process, behind one Service that a real API server calls. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { succeeded, type Cluster, type KubeObject, type Reply } from '../e2e/cluster.js';
import {
  applyCrds,
  DENIED,
  makeCerts,
  register,
  SERVICE,
  startGatehouse,
  unregister,
  type Gatehouse,
  type Registration,
} from '../e2e/gatehouse.js';
import { type Answer, type KeepAliveClient, type Target } from './keep-alive-client.js';
import { ServiceProxy, type ProbeTimes } from './service-proxy.js';
import type { Outcome } from './traffic.js';

export interface Replica extends Gatehouse {
  readonly name: string;
}

export interface FleetOptions extends Registration {
  readonly replicas: number;
  readonly probes?: Partial<ProbeTimes>;
  /** Arguments of `--tls managed`; without them a pair of files is made and served. */
  readonly managed?: readonly string[];
}

export class Fleet {
  readonly proxy: ServiceProxy;
  readonly #kubeconfig: string;
  readonly #dir: string;
  readonly #managed: readonly string[] | undefined;
  #replicas: Replica[] = [];
  #started = 0;

  constructor(kubeconfig: string, dir: string, proxy: ServiceProxy, managed?: readonly string[]) {
    this.#kubeconfig = kubeconfig;
    this.#dir = dir;
    this.#managed = managed;
    this.proxy = proxy;
  }

  /** Those that have not been taken away, the oldest first. */
  get replicas(): readonly Replica[] {
    return this.#replicas;
  }

  get oldest(): Replica {
    return this.#replicas[0]!;
  }

  /** The CA that every replica's certificate is of, as PEM. */
  get ca(): string {
    return this.oldest.ca;
  }

  /** Where the Service is called past the API server. */
  get target(): Target {
    return { port: this.proxy.port, ca: this.ca, servername: 'localhost' };
  }

  /** Starts one more, and waits until the Service sends calls to it. */
  async start(): Promise<Replica> {
    const replica = await this.startApart();
    await this.proxy.add(replica);
    return replica;
  }

  /** Starts one that the Service does not know. */
  async startApart(): Promise<Replica> {
    this.#started += 1;
    const own = this.#managed;
    const gatehouse = await startGatehouse({
      args: [
        '--kubeconfig',
        this.#kubeconfig,
        ...(own === undefined ? ['--tls', 'files', '--certs', this.#dir] : ['--tls', 'managed', ...own]),
      ],
      ...(own === undefined && { caFile: path.join(this.#dir, 'ca.crt') }),
    });
    const replica = { ...gatehouse, name: `replica-${String(this.#started)}` };
    this.#replicas.push(replica);
    return replica;
  }

  /** It is no longer one of ours; the process is left as it is. */
  forget({ name }: Replica): void {
    this.#replicas = this.#replicas.filter((each) => each.name !== name);
  }

  async close(): Promise<void> {
    for (const each of this.#replicas) each.signal('SIGCONT');
    await Promise.all(this.#replicas.map((each) => each.kill()));
    await this.proxy.close();
  }
}

/** A fleet for the suite that calls it: started and registered before its tests, ended after them. */
export function useFleet(cluster: Cluster, options: FleetOptions): () => Fleet {
  let dir: string | undefined;
  let fleet: Fleet | undefined;
  beforeAll(async () => {
    dir = await mkdtemp(path.join(os.tmpdir(), 'gatehouse-faults-'));
    const certs = makeCerts(dir, ['localhost', `${SERVICE}.${options.namespaces[0]}.svc`]);
    await Promise.all([certs, applyCrds(cluster)]);
    const proxy = new ServiceProxy(options.probes);
    await proxy.listen();
    fleet = new Fleet(cluster.kubeconfig(), dir, proxy, options.managed);
    for (let n = 0; n < options.replicas; n++) await fleet.start();
    const { oldest, ca } = fleet;
    await register(cluster, { port: proxy.port, ca, log: () => oldest.log() }, options);
  });
  afterAll(async () => {
    // First, so that nothing waits for a webhook that is gone. An API server of the suite's own has ended already.
    await unregister(cluster, options.namespaces).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error;
    });
    await fleet?.close();
    if (dir !== undefined) await rm(dir, { recursive: true, force: true });
  });
  return () => {
    if (fleet === undefined) throw new Error('the fleet has not been started');
    return fleet;
  };
}

// ---------------------------------------------------------------------------------------- calls with a known verdict

export const mkServer = (namespace: string, name: string, spec: object = {}): KubeObject => ({
  apiVersion: 'policy.linkerd.io/v1beta3',
  kind: 'Server',
  metadata: { name, namespace },
  spec: { podSelector: { matchLabels: { app: name } }, port: 80, ...spec },
});

export const mkBadServer = (namespace: string, name: string): KubeObject =>
  mkServer(namespace, name, { proxyProtocol: 'nonsense' });

/** Makes a namespace that is of no suite in particular. */
export async function makeNamespace(cluster: Cluster, name: string): Promise<KubeObject> {
  const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  succeeded(await cluster.create(object));
  return object;
}

/** Through the API server, by a dry run: even calls are to be admitted, odd ones refused. Under `failurePolicy: Fail`. */
export async function askApiServer(cluster: Cluster, namespace: string, n: number): Promise<Outcome> {
  const bad = n % 2 === 1;
  const name = `asked-${String(n)}`;
  return outcomeOf(
    await cluster.dryRun((bad ? mkBadServer : mkServer)(namespace, name)),
    bad ? 'deny' : 'allow',
  );
}

/** What an answer of the API server is worth, where `due` is the verdict. */
export function outcomeOf({ status, body }: Reply, due: 'allow' | 'deny'): Outcome {
  const { message = '' } = body;
  const denied = status === 403 && message.startsWith(DENIED);
  const detail = `${String(status)} ${message}`.slice(0, 300);
  if (status !== 201 && !denied) return { kind: 'failed', detail };
  return denied === (due === 'deny') ? { kind: 'right' } : { kind: 'wrong', detail };
}

/** The path of a review with the budget of our entry *Validate*. */
export const REVIEW_PATH = '/validate?timeout=5s';

/** The body of a review of this object's creation, in a dry run. */
export function reviewOf(object: KubeObject, uid: string): string {
  const [group = '', version = ''] = object.apiVersion.split('/');
  const request = {
    uid,
    kind: { group, version, kind: object.kind },
    resource: { group, version, resource: `${object.kind.toLowerCase()}s` },
    name: object.metadata?.name,
    namespace: object.metadata?.namespace,
    operation: 'CREATE',
    userInfo: { username: 'faults' },
    dryRun: true,
    object,
  };
  return JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request });
}

/** What a review's answer says; undefined where it is none. */
export function verdictOf({ status, text }: Answer): 'allow' | 'deny' | undefined {
  if (status !== 200) return undefined;
  const { response } = JSON.parse(text) as { response: { allowed: boolean } };
  return response.allowed ? 'allow' : 'deny';
}

/** Past the API server, on kept connections: even calls are to be admitted, odd ones refused. */
export async function askDirectly(client: KeepAliveClient, namespace: string, n: number): Promise<Outcome> {
  const bad = n % 2 === 1;
  const uid = `direct-${String(n)}`;
  const object = (bad ? mkBadServer : mkServer)(namespace, uid);
  const answer = await client.post(REVIEW_PATH, reviewOf(object, uid));
  const verdict = verdictOf(answer);
  if (verdict === undefined)
    return { kind: 'failed', detail: `${String(answer.status)} ${answer.text.trim()}` };
  return verdict === (bad ? 'deny' : 'allow') && answer.text.includes(`"${uid}"`)
    ? { kind: 'right' }
    : { kind: 'wrong', detail: answer.text };
}
