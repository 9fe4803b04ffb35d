import { grpcRouteMethod } from '../../../src/rules/grpc-route/method.js';
import { testRule } from '../harness.js';
import { gatewayRoute, grpcMatch } from '../route/manifests.js';

const regex = (i: number, j: number): string =>
  `spec.rules[${String(i)}].matches[${String(j)}].method.type: regex`;

testRule(grpcRouteMethod, {
  accepts: {
    'a service (GG-3)': grpcMatch('{method: {service: a.B}}'),
    'a service and a method': grpcMatch('{method: {type: Exact, service: a.B, method: C}}'),
    'no type': grpcMatch('{method: {type: null, method: C}}'),
    'no method (GG-4)': grpcMatch('{headers: [{name: x, value: y}]}'),
    'a method that names nothing (GG-4)': grpcMatch('{method: {}}'),
    'a null method': grpcMatch('{method: null}'),
    'a header by pattern': grpcMatch('{headers: [{type: RegularExpression, name: x, value: y}]}'),
    'a route that Linkerd cannot read': grpcMatch('{method: {type: RegularExpression, service: 5}}'),
  },
  reports: {
    'a service by pattern (GG-3)': [
      grpcMatch('{method: {type: RegularExpression, service: ".*"}}'),
      regex(0, 0),
    ],
    'a pattern for nothing': [grpcMatch('{method: {type: RegularExpression}}'), regex(0, 0)],
    'each match of each rule': [
      gatewayRoute(
        'GRPCRoute',
        '{rules: [{matches: [{}, {method: {type: RegularExpression}}]}, {matches: [{method: {type: RegularExpression}}]}]}',
      ),
      regex(0, 1),
      regex(1, 0),
    ],
  },
  reads: [
    [
      grpcMatch('{method: {type: RegularExpression, service: ".*"}}'),
      'spec.rules[0].matches[0].method.type [grpc-route/method]: gRPC services and methods cannot be matched by regular expression\n' +
        '  write `type: Exact` and name the service and the method',
    ],
  ],
});
