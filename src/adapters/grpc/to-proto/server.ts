/**
 * The answer of the inbound policy API for a workload port (inbound-api, section 4). Only this folder knows the shapes
 * on the wire and what is written twice there; nothing is merged, and lists keep their order.
 */
import { assertNever } from '../../../model/assert-never.js';
import { POLICY_GROUP } from '../../../schema/index.js';
import type { PortPolicy, ServerRef } from '../../../policy/inbound/port-policy.js';
import type { ProxyProtocol, Server } from '../gen/inbound.js';
import { toAuthz } from './authorizations.js';
import { toRateLimit } from './rate-limit.js';
import { toGrpcRoute, toHttpRoute } from './routes.js';

/** How long a proxy waits for a first byte before it takes a connection for opaque. */
const DETECT_TIMEOUT = Object.freeze({ seconds: 10n, nanos: 0 });

export const toServer = (policy: PortPolicy): Server => ({
  protocol: toProtocol(policy),
  serverIps: [],
  authorizations: policy.authorizations.map(toAuthz),
  labels: toLabels(policy.server),
});

function toLabels(server: ServerRef): Server['labels'] {
  switch (server.kind) {
    case 'server':
      return { group: POLICY_GROUP, kind: 'server', name: server.name };
    case 'default':
      return { group: '', kind: 'default', name: server.word };
    default:
      return assertNever(server);
  }
}

function toProtocol({ protocol, httpRoutes, grpcRoutes, rateLimit }: PortPolicy): ProxyProtocol {
  const limit = rateLimit === undefined ? undefined : toRateLimit(rateLimit);
  const http = { routes: httpRoutes.map(toHttpRoute), localRateLimit: limit };
  switch (protocol) {
    case 'detect': {
      const value = { timeout: DETECT_TIMEOUT, httpRoutes: http.routes, httpLocalRateLimit: limit };
      return { kind: { $case: 'detect', value } };
    }
    case 'HTTP/1':
      return { kind: { $case: 'http1', value: http } };
    case 'HTTP/2':
      return { kind: { $case: 'http2', value: http } };
    case 'gRPC':
      return { kind: { $case: 'grpc', value: { routes: grpcRoutes.map(toGrpcRoute) } } };
    case 'opaque':
      return { kind: { $case: 'opaque', value: {} } };
    case 'TLS':
      return { kind: { $case: 'tls', value: {} } };
    default:
      return assertNever(protocol);
  }
}
