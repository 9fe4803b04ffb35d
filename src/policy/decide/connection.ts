import type { Client, Credential } from '../../algebra/index.js';
import type { Protocol } from '../inbound/port-policy.js';

/** What TLS the proxy could see on a connection (B2). */
export type TlsState =
  /** No ClientHello. */
  | { readonly kind: 'none' }
  /** TLS that is not for this proxy: the application's own, or another mesh's. */
  | { readonly kind: 'passthru'; readonly sni?: string }
  /** TLS that ends at this proxy; `identity` is undefined if the client showed no certificate. */
  | { readonly kind: 'established'; readonly identity: string | undefined };

/** A connection as it comes to a workload port. */
export interface Connection {
  readonly family: 4 | 6;
  readonly address: bigint;
  readonly tls: TlsState;
  /** Whether it comes to the proxy's own inbound port, with a transport header that names this port. */
  readonly direct: boolean;
}

const PLAIN: Credential = Object.freeze({ kind: 'plain' });
const ANONYMOUS: Credential = Object.freeze({ kind: 'anonymous' });

/** What the client shows under this protocol: on an opaque port TLS is not looked at, except on a direct connection. */
function credentialOf({ tls, direct }: Connection, protocol: Protocol): Credential {
  if (tls.kind !== 'established' || (protocol === 'opaque' && !direct)) return PLAIN;
  return tls.identity === undefined ? ANONYMOUS : { kind: 'identity', identity: tls.identity };
}

/** The client of the connection, as authorizations see it under this protocol (B2, B3). */
export const clientOf = (connection: Connection, protocol: Protocol): Client => ({
  credential: credentialOf(connection, protocol),
  family: connection.family,
  address: connection.address,
});
