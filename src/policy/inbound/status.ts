/**
 * Which routes and rate limits a Server accepts: as Linkerd's status controller would write it (predicted), or as it
 * stands in the objects (observed). A route without an accepted status has no effect (inbound-semantics A12, A15).
 */
import type { RouteKind } from '../../schema/index.js';
import type { StoredPolicy } from '../objects/stored.js';
import { byRateLimitPrecedence } from './compile/order.js';
import type { ServerParent } from './compile/parents.js';

/** As status conditions spell it: the reason of the condition Accepted, which is true of the first only. */
export type ParentReason = 'Accepted' | 'RouteReasonConflicted' | 'NoMatchingParent';

/** Of two kinds of routes on one parent the more specific one, the lower, is accepted; policy and Gateway are one kind. */
const RANK: Readonly<Record<RouteKind, number>> = {
  'gateway.networking.k8s.io/GRPCRoute': 0,
  'policy.linkerd.io/HTTPRoute': 1,
  'gateway.networking.k8s.io/HTTPRoute': 1,
  'gateway.networking.k8s.io/TLSRoute': 2,
  'gateway.networking.k8s.io/TCPRoute': 3,
};

/**
 * What becomes of a route of this kind on a Server (inbound-api, section 6). `rivals` are the routes of all namespaces
 * that name this Server (`serverParents`), the route itself may be among them; neither whether they are valid nor whether
 * they are accepted counts. `server` is undefined where no Server of that name can be read.
 */
export function acceptedBy(
  server: ServerParent | undefined,
  kind: RouteKind,
  rivals: Iterable<{ readonly kind: RouteKind }>,
): ParentReason {
  if (server === undefined) return 'NoMatchingParent';
  for (const rival of rivals) if (RANK[rival.kind] < RANK[kind]) return 'RouteReasonConflicted';
  return 'Accepted';
}

/** The name under which the policy controller writes status. */
const CONTROLLER = 'linkerd.io/policy-controller';

/** Whether the status of a route says that a Server of this name accepts it (A12, point 3). */
export const observedAccepted = ({ parents }: Pick<StoredPolicy, 'parents'>, server: string): boolean =>
  parents.some(
    ({ controllerName, kind, name, accepted }) =>
      controllerName === CONTROLLER && kind === 'Server' && name === server && accepted,
  );

/** A rate limit by its name and age. */
interface Candidate {
  readonly name: string;
  readonly created: string | undefined;
}

/** The one of a Server's rate limits that its status would accept: the oldest. `candidates` name one existing Server. */
export function acceptedRateLimit<C extends Candidate>(candidates: Iterable<C>): C | undefined {
  let first: C | undefined;
  for (const candidate of candidates)
    if (first === undefined || byRateLimitPrecedence(candidate, first) < 0) first = candidate;
  return first;
}

/** Whether the status of a rate limit says that it is accepted; its `targetRef` is not compared (A15). */
export const observedRateLimit = ({ accepted }: Pick<StoredPolicy, 'accepted'>): boolean => accepted === true;
