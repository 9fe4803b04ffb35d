import { serverOverlap } from '../../../src/rules/server/overlap.js';
import { testRule, type Given } from '../harness.js';

const server = (name: string, spec: string, metadata = ''): string =>
  `{kind: Server, metadata: {name: ${name}${metadata}}, spec: ${spec}}`;
const created = (day: number): string => `, creationTimestamp: "2026-01-0${String(day)}T00:00:00Z"`;
const pod = (name: string, labels: string, ...ports: string[]): string =>
  `{kind: Pod, metadata: {name: ${name}, labels: ${labels}}, spec: {containers: [{name: main, ports: [${ports.join(', ')}]}]}}`;
const over = (object: string, ...cluster: string[]): Given => ({ object, cluster: cluster.join('\n---\n') });
const labels = (text: string): string => `podSelector: {matchLabels: ${text}}`;

const WEB_POD = pod('web-1', '{app: web}', '{name: http, containerPort: 8080}');
const WEB = `{${labels('{app: web}')}, port: http}`;

testRule(serverOverlap, {
  accepts: {
    'a Server alone': over(server('web', WEB), WEB_POD),
    'itself on update': { ...over(server('web', WEB), WEB_POD), before: server('web', WEB) },
    'another port of the same pods (SRV-6)': over(
      server('admin', `{${labels('{app: web}')}, port: 9090}`),
      server('web', WEB),
      WEB_POD,
    ),
    'the same port of other pods': over(
      server('api', `{${labels('{app: api}')}, port: http}`),
      server('web', WEB),
      WEB_POD,
    ),
    'the same Server of another namespace': over(
      server('other', WEB),
      server('web', WEB, ', namespace: elsewhere'),
      pod('web-1', '{app: web}', '{name: http, containerPort: 8080}'),
    ),
    'a Server of external workloads on the same labels': over(
      server('external', '{externalWorkloadSelector: {matchLabels: {app: web}}, port: http}'),
      server('web', WEB),
      WEB_POD,
    ),
    'an overlap that is only possible: server/overlap-possible speaks of it': over(
      server('tier', `{${labels('{tier: front}')}, port: http}`),
      server('web', WEB),
    ),
    'a Server that cannot be read': over(
      server('web2', `{podSelector: 5, port: http}`),
      server('web', WEB),
      WEB_POD,
    ),
  },
  reports: {
    'the same port of a pod that is there': [
      over(server('web2', WEB), server('web', WEB), WEB_POD),
      'spec: live',
    ],
    'a name and the number that it stands for': [
      over(server('number', `{${labels('{app: web}')}, port: 8080}`), server('web', WEB), WEB_POD),
      'spec: live',
    ],
    'two selectors that meet on a pod': [
      over(
        server('tier', `{podSelector: {matchExpressions: [{key: tier, operator: Exists}]}, port: http}`),
        server('web', WEB),
        pod('web-1', '{app: web, tier: front}', '{name: http, containerPort: 8080}'),
      ),
      'spec: live',
    ],
    'the narrower of two Servers, before any pod is there': [
      over(server('narrow', `{${labels('{app: web, tier: front}')}, port: http}`), server('web', WEB)),
      'spec: certain',
    ],
    'the wider of two Servers, before any pod is there': [
      over(server('all', `{${labels('{}')}, port: http}`), server('web', WEB)),
      'spec: certain',
    ],
    'each Server that it meets, by name': [
      over(server('c', WEB), server('b', WEB), server('a', WEB), WEB_POD),
      'spec: live',
      'spec: live',
    ],
    'an edit that makes two Servers meet': [
      {
        ...over(server('api', WEB), server('web', WEB), WEB_POD),
        before: server('api', `{${labels('{app: api}')}, port: http}`),
      },
      'spec: live',
    ],
    'an overlap that was there before, as a warning': [
      {
        ...over(
          server('web2', `{${labels('{app: web}')}, port: http, proxyProtocol: opaque}`),
          server('web', WEB),
          WEB_POD,
        ),
        before: server('web2', WEB),
      },
      'warn spec: live',
    ],
    'a rename that the object accepts, as a warning': [
      over(
        server(
          'new',
          WEB,
          ', annotations: {gatehouse.dev/accept: "server/overlap until 2026-11-29 replaces web"}',
        ),
        server('web', WEB),
        WEB_POD,
      ),
      'warn spec: live',
    ],
  },
  reads: [
    [
      over(server('web2', WEB, created(2)), server('web', WEB, created(1)), WEB_POD),
      'spec [server/overlap]: port 8080 of pod web-1 is claimed by Server "web" too: "web" is the older and wins, and this Server would silently do nothing there\n' +
        '  select other workloads or another port; to replace "web", annotate this Server with gatehouse.dev/accept: "server/overlap until 2026-11-29 replaces web", apply it, then delete "web"',
    ],
    [
      over(server('a', WEB), server('web', WEB)),
      'spec [server/overlap]: Server "web" claims port "http" of a workload with app=web too, and no workload can tell the two apart: this Server has the lower name and wins, and "web" would silently do nothing there\n' +
        '  select other workloads or another port; to replace "web", annotate this Server with gatehouse.dev/accept: "server/overlap until 2026-11-29 replaces web", apply it, then delete "web"',
    ],
  ],
});
