/** The webhook as tests meet it: real judging, recorded outcomes, and sockets to write bytes into. */
import { createServer, type RequestListener } from 'node:http';
import { createConnection, type AddressInfo, type Socket } from 'node:net';
import { generate } from 'selfsigned';
import { decide, type Review, type Verdict } from '../../../src/admission/index.js';
import { SYSTEM_CLOCK, type Clock } from '../../../src/adapters/http/clock.js';
import type { ConnectionObserver, Gate, Outcome, RequestObserver } from '../../../src/adapters/http/ports.js';
import type { ReviewDeps } from '../../../src/adapters/http/validate-handler.js';
import { mkJudging } from '../../builders.js';

export const judgeForReal = (review: Review): Verdict => decide(review, mkJudging());

/** Remembers everything it is told. */
export class Recorder implements RequestObserver, ConnectionObserver {
  readonly outcomes: Outcome[] = [];
  readonly inFlightCounts: number[] = [];
  readonly faults: { error: unknown; uid: string | undefined }[] = [];
  readonly tls: { reason: string; detail: string | undefined }[] = [];
  readonly http: string[] = [];
  readonly serverErrors: unknown[] = [];
  dropped = 0;
  answered = (outcome: Outcome): void => void this.outcomes.push(outcome);
  inFlight = (count: number): void => void this.inFlightCounts.push(count);
  fault = (error: unknown, uid?: string): void => void this.faults.push({ error, uid });
  tlsFailed = (reason: string, detail?: string): void => void this.tls.push({ reason, detail });
  httpFailed = (reason: string): void => void this.http.push(reason);
  connectionDropped = (): void => void (this.dropped += 1);
  serverFailed = (error: unknown): void => void this.serverErrors.push(error);
}

export const READY: Gate = { state: 'ready' };

export const mkDeps = (over: Partial<ReviewDeps> = {}): ReviewDeps => ({
  judge: judgeForReal,
  gate: READY,
  observer: new Recorder(),
  clock: SYSTEM_CLOCK,
  ...over,
});

/** A clock that stands still until it is told otherwise. */
export class ManualClock implements Clock {
  #now = 0;
  #timers: { at: number; run: () => void }[] = [];
  now = (): number => this.#now;
  wall = (): number => Date.UTC(2026, 10, 22) + this.#now;
  after = (ms: number, run: () => void): (() => void) => {
    const timer = { at: this.#now + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  };
  /** The waiting timers' due times. */
  get due(): number[] {
    return this.#timers.map(({ at }) => at - this.#now);
  }
  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = next.at;
      next.run();
    }
    this.#now = until;
  }
}

/** Serves `listener` over plain HTTP on a free port. */
export async function serve(
  listener: RequestListener,
): Promise<{ port: number; close: () => Promise<void> }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A client that writes bytes and keeps what comes back. */
export class RawClient {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  text = '';
  error: NodeJS.ErrnoException | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (data: Buffer) => (this.text += data.toString('latin1')));
    socket.on('error', (error: NodeJS.ErrnoException) => (this.error = error));
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = createConnection({ port, host: '127.0.0.1' });
    await new Promise((resolve) => socket.once('connect', resolve));
    return new RawClient(socket);
  }

  /** Waits until `done` holds for what has come so far. */
  async until(done: (text: string) => boolean): Promise<string> {
    await eventually(() => done(this.text) || this.socket.destroyed);
    return this.text;
  }

  get answers(): number {
    return this.text.split('HTTP/1.1 ').length - 1;
  }
}

/** Waits until `holds`; a test that never gets there fails by its own timeout. */
export async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(5);
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const head = (path: string, headers: Record<string, string | number>, method = 'POST'): string =>
  [
    `${method} ${path} HTTP/1.1`,
    'Host: webhook',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`),
    '\r\n',
  ].join('\r\n');

export const post = (body: string, path = '/validate'): string =>
  head(path, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }) + body;

export interface Pair {
  readonly cert: string;
  readonly key: string;
}

const VALIDITY = {
  keyType: 'ec',
  curve: 'P-256',
  algorithm: 'sha256',
  notBeforeDate: new Date(Date.now() - 3_600_000),
  notAfterDate: new Date(Date.now() + 86_400_000),
} as const;

/** A certificate authority of its own. */
export async function mkCa(name: string): Promise<Pair> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
    ...VALIDITY,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { cert: `${cert}\n`, key };
}

/** A leaf of `ca`: a server's for localhost unless other names are given. */
export async function mkLeaf(
  ca: Pair,
  name: string,
  altNames: ({ type: 2 | 6; value: string } | { type: 7; ip: string })[] = [
    { type: 2, value: 'localhost' },
    { type: 7, ip: '127.0.0.1' },
  ],
): Promise<Pair> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
    ...VALIDITY,
    ca,
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      ...(altNames.length === 0 ? [] : [{ name: 'subjectAltName' as const, altNames }]),
    ],
  });
  return { cert: `${cert}\n`, key };
}
