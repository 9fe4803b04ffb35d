import { routeEgressPort } from '../../../src/rules/route/egress-port.js';
import { testRule } from '../harness.js';
import { EGRESS, EGRESS_443, gatewayRoute, policyRoute, SERVER, SERVICE } from './manifests.js';

const parents = (...refs: string[]): string => `{parentRefs: [${refs.join(', ')}], rules: []}`;
const stream = (ref: string): string =>
  `{parentRefs: [${ref}], hostnames: [a.example], rules: [{backendRefs: []}]}`;
const missing = (i: number): string => `spec.parentRefs[${String(i)}]: missing`;

testRule(routeEgressPort, {
  accepts: {
    'an EgressNetwork with a port (HR-1)': policyRoute(parents(EGRESS_443)),
    'port 0, since only presence counts': policyRoute(parents(EGRESS_443.replace('443', '0'))),
    'a Server and a Service': policyRoute(parents(SERVER, SERVICE)),
    'an EgressNetwork of another group': policyRoute(parents('{kind: EgressNetwork, name: e}')),
    'a parent without a kind': policyRoute(parents('{group: policy.linkerd.io, name: e}')),
    'a mistyped port: schema/type speaks of it': policyRoute(parents(EGRESS_443.replace('443', 'https'))),
    'a route that Linkerd cannot read (GH-0)': gatewayRoute('HTTPRoute', parents(EGRESS, '{name: 5}')),
    'a TLSRoute without hostnames (GT-3)': gatewayRoute('TLSRoute', parents(EGRESS)),
    'a TCPRoute with a rule without backends (GC-3)': gatewayRoute(
      'TCPRoute',
      `{parentRefs: [${EGRESS}], rules: [{}]}`,
    ),
    'no parents': policyRoute('{}'),
    'null parents': policyRoute('{parentRefs: null}'),
  },
  reports: {
    'an EgressNetwork without a port (HR-1)': [policyRoute(parents(EGRESS)), missing(0)],
    'a null port': [policyRoute(parents(EGRESS_443.replace('443', 'null'))), missing(0)],
    'group and kind in any case': [
      policyRoute(parents('{group: POLICY.linkerd.io, kind: egressnetwork, name: e}')),
      missing(0),
    ],
    'each EgressNetwork without a port': [
      policyRoute(parents(EGRESS, SERVER, EGRESS_443, EGRESS)),
      missing(0),
      missing(3),
    ],
    'one beside another with a mistyped port': [
      policyRoute(parents(EGRESS_443.replace('443', 'https'), EGRESS)),
      missing(1),
    ],
    'a gateway HTTPRoute (GH-1)': [gatewayRoute('HTTPRoute', parents(EGRESS)), missing(0)],
    'a GRPCRoute (GG-1)': [gatewayRoute('GRPCRoute', parents(EGRESS)), missing(0)],
    'a TLSRoute (GT-1)': [gatewayRoute('TLSRoute', stream(EGRESS)), missing(0)],
    'a TCPRoute (GC-1)': [gatewayRoute('TCPRoute', stream(EGRESS)), missing(0)],
  },
  reads: [
    [
      policyRoute(parents(EGRESS)),
      'spec.parentRefs[0] [route/egress-port]: the parent EgressNetwork "e" needs a `port`\n' +
        '  add the port that the traffic goes to, e.g. `port: 443`',
    ],
  ],
});
