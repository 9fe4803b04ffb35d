/** The end-to-end suites' view of an API server: raw requests, so that nothing hides what it answers. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import https from 'node:https';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import { findApiServer, type ApiServer, type FindOptions } from '../kube/start.mjs';

export interface ObjectMeta {
  name?: string;
  generateName?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  [field: string]: unknown;
}

export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata?: ObjectMeta;
  [field: string]: unknown;
}

/** Any answer: an object, a list, or the `Status` of a refusal. */
export interface Body {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  /** Of a `Status`. */
  message?: string;
  reason?: string;
  code?: number;
  /** Of a list. */
  items?: KubeObject[];
  [field: string]: unknown;
}

export interface Reply {
  status: number;
  /** Parsed JSON; `{ message: <text> }` if it was something else. */
  body: Body;
  /** Texts of the `Warning` headers, in order. */
  warnings: string[];
}

export type Query = Record<string, string | number | boolean>;

export interface RequestOptions {
  contentType?: string;
  query?: Query;
  headers?: Record<string, string>;
  timeoutMs?: number;
}

export interface WriteOptions {
  dryRun?: boolean;
  fieldManager?: string;
  /** Refuse unknown fields (`Strict`), warn about them (the API server's default) or drop them. */
  fieldValidation?: 'Strict' | 'Warn' | 'Ignore';
  subresource?: string;
  query?: Query;
}

export interface KubectlResult {
  code: number;
  stdout: string;
  stderr: string;
}

export interface Cluster {
  /** Path of the kubeconfig, for programs under test. */
  kubeconfig(): string;
  request(method: string, path: string, body?: unknown, options?: RequestOptions): Promise<Reply>;
  get(object: KubeObject, options?: WriteOptions): Promise<Reply>;
  list(apiVersion: string, kind: string, namespace?: string, query?: Query): Promise<Reply>;
  create(object: KubeObject, options?: WriteOptions): Promise<Reply>;
  /** PUT: without a resourceVersion the write is unconditional. */
  update(object: KubeObject, options?: WriteOptions): Promise<Reply>;
  patch(
    object: KubeObject,
    patch: unknown,
    options?: WriteOptions & { type?: 'merge' | 'json' | 'strategic-merge' },
  ): Promise<Reply>;
  /** Only the object's kind, name and namespace are read. */
  remove(object: KubeObject, options?: WriteOptions): Promise<Reply>;
  serverSideApply(object: KubeObject, options?: WriteOptions & { force?: boolean }): Promise<Reply>;
  /** A create that is judged and not stored. */
  dryRun(object: KubeObject, options?: WriteOptions): Promise<Reply>;
  /** Server-side applies all, in order, and throws at the first refusal. Waits until CRDs are served. */
  applyManifests(objects: readonly KubeObject[]): Promise<void>;
  /** The address of an object, or of its collection if it has no name. */
  locate(object: KubeObject): Promise<string>;
  /** A namespace for the suite that calls it: made before its tests, removed after them. Returns its name. */
  namespace(prefix: string): string;
  /** Undefined when kubectl is not on PATH. */
  kubectl(args: readonly string[], stdin?: string): Promise<KubectlResult | undefined>;
  /** Closes idle connections. */
  close(): void;
}

export interface OwnCluster extends Cluster {
  /** The API server of this suite, to be stopped and started at will. */
  server(): Required<Omit<ApiServer, 'server'>> & { server: string };
}

const skipped = process.env['GATEHOUSE_E2E_SKIP'] === '1';

/** `describe` for suites that need the common API server; skipped when there is none. */
export function describeCluster(name: string, suite: (cluster: Cluster) => void): void {
  (skipped ? describe.skip : describe)(name, () => suite(cluster));
}

/**
 * As `describeCluster`, with an API server of its own, for suites that stop it or need their own flags.
 * Skipped when we may only use the cluster of a KUBECONFIG.
 */
export function describeOwnCluster(
  name: string,
  suite: (cluster: OwnCluster) => void,
  options: Omit<FindOptions, 'own'> = {},
): void {
  const possible = !skipped && process.env['GATEHOUSE_E2E_KIND'] !== 'kubeconfig';
  (possible ? describe : describe.skip)(name, () => {
    let started: ApiServer | undefined;
    const running = (): ApiServer => {
      if (started === undefined) throw new Error('the API server of this suite has not been started');
      return started;
    };
    const own = connect(() => running().kubeconfig);
    beforeAll(async () => {
      const found = await findApiServer({ ...options, own: true });
      if (found.kind === 'none') throw new Error(found.reason);
      started = found;
    });
    afterAll(async () => {
      own.close();
      await started?.stop();
    });
    suite({ ...own, server: () => running() as ReturnType<OwnCluster['server']> });
  });
}

/** A client for the API server of a kubeconfig, which is read at the first request. */
export function connect(kubeconfig: () => string): Cluster {
  let loaded: { config: KubeConfig; agent: https.Agent | undefined } | undefined;
  const resources = new Map<string, Map<string, Resource>>();

  const connection = async (): Promise<{ target: URL; options: https.RequestOptions }> => {
    loaded ??= { config: loadConfig(kubeconfig()), agent: undefined };
    const { config } = loaded;
    const current = config.getCurrentCluster();
    if (current === null) throw new Error(`${kubeconfig()} names no current cluster`);
    // Asked for every request: it renews tokens. Its agent keeps no connections, so that ours replaces it.
    const options: https.RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    if (current.proxyUrl === undefined) {
      const { ca, cert, key, rejectUnauthorized, servername } = options;
      loaded.agent ??= new https.Agent({
        keepAlive: true,
        ...(ca !== undefined && { ca }),
        ...(cert !== undefined && { cert }),
        ...(key !== undefined && { key }),
        ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
        ...(servername !== undefined && { servername }),
      });
      options.agent = loaded.agent;
    }
    return { target: new URL(current.server), options };
  };

  const request: Cluster['request'] = async (method, requestPath, body, options = {}) => {
    const { target, options: httpsOptions } = await connection();
    const url = new URL(target.pathname.replace(/\/$/, '') + requestPath, target);
    for (const [name, value] of Object.entries(options.query ?? {}))
      url.searchParams.set(name, String(value));
    const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const headers = new Map(Object.entries(httpsOptions.headers ?? {}));
    headers.set('Accept', 'application/json');
    if (payload !== undefined) {
      headers.set('Content-Type', options.contentType ?? 'application/json');
      headers.set('Content-Length', Buffer.byteLength(payload));
    }
    for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name, value);
    return send(
      url,
      { ...httpsOptions, method, headers: Object.fromEntries(headers) },
      payload,
      options.timeoutMs,
    );
  };

  const resourceOf = async (apiVersion: string, kind: string): Promise<Resource> => {
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const known = resources.get(apiVersion)?.get(kind);
    if (known !== undefined) return known;
    // A new CRD is served a moment after it is made.
    return waitFor(
      async () => {
        const reply = await request('GET', root);
        const listed = (reply.body['resources'] ?? []) as {
          name: string;
          kind: string;
          namespaced: boolean;
        }[];
        const found = listed.filter((resource) => !resource.name.includes('/'));
        resources.set(
          apiVersion,
          new Map(found.map(({ name, kind: of, namespaced }) => [of, { root, name, namespaced }])),
        );
        return resources.get(apiVersion)?.get(kind);
      },
      { what: `${apiVersion} ${kind} to be served` },
    );
  };

  const collection = async (
    apiVersion: string,
    kind: string,
    namespace: string | undefined,
  ): Promise<string> => {
    const { root, name, namespaced } = await resourceOf(apiVersion, kind);
    return namespaced && namespace !== undefined
      ? `${root}/namespaces/${encodeURIComponent(namespace)}/${name}`
      : `${root}/${name}`;
  };

  const locate: Cluster['locate'] = async (object) => {
    const { name, namespace } = object.metadata ?? {};
    const parent = await collection(object.apiVersion, object.kind, namespace ?? 'default');
    return name === undefined ? parent : `${parent}/${encodeURIComponent(name)}`;
  };

  const locateNamed = async (object: KubeObject, options: WriteOptions): Promise<string> => {
    if (object.metadata?.name === undefined) throw new Error(`this ${object.kind} has no name`);
    const address = await locate(object);
    return options.subresource === undefined ? address : `${address}/${options.subresource}`;
  };

  const create: Cluster['create'] = async (object, options = {}) => {
    const { name, ...metadata } = object.metadata ?? {};
    const parent = await locate({ ...object, metadata });
    const address =
      options.subresource === undefined || name === undefined
        ? parent
        : `${parent}/${encodeURIComponent(name)}/${options.subresource}`;
    return request('POST', address, object, { query: writeQuery(options) });
  };

  const serverSideApply: Cluster['serverSideApply'] = async (object, options = {}) =>
    request('PATCH', await locateNamed(object, options), object, {
      contentType: 'application/apply-patch+yaml',
      query: {
        fieldManager: 'gatehouse-e2e',
        ...writeQuery(options),
        ...((options.force ?? true) && { force: true }),
      },
    });

  const self: Cluster = {
    kubeconfig,
    request,
    locate,
    create,
    serverSideApply,
    get: async (object, options = {}) =>
      request('GET', await locateNamed(object, options), undefined, { query: options.query ?? {} }),
    list: async (apiVersion, kind, namespace, query = {}) =>
      request('GET', await collection(apiVersion, kind, namespace), undefined, { query }),
    update: async (object, options = {}) =>
      request('PUT', await locateNamed(object, options), object, { query: writeQuery(options) }),
    patch: async (object, patch, options = {}) =>
      request('PATCH', await locateNamed(object, options), patch, {
        contentType: `application/${options.type ?? 'merge'}-patch+json`,
        query: writeQuery(options),
      }),
    remove: async (object, options = {}) =>
      request('DELETE', await locateNamed(object, options), undefined, { query: writeQuery(options) }),
    dryRun: async (object, options = {}) => create(object, { ...options, dryRun: true }),
    applyManifests: async (objects) => {
      for (const object of objects) {
        succeeded(await serverSideApply(object));
        if (object.kind === 'CustomResourceDefinition') await established(self, object);
      }
    },
    namespace: (prefix) => {
      const name = `${prefix}-${randomBytes(4).toString('hex')}`;
      const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
      beforeAll(async () => {
        succeeded(await create(object));
      });
      afterAll(async () => {
        await self.remove(object);
      });
      return name;
    },
    kubectl: async (args, stdin) => runKubectl(kubeconfig(), args, stdin),
    close: () => loaded?.agent?.destroy(),
  };
  return self;
}

interface Resource {
  root: string;
  name: string;
  namespaced: boolean;
}

/** The API server that all suites share. */
export const cluster: Cluster = connect(() => {
  const kubeconfig = process.env['GATEHOUSE_E2E_KUBECONFIG'];
  if (kubeconfig === undefined) {
    throw new Error('no API server: run with -c jest.e2e.config.mjs, inside describeCluster');
  }
  return kubeconfig;
});

function loadConfig(kubeconfig: string): KubeConfig {
  const config = new KubeConfig();
  // Only a user's own KUBECONFIG is a list of files; client-node merges these itself.
  if (kubeconfig.includes(path.delimiter)) config.loadFromDefault();
  else config.loadFromFile(kubeconfig);
  return config;
}

function writeQuery(options: WriteOptions): Query {
  return {
    ...(options.dryRun === true && { dryRun: 'All' }),
    ...(options.fieldManager !== undefined && { fieldManager: options.fieldManager }),
    ...(options.fieldValidation !== undefined && { fieldValidation: options.fieldValidation }),
    ...options.query,
  };
}

function send(
  url: URL,
  options: https.RequestOptions,
  payload: string | undefined,
  timeoutMs = 30_000,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = https.request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({
          status: response.statusCode ?? 0,
          body: parseBody(text),
          warnings: parseWarnings(response.headersDistinct['warning'] ?? []),
        });
      });
    });
    outgoing.setTimeout(timeoutMs, () => {
      outgoing.destroy(new Error(`no answer from ${url.pathname} in ${String(timeoutMs)} ms`));
    });
    outgoing.on('error', reject);
    outgoing.end(payload);
  });
}

function parseBody(text: string): Body {
  try {
    return JSON.parse(text) as Body;
  } catch {
    return { message: text };
  }
}

/**
 * The texts of `Warning` headers (RFC 7234 section 5.5): `299 - "text"`, perhaps several in one header, the text with
 * `\"` and `\\` escaped. Node gives header bytes as Latin-1; the API server sends UTF-8.
 */
export function parseWarnings(headers: readonly string[]): string[] {
  return headers.flatMap((header) => {
    const text = Buffer.from(header, 'latin1').toString('utf8');
    return [...text.matchAll(/(?:^|,)\s*\d{3} \S+ "((?:[^"\\]|\\.)*)"(?: "[^"]*")?/gs)].map((match) =>
      (match[1] ?? '').replace(/\\(.)/gs, '$1'),
    );
  });
}

/** Returns a reply that was a success; throws the API server's text otherwise. */
export function succeeded(reply: Reply): Reply {
  if (reply.status >= 200 && reply.status < 300) return reply;
  throw new Error(
    `the API server answered ${String(reply.status)}: ${reply.body.message ?? JSON.stringify(reply.body)}`,
  );
}

export interface WaitOptions {
  timeoutMs?: number;
  intervalMs?: number;
  /** Named in the error. */
  what?: string;
}

/** Tries until the result is neither undefined nor false; errors count as "not yet", the last one is reported. */
export async function waitFor<T>(
  attempt: () => T | undefined | false | Promise<T | undefined | false>,
  { timeoutMs = 15_000, intervalMs = 100, what = 'a condition' }: WaitOptions = {},
): Promise<T> {
  const end = performance.now() + timeoutMs;
  let cause: unknown;
  for (;;) {
    try {
      const result = await attempt();
      if (result !== undefined && result !== false) return result;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > end) {
      const last = cause instanceof Error ? `: ${cause.message}` : '';
      throw new Error(`waited ${String(timeoutMs)} ms for ${what}${last}`, { cause });
    }
    await delay(intervalMs);
  }
}

async function established(at: Cluster, crd: KubeObject): Promise<void> {
  await waitFor(
    async () => {
      const { body } = await at.get(crd);
      const status = body['status'] as { conditions?: { type: string; status: string }[] } | undefined;
      return status?.conditions?.some(({ type, status: is }) => type === 'Established' && is === 'True');
    },
    { what: `CRD ${crd.metadata?.name ?? ''} to be established` },
  );
}

function runKubectl(
  kubeconfig: string,
  args: readonly string[],
  stdin: string | undefined,
): Promise<KubectlResult | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn('kubectl', args, { env: { ...process.env, KUBECONFIG: kubeconfig } });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') resolve(undefined);
      else reject(error);
    });
    child.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
    // kubectl may end without reading its input.
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin);
  });
}
