import type { RateLimit, RedirectFilter, RouteRef, ServerRef } from '../inbound/port-policy.js';
import type { CreditedSource } from './grant.js';

/** `audit` is allowed and logged. */
export type Outcome = 'allow' | 'audit' | 'deny' | 'not-found';

/** What the client gets. */
export type Answer =
  /** Of the workload. */
  | { readonly kind: 'forward' }
  | { readonly kind: 'redirect'; readonly status: number; readonly redirect: RedirectFilter }
  | { readonly kind: 'http'; readonly status: 403 | 404 }
  | { readonly kind: 'grpc'; readonly code: 'PermissionDenied' | 'NotFound' }
  /** The connection is closed. */
  | { readonly kind: 'refused' };

export type Reason =
  | 'authorized'
  /** None of the authorizations applies. */
  | 'no-authorization'
  | 'no-route'
  /** The protocol of the port lets no raw TCP through, or not this version of HTTP. */
  | 'protocol-mismatch'
  /** HTTP on the proxy's own port, for a port whose policy knows no HTTP. */
  | 'no-http-policy'
  /** A connection to the proxy's own port without a client identity. */
  | 'direct-needs-identity'
  /** Proxies cannot convert the policy: nobody may do anything. */
  | 'invalid-answer';

/** A limit that counts an authorized request; whether it is exceeded is not for a decision to say (B4). */
export interface AppliedRateLimit {
  readonly policy: { readonly namespace: string; readonly name: string };
  /** `identity` is one bucket for each identity, and one for all clients without. */
  readonly scope: 'total' | 'identity' | 'override';
  readonly requestsPerSecond: number;
}

/** One who has a say about the connection; today Linkerd alone. */
export interface LayerVerdict {
  readonly layer: 'linkerd';
  readonly outcome: Outcome;
}

export interface Decision {
  readonly outcome: Outcome;
  readonly answer: Answer;
  readonly reason: Reason;
  readonly server: ServerRef;
  /** The route and rule whose authorizations were asked; undefined for TCP, and where none was found. */
  readonly route: RouteRef | undefined;
  /** Its place in the route. */
  readonly rule: number | undefined;
  /** The first that applies. */
  readonly authorization: CreditedSource | undefined;
  /** In the order in which they are asked; none unless a request is forwarded. */
  readonly rateLimits: readonly AppliedRateLimit[];
  readonly layers: readonly LayerVerdict[];
}

const NO_LIMITS: readonly AppliedRateLimit[] = Object.freeze([]);

/** The limits that count a request of this client: the total, then its override or else the one for identities. */
export function rateLimitsOf(
  limit: RateLimit | undefined,
  identity: string | undefined,
): readonly AppliedRateLimit[] {
  if (limit === undefined) return NO_LIMITS;
  const policy = { namespace: limit.namespace, name: limit.name };
  const limits: AppliedRateLimit[] = [];
  if (limit.total !== undefined) limits.push({ policy, scope: 'total', requestsPerSecond: limit.total });
  // Of several overrides for one client the proxy keeps the last.
  const override =
    identity === undefined
      ? undefined
      : limit.overrides.findLast(({ clients }) => clients.includes(identity));
  if (override !== undefined)
    limits.push({ policy, scope: 'override', requestsPerSecond: override.requestsPerSecond });
  else if (limit.identity !== undefined)
    limits.push({ policy, scope: 'identity', requestsPerSecond: limit.identity });
  return limits;
}
