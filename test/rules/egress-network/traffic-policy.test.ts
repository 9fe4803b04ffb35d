import { egressNetworkTrafficPolicy } from '../../../src/rules/egress-network/traffic-policy.js';
import { testRule } from '../harness.js';

const policy = (value: string): string => `{kind: EgressNetwork, spec: {trafficPolicy: ${value}}}`;

testRule(egressNetworkTrafficPolicy, {
  accepts: {
    'Deny (EN-1)': policy('Deny'),
    Allow: policy('Allow'),
    'a mistyped word: schema/type speaks of it': policy('5'),
    'no spec: schema/type speaks of it': '{kind: EgressNetwork}',
    'a spec that is no object: schema/type speaks of it': '{kind: EgressNetwork, spec: []}',
  },
  reports: {
    'another case (EN-1)': [policy('deny'), 'spec.trafficPolicy: unknown'],
    'an empty word': [policy('""'), 'spec.trafficPolicy: unknown'],
    'a member of every object': [policy('constructor'), 'spec.trafficPolicy: unknown'],
    'none (EN-1)': ['{kind: EgressNetwork, spec: {}}', 'spec: missing'],
    null: [policy('null'), 'spec: missing'],
    'none, beside mistyped networks': [
      '{kind: EgressNetwork, spec: {networks: [{cidr: 5}]}}',
      'spec: missing',
    ],
  },
  reads: [
    [
      policy('deny'),
      'spec.trafficPolicy [egress-network/traffic-policy]: "deny" is no traffic policy\n' +
        '  did you mean `Deny`? the words are Allow and Deny',
    ],
    [
      policy('Alow'),
      'spec.trafficPolicy [egress-network/traffic-policy]: "Alow" is no traffic policy\n' +
        '  did you mean `Allow`? the words are Allow and Deny',
    ],
    [
      policy('Audit'),
      'spec.trafficPolicy [egress-network/traffic-policy]: "Audit" is no traffic policy\n  write Allow or Deny',
    ],
    [
      '{kind: EgressNetwork, spec: {}}',
      'spec [egress-network/traffic-policy]: `trafficPolicy` is required\n  write Allow or Deny',
    ],
  ],
});
