import { serverOverlapPossible } from '../../../src/rules/server/overlap-possible.js';
import { testRule, type Given } from '../harness.js';

const server = (name: string, selector: string, port: string | number): string =>
  `{kind: Server, metadata: {name: ${name}}, spec: {podSelector: ${selector}, port: ${String(port)}}}`;
const web = (port: string | number): string => server('web', '{matchLabels: {app: web}}', port);
const front = (port: string | number): string => server('front', '{matchLabels: {tier: front}}', port);
const over = (object: string, ...cluster: string[]): Given => ({ object, cluster: cluster.join('\n---\n') });
const BOTH_POD =
  '{kind: Pod, metadata: {name: web-1, labels: {app: web, tier: front}}, spec: {containers: [{name: main, ports: [{name: http, containerPort: 8080}]}]}}';

testRule(serverOverlapPossible, {
  accepts: {
    'a Server alone': over(front('http')),
    'labels that no pod can have both of': over(
      server('api', '{matchLabels: {app: api}}', 'http'),
      web('http'),
    ),
    'two numbers': over(front(80), web(8080)),
    'two names, which are taken not to meet': over(front('http'), web('admin')),
    'a certain overlap: server/overlap speaks of it': over(
      server('all', '{matchLabels: {}}', 'http'),
      web('http'),
    ),
    'a live overlap: server/overlap speaks of it': over(front('http'), web('http'), BOTH_POD),
    'a selector that never matches': over(
      server(
        'never',
        '{matchExpressions: [{key: a, operator: In, values: [x]}, {key: a, operator: DoesNotExist}]}',
        'http',
      ),
      web('http'),
    ),
  },
  reports: {
    'two selectors that some pod could satisfy': [over(front('http'), web('http')), 'warn spec: possible'],
    'a name and a number, which may be the same port': [
      over(server('all', '{matchLabels: {}}', 80), web('http')),
      'warn spec: possible',
    ],
    'each other Server': [
      over(front('http'), web('http'), server('api', '{matchLabels: {app: api}}', 'http')),
      'warn spec: possible',
      'warn spec: possible',
    ],
  },
  reads: [
    [
      over(front('http'), web('http')),
      'spec [server/overlap-possible]: may overlap Server "web": both would select a workload with app=web and tier=front\n' +
        '  select by labels that tell the workloads apart; only the older Server of two governs a port',
    ],
  ],
});
