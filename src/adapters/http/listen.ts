/** Binds a server to an address and keeps account of its connections. */
import type { Server, Socket } from 'node:net';
import { OperationalError } from '../../model/operational-error.js';

export interface Listening {
  readonly url: string;
  readonly port: number;
  /** Open connections, idle ones included. */
  readonly connections: () => number;
  /**
   * Waits until no connection is left. Nothing is closed and new ones are still served: a pooled connection is left
   * to the client, because closing it could meet a request on its way, which is never repeated.
   */
  readonly drained: () => Promise<void>;
  /** Stops for good: the port is free and every connection is cut. */
  readonly close: () => Promise<void>;
}

export async function listen(
  server: Server,
  scheme: 'http' | 'https',
  host: string,
  port: number,
  /** Told of what fails later, for example to accept; the server goes on. */
  onError: (error: unknown) => void = () => undefined,
): Promise<Listening> {
  const sockets = new Set<Socket>();
  let waiting: (() => void)[] = [];
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      if (sockets.size > 0) return;
      for (const resolve of waiting) resolve();
      waiting = [];
    });
  });
  await bind(server, host, port);
  server.on('error', onError);
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `${scheme}://${host.includes(':') ? `[${host}]` : host}:${String(bound)}`,
    port: bound,
    connections: () => sockets.size,
    drained: () =>
      sockets.size === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiting.push(resolve);
          }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function bind(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (cause: NodeJS.ErrnoException): void => {
      reject(bindError(cause, host, port));
    };
    server.once('error', failed);
    server.listen({ host, port }, () => {
      server.off('error', failed);
      resolve();
    });
  });
}

const HINTS: ReadonlyMap<string, string> = new Map([
  ['EADDRINUSE', 'another process listens there: stop it, or choose another port'],
  ['EACCES', 'ports below 1024 need a privilege: choose a higher one'],
  ['EADDRNOTAVAIL', 'this machine has no such address: use 0.0.0.0 for all of them, or 127.0.0.1'],
  ['ENOTFOUND', 'the host name does not resolve: give an address'],
]);

function bindError(cause: NodeJS.ErrnoException, host: string, port: number): OperationalError {
  const hint = HINTS.get(cause.code ?? '');
  const where = `${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
  return new OperationalError('listen', `cannot listen on ${where}: ${cause.code ?? cause.message}`, {
    cause,
    ...(hint === undefined ? {} : { hint }),
  });
}
