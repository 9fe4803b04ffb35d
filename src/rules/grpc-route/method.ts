import { GATEWAY_GROUP } from '../../schema/index.js';
import { defineRule, linkerd } from '../rule.js';
import { routeMatches } from '../shapes.js';

/** GG-3: the proxy matches gRPC methods exactly. */
export const grpcRouteMethod = defineRule({
  code: 'grpc-route/method',
  summary: 'a gRPC method match by regular expression',
  severity: 'deny',
  kinds: [`${GATEWAY_GROUP}/GRPCRoute`],
  sources: ['GG-3'],
  messages: {
    regex: linkerd(() => ({
      message: 'gRPC services and methods cannot be matched by regular expression',
      hint: 'write `type: Exact` and name the service and the method',
    })),
  },
  check({ subject }, report) {
    for (const { path, value } of routeMatches(subject)) {
      if (typeof value.method !== 'object' || value.method?.type !== 'RegularExpression') continue;
      report('regex', [...path, 'method', 'type'], {});
    }
  },
});
