/** What is sent over a connection, as the proxy takes it, and how a request is read for matching (B4, B5). */

export interface HttpRequest {
  /** As sent: methods are case-sensitive. */
  readonly method: string;
  /** The raw path, perhaps with `?` and a query. */
  readonly path: string;
  /** The authority, perhaps with a port; without one a `host` header counts. */
  readonly host?: string | undefined;
  /** Names in any case; one may stand more than once. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}

/** gRPC is HTTP/2 with a content type that begins `application/grpc`. */
export type Traffic =
  | { readonly kind: 'http'; readonly version: 'http1' | 'http2'; readonly request: HttpRequest }
  | { readonly kind: 'tcp' };

/** Whether errors are told as gRPC statuses (B4). */
export const isGrpc = (traffic: Traffic): boolean =>
  traffic.kind === 'http' &&
  traffic.version === 'http2' &&
  headerOf(traffic.request, 'content-type')?.startsWith('application/grpc') === true;

function headerOf(request: HttpRequest, name: string): string | undefined {
  for (const header of request.headers) if (header.name.toLowerCase() === name) return header.value;
  return undefined;
}

const ASCII_CAPITALS = /[A-Z]+/g;

/** Lower case for ASCII letters only, as host names are compared. */
export const lowerAscii = (text: string): string =>
  text.replace(ASCII_CAPITALS, (letters) => letters.toLowerCase());

/** A request taken apart; what few routes ask for is worked out when one does. */
export class RequestReader {
  readonly method: string;
  /** Without the query; never empty. */
  readonly path: string;
  readonly #query: string | undefined;
  readonly #request: HttpRequest;
  #host: string | undefined;
  #params: readonly (readonly [string, string])[] | undefined;

  constructor(request: HttpRequest) {
    const mark = request.path.indexOf('?');
    const path = mark < 0 ? request.path : request.path.slice(0, mark);
    this.method = request.method;
    this.path = path === '' ? '/' : path;
    this.#query = mark < 0 ? undefined : request.path.slice(mark + 1);
    this.#request = request;
  }

  /** The host in lower case, without user and port; empty where the request names none. */
  get host(): string {
    this.#host ??= readHost(this.#request.host ?? headerOf(this.#request, 'host') ?? '');
    return this.#host;
  }

  /** The pairs of the query, decoded as those of a form are. */
  get params(): readonly (readonly [string, string])[] {
    // The first `?` of what is given is not read as part of a name.
    this.#params ??= this.#query === undefined ? [] : [...new URLSearchParams(`?${this.#query}`)];
    return this.#params;
  }

  /** The values of a header; `name` is in lower case. */
  headers(name: string): string[] {
    const values: string[] = [];
    for (const header of this.#request.headers)
      if (header.name.toLowerCase() === name) values.push(header.value);
    return values;
  }
}

function readHost(authority: string): string {
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const port = host.startsWith('[') ? host.indexOf(':', host.indexOf(']')) : host.indexOf(':');
  return lowerAscii(port < 0 ? host : host.slice(0, port));
}
