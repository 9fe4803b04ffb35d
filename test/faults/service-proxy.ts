/**
 * Stands in for a Service and its kube-proxy: one address, and behind it the replicas that are ready, in turn. Whether
 * one is ready is asked at its `/ready`, as a kubelet asks. Only new connections are placed; those there are stay with
 * their replica whatever becomes of it. An end or a reset passes through as it came.
 */
import http from 'node:http';
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../e2e/cluster.js';

export interface Backend {
  readonly name: string;
  readonly port: number;
  /** The address of its `/ready`. */
  readonly admin: string;
}

interface Placed extends Backend {
  ready: boolean;
  failures: number;
  watched: boolean;
  /** Connections so far. */
  placed: number;
  readonly links: Set<Link>;
}

type Link = readonly [client: net.Socket, upstream: net.Socket];

export interface ProbeTimes {
  readonly periodMs: number;
  readonly timeoutMs: number;
  readonly failures: number;
}

/** The probes of the Deployment, 25 times as fast. */
const PROBES: ProbeTimes = { periodMs: 200, timeoutMs: 1_000, failures: 2 };

export class ServiceProxy {
  readonly #server: net.Server;
  readonly #probes: ProbeTimes;
  #backends: Placed[] = [];
  #turn = 0;
  #moved = 0;
  #refused = 0;

  constructor(probes: Partial<ProbeTimes> = {}) {
    this.#probes = { ...PROBES, ...probes };
    this.#server = net.createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
      client.on('error', () => undefined);
      this.#place(client);
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get port(): number {
    return (this.#server.address() as net.AddressInfo).port;
  }

  /** New connections that found their replica gone and were given to the next, as when a kubelet sees one exit. */
  get moved(): number {
    return this.#moved;
  }

  /** New connections that found no replica at all. */
  get refused(): number {
    return this.#refused;
  }

  get ready(): readonly string[] {
    return this.#backends.filter(({ ready }) => ready).map(({ name }) => name);
  }

  /** Open connections to a replica. */
  connectionsTo(name: string): number {
    return this.#backends.find((each) => each.name === name)?.links.size ?? 0;
  }

  /** Connections that were made to a replica so far. */
  placedOn(name: string): number {
    return this.#backends.find((each) => each.name === name)?.placed ?? 0;
  }

  /** Takes a replica in and resolves when it is ready. */
  async add(backend: Backend): Promise<void> {
    const placed: Placed = {
      ...backend,
      ready: false,
      failures: 0,
      watched: true,
      placed: 0,
      links: new Set(),
    };
    this.#backends.push(placed);
    void this.#watch(placed);
    await waitFor(() => placed.ready, {
      timeoutMs: 30_000,
      intervalMs: 20,
      what: `${backend.name} to be ready`,
    });
  }

  /** Forgets a replica that has ended. */
  remove(name: string): void {
    for (const each of this.#backends) if (each.name === name) each.watched = false;
    this.#backends = this.#backends.filter((each) => each.name !== name);
  }

  async close(): Promise<void> {
    for (const { links } of this.#backends) for (const link of links) for (const end of link) end.destroy();
    for (const { name } of this.#backends) this.remove(name);
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #watch(backend: Placed): Promise<void> {
    while (backend.watched) {
      if (await isReady(backend.admin, this.#probes.timeoutMs)) {
        backend.failures = 0;
        backend.ready = true;
      } else {
        backend.failures += 1;
        if (backend.failures >= this.#probes.failures) backend.ready = false;
      }
      await delay(this.#probes.periodMs);
    }
  }

  #place(client: net.Socket): void {
    const ready = this.#backends.filter((each) => each.ready);
    const backend = ready[this.#turn++ % ready.length];
    if (backend === undefined) {
      this.#refused += 1;
      client.resetAndDestroy();
      return;
    }
    const upstream = net.connect({
      port: backend.port,
      host: '127.0.0.1',
      allowHalfOpen: true,
      noDelay: true,
    });
    const gone = (): void => {
      backend.ready = false;
      this.#moved += 1;
      this.#place(client);
    };
    upstream.once('error', gone);
    upstream.once('connect', () => {
      upstream.off('error', gone);
      backend.placed += 1;
      join(backend.links, [client, upstream]);
    });
  }
}

function join(links: Set<Link>, link: Link): void {
  links.add(link);
  const [client, upstream] = link;
  for (const [from, to] of [link, [upstream, client] as const]) {
    from.on('error', () => to.resetAndDestroy());
    from.on('close', () => links.delete(link));
    from.pipe(to);
  }
}

function isReady(admin: string, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = http.get(admin, { agent: false, timeout: timeoutMs }, (response) => {
      response.resume().on('error', () => undefined);
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
    request.on('close', () => resolve(false));
  });
}
