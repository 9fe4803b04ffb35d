/** All rules, in the order in which their messages read well: the shape of an object first. */
import type { Rule } from './rule.js';
import { acceptAnnotation } from './accept/annotation.js';
import { authorizationPolicyAuthentications } from './authorization-policy/authentications.js';
import { authorizationPolicyTarget } from './authorization-policy/target.js';
import { authorizationPolicyTargetNamespace } from './authorization-policy/target-namespace.js';
import { egressNetworkTrafficPolicy } from './egress-network/traffic-policy.js';
import { grpcRouteMethod } from './grpc-route/method.js';
import { identitySyntax } from './identity/syntax.js';
import { meshTLSAuthenticationExactlyOne } from './meshtls-authentication/exactly-one.js';
import { meshTLSAuthenticationIdentityRefs } from './meshtls-authentication/identity-refs.js';
import { networkCidr } from './network/cidr.js';
import { networkExcept } from './network/except.js';
import { networkRequired } from './network/required.js';
import { objectDuplicate } from './object/duplicate.js';
import { rateLimitClientRefs } from './rate-limit/client-refs.js';
import { rateLimitLimits } from './rate-limit/limits.js';
import { rateLimitTarget } from './rate-limit/target.js';
import { routeAnnotations } from './route/annotations.js';
import { routeBackendPort } from './route/backend-port.js';
import { routeEgressPort } from './route/egress-port.js';
import { routeFilter } from './route/filter.js';
import { routeHeader } from './route/header.js';
import { routePath } from './route/path.js';
import { routePattern } from './route/pattern.js';
import { routeSingleRule } from './route/single-rule.js';
import { routeTimeouts } from './route/timeouts.js';
import { schemaType } from './schema/type.js';
import { schemaUnknownField } from './schema/unknown-field.js';
import { schemaVersion } from './schema/version.js';
import { selectorExactlyOne } from './selector/exactly-one.js';
import { selectorRequirement } from './selector/requirement.js';
import { serverAccessPolicy } from './server/access-policy.js';
import { serverOverlap } from './server/overlap.js';
import { serverOverlapPossible } from './server/overlap-possible.js';
import { serverPort } from './server/port.js';
import { serverProxyProtocol } from './server/proxy-protocol.js';
import { serverWorkloadSelector } from './server/workload-selector.js';
import { serverAuthorizationClient } from './server-authorization/client.js';
import { serverAuthorizationMeshTLS } from './server-authorization/mesh-tls.js';
import { serverAuthorizationServer } from './server-authorization/server.js';

export const CATALOGUE: readonly Rule[] = Object.freeze([
  schemaType,
  schemaVersion,
  schemaUnknownField,
  serverWorkloadSelector,
  selectorExactlyOne,
  selectorRequirement,
  serverPort,
  serverProxyProtocol,
  serverAccessPolicy,
  serverOverlap,
  serverOverlapPossible,
  serverAuthorizationServer,
  serverAuthorizationClient,
  serverAuthorizationMeshTLS,
  authorizationPolicyTarget,
  authorizationPolicyTargetNamespace,
  authorizationPolicyAuthentications,
  meshTLSAuthenticationExactlyOne,
  meshTLSAuthenticationIdentityRefs,
  identitySyntax,
  networkRequired,
  networkCidr,
  networkExcept,
  egressNetworkTrafficPolicy,
  rateLimitTarget,
  rateLimitLimits,
  rateLimitClientRefs,
  routeEgressPort,
  routeAnnotations,
  routePath,
  routePattern,
  routeHeader,
  routeFilter,
  routeTimeouts,
  routeBackendPort,
  routeSingleRule,
  grpcRouteMethod,
  objectDuplicate,
  acceptAnnotation,
]);

const BY_CODE = new Map(CATALOGUE.map((rule) => [rule.code, rule]));

/** The rule with this code. */
export const ruleOf = (code: string): Rule | undefined => BY_CODE.get(code);

export const CODES: readonly string[] = Object.freeze(CATALOGUE.map(({ code }) => code));
