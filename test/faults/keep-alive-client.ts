/**
 * Calls a webhook over HTTPS as Go's transport in an API server does, with nothing hidden: HTTP/1.1, one call at a time
 * on a connection, the connection used last first, `Connection: close` honoured, and no call ever repeated.
 */
import net from 'node:net';
import tls from 'node:tls';

export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}

export interface Target {
  readonly port: number;
  /** PEM. */
  readonly ca: string;
  readonly servername: string;
}

/** The server ended the connection where an answer was due. */
export class EndOfFile extends Error {
  override readonly name = 'EndOfFile';
}

const HEAD_END = '\r\n\r\n';

export class Connection {
  readonly #socket: tls.TLSSocket;
  #received: Buffer[] = [];
  #waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined;
  #usable = true;
  #ended = false;

  private constructor(socket: tls.TLSSocket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('end', () => this.#fail(new EndOfFile('EOF')));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new EndOfFile('closed')));
  }

  static dial({ port, ca, servername }: Target, timeoutMs = 10_000): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const raw = net.connect({ port, host: '127.0.0.1', noDelay: true });
      const socket = tls.connect({ socket: raw, ca, servername, ALPNProtocols: ['http/1.1'] });
      const fail = (error: Error): void => {
        reject(error);
        raw.destroy();
      };
      raw.once('error', fail);
      socket.once('error', fail);
      socket.once('close', () => reject(new EndOfFile('closed in the handshake')));
      const late = setTimeout(() => fail(new Error('no handshake in time')), timeoutMs);
      socket.once('secureConnect', () => {
        clearTimeout(late);
        raw.off('error', fail);
        raw.on('error', () => undefined);
        socket.off('error', fail);
        resolve(new Connection(socket));
      });
    });
  }

  /** Whether a further call may be made on it. */
  get usable(): boolean {
    return this.#usable;
  }

  /** Whether the server closed it although it had said nothing of the kind. */
  get endedByServer(): boolean {
    return this.#ended;
  }

  /** The common name of the server's certificate. */
  get subject(): string {
    const name = this.#socket.getPeerCertificate().subject.CN;
    return typeof name === 'string' ? name : String(name);
  }

  post(path: string, body: string | Buffer, timeoutMs = 30_000): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#ended) {
        reject(new EndOfFile('EOF before the call'));
        return;
      }
      const late = setTimeout(() => {
        this.#fail(new Error(`no answer in ${String(timeoutMs)} ms`));
        this.close();
      }, timeoutMs);
      this.#waiting = {
        resolve: (answer) => {
          clearTimeout(late);
          resolve(answer);
        },
        reject: (error) => {
          clearTimeout(late);
          reject(error);
        },
      };
      const length = String(Buffer.byteLength(body));
      const head = `POST ${path} HTTP/1.1\r\nHost: webhook\r\nContent-Type: application/json\r\nContent-Length: ${length}`;
      this.#socket.write(head + HEAD_END);
      this.#socket.write(body);
    });
  }

  close(): void {
    this.#usable = false;
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#received.push(chunk);
    const bytes = Buffer.concat(this.#received);
    const end = bytes.indexOf(HEAD_END);
    if (end < 0) return;
    const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
    const headers = new Map(
      lines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    const length = Number(headers.get('content-length'));
    const start = end + HEAD_END.length;
    if (bytes.length < start + length) return;
    this.#received = [];
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (headers.get('connection')?.toLowerCase() === 'close') {
      this.#usable = false;
      this.#socket.end();
    }
    const status = Number(first.split(' ')[1]);
    waiting?.resolve({ status, headers, text: bytes.toString('utf8', start, start + length) });
  }

  #fail(error: Error): void {
    if (this.#usable) this.#ended = true;
    this.#usable = false;
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }
}

export class KeepAliveClient {
  readonly #target: Target;
  #idle: Connection[] = [];
  #dialled = 0;
  #reused = 0;
  #endedIdle = 0;

  constructor(target: Target) {
    this.#target = target;
  }

  /** Connections made, calls on one there was, and idle ones that the server closed unasked. */
  get figures(): { dialled: number; reused: number; endedIdle: number } {
    return { dialled: this.#dialled, reused: this.#reused, endedIdle: this.#endedIdle };
  }

  async post(path: string, body: string | Buffer, timeoutMs?: number): Promise<Answer> {
    const connection = this.#takeIdle() ?? (await this.#dial());
    const answer = await connection.post(path, body, timeoutMs);
    if (connection.usable) this.#idle.push(connection);
    return answer;
  }

  close(): void {
    for (const connection of this.#idle) connection.close();
    this.#idle = [];
  }

  #takeIdle(): Connection | undefined {
    this.#endedIdle += this.#idle.filter(({ endedByServer }) => endedByServer).length;
    this.#idle = this.#idle.filter(({ usable }) => usable);
    const connection = this.#idle.pop();
    if (connection !== undefined) this.#reused += 1;
    return connection;
  }

  async #dial(): Promise<Connection> {
    this.#dialled += 1;
    return Connection.dial(this.#target);
  }
}
