/** Stands between a client and the API server, and fails as networks do. */
import net from 'node:net';

export class TcpForwarder {
  readonly #server: net.Server;
  readonly #pairs = new Set<readonly [net.Socket, net.Socket]>();
  readonly #target: () => URL;
  #refuses = false;

  constructor(target: () => URL) {
    this.#target = target;
    this.#server = net.createServer((client) => this.#accept(client));
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get port(): number {
    return (this.#server.address() as net.AddressInfo).port;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  #accept(client: net.Socket): void {
    if (this.#refuses) {
      client.resetAndDestroy();
      return;
    }
    const { hostname, port } = this.#target();
    const upstream = net.connect(Number(port), hostname);
    const pair = [client, upstream] as const;
    this.#pairs.add(pair);
    for (const [from, to] of [pair, [upstream, client] as const]) {
      from.on('data', (chunk) => to.write(chunk));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        to.destroy();
        this.#pairs.delete(pair);
      });
    }
  }

  /** From now on no byte passes on the connections there are; they stay open. New ones are forwarded. */
  freeze(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.removeAllListeners('data').pause();
  }

  /** Resets every connection. */
  cut(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.resetAndDestroy();
  }

  /** Resets every connection, and each new one. */
  refuse(): void {
    this.#refuses = true;
    this.cut();
  }

  accept(): void {
    this.#refuses = false;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
