/** The connection between two endpoints, as the proxy of the target sees it (inbound-semantics B2). */
import type { Address } from '../../algebra/index.js';
import type { Connection } from '../decide/connection.js';
import type { Traffic } from '../decide/request.js';
import type { Protocol } from '../inbound/port-policy.js';
import type { ClientEndpoint } from './client.js';

export interface Contact {
  readonly connection: Connection;
  /** What the proxy takes the traffic for. */
  readonly traffic: Traffic;
}

/**
 * A client with an identity comes to an opaque port over the proxy's own one, with a transport header; its proxy knows
 * the port for opaque and does not say what is spoken.
 */
export function contactOf(
  { tls }: Pick<ClientEndpoint, 'tls'>,
  { family, address }: Address,
  { protocol, traffic }: { readonly protocol: Protocol; readonly traffic: Traffic },
): Contact {
  const direct = protocol === 'opaque' && tls.kind === 'established' && tls.identity !== undefined;
  return {
    connection: { family, address, tls, direct },
    traffic: protocol === 'opaque' ? { kind: 'tcp' } : traffic,
  };
}
