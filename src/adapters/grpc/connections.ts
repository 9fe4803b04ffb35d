/**
 * The connections of proxies, each of which can be asked to go: its long-lived streams end with OK and it gets a
 * GOAWAY, so that the proxy asks again elsewhere. grpc-js does this for all connections of a port at once only, which
 * would send every proxy of a cluster to the next replica in one moment.
 */
import type { Socket } from 'node:net';
import type { ServerCredentials } from '@grpc/grpc-js';
import type { Clock } from '../http/clock.js';

/** What grpc-js gives to speak over sockets that it did not accept. */
export interface Injector {
  readonly injectConnection: (socket: Socket) => void;
  /** Sends a GOAWAY, and cuts what is left after a while. */
  readonly drain: (graceMs: number) => void;
  readonly destroy: () => void;
}

export interface InjectorMaker {
  readonly createConnectionInjector: (credentials: ServerCredentials) => Injector;
}

export interface ConnectionTimes {
  /** How old a connection may get, give or take a tenth. */
  readonly ageMs: number;
  /** How long its calls may take after it was asked to go. */
  readonly graceMs: number;
}

interface Connection {
  readonly injector: Injector;
  /** Ends the streams that would not end of themselves. */
  readonly ends: Set<() => void>;
  cancelAge: () => void;
}

export class Connections {
  readonly #clock: Clock;
  readonly #times: ConnectionTimes;
  /** By the address of the peer, in the order in which they came. */
  readonly #open = new Map<string, Connection>();

  constructor(clock: Clock, times: ConnectionTimes) {
    this.#clock = clock;
    this.#times = times;
  }

  get size(): number {
    return this.#open.size;
  }

  take(socket: Socket, maker: InjectorMaker, credentials: ServerCredentials): void {
    const peer = peerOf(socket);
    // HTTP/2 tells of what fails; a socket that nobody listens to would end the process.
    socket.on('error', () => undefined);
    const connection: Connection = {
      injector: maker.createConnectionInjector(credentials),
      ends: new Set(),
      cancelAge: () => undefined,
    };
    const { ageMs } = this.#times;
    connection.cancelAge = this.#clock.after(ageMs * (0.9 + Math.random() / 5), () => {
      this.#dismiss(connection);
    });
    this.#open.set(peer, connection);
    socket.once('close', () => {
      connection.cancelAge();
      connection.injector.destroy();
      if (this.#open.get(peer) === connection) this.#open.delete(peer);
    });
    connection.injector.injectConnection(socket);
  }

  /** `end` is called when the stream's connection is asked to go; the result takes it back. */
  attach(peer: string, end: () => void): () => void {
    const ends = this.#open.get(peer)?.ends;
    ends?.add(end);
    return () => {
      ends?.delete(end);
    };
  }

  /** Asks every connection to go, one after the other, and calls `done` once all were asked. */
  dismissAll(spreadMs: number, done: () => void): void {
    const connections = [...this.#open.values()];
    const stepMs = spreadMs / Math.max(1, connections.length);
    for (const [i, connection] of connections.entries()) {
      if (i === 0) this.#dismiss(connection);
      else this.#clock.after(i * stepMs, () => this.#dismiss(connection));
    }
    this.#clock.after(spreadMs, () => {
      // Those that came meanwhile.
      for (const connection of this.#open.values()) this.#dismiss(connection);
      done();
    });
  }

  #dismiss({ injector, ends, cancelAge }: Connection): void {
    cancelAge();
    injector.drain(this.#times.graceMs);
    for (const end of ends) end();
    ends.clear();
  }
}

/** As grpc-js spells it in `call.getPeer()`. */
const peerOf = ({ remoteAddress, remotePort }: Socket): string =>
  `${String(remoteAddress)}:${String(remotePort)}`;
