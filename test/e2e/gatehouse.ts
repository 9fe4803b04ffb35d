/**
 * Gatehouse as a user runs it: the built server as its own process, registered with the API server by the object that
 * `gatehouse manifests` prints. Only the namespaces of the suite are under its care, so that suites do not meet.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { manifests } from '../../src/app/manifests/objects.js';
import { defaultValues } from '../../src/app/manifests/values.js';
import { definitionOf, externalWorkload, KIND_IDS, toCrd } from '../../src/schema/index.js';
import { describeCluster, succeeded, waitFor, type Cluster, type KubeObject, type Reply } from './cluster.js';

/** The root of the checkout; the paths that the documentation names begin here. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAIN = path.join(ROOT, 'dist/cli/main.js');

/** How the image runs it: the flags of Node that its entry point names. */
function entryPoint(): string[] {
  const dockerfile = readFileSync(path.join(ROOT, 'Dockerfile'), 'utf8');
  const [, words = '[]'] = /^ENTRYPOINT (\[.*\])$/m.exec(dockerfile) ?? [];
  const [, ...rest] = JSON.parse(words) as string[];
  if (rest.pop() !== 'dist/cli/main.js') throw new Error(`the image runs something else: ${words}`);
  return [...rest, MAIN];
}

/** What the API server puts before our text. */
export const DENIED = 'admission webhook "validate.gatehouse.dev" denied the request: ';

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end. */
export function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Whether a program is on PATH; says so where it is not, since tests are skipped for it. */
export function hasProgram(program: string): boolean {
  const found = spawnSync(program, ['--help'], { stdio: 'ignore' }).error === undefined;
  if (!found) process.stderr.write(`skipping tests: ${program} is not on PATH\n`);
  return found;
}

export const gatehouseCommand = (args: readonly string[]): Promise<Ended> =>
  run(process.execPath, [MAIN, ...args]);

/** A CA and a serving certificate for these names, made as the documentation says. */
export async function makeCerts(dir: string, names: readonly string[]): Promise<void> {
  const made = await gatehouseCommand(['certs', '--certs', dir, ...names.flatMap((name) => ['--dns', name])]);
  if (made.code !== 0) throw new Error(`gatehouse certs: ${made.stderr}`);
}

export interface ReviewAnswer {
  status: number;
  /** The `response` of the review; undefined where the answer is none. */
  response:
    | {
        uid: string;
        allowed: boolean;
        status?: { code: number; reason: string; message: string };
        warnings?: string[];
      }
    | undefined;
  text: string;
}

export interface Gatehouse {
  /** The address of the webhook, e.g. `https://127.0.0.1:40321/validate`. */
  readonly webhook: string;
  readonly admin: string;
  readonly port: number;
  readonly pid: number;
  /** The CA that signed its certificate, as PEM. */
  readonly ca: string;
  /** What it wrote to standard error: its greeting. */
  greeting(): string;
  /** Its log: JSON, a line each. */
  log(): string;
  /** Posts an AdmissionReview to it, past the API server. */
  post(review: unknown): Promise<ReviewAnswer>;
  /** The sum of a metric over all series that have these labels. */
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  ready(): Promise<boolean>;
  live(): Promise<boolean>;
  signal(signal: NodeJS.Signals): void;
  /** Its exit code; null when a signal ended it. */
  ended(): Promise<number | null>;
  /** Ends it at once. */
  kill(): Promise<void>;
}

export interface StartOptions {
  /** Arguments besides the ports: where the objects and the certificate come from. */
  readonly args: readonly string[];
  /** The CA to trust, once it has started; absent where it is in the cluster. */
  readonly caFile?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What is waited for: `listening` where it cannot become ready yet. */
  readonly until?: 'ready' | 'listening';
}

const READY_MS = 20_000;

/** Starts `gatehouse serve` on free ports and waits until it is ready. */
export async function startGatehouse({
  args,
  caFile,
  env = {},
  until = 'ready',
}: StartOptions): Promise<Gatehouse> {
  const ports = ['--listen', '127.0.0.1:0', '--admin-listen', '127.0.0.1:0', '--grpc-listen', '127.0.0.1:0'];
  const child = spawn(process.execPath, [...entryPoint(), 'serve', ...ports, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const outlive = (): void => void child.kill('SIGKILL');
  process.on('exit', outlive);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
    if (process.env['GATEHOUSE_E2E_LOG'] !== undefined) process.stderr.write(chunk);
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  let gone = false;
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      gone = true;
      process.off('exit', outlive);
      resolve(code);
    });
  });
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  const addressed = (name: string): string | undefined =>
    new RegExp(`^${name} +(http\\S+)$`, 'm').exec(stderr)?.[1];
  const complain = (what: string): Error =>
    new Error(`${what}\n${stderr}\n${stdout.split('\n').slice(-30).join('\n')}`);

  try {
    const [webhook, admin] = await waitFor(
      () => {
        if (gone) return [];
        const found = [addressed('webhook'), addressed('admin')];
        return found.every((url) => url !== undefined) && found;
      },
      { timeoutMs: READY_MS, intervalMs: 20, what: 'its addresses' },
    );
    if (webhook === undefined || admin === undefined) throw new Error(`it ended with ${String(await ended)}`);
    const ca = caFile === undefined ? '' : await readFile(caFile, 'utf8');
    const self: Gatehouse = {
      webhook,
      admin,
      port: Number(new URL(webhook).port),
      pid: child.pid ?? 0,
      ca,
      greeting: () => stderr,
      log: () => stdout,
      post: (review) => post(webhook, ca, review),
      metric: async (name, labels = {}) => sumOf((await get(new URL('/metrics', admin))).text, name, labels),
      ready: async () => (await get(new URL(admin))).status === 200,
      live: async () => (await get(new URL('/live', admin))).status === 200,
      signal: (signal) => void child.kill(signal),
      ended: () => ended,
      kill,
    };
    if (until === 'listening') return self;
    await waitFor(() => self.ready(), { timeoutMs: READY_MS, intervalMs: 20, what: 'Gatehouse to be ready' });
    return self;
  } catch (error) {
    await kill();
    throw complain(`Gatehouse did not start: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function get(url: URL): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    http
      .get(url, { agent: false, timeout: 5_000 }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        response.on('error', reject);
      })
      .on('error', reject);
  });
}

function post(url: string, ca: string, review: unknown): Promise<ReviewAnswer> {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json' };
    // The certificate is for the Service's name and for localhost, not for an address.
    const options = { method: 'POST', ca, servername: 'localhost', agent: false, headers, timeout: 10_000 };
    const request = https.request(url, options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        const isReview = response.statusCode === 200;
        const body = (isReview ? JSON.parse(text) : {}) as { response?: ReviewAnswer['response'] };
        resolve({ status: response.statusCode ?? 0, response: body.response, text });
      });
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(JSON.stringify(review));
  });
}

/** Adds up the samples of a Prometheus text. */
function sumOf(text: string, name: string, labels: Readonly<Record<string, string>>): number {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => wanted.every((label) => line.includes(label)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

// ------------------------------------------------------------------------------------------------ in the API server

/** The documents of a manifest, in order. */
export async function readManifest(file: string): Promise<KubeObject[]> {
  return parseManifest(await readFile(path.join(ROOT, file), 'utf8'));
}

export function parseManifest(text: string): KubeObject[] {
  const documents = parseAllDocuments(text, { version: '1.1', merge: false });
  if (!Array.isArray(documents)) return [];
  return documents.map((document) => {
    if (document.errors[0] !== undefined) throw document.errors[0];
    return document.toJS() as KubeObject;
  });
}

/** Our CRDs, and those of the kinds that other projects bring in a cluster. */
export const ourCrds = (): KubeObject[] =>
  [...KIND_IDS.map(definitionOf), externalWorkload].map((kind) => ({ ...toCrd(kind) }));

/** Says which CRDs are there: applying them anew takes seconds. */
const DIGEST = 'e2e.gatehouse.dev/digest';

/** Applies our CRDs. They stay: the next suite needs them too. */
export async function applyCrds(cluster: Cluster): Promise<void> {
  const crds = ourCrds();
  const digest = createHash('sha256').update(JSON.stringify(crds)).digest('hex');
  const { apiVersion, kind } = CRD;
  const { body } = succeeded(await cluster.list(apiVersion, kind));
  const there = new Map(body.items?.map(({ metadata = {} }) => [metadata.name, metadata]));
  const missing = crds.filter(({ metadata }) => {
    const { annotations, deletionTimestamp } = there.get(metadata?.name) ?? {};
    return annotations?.[DIGEST] !== digest || deletionTimestamp !== undefined;
  });
  for (const crd of missing) {
    // Another suite may be removing its own of the same name.
    await waitFor(async () => (await cluster.get(crd)).body.metadata?.deletionTimestamp === undefined, {
      timeoutMs: 60_000,
      what: `${crd.metadata?.name ?? ''} to be gone`,
    });
  }
  const marked = missing.map(({ metadata, ...crd }) => {
    const annotations = { ...metadata?.annotations, [DIGEST]: digest };
    return { ...crd, metadata: { ...metadata, annotations } };
  });
  for (const crd of marked) succeeded(await cluster.serverSideApply(crd));
  // Now they are established, most of them, and this only looks.
  await cluster.applyManifests(marked);
}

const CRD = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' } as const;

/** The one object of a kind that an installation consists of. */
export function manifestOf(kind: string): KubeObject {
  const [found] = manifests(defaultValues(), SERVICE).filter((object) => object.kind === kind);
  if (found === undefined) throw new Error(`an installation has no ${kind}`);
  return found;
}

export type FailurePolicy = 'Ignore' | 'Fail';

interface Hook {
  name: string;
  namespaceSelector: { matchExpressions: object[] };
  [field: string]: unknown;
}

export interface Registration {
  /** Where the ExternalName Service stands and which namespaces are judged. The first one is where it stands. */
  readonly namespaces: readonly [string, ...string[]];
  /** Of the entry that judges; the one that advises is never anything but `Ignore`. */
  readonly failurePolicy?: FailurePolicy;
}

/** The Service that the webhook is called through. */
export const SERVICE = 'gatehouse';

/** Our webhook with this process behind it, and for these namespaces only. */
export function webhookConfiguration(
  { port, ca }: Pick<Gatehouse, 'port' | 'ca'>,
  { namespaces, failurePolicy }: Registration,
): KubeObject {
  const configuration = manifestOf('ValidatingWebhookConfiguration');
  const ours = { key: 'kubernetes.io/metadata.name', operator: 'In', values: namespaces };
  const service = { name: SERVICE, namespace: namespaces[0], path: '/validate', port };
  const webhooks = (configuration['webhooks'] as Hook[]).map((hook) => ({
    ...hook,
    ...(failurePolicy !== undefined && hook.name === 'validate.gatehouse.dev' ? { failurePolicy } : {}),
    clientConfig: { service, ...(ca !== '' && { caBundle: Buffer.from(ca).toString('base64') }) },
    namespaceSelector: { matchExpressions: [...hook.namespaceSelector.matchExpressions, ours] },
  }));
  return { ...configuration, metadata: { name: nameOf(namespaces) }, webhooks };
}

/** The name of the configuration that is registered for these. */
export const nameOf = ([first]: Registration['namespaces']): string => `gatehouse-${first}`;

/** A Server that no version of Gatehouse admits. */
const mkProbe = (namespace: string): KubeObject => ({
  apiVersion: 'policy.linkerd.io/v1beta3',
  kind: 'Server',
  metadata: { name: 'gatehouse-probe', namespace },
  spec: { podSelector: { matchLabels: { app: 'gatehouse-probe' } }, port: 65_535, proxyProtocol: 'nonsense' },
});

/** Asks for a bad Server, without storing it. */
export const probe = (cluster: Cluster, namespace: string): Promise<Reply> =>
  cluster.dryRun(mkProbe(namespace));

/** Registers the process and waits until the API server asks it. */
export async function register(
  cluster: Cluster,
  gatehouse: Pick<Gatehouse, 'port' | 'ca' | 'log'>,
  options: Registration,
): Promise<void> {
  const [namespace] = options.namespaces;
  const service: KubeObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: SERVICE, namespace },
    spec: { type: 'ExternalName', externalName: 'localhost' },
  };
  await cluster.applyManifests([service, webhookConfiguration(gatehouse, options)]);
  let last: Reply | undefined;
  try {
    await waitFor(
      async () => {
        last = await probe(cluster, namespace);
        return last.body.message?.startsWith(DENIED);
      },
      { what: 'the webhook to be asked' },
    );
  } catch (error) {
    throw new Error(`${String(error)}\nlast answer: ${JSON.stringify(last?.body)}\n${gatehouse.log()}`, {
      cause: error,
    });
  }
}

export async function unregister(cluster: Cluster, namespaces: Registration['namespaces']): Promise<void> {
  const { apiVersion, kind } = HOOKS;
  await cluster.remove({ apiVersion, kind, metadata: { name: nameOf(namespaces) } });
}

export const HOOKS = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
} as const;

/**
 * `describe` for suites that register a webhook. They need the API server that this run started: one elsewhere finds no
 * way back to this machine.
 */
export function describeWithWebhook(name: string, suite: (cluster: Cluster) => void): void {
  if (process.env['GATEHOUSE_E2E_KIND'] === 'kubeconfig') describe.skip(name, () => undefined);
  else describeCluster(name, suite);
}

export interface Use extends Registration {
  /** Done when the CRDs are there and nothing is judged yet. */
  readonly before?: () => Promise<void>;
}

/** Gatehouse for the suite that calls it, over the API server's cluster: started and registered before its tests. */
export function useGatehouse(cluster: Cluster, use: Use): () => Gatehouse {
  let dir: string | undefined;
  let gatehouse: Gatehouse | undefined;
  beforeAll(async () => {
    dir = await mkdtemp(path.join(os.tmpdir(), 'gatehouse-e2e-'));
    const certs = makeCerts(dir, ['localhost', `${SERVICE}.${use.namespaces[0]}.svc`]);
    await Promise.all([certs, applyCrds(cluster)]);
    await use.before?.();
    gatehouse = await startGatehouse({
      args: ['--kubeconfig', cluster.kubeconfig(), '--tls', 'files', '--certs', dir],
      caFile: path.join(dir, 'ca.crt'),
    });
    await register(cluster, gatehouse, use);
  });
  afterAll(async () => {
    // First, so that nothing waits for a webhook that is gone.
    await unregister(cluster, use.namespaces);
    await gatehouse?.kill();
    if (dir !== undefined) await rm(dir, { recursive: true, force: true });
  });
  return () => {
    if (gatehouse === undefined) throw new Error('Gatehouse has not been started');
    return gatehouse;
  };
}

// ------------------------------------------------------------------------------------------------------- assertions

/** Our text, of an answer that is a refusal by Gatehouse in the form that a user's client understands. */
export function refusal({ status, body }: Reply): string {
  const { kind, reason, code, message = '' } = body;
  if (
    status !== 403 ||
    kind !== 'Status' ||
    reason !== 'Forbidden' ||
    code !== 403 ||
    !message.startsWith(DENIED)
  )
    throw new Error(`this is no refusal by Gatehouse: ${String(status)} ${JSON.stringify(body)}`);
  return message.slice(DENIED.length);
}

/** The warnings of an answer that admits. */
export const admitted = (reply: Reply): string[] => succeeded(reply).warnings;
