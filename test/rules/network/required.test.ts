import { networkRequired } from '../../../src/rules/network/required.js';
import { testRule } from '../harness.js';

const networks = (text: string): string => `{kind: NetworkAuthentication, spec: {networks: ${text}}}`;
const egress = (text: string): string =>
  `{kind: EgressNetwork, spec: {trafficPolicy: Deny, networks: ${text}}}`;

testRule(networkRequired, {
  accepts: {
    'a network (NA-2)': networks('[{cidr: 10.0.0.0/8}]'),
    'a mistyped network: schema/type speaks of it': networks('[5]'),
    'no networks: schema/type asks for them (NA-1)': '{kind: NetworkAuthentication, spec: {}}',
    'null networks: schema/type speaks of them': networks('null'),
    'an EgressNetwork without networks (EN-2)': '{kind: EgressNetwork, spec: {trafficPolicy: Deny}}',
    'an EgressNetwork with null networks (EN-2)': egress('null'),
    'an EgressNetwork with a network': egress('[{cidr: 10.0.0.0/8}]'),
    'an empty list in a ServerAuthorization (SAZ-3)':
      '{kind: ServerAuthorization, spec: {server: {name: web}, client: {unauthenticated: true, networks: []}}}',
  },
  reports: {
    'no network (NA-2)': [networks('[]'), 'spec.networks: empty'],
    'an EgressNetwork with an empty list (EN-2)': [egress('[]'), 'spec.networks: empty'],
    'an empty list beside a mistyped word': [
      '{kind: EgressNetwork, spec: {trafficPolicy: 5, networks: []}}',
      'spec.networks: empty',
    ],
  },
  reads: [
    [
      networks('[]'),
      'spec.networks [network/required]: `networks` is empty\n' +
        '  name a network; `[{cidr: 0.0.0.0/0}, {cidr: "::/0"}]` is everywhere',
    ],
    [
      egress('[]'),
      'spec.networks [network/required]: `networks` is empty\n' +
        '  name a network, or leave `networks` out for everything outside the cluster',
    ],
  ],
});
