import { routeBackendPort } from '../../../src/rules/route/backend-port.js';
import { testRule } from '../harness.js';
import { gatewayRoute, policyRoute } from './manifests.js';

const rules = (...refs: string[]): string => `{rules: [{backendRefs: [${refs.join(', ')}]}]}`;
const http = (...refs: string[]): string => gatewayRoute('HTTPRoute', rules(...refs));
const at = (i: number): string => `spec.rules[0].backendRefs[${String(i)}]`;

testRule(routeBackendPort, {
  accepts: {
    'a Service with a port (GH-8)': http('{name: s, port: 80}'),
    'any other port, as Linkerd does': http('{name: s, port: 65536}', '{name: s, port: -1}'),
    'another kind of backend (GH-8)': http('{group: x, kind: Y, name: z}'),
    'a kind in another case, which is another kind here': http('{kind: service, name: s}'),
    'a group in another case, which is another group here': http('{group: Core, name: s}'),
    'a policy HTTPRoute, which needs no port': policyRoute(rules('{name: s}')),
    'a TCPRoute, whose backends Linkerd does not check': gatewayRoute('TCPRoute', rules('{name: s}')),
    'a gateway route that Linkerd cannot read (GH-0)': http('{name: s}', '{name: 5}'),
    'no backends': gatewayRoute('HTTPRoute', '{rules: [{}, {backendRefs: null}]}'),
  },
  reports: {
    'a Service without a port (GH-8)': [http('{name: s}'), `${at(0)}: missing`],
    'port 0 (GH-8)': [http('{name: s, port: 0}'), `${at(0)}.port: missing`],
    'a null port': [http('{name: s, port: null}'), `${at(0)}: missing`],
    'a Service by its full name': [http('{group: core, kind: Service, name: s}'), `${at(0)}: missing`],
    'null group and kind, which are a Service': [
      http('{group: null, kind: null, name: s}'),
      `${at(0)}: missing`,
    ],
    'a GRPCRoute (GG-6)': [gatewayRoute('GRPCRoute', rules('{name: s}')), `${at(0)}: missing`],
    'each backend of each rule': [
      gatewayRoute(
        'HTTPRoute',
        '{rules: [{backendRefs: [{name: a, port: 1}, {name: b}]}, {backendRefs: [{name: c}]}]}',
      ),
      `${at(1)}: missing`,
      'spec.rules[1].backendRefs[0]: missing',
    ],
  },
  reads: [
    [
      http('{name: s}'),
      'spec.rules[0].backendRefs[0] [route/backend-port]: the backend Service "s" needs a `port`\n' +
        '  add the port of the Service, e.g. `port: 80`',
    ],
    [
      http('{name: s, port: 0}'),
      'spec.rules[0].backendRefs[0].port [route/backend-port]: the backend Service "s" has port 0, which is no port\n' +
        '  write the port of the Service, e.g. `port: 80`',
    ],
  ],
});
