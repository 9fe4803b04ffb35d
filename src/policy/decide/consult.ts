import type { Protocol } from '../inbound/port-policy.js';
import { bestRoute } from './best-route.js';
import type { Connection } from './connection.js';
import type { Prepared, PreparedRule } from './prepare.js';
import { RequestReader, type Traffic } from './request.js';

/** Why a client is turned away before any authorization is asked. */
export type TurnedAway = 'direct-needs-identity' | 'protocol-mismatch' | 'no-route' | 'no-http-policy';

/** Whose authorizations are asked: the Server's for TCP, or those of the route of a rule; or nobody's. */
export type Consulted =
  | { readonly kind: 'tcp' }
  | { readonly kind: 'rule'; readonly rule: PreparedRule }
  | { readonly kind: 'none'; readonly reason: TurnedAway };

const TCP: Consulted = Object.freeze({ kind: 'tcp' });
const none = (reason: TurnedAway): Consulted => Object.freeze({ kind: 'none', reason });
const DIRECT_NEEDS_IDENTITY = none('direct-needs-identity');
const MISMATCH = none('protocol-mismatch');
const NO_ROUTE = none('no-route');
const NO_HTTP_POLICY = none('no-http-policy');

/** What the proxy takes the traffic for, and whose authorizations it then asks (B2, B3, B5). */
export function consult(policy: Prepared, connection: Connection, traffic: Traffic): Consulted {
  const { tls, direct } = connection;
  if (direct && (tls.kind !== 'established' || tls.identity === undefined)) return DIRECT_NEEDS_IDENTITY;
  const { protocol } = policy;
  // In somebody else's TLS the proxy sees no HTTP.
  if (traffic.kind === 'tcp' || tls.kind === 'passthru') return permitsTcp(protocol) ? TCP : MISMATCH;
  if (protocol === 'opaque' || protocol === 'TLS') return direct ? NO_HTTP_POLICY : TCP;
  if (!takesVersion(protocol, traffic.version, connection)) return MISMATCH;
  const rule = bestRoute(policy, new RequestReader(traffic.request));
  return rule === undefined ? NO_ROUTE : { kind: 'rule', rule };
}

/** Whether the protocol lets through what is not HTTP (B3). */
export const permitsTcp = (protocol: Protocol): boolean =>
  protocol === 'detect' || protocol === 'opaque' || protocol === 'TLS';

/**
 * Without mesh TLS the named protocol is spoken at once, and the other version of HTTP is an error. With it the
 * proxies between them bring either version.
 */
function takesVersion(protocol: Protocol, version: 'http1' | 'http2', { tls }: Connection): boolean {
  if (protocol === 'detect' || tls.kind === 'established') return true;
  return (protocol === 'HTTP/1') === (version === 'http1');
}
