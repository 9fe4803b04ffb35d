/** The three objects of an installation in memory, behind the client's own interface: versions, conflicts, watches. */
import { PassThrough } from 'node:stream';
import { KubeHttpError } from '../../../../src/adapters/kube/errors.js';
import type { KubeClient } from '../../../../src/adapters/kube/kube-client.js';

type Raw = Record<string, any>;

export class FakeCluster implements KubeClient {
  readonly objects = new Map<string, Raw>();
  /** `METHOD path` of every request, without the query. */
  readonly calls: string[] = [];
  /** Whether the API server answers at all. */
  reachable = true;
  readonly #watches = new Set<{ collection: string; stream: PassThrough }>();
  #version = 100;

  get(path: string): Raw | undefined {
    return this.objects.get(path);
  }

  /** Writes as somebody else does. */
  put(path: string, object: Raw): void {
    this.#version += 1;
    const metadata = { ...object['metadata'], name: nameOf(path), resourceVersion: String(this.#version) };
    this.objects.set(path, { ...object, metadata });
    this.#notify(path);
  }

  remove(path: string): void {
    this.objects.delete(path);
    this.#notify(path);
  }

  getJson = async (path: string): Promise<unknown> => this.request('GET', path, undefined);

  request = async (method: string, url: string, body: any): Promise<unknown> => {
    await Promise.resolve();
    const [path = ''] = url.split('?');
    this.calls.push(`${method} ${path}`);
    if (!this.reachable) throw new Error('connect ECONNREFUSED');
    const refuse = (status: number): never => {
      throw new KubeHttpError(`${method} ${path}`, status, { message: 'refused' }, undefined);
    };
    if (/(secrets|leases|validatingwebhookconfigurations)$/.test(path)) {
      if (method === 'GET') return { metadata: { resourceVersion: String(this.#version) }, items: [] };
      const created = `${path}/${String(body.metadata.name)}`;
      if (this.objects.has(created)) refuse(409);
      this.put(created, structuredClone(body));
      return structuredClone(this.get(created));
    }
    const found = this.get(path) ?? refuse(404);
    if (method === 'GET') return structuredClone(found);
    const sent = body.metadata?.resourceVersion;
    if (sent !== undefined && sent !== found['metadata'].resourceVersion) refuse(409);
    this.put(path, method === 'PUT' ? structuredClone(body) : merged(found, body));
    return structuredClone(this.get(path));
  };

  stream = async (url: string, { signal }: { signal?: AbortSignal | undefined }) => {
    await Promise.resolve();
    if (!this.reachable) throw new Error('connect ECONNREFUSED');
    const watch = { collection: url.split('?')[0] ?? '', stream: new PassThrough() };
    this.#watches.add(watch);
    watch.stream.once('close', () => this.#watches.delete(watch));
    signal?.addEventListener('abort', () => watch.stream.destroy());
    return watch.stream;
  };

  close = (): void => undefined;

  #notify(path: string): void {
    for (const { collection, stream } of this.#watches)
      if (path.startsWith(`${collection}/`))
        stream.write(`${JSON.stringify({ type: 'MODIFIED', object: this.get(path) ?? {} })}\n`);
  }
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** A merge patch, with lists of named items merged by name as a strategic one does. */
function merged(old: any, patch: any): any {
  if (Array.isArray(patch) && Array.isArray(old))
    return old.map((item) => {
      const change = patch.find(({ name }) => name === item.name);
      return change === undefined ? item : merged(item, change);
    });
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result: Raw = { ...old };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(result, key);
    else result[key] = merged(result[key], value);
  }
  return result;
}
