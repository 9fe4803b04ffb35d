/** The HTTPS server of the webhook: settings, certificates, client certificates, and what fails on a connection. */
import { X509Certificate } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Duplex } from 'node:stream';
import { createSecureContext, type TLSSocket } from 'node:tls';
import { OperationalError } from '../../model/operational-error.js';
import { namesOf } from './client-names.js';
import { httpFailure, tlsFailure } from './connection-failure.js';
import { listen, type Listening } from './listen.js';
import type { ConnectionObserver } from './ports.js';
import {
  ALPN,
  contextOptions,
  SERVER_SETTINGS,
  type ContextParts,
  type KeyPair,
  type ServerSettings,
} from './tls-settings.js';

export interface HttpsServerOptions extends Partial<KeyPair> {
  readonly listener: RequestListener;
  readonly observer: ConnectionObserver;
  /** Default 1.2, which the oldest supported builds of the API server need. */
  readonly minVersion?: '1.2' | '1.3';
  /** Where set, a caller must show a certificate of this CA with one of these names (CN, DNS or URI). */
  readonly clients?: { readonly ca: string; readonly names: readonly string[] };
  /** For tests: shorter times. */
  readonly settings?: Partial<ServerSettings>;
}

export interface HttpsServer {
  readonly server: Server;
  /** New connections get this pair; undefined: none, and they fail. What cannot be used throws, and the old pair stays. */
  readonly setCertificate: (pair: KeyPair | undefined) => void;
  /** New connections are checked against this CA; older ones end with their next answer. */
  readonly setClientCa: (pem: string) => void;
  readonly listen: (host: string, port: number) => Promise<Listening>;
}

export function createHttpsServer(options: HttpsServerOptions): HttpsServer {
  const { listener, observer, clients, cert, key } = options;
  const settings = { ...SERVER_SETTINGS, ...options.settings };
  let parts: ContextParts = {
    pair: cert === undefined || key === undefined ? undefined : { cert, key },
    minVersion: `TLSv${options.minVersion ?? '1.2'}`,
    ...(clients === undefined ? {} : { clientCa: clients.ca }),
  };
  if (clients?.names.length === 0) {
    throw new OperationalError('client-names', 'a CA of client certificates needs the names that may call', {
      hint: 'name the API server, for example by the common name of its client certificate',
    });
  }
  check(parts);

  const server = createServer({
    ...settings,
    ...contextOptions(parts),
    ALPNProtocols: ALPN,
    requestCert: clients !== undefined,
    rejectUnauthorized: clients !== undefined,
  });
  server.maxConnections = settings.maxConnections;
  const replace = (next: ContextParts): void => {
    check(next);
    parts = next;
    server.setSecureContext(contextOptions(parts));
  };

  const callers = clients === undefined ? undefined : new Callers(clients.names, observer);
  if (callers !== undefined) {
    // Before Node's own listener, which begins to read requests.
    server.prependListener('secureConnection', (socket) => {
      callers.admit(socket);
    });
  }
  const answers = new WeakMap<Duplex, ServerResponse>();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    answers.set(request.socket, response);
    if (callers?.isCurrent(request.socket) === false) response.shouldKeepAlive = false;
    listener(request, response);
  });
  reportFailures(server, answers, observer);

  return {
    server,
    setCertificate: (pair) => {
      replace({ ...parts, pair });
    },
    setClientCa: (pem) => {
      replace({ ...parts, clientCa: pem });
      callers?.renew();
    },
    listen: (host, port) => listen(server, 'https', host, port, observer.serverFailed),
  };
}

/** Who may call: OpenSSL has verified the certificate, here its names are looked up. */
class Callers {
  readonly #names: readonly string[];
  readonly #observer: ConnectionObserver;
  /** The connections that came in by the CA of today. */
  #current = new WeakSet<Duplex>();

  constructor(names: readonly string[], observer: ConnectionObserver) {
    this.#names = names;
    this.#observer = observer;
  }

  admit(socket: TLSSocket): void {
    const certificate = socket.getPeerX509Certificate();
    const names = certificate === undefined ? [] : namesOf(certificate);
    if (names.some((name) => this.#names.includes(name))) {
      this.#current.add(socket);
      return;
    }
    this.#observer.tlsFailed('client-name', names.join(', '));
    socket.destroy();
  }

  isCurrent(socket: Duplex): boolean {
    return this.#current.has(socket);
  }

  renew(): void {
    this.#current = new WeakSet();
  }
}

/** Counts the connections that fail, and answers what is no request; none of it reaches the process. */
function reportFailures(
  server: Server,
  answers: WeakMap<Duplex, ServerResponse>,
  observer: ConnectionObserver,
): void {
  server.on('tlsClientError', (error, socket) => {
    observer.tlsFailed(tlsFailure(error, socket));
    socket.destroy();
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const failure = httpFailure(error);
    const answer = answers.get(socket);
    const answering = answer?.headersSent === true && !answer.writableFinished;
    if (failure !== undefined) observer.httpFailed(failure.reason);
    // In the middle of an answer a second one would be read as a part of it.
    if (failure === undefined || !socket.writable || answering) socket.destroy();
    else {
      const head = `HTTP/1.1 ${failure.status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
      socket.end(head, () => socket.destroy());
    }
  });
  server.on('drop', () => {
    observer.connectionDropped();
  });
}

/** Throws when no TLS context can be made of these: Node takes an empty pair and then fails every handshake. */
function check(parts: ContextParts): void {
  try {
    const { pair } = parts;
    if (pair !== undefined && (pair.cert.trim() === '' || pair.key.trim() === ''))
      throw new Error('an empty certificate or key');
    createSecureContext(contextOptions(parts));
    // OpenSSL skips what is no certificate, so that an empty file would trust nobody.
    if (parts.clientCa !== undefined) new X509Certificate(parts.clientCa);
  } catch (cause) {
    throw new OperationalError('tls-files', 'the certificates cannot be used', {
      cause,
      hint: 'give a certificate and its own key, and a client CA, each as PEM',
    });
  }
}
