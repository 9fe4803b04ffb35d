/**
 * An API server in this process, as small as the reflectors let it be: objects, versions, lists in pages, watches, and
 * the discovery of groups. It fails on demand, in every way that the tests ask for.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KubeAuth } from '../../../src/adapters/kube/kube-client.js';
import {
  SOURCE_KINDS,
  sourceKind,
  type SourceKind,
  type StoredKind,
} from '../../../src/policy/objects/kinds.js';

export interface StoredRaw {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>> & {
    readonly name: string;
    readonly namespace?: string;
  };
  readonly [member: string]: unknown;
}

export interface Watch {
  readonly kind: StoredKind;
  readonly query: URLSearchParams;
  /** Writes bytes as they are. */
  readonly write: (bytes: string | Buffer) => void;
  readonly event: (type: string, object: unknown) => void;
  /** Ends the answer as a server does. */
  readonly end: () => void;
  /** Resets the connection. */
  readonly reset: () => void;
  readonly open: () => boolean;
}

interface Change {
  readonly version: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: StoredRaw;
}

interface Resource {
  readonly kind: SourceKind;
  readonly objects: Map<string, StoredRaw>;
  readonly changes: Change[];
}

/** Answers a request itself and returns true, or leaves it alone. */
export type Fault = (request: http.IncomingMessage, response: http.ServerResponse, url: URL) => boolean;

export interface Request {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: http.IncomingHttpHeaders;
}

export class MockApiServer {
  readonly requests: Request[] = [];
  /** Every HTTP method that was used. */
  readonly methods = new Set<string>();
  readonly watches: Watch[] = [];
  /** Asked in order; the first one that answers is the answer. */
  readonly faults: Fault[] = [];
  /** `group/version` to the plural names that it serves. */
  readonly served = new Map<string, Set<string>>();
  /** Open watches are told of no change. */
  mute = false;
  readonly #server: http.Server;
  readonly #resources: readonly Resource[];
  readonly #pages = new Map<string, { items: readonly StoredRaw[]; version: number }>();
  #version = 100;
  #compacted = 0;
  #uid = 0;

  constructor() {
    this.#resources = SOURCE_KINDS.map((kind) => ({ kind, objects: new Map(), changes: [] }));
    for (const kind of SOURCE_KINDS) this.serve(kind.id, kind.versions[0] ?? '');
    this.#server = http.createServer((request, response) => this.#handle(request, response));
    this.#server.keepAliveTimeout = 30_000;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  /** The number of connections that clients hold. */
  connections(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
    });
  }

  serve(id: StoredKind, version: string): void {
    const kind = sourceKind(id);
    const key = `${kind.group}/${version}`;
    this.served.set(key, (this.served.get(key) ?? new Set()).add(kind.plural));
  }

  /** As when its CRD goes, with its objects. */
  unserve(id: StoredKind): void {
    const kind = sourceKind(id);
    for (const [key, plurals] of this.served)
      if (key.startsWith(`${kind.group}/`)) plurals.delete(kind.plural);
    this.#of(id).objects.clear();
    for (const watch of this.watches) if (watch.kind === id) watch.end();
  }

  get version(): number {
    return this.#version;
  }

  /** Creates or replaces. */
  apply(id: StoredKind, object: StoredRaw): StoredRaw {
    const { objects } = this.#of(id);
    const key = keyOf(object);
    const old = objects.get(key);
    const stored: StoredRaw = {
      ...object,
      metadata: {
        ...object.metadata,
        uid: old?.metadata['uid'] ?? `uid-${String(++this.#uid)}`,
        creationTimestamp: old?.metadata['creationTimestamp'] ?? '2026-11-22T10:00:00Z',
        resourceVersion: String(++this.#version),
      },
    };
    objects.set(key, stored);
    this.#publish(id, {
      version: this.#version,
      type: old === undefined ? 'ADDED' : 'MODIFIED',
      object: stored,
    });
    return stored;
  }

  remove(id: StoredKind, namespace: string, name: string): void {
    const { objects } = this.#of(id);
    const old = objects.get(`${namespace}/${name}`);
    if (old === undefined) throw new Error(`${id} ${namespace}/${name} does not exist`);
    objects.delete(`${namespace}/${name}`);
    const object = { ...old, metadata: { ...old.metadata, resourceVersion: String(++this.#version) } };
    this.#publish(id, { version: this.#version, type: 'DELETED', object });
  }

  /** Something changes elsewhere: the version goes on, and watchers of this kind hear nothing. */
  advance(): void {
    this.#version += 1;
  }

  bookmark(id: StoredKind): void {
    const metadata = { resourceVersion: String(this.#version) };
    for (const watch of this.open(id)) watch.event('BOOKMARK', { kind: sourceKind(id).kind, metadata });
  }

  /** From now on nothing older can be watched from, and no page of an older list is given. */
  compact(): void {
    this.#compacted = this.#version;
    this.#pages.clear();
  }

  /** The open watches of a kind. */
  open(id: StoredKind): readonly Watch[] {
    return this.watches.filter((watch) => watch.kind === id && watch.open());
  }

  /** The requests for a kind: lists (`watch` false) or watches. */
  requestsFor(id: StoredKind, watches: boolean): readonly Request[] {
    const { plural } = sourceKind(id);
    return this.requests.filter(
      ({ path, query }) => path.endsWith(`/${plural}`) && query.has('watch') === watches,
    );
  }

  /** Answers the next `times` matching requests with a status. */
  refuse(
    match: (url: URL) => boolean,
    status: number,
    options: { times?: number; headers?: Record<string, string>; body?: unknown } = {},
  ): () => void {
    let { times = Infinity } = options;
    const fault: Fault = (_, response, url) => {
      if (times <= 0 || !match(url)) return false;
      times -= 1;
      const reason =
        { 403: 'Forbidden', 410: 'Expired', 404: 'NotFound', 401: 'Unauthorized' }[status] ?? 'Failure';
      const body = options.body ?? { kind: 'Status', code: status, reason, message: `refused by the test` };
      response.writeHead(status, { 'Content-Type': 'application/json', ...options.headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
      return true;
    };
    return this.intercept(fault);
  }

  intercept(fault: Fault): () => void {
    this.faults.push(fault);
    return () => this.faults.splice(this.faults.indexOf(fault), 1);
  }

  #of(id: StoredKind): Resource {
    const found = this.#resources.find(({ kind }) => kind.id === id);
    if (found === undefined) throw new Error(id);
    return found;
  }

  #publish(id: StoredKind, change: Change): void {
    this.#of(id).changes.push(change);
    if (this.mute) return;
    for (const watch of this.open(id)) watch.event(change.type, change.object);
  }

  #handle(request: http.IncomingMessage, response: http.ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://mock');
    this.requests.push({ path: url.pathname, query: url.searchParams, headers: request.headers });
    this.methods.add(request.method ?? '');
    if (this.faults.some((fault) => fault(request, response, url))) return;
    const discovery = /^\/apis\/([^/]+\/[^/]+)$/.exec(url.pathname)?.[1];
    if (discovery !== undefined) this.#discover(discovery, response);
    else this.#serveObjects(url, response);
  }

  #discover(groupVersion: string, response: http.ServerResponse): void {
    const plurals = this.served.get(groupVersion);
    if (plurals === undefined) notFound(response);
    else
      json(response, {
        kind: 'APIResourceList',
        groupVersion,
        resources: [...plurals].map((name) => ({ name })),
      });
  }

  #serveObjects(url: URL, response: http.ServerResponse): void {
    const match =
      /^\/(?:api|apis\/(?<group>[^/]+))\/(?<version>[^/]+)(?:\/namespaces\/(?<ns>[^/]+))?\/(?<plural>[^/]+)(?:\/(?<name>[^/]+))?$/.exec(
        url.pathname,
      )?.groups;
    const { group = '', version = '', ns, plural = '' } = match ?? {};
    // `/api/v1/namespaces/x` reads like a collection `x` of the namespaces `namespaces`.
    const scoped = /^\/api\/v1\/namespaces\/([^/]+)$/.exec(url.pathname)?.[1];
    const name = scoped ?? match?.['name'];
    const wanted = scoped === undefined ? plural : 'namespaces';
    const resource = this.#resources.find(({ kind }) => kind.group === group && kind.plural === wanted);
    if (resource === undefined || this.served.get(`${group}/${version}`)?.has(wanted) !== true)
      notFound(response);
    else if (name !== undefined) this.#get(resource, ns ?? '', name, response);
    else if (url.searchParams.get('watch') === 'true') this.#watch(resource, url.searchParams, response);
    else this.#list(resource, ns, url.searchParams, response);
  }

  #get(resource: Resource, namespace: string, name: string, response: http.ServerResponse): void {
    const found = resource.objects.get(`${namespace}/${name}`);
    if (found !== undefined) json(response, found);
    else status(response, 404, 'NotFound', { name, kind: resource.kind.plural });
  }

  #list(
    { kind, objects }: Resource,
    namespace: string | undefined,
    query: URLSearchParams,
    response: http.ServerResponse,
  ): void {
    const limit = Number(query.get('limit') ?? 0);
    const [id = '', start = '0'] = (query.get('continue') ?? '').split(':');
    const page = id === '' ? undefined : this.#pages.get(id);
    if (id !== '' && page === undefined) {
      status(response, 410, 'Expired');
      return;
    }
    const { items, version } = page ?? {
      items: [...objects.values()]
        .filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace)
        .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
      version: this.#version,
    };
    const from = Number(start);
    const to = limit === 0 ? items.length : from + limit;
    const token = id === '' ? String(this.#pages.size + 1) : id;
    if (to < items.length) this.#pages.set(token, { items, version });
    json(response, {
      kind: `${kind.kind}List`,
      metadata: {
        resourceVersion: String(version),
        ...(to < items.length && { continue: `${token}:${String(to)}` }),
      },
      // Items of a list carry neither.
      items: items.slice(from, to).map((item) => ({ ...item, apiVersion: undefined, kind: undefined })),
    });
  }

  #watch({ kind, changes }: Resource, query: URLSearchParams, response: http.ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.flushHeaders();
    const watch: Watch = {
      kind: kind.id,
      query,
      write: (bytes) => void response.write(bytes),
      event: (type, object) => void response.write(`${JSON.stringify({ type, object })}\n`),
      end: () => void response.end(),
      reset: () => void response.socket?.resetAndDestroy(),
      open: () => !response.writableEnded && !response.destroyed,
    };
    this.watches.push(watch);
    const from = Number(query.get('resourceVersion'));
    if (from < this.#compacted) {
      watch.event('ERROR', {
        kind: 'Status',
        code: 410,
        reason: 'Expired',
        message: 'too old resource version',
      });
      watch.end();
      return;
    }
    for (const { version, type, object } of changes) if (version > from) watch.event(type, object);
  }
}

const keyOf = ({ metadata }: StoredRaw): string => `${metadata.namespace ?? ''}/${metadata.name}`;

function json(response: http.ServerResponse, body: unknown): void {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

function status(response: http.ServerResponse, code: number, reason: string, details?: unknown): void {
  response
    .writeHead(code, { 'Content-Type': 'application/json' })
    .end(JSON.stringify({ kind: 'Status', status: 'Failure', code, reason, details }));
}

/** As the API server answers for a path that it does not serve. */
const notFound = (response: http.ServerResponse): void =>
  void response.writeHead(404, { 'Content-Type': 'text/plain' }).end('404 page not found\n');

/** Nobody, to this server. */
export const plainAuth = (server: MockApiServer): KubeAuth => ({
  server: () => new URL(server.url),
  requestOptions: () => Promise.resolve({}),
  reload: () => undefined,
});
