/** The server's HTTP and TLS settings (webhook-operations, section 3); a change here is a reviewed change. */
import { constants } from 'node:crypto';
import type { ServerOptions } from 'node:https';
import type { SecureContextOptions, SecureVersion } from 'node:tls';

export interface ServerSettings {
  readonly keepAliveTimeout: number;
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly handshakeTimeout: number;
  readonly connectionsCheckingInterval: number;
  readonly maxHeaderSize: number;
  readonly maxConnections: number;
  readonly noDelay: boolean;
}

export const SERVER_SETTINGS: ServerSettings = Object.freeze({
  // The API server drops idle connections after 90 s, and we must never be first: an EOF is never repeated.
  keepAliveTimeout: 120_000,
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  handshakeTimeout: 10_000,
  // With Node's 30 s the two limits above would be enforced late.
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16 * 1_024,
  maxConnections: 1_024,
  noDelay: true,
});

/** One connection for each concurrent call lets kube-proxy spread load; and express cannot serve HTTP/2. */
export const ALPN: ServerOptions['ALPNProtocols'] = ['http/1.1'];

/** Forward secrecy and authenticated encryption only. RSA key pairs come from `--tls files`. */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

export interface KeyPair {
  /** The leaf's certificate and its chain, as PEM. */
  readonly cert: string;
  readonly key: string;
}

/** What a TLS context is made of; on every change it is made anew as a whole. */
export interface ContextParts {
  /** Without one every handshake fails. */
  readonly pair?: KeyPair | undefined;
  readonly minVersion: SecureVersion;
  /** The CAs of client certificates, as PEM. */
  readonly clientCa?: string;
}

export function contextOptions({ pair, minVersion, clientCa }: ContextParts): SecureContextOptions {
  return {
    ...(pair === undefined ? {} : { cert: pair.cert, key: pair.key }),
    minVersion,
    ciphers: CIPHERS,
    honorCipherOrder: true,
    // Nobody resumes: no tickets are written and, as nothing keeps sessions, no session id is ever found. The API
    // server makes a full handshake anyway, and the check of a client certificate must always run.
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
    ...(clientCa === undefined ? {} : { ca: clientCa }),
  };
}
