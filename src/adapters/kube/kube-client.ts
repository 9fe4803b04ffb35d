/**
 * Requests to an API server, on node:http and node:https: nothing between us and the bytes, so that a stalled or cut
 * connection shows for what it is. Every request ends within its time, or with its signal.
 */
import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import { codeOf, cut, KubeError, KubeHttpError, messageOf } from './errors.js';
import { parseJson } from './json-lines.js';
import type { Timing } from './timing.js';

/** Who we are to which server. */
export interface KubeAuth {
  /** Of the API server; it may change with `reload`. */
  readonly server: () => URL;
  /** TLS material and headers of one request; an `agent` only where requests need one of their own, for a proxy. */
  readonly requestOptions: () => Promise<https.RequestOptions>;
  /** Forgets every credential, and reads them again. */
  readonly reload: () => void;
}

export interface CallOptions {
  /** For the whole of it, repeated attempts included; of a stream, until its first headers. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface ReadOptions extends CallOptions {
  /** Larger answers are refused. */
  readonly maxBytes?: number | undefined;
}

export interface WriteOptions extends ReadOptions {
  /** `application/json` unless said otherwise, as for a patch. */
  readonly contentType?: string | undefined;
}

export interface KubeClient {
  /** The parsed answer; rejects with a KubeHttpError or KubeError. */
  readonly getJson: (path: string, options: ReadOptions) => Promise<unknown>;
  /** `body` is sent as it is when it is a string, as JSON otherwise, and not at all when undefined. */
  readonly request: (method: string, path: string, body: unknown, options: WriteOptions) => Promise<unknown>;
  /**
   * The bytes of a successful answer, as they come. The stream fails when the connection is cut or the signal aborted,
   * and ends only where the answer does. Destroying it closes the connection.
   */
  readonly stream: (path: string, options: CallOptions) => Promise<Readable>;
  /** Closes every connection, also those in use. */
  readonly close: () => void;
}

/** An answer of more than this has no business in our memory; a page of 500 pods has about 5 MB. */
const MAX_BYTES = 64 * 1_048_576;
/** Refusals are short. */
const MAX_REFUSAL_BYTES = 65_536;

const AGENT_OPTIONS = {
  keepAlive: true,
  keepAliveMsecs: 30_000,
  maxFreeSockets: 8,
  scheduling: 'lifo',
  // The API server closes idle connections after 90 s; we go first, so that no request meets a closing connection.
  timeout: 60_000,
} as const;

interface Call {
  readonly method: string;
  readonly path: string;
  readonly payload?: string | undefined;
  readonly contentType?: string | undefined;
}

export class HttpKubeClient implements KubeClient {
  readonly #auth: KubeAuth;
  readonly #timing: Timing;
  readonly #userAgent: string;
  readonly #plain = new http.Agent(AGENT_OPTIONS);
  readonly #secure = new https.Agent(AGENT_OPTIONS);
  /** Counts reloads: of many requests that are refused at once, the first one reloads. */
  #generation = 0;

  constructor(auth: KubeAuth, timing: Timing, userAgent = 'gatehouse') {
    this.#auth = auth;
    this.#timing = timing;
    this.#userAgent = userAgent;
  }

  readonly getJson = (path: string, options: ReadOptions): Promise<unknown> =>
    this.request('GET', path, undefined, options);

  readonly request = async (
    method: string,
    path: string,
    body: unknown,
    options: WriteOptions,
  ): Promise<unknown> => {
    const payload = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const scope = new Scope(`${method} ${path}`, options, this.#timing);
    try {
      const call = { method, path, payload, contentType: options.contentType };
      const response = await this.#successful(call, scope);
      const bytes = await readAll(response, options.maxBytes ?? MAX_BYTES);
      return bytes.length === 0 ? undefined : parseJson(bytes, 'the answer');
    } catch (error) {
      throw scope.explain(error);
    } finally {
      scope.end();
    }
  };

  readonly stream = async (path: string, options: CallOptions): Promise<Readable> => {
    const scope = new Scope(`GET ${path}`, options, this.#timing);
    try {
      const response = await this.#successful({ method: 'GET', path }, scope);
      scope.endTime();
      response.once('close', () => scope.end());
      return response;
    } catch (error) {
      scope.end();
      throw scope.explain(error);
    }
  };

  readonly close = (): void => {
    this.#plain.destroy();
    this.#secure.destroy();
  };

  /** A response of 2xx; credentials are read again once, when they are refused. */
  async #successful(call: Call, scope: Scope): Promise<http.IncomingMessage> {
    for (let attempt = 0; ; attempt++) {
      const generation = this.#generation;
      const response = await this.#exchange(call, scope).catch((error: unknown) => {
        if (isTlsFailure(error)) this.#reload(generation);
        throw error;
      });
      const status = response.statusCode ?? 0;
      if (status >= 200 && status < 300) return response;
      const body = parseRefusal(await readAll(response, MAX_REFUSAL_BYTES).catch(() => Buffer.alloc(0)));
      if (status !== 401 || attempt > 0)
        throw new KubeHttpError(scope.call, status, body, response.headers['retry-after']);
      this.#reload(generation);
    }
  }

  #reload(generation: number): void {
    if (this.#generation !== generation) return;
    this.#generation += 1;
    this.#auth.reload();
  }

  async #exchange(call: Call, scope: Scope): Promise<http.IncomingMessage> {
    const options = await scope.race(
      this.#auth.requestOptions().catch((cause: unknown) => {
        throw new KubeError('kube-credentials', `no credentials: ${cut(messageOf(cause))}`, cause);
      }),
    );
    for (;;) {
      const { request, response } = this.#send(call, options, scope);
      try {
        return await response;
      } catch (error) {
        // The server closed an idle connection just as we took it up again: nothing was read of the request.
        const stale = request.reusedSocket && codeOf(error) === 'ECONNRESET' && call.method === 'GET';
        if (!stale || scope.signal.aborted) throw error;
      }
    }
  }

  #send(
    { method, path, payload, contentType }: Call,
    options: https.RequestOptions,
    scope: Scope,
  ): { request: http.ClientRequest; response: Promise<http.IncomingMessage> } {
    const server = this.#auth.server();
    const secure = server.protocol === 'https:';
    const request = (secure ? https : http).request(server, {
      agent: secure ? this.#secure : this.#plain,
      ...options,
      method,
      // As it is: a URL would be normalized.
      path: server.pathname.replace(/\/$/, '') + path,
      signal: scope.signal,
      headers: {
        ...(options.headers as http.OutgoingHttpHeaders | undefined),
        Accept: 'application/json',
        'User-Agent': this.#userAgent,
        ...(payload !== undefined && {
          'Content-Type': contentType ?? 'application/json',
          'Content-Length': Buffer.byteLength(payload),
        }),
      },
    });
    const response = new Promise<http.IncomingMessage>((resolve, reject) => {
      request.once('response', (incoming) => {
        // Whoever reads it listens too; an error while nobody reads must not be without a listener.
        incoming.on('error', () => undefined);
        resolve(incoming);
      });
      // Stays, for an error after the response, of which the response tells too.
      request.on('error', reject);
    });
    request.end(payload);
    return { request, response };
  }
}

/** The time and the signal of one call. */
class Scope {
  readonly call: string;
  readonly #control = new AbortController();
  readonly #outer: AbortSignal | undefined;
  readonly #cancel: () => void;

  constructor(call: string, { timeoutMs, signal }: CallOptions, timing: Timing) {
    this.call = call;
    this.#outer = signal;
    this.#cancel = timing.after(timeoutMs, () => {
      this.#control.abort(new KubeError('kube-timeout', `no answer in ${String(timeoutMs)} ms`));
    });
    if (signal?.aborted === true) this.#abort();
    else signal?.addEventListener('abort', this.#abort);
  }

  get signal(): AbortSignal {
    return this.#control.signal;
  }

  readonly #abort = (): void => this.#control.abort(new KubeError('kube-aborted', 'not wanted any more'));

  /** What `promise` comes to, unless the call is over before; it is not waited for then. */
  race<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const fail = (): void => reject(this.signal.reason as Error);
      if (this.signal.aborted) fail();
      else this.signal.addEventListener('abort', fail);
      promise.then(resolve, reject).finally(() => this.signal.removeEventListener('abort', fail));
    });
  }

  /** No time limit any more; the signal still holds. */
  endTime(): void {
    this.#cancel();
  }

  end(): void {
    this.#cancel();
    this.#outer?.removeEventListener('abort', this.#abort);
  }

  /** The error as one of ours: why the call was ended, if it was, rather than what that looked like from inside. */
  explain(error: unknown): unknown {
    const cause: unknown = this.signal.aborted ? this.signal.reason : error;
    if (cause instanceof KubeHttpError) return cause;
    if (cause instanceof KubeError)
      return new KubeError(cause.code, `${this.call}: ${cause.message}`, cause.cause);
    return new KubeError('kube-network', `${this.call}: ${cut(messageOf(cause))}`, cause);
  }
}

function readAll(response: http.IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    response.on('data', (chunk: Buffer) => {
      length += chunk.length;
      chunks.push(chunk);
      if (length > maxBytes)
        response.destroy(
          new KubeError('kube-too-large', `the answer has more than ${String(maxBytes)} bytes`),
        );
    });
    response.once('end', () => resolve(Buffer.concat(chunks, length)));
    response.once('error', reject);
    response.once('close', () => reject(new Error('the connection was closed')));
  });
}

/** The `Status` of a refusal, or its text: proxies and the API server's own front refuse in plain text. */
function parseRefusal(bytes: Buffer): unknown {
  const text = bytes.toString('utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** A certificate that does not fit ours any more: perhaps one of the two was renewed. */
const isTlsFailure = (error: unknown): boolean =>
  /^(?:ERR_SSL_|ERR_TLS_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|EPROTO$)/.test(codeOf(error));
