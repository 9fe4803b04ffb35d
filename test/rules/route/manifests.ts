/** Routes in small YAML, for the tests of route rules. */

export const GATEWAY = 'gateway.networking.k8s.io';

type Kind = 'HTTPRoute' | 'GRPCRoute' | 'TLSRoute' | 'TCPRoute';

/** A policy.linkerd.io HTTPRoute with this spec. */
export const policyRoute = (spec: string, metadata = '{}'): string =>
  `{kind: HTTPRoute, metadata: ${metadata}, spec: ${spec}}`;

/** A route of the Gateway API with this spec. */
export const gatewayRoute = (kind: Kind, spec: string, metadata = '{}'): string => {
  const version = kind === 'TLSRoute' || kind === 'TCPRoute' ? 'v1alpha2' : 'v1';
  return `{apiVersion: ${GATEWAY}/${version}, kind: ${kind}, metadata: ${metadata}, spec: ${spec}}`;
};

/** One rule with this match, of each kind that has matches of that sort. */
export const policyMatch = (match: string): string => policyRoute(`{rules: [{matches: [${match}]}]}`);
export const gatewayMatch = (match: string): string =>
  gatewayRoute('HTTPRoute', `{rules: [{matches: [${match}]}]}`);
export const grpcMatch = (match: string): string =>
  gatewayRoute('GRPCRoute', `{rules: [{matches: [${match}]}]}`);

export const SERVER = '{group: policy.linkerd.io, kind: Server, name: web}';
export const SERVICE = '{group: core, kind: Service, name: s, port: 80}';
export const EGRESS = '{group: policy.linkerd.io, kind: EgressNetwork, name: e}';
export const EGRESS_443 = '{group: policy.linkerd.io, kind: EgressNetwork, name: e, port: 443}';
