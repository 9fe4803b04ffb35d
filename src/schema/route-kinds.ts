/** The kinds of routes. */
import { GATEWAY_GROUP, KIND_IDS, POLICY_GROUP, type KindId } from './registry.js';

export type RouteKind = Extract<KindId, `${string}Route`>;
export type HttpRouteKind = 'policy.linkerd.io/HTTPRoute' | 'gateway.networking.k8s.io/HTTPRoute';
/** Those that inbound policy reads; the others only get a status. */
export type L7RouteKind = HttpRouteKind | 'gateway.networking.k8s.io/GRPCRoute';

export const ROUTE_KINDS = KIND_IDS.filter((id) => id.endsWith('Route')) as RouteKind[];
export const HTTP_ROUTE_KINDS: readonly HttpRouteKind[] = [
  `${POLICY_GROUP}/HTTPRoute`,
  `${GATEWAY_GROUP}/HTTPRoute`,
];
export const L7_ROUTE_KINDS: readonly L7RouteKind[] = [...HTTP_ROUTE_KINDS, `${GATEWAY_GROUP}/GRPCRoute`];
