import { serverWorkloadSelector } from '../../../src/rules/server/workload-selector.js';
import { testRule } from '../harness.js';

const server = (spec: string): string => `{kind: Server, spec: ${spec}}`;

testRule(serverWorkloadSelector, {
  accepts: {
    'a pod selector (SRV-1)': server('{podSelector: {}, port: 80}'),
    'an external workload selector': server('{externalWorkloadSelector: {}, port: 80}'),
    'a null selector: schema/type speaks of it': server('{podSelector: null, port: 80}'),
    'a mistyped selector: schema/type speaks of it': server('{podSelector: [], port: 80}'),
    'no spec: schema/type speaks of it': '{kind: Server}',
    'a spec that is no object: schema/type speaks of it': server('[]'),
  },
  reports: {
    'no selector (SRV-1)': [server('{port: 80}'), 'spec: none'],
    'an empty spec': [server('{}'), 'spec: none'],
    'both selectors': [server('{podSelector: {}, externalWorkloadSelector: {}, port: 80}'), 'spec: both'],
    'both selectors, one of them null': [
      server('{podSelector: {}, externalWorkloadSelector: null, port: 80}'),
      'spec: both',
    ],
    'a member that every object inherits is no selector': [
      server('{constructor: {}, __proto__: {podSelector: {}}, port: 80}'),
      'spec: none',
    ],
  },
  reads: [
    [
      server('{port: 80}'),
      'spec [server/workload-selector]: a Server needs a `podSelector` or an `externalWorkloadSelector`; this one has neither\n' +
        '  add `podSelector: {matchLabels: {…}}`; `podSelector: {matchLabels: {}}` selects every pod',
    ],
    [
      server('{podSelectors: {}, port: 80}'),
      'spec [server/workload-selector]: a Server needs a `podSelector` or an `externalWorkloadSelector`; this one has neither\n' +
        '  `podSelectors` is no field of a Server; did you mean `podSelector`?',
    ],
    [
      server('{externalworkloadSelector: {}, port: 80}'),
      'spec [server/workload-selector]: a Server needs a `podSelector` or an `externalWorkloadSelector`; this one has neither\n' +
        '  `externalworkloadSelector` is no field of a Server; did you mean `externalWorkloadSelector`?',
    ],
    [
      server('{podSelector: {}, externalWorkloadSelector: {}, port: 80}'),
      'spec [server/workload-selector]: a Server selects either pods or external workloads; this one has both selectors\n' +
        '  keep one of `podSelector` and `externalWorkloadSelector`, and write a second Server for the other',
    ],
  ],
});
