/** A real TLS handshake over loopback: what the client says about the server's certificate. */
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:tls';
import type { Pair } from '../../../src/adapters/certs/pair.js';

export interface Client {
  readonly ca: string;
  /** The DNS name or address that the client means to talk to. */
  readonly name: string;
  readonly host?: string;
}

/** `'ok'`, or the code of the error that ended the handshake. */
export async function handshake(
  { cert, key }: Pair,
  { ca, name, host = '127.0.0.1' }: Client,
): Promise<string> {
  let server;
  try {
    server = createServer({ cert, key, minVersion: 'TLSv1.3' }, (_request, response) => response.end());
  } catch (error) {
    return codeOf(error);
  }
  server.on('tlsClientError', () => undefined);
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const isAddress = /^[\d.]+$|:/.test(name);
  const socket = connect({
    host: isAddress ? name : host,
    port,
    ca,
    ...(!isAddress && { servername: name }),
  });
  try {
    await once(socket, 'secureConnect');
    return 'ok';
  } catch (error) {
    return codeOf(error);
  } finally {
    socket.destroy();
    server.close();
    await once(server, 'close');
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);
