import { selectorExactlyOne } from '../../../src/rules/selector/exactly-one.js';
import { testRule } from '../harness.js';

const pods = (selector: string): string => `{kind: Server, spec: {podSelector: ${selector}, port: 80}}`;
const external = (selector: string): string =>
  `{kind: Server, spec: {externalWorkloadSelector: ${selector}, port: 80}}`;
const servers = (selector: string): string =>
  `{kind: ServerAuthorization, spec: {server: {selector: ${selector}}, client: {unauthenticated: true}}}`;
const requirement = '{key: app, operator: Exists}';

testRule(selectorExactlyOne, {
  accepts: {
    labels: pods('{matchLabels: {app: web}}'),
    'labels, even none': pods('{matchLabels: {}}'),
    expressions: pods(`{matchExpressions: [${requirement}]}`),
    'expressions, even none': pods('{matchExpressions: []}'),
    'labels for external workloads': external('{matchLabels: {}}'),
    'labels for Servers': servers('{matchLabels: {}}'),
    'a null member beside the other, which counts as absent': pods(
      '{matchLabels: {}, matchExpressions: null}',
    ),
    'a ServerAuthorization that names its Server':
      '{kind: ServerAuthorization, spec: {server: {name: web}, client: {unauthenticated: true}}}',
    'a null selector: schema/type speaks of it': pods('null'),
    'a mistyped member: schema/type speaks of it': pods('{matchLabels: [app]}'),
    'a mistyped label: schema/type speaks of it': pods('{matchLabels: {app: 1}}'),
    'a Server without a selector': '{kind: Server, spec: {port: 80}}',
    'both and none, where selectors are those of Kubernetes': {
      object: `{kind: Server, spec: {port: 80, podSelector: {}, externalWorkloadSelector: {matchLabels: {}, matchExpressions: []}}}`,
      world: { selectors: 'kubernetes' },
    },
  },
  reports: {
    'an empty selector': [pods('{}'), 'spec.podSelector: none'],
    'an empty selector for external workloads': [external('{}'), 'spec.externalWorkloadSelector: none'],
    'an empty selector for Servers': [servers('{}'), 'spec.server.selector: none'],
    'two null members': [pods('{matchLabels: null, matchExpressions: null}'), 'spec.podSelector: none'],
    'a misspelt member': [pods('{matchlabels: {app: web}}'), 'spec.podSelector: none'],
    'a member that every object inherits': [pods('{constructor: {}}'), 'spec.podSelector: none'],
    'both members': [
      pods(`{matchLabels: {app: web}, matchExpressions: [${requirement}]}`),
      'spec.podSelector: both',
    ],
    'both members, even empty': [pods('{matchLabels: {}, matchExpressions: []}'), 'spec.podSelector: both'],
    'both members for Servers': [
      servers('{matchLabels: {}, matchExpressions: []}'),
      'spec.server.selector: both',
    ],
    'each of two selectors': [
      '{kind: Server, spec: {podSelector: {}, externalWorkloadSelector: {matchLabels: {}, matchExpressions: []}}}',
      'spec.podSelector: none',
      'spec.externalWorkloadSelector: both',
    ],
    'an empty selector beside a mistyped one': [
      '{kind: Server, spec: {podSelector: {matchLabels: 5}, externalWorkloadSelector: {}}}',
      'spec.externalWorkloadSelector: none',
    ],
  },
  reads: [
    [
      pods('{}'),
      'spec.podSelector [selector/exactly-one]: a selector needs `matchLabels` or `matchExpressions`; this one has neither and would select everything\n' +
        '  write `matchLabels: {}` to select everything on purpose',
    ],
    [
      pods('{matchLabels: {}, matchExpressions: []}'),
      'spec.podSelector [selector/exactly-one]: a selector takes either `matchLabels` or `matchExpressions`; this one has both\n' +
        '  write each label as an expression: `{key: …, operator: In, values: […]}`',
    ],
  ],
});
