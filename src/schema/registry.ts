/** All kinds we know, their ids and the one shape in which rules and index see each (the hub type). */
import type { KindDefinition, VersionDefinition } from './kinds/kind.js';
import { authorizationPolicy, type AuthorizationPolicySpec } from './kinds/authorization-policy.js';
import { egressNetwork, type EgressNetworkSpec } from './kinds/egress-network.js';
import { externalWorkload, type ExternalWorkloadSpec } from './kinds/external-workload.js';
import {
  gatewayHTTPRoute,
  grpcRoute,
  tcpRoute,
  tlsRoute,
  type GatewayHTTPRouteSpec,
  type GRPCRouteSpec,
  type TCPRouteSpec,
  type TLSRouteSpec,
} from './kinds/gateway-routes.js';
import {
  httpLocalRateLimitPolicy,
  type HTTPLocalRateLimitPolicySpec,
} from './kinds/http-local-rate-limit-policy.js';
import { httpRoute, type HTTPRouteSpec } from './kinds/http-route.js';
import { meshTLSAuthentication, type MeshTLSAuthenticationSpec } from './kinds/meshtls-authentication.js';
import { networkAuthentication, type NetworkAuthenticationSpec } from './kinds/network-authentication.js';
import { server, type ServerSpec } from './kinds/server.js';
import { serverAuthorization, type ServerAuthorizationSpec } from './kinds/server-authorization.js';

export const POLICY_GROUP = 'policy.linkerd.io';
export const GATEWAY_GROUP = 'gateway.networking.k8s.io';
export const WORKLOAD_GROUP = 'workload.linkerd.io';

/** The spec of each kind that admission judges, in its newest version. */
export interface HubSpecs {
  'policy.linkerd.io/Server': ServerSpec;
  'policy.linkerd.io/ServerAuthorization': ServerAuthorizationSpec;
  'policy.linkerd.io/AuthorizationPolicy': AuthorizationPolicySpec;
  'policy.linkerd.io/MeshTLSAuthentication': MeshTLSAuthenticationSpec;
  'policy.linkerd.io/NetworkAuthentication': NetworkAuthenticationSpec;
  'policy.linkerd.io/HTTPRoute': HTTPRouteSpec;
  'policy.linkerd.io/HTTPLocalRateLimitPolicy': HTTPLocalRateLimitPolicySpec;
  'policy.linkerd.io/EgressNetwork': EgressNetworkSpec;
  'gateway.networking.k8s.io/HTTPRoute': GatewayHTTPRouteSpec;
  'gateway.networking.k8s.io/GRPCRoute': GRPCRouteSpec;
  'gateway.networking.k8s.io/TLSRoute': TLSRouteSpec;
  'gateway.networking.k8s.io/TCPRoute': TCPRouteSpec;
}

/** `group/Kind`, without a version. */
export type KindId = keyof HubSpecs;

const DEFINITIONS: Readonly<Record<KindId, KindDefinition>> = {
  'policy.linkerd.io/Server': server,
  'policy.linkerd.io/ServerAuthorization': serverAuthorization,
  'policy.linkerd.io/AuthorizationPolicy': authorizationPolicy,
  'policy.linkerd.io/MeshTLSAuthentication': meshTLSAuthentication,
  'policy.linkerd.io/NetworkAuthentication': networkAuthentication,
  'policy.linkerd.io/HTTPRoute': httpRoute,
  'policy.linkerd.io/HTTPLocalRateLimitPolicy': httpLocalRateLimitPolicy,
  'policy.linkerd.io/EgressNetwork': egressNetwork,
  'gateway.networking.k8s.io/HTTPRoute': gatewayHTTPRoute,
  'gateway.networking.k8s.io/GRPCRoute': grpcRoute,
  'gateway.networking.k8s.io/TLSRoute': tlsRoute,
  'gateway.networking.k8s.io/TCPRoute': tcpRoute,
};

/** The kinds that admission judges, in a fixed order. */
export const KIND_IDS = Object.freeze(Object.keys(DEFINITIONS) as KindId[]);

export const POLICY_KINDS = Object.freeze(KIND_IDS.filter((id) => DEFINITIONS[id].group === POLICY_GROUP));

/** Known but not admitted: it feeds the index only (EW-1). */
export { externalWorkload, type ExternalWorkloadSpec };

const BY_ID: ReadonlyMap<string, KindId> = new Map(KIND_IDS.map((id) => [id, id]));
const BY_LOWER_CASE = new Map(KIND_IDS.map((id) => [id.toLowerCase(), id]));

/** The kind of a group and kind name, ignoring ASCII case as Linkerd does (REV-4). */
export function kindOf(group: string, kind: string): KindId | undefined {
  const id = `${group}/${kind}`;
  // As it is spelt nearly always; only what is not is put into lower case.
  return BY_ID.get(id) ?? BY_LOWER_CASE.get(id.toLowerCase());
}

export const definitionOf = (kind: KindId): KindDefinition => DEFINITIONS[kind];

/** The newest version of a kind: its hub. */
export function hubVersion(definition: KindDefinition): VersionDefinition {
  const hub = definition.versions[definition.versions.length - 1];
  if (hub === undefined) throw new Error(`${definition.kind} has no version`);
  return hub;
}

/** The definition of a served version, or undefined for a version that we do not know. */
export const versionOf = (definition: KindDefinition, version: string): VersionDefinition | undefined =>
  definition.versions.find(({ name }) => name === version);
