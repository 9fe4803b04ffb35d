/** What rows, columns and cells are, case by case. */
import { describe, expect, it } from '@jest/globals';
import { matrix, type AnsweredMatrix, type MatrixQuestion } from '../../../src/app/matrix.js';
import type { ClusterSettings } from '../../../src/model/world.js';
import { indexOfYaml } from '../../app/ask.js';

const POLICY = 'policy.linkerd.io';

const object = (apiVersion: string, kind: string, name: string, spec: string): string =>
  `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: ${name}, namespace: shop}\nspec: ${spec}\n`;

/** A pod of a controller, meshed unless it says otherwise. */
const pod = (
  name: string,
  {
    app = name,
    owner = '',
    ip = '',
    meshed = true,
    account = app,
    annotations = '',
    ports = '',
  }: Partial<Record<'app' | 'owner' | 'ip' | 'account' | 'annotations' | 'ports', string>> & {
    meshed?: boolean;
  } = {},
): string => `---
apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  namespace: shop
  labels: {app: ${app}${meshed ? ', linkerd.io/control-plane-ns: linkerd' : ''}}
  annotations: {${annotations}}
  ownerReferences: [${owner === '' ? '' : `{kind: StatefulSet, name: ${owner}, controller: true}`}]
spec: {serviceAccountName: ${account}, containers: [{name: main, ports: [${ports}]}]}
status: {${ip === '' ? '' : `podIP: ${ip}`}}
`;

const HTTP = '{name: http, containerPort: 8080}';
const server = (name: string, app: string, more = '', port = '8080'): string =>
  object(
    `${POLICY}/v1beta3`,
    'Server',
    name,
    `{podSelector: {matchLabels: {app: ${app}}}, port: ${port}${more}}`,
  );
const policy = (name: string, target: string, refs: string): string =>
  object(
    `${POLICY}/v1alpha1`,
    'AuthorizationPolicy',
    name,
    `{targetRef: {group: ${POLICY}, kind: ${target}}, requiredAuthenticationRefs: [${refs}]}`,
  );
const account = (name: string): string => `{kind: ServiceAccount, name: ${name}}`;
const networkOf = (cidr: string): string =>
  object(`${POLICY}/v1alpha1`, 'NetworkAuthentication', 'net', `{networks: [{cidr: ${cidr}}]}`);
const NETWORK = `{group: ${POLICY}, kind: NetworkAuthentication, name: net}`;

function matrixOf(
  yaml: string,
  question: Partial<MatrixQuestion> = {},
  settings: Partial<ClusterSettings> = {},
): AnsweredMatrix {
  const index = indexOfYaml(yaml, settings);
  const found = matrix(index, { from: [], to: [], namespace: 'shop', perRoute: false, ...question });
  if (!found.ok) throw new Error(JSON.stringify(found.error));
  return found.value;
}

/** Of each row `clients: access …`. */
const told = ({ rows, columns, answer }: AnsweredMatrix): string[] =>
  rows.map(
    ({ clients }, row) =>
      `${clients.map(({ name }) => name).join(' ')}: ${columns.map((_, column) => answer(row, column).access).join(' ')}`,
  );
const columnsOf = ({ columns }: AnsweredMatrix): string[] =>
  columns.map(({ targets }) => targets.map(({ name }) => name).join(' '));

describe('rows', () => {
  it('are shared by clients that no policy tells apart, and by no others', () => {
    const yaml =
      ['a', 'b', 'c'].map((name) => pod(name)).join('') +
      pod('web', { ports: HTTP }) +
      server('web', 'web') +
      policy('from-c', 'Server, name: web', account('c'));
    expect(told(matrixOf(yaml))).toEqual([
      'outside: none',
      'unmeshed: none',
      'kubelet: none',
      'shop/a shop/b shop/web: none',
      'shop/c: all',
    ]);
  });

  it('are cut no finer than the ports that are asked about', () => {
    const yaml =
      pod('a') +
      pod('b') +
      pod('web', { ports: HTTP }) +
      pod('other', { ports: HTTP }) +
      server('web', 'web') +
      policy('from-b', 'Server, name: web', account('b'));
    expect(told(matrixOf(yaml, { to: ['other'], from: ['ns/shop'] }))).toEqual([
      'shop/a shop/b shop/other shop/web: all',
    ]);
  });

  it('tell a known address from one that nobody knows', () => {
    const yaml =
      pod('near', { meshed: false, ip: '10.9.0.1' }) +
      pod('far', { meshed: false, ip: '10.8.0.1' }) +
      pod('new', { meshed: false }) +
      pod('web', { ports: HTTP, account: 'near' }) +
      server('web', 'web') +
      networkOf('10.9.0.0/16') +
      policy('from-net', 'Server, name: web', NETWORK);
    expect(told(matrixOf(yaml))).toEqual([
      'outside: none',
      'unmeshed: some',
      'kubelet: unknown-address',
      'shop/far: none',
      'shop/near: all',
      'shop/new shop/web: unknown-address',
    ]);
  });

  it('ask of all pods of a workload', () => {
    const yaml =
      pod('w-0', { owner: 'w', app: 'w', ip: '10.9.0.1' }) +
      pod('w-1', { owner: 'w', app: 'w', ip: '10.8.0.1' }) +
      pod('web', { ports: HTTP }) +
      server('web', 'web') +
      networkOf('10.9.0.0/16') +
      policy('from-net', 'Server, name: web', NETWORK);
    const found = matrixOf(yaml, { from: ['w'] });
    expect(told(found)).toEqual(['shop/w: some']);
    const { allowed, refused } = found.answer(0, 0);
    expect([allowed!.address.address, refused!.address.address]).toEqual([0x0a090001n, 0x0a080001n]);
  });

  it('tell a workload at two addresses from one that is at either', () => {
    const yaml =
      pod('w-0', { owner: 'w', app: 'w', ip: '10.9.0.1' }) +
      pod('w-1', { owner: 'w', app: 'w', ip: '10.8.0.1' }) +
      pod('new') +
      pod('web', { ports: HTTP }) +
      server('web', 'web') +
      networkOf('10.9.0.0/16') +
      policy('from-net', 'Server, name: web', NETWORK);
    expect(told(matrixOf(yaml, { from: ['w', 'new'] }))).toEqual([
      'shop/new: unknown-address',
      'shop/w: some',
    ]);
  });

  it('are two for a workload whose pods differ', () => {
    const yaml =
      pod('w-0', { owner: 'w', app: 'w' }) +
      pod('w-1', { owner: 'w', app: 'w', meshed: false }) +
      pod('web', { ports: HTTP }) +
      server('web', 'web') +
      policy('from-w', 'Server, name: web', account('w'));
    expect(told(matrixOf(yaml, { from: ['statefulset/w'] }))).toEqual(['shop/w-0: all', 'shop/w-1: none']);
  });

  it('show nothing to a port that the client’s proxy skips, nor without identity to an opaque one', () => {
    const yaml =
      pod('a', { annotations: 'config.linkerd.io/skip-outbound-ports: "8080"' }) +
      pod('b', { account: 'a' }) +
      pod('web', { ports: `${HTTP}, {name: alt, containerPort: 8081}` }) +
      server('web', 'web', ', proxyProtocol: opaque') +
      server('alt', 'web', '', '8081') +
      policy('web-from-a', 'Server, name: web', account('a')) +
      policy('alt-from-a', 'Server, name: alt', account('a')) +
      object('workload.linkerd.io/v1beta1', 'ExternalWorkload', 'vm', '{meshTLS: {identity: ""}, ports: []}');
    expect(told(matrixOf(yaml, { from: ['a', 'b', 'vm'] }))).toEqual([
      'shop/a: none all',
      'shop/b: all all',
      'shop/vm: none none',
    ]);
  });

  it('leave nobody outside where the cluster is everywhere', () => {
    const everywhere = { clusterNetworks: ['0.0.0.0/0', '::/0'] };
    expect(told(matrixOf(pod('web', { ports: HTTP }), {}, everywhere))).toEqual([
      'unmeshed: all',
      'kubelet: all',
      'shop/web: all',
    ]);
  });
});

describe('columns', () => {
  it('are shared by ports of one policy', () => {
    const yaml =
      pod('a', { ports: HTTP }) +
      pod('b', { ports: HTTP }) +
      pod('c', { ports: HTTP, meshed: false }) +
      pod('d', { ports: HTTP, annotations: 'config.linkerd.io/skip-inbound-ports: "8080"' });
    const found = matrixOf(yaml, { from: ['outside'] });
    expect(columnsOf(found)).toEqual(['shop/a:8080 shop/b:8080', 'shop/c:8080', 'shop/d:8080']);
    expect(found.columns.map(({ enforcement }) => typeof enforcement === 'string' && enforcement)).toEqual([
      false,
      'no-proxy',
      'skip-inbound-ports',
    ]);
  });

  it('are of the ports that are declared, probed or claimed, the proxy’s own aside', () => {
    const yaml =
      pod('web', { ports: HTTP }).replace(
        'ports: [{name: http, containerPort: 8080}]',
        'ports: [{name: http, containerPort: 8080}], livenessProbe: {httpGet: {port: 9000}}}, {name: linkerd-proxy, ports: [{containerPort: 4143}], livenessProbe: {httpGet: {port: 4191}}',
      ) + server('hidden', 'web', '', '7777');
    expect(columnsOf(matrixOf(yaml)).join(' ').split(' ').sort()).toEqual([
      'shop/web:7777',
      'shop/web:8080',
      'shop/web:9000',
    ]);
  });

  it('are two for a port on which the pods of a workload have different policies', () => {
    const yaml =
      pod('w-0', { owner: 'w', app: 'old', ports: HTTP }) +
      pod('w-1', { owner: 'w', app: 'new', ports: HTTP }) +
      server('new', 'new');
    const found = matrixOf(yaml, { from: ['outside'] });
    expect(columnsOf(found)).toEqual(['shop/w-0:8080', 'shop/w-1:8080']);
    expect(told(found)).toEqual(['outside: all none']);
  });

  it('have the kind in their names where the name alone means something else', () => {
    const yaml =
      pod('w', { ports: HTTP }) +
      pod('w-0', { owner: 'w', ports: HTTP }) +
      object(
        'workload.linkerd.io/v1beta1',
        'ExternalWorkload',
        'w-0',
        '{meshTLS: {identity: a}, ports: [{port: 80}]}',
      );
    expect(columnsOf(matrixOf(yaml)).join(' ').split(' ').sort()).toEqual([
      'shop/externalworkload/w-0:80',
      'shop/pod/w:8080',
      'shop/statefulset/w:8080',
    ]);
  });
});

describe('cells', () => {
  const routed = (rules: string): string =>
    pod('a') +
    pod('web', { ports: HTTP }) +
    server('web', 'web', ', proxyProtocol: HTTP/1') +
    object(
      `${POLICY}/v1beta3`,
      'HTTPRoute',
      'r',
      `{parentRefs: [{group: ${POLICY}, kind: Server, name: web}], rules: [${rules}]}`,
    ) +
    policy('r-from-a', 'HTTPRoute, name: r', account('a'));

  it('are all where a route takes every request', () => {
    expect(told(matrixOf(routed('{matches: [{path: {value: /}}]}'), { from: ['a'] }))).toEqual([
      'shop/a: all',
    ]);
  });

  it('leave out what no request falls to', () => {
    // The second rule never wins, so that only requests of no route are left.
    const found = matrixOf(routed('{matches: [{path: {value: /x}}]}, {matches: [{path: {value: /x}}]}'), {
      from: ['a'],
    });
    expect(found.columns[0]!.traffic.regions.map(({ ref }) => ref.kind)).toEqual(['rule', 'no-route']);
    expect(told(found)).toEqual(['shop/a: some']);
  });

  it('show two calls from one address where any address would do', () => {
    const route = (name: string): string =>
      object(
        `${POLICY}/v1beta3`,
        'HTTPRoute',
        name,
        `{parentRefs: [{group: ${POLICY}, kind: Server, name: web}], rules: [{matches: [{path: {value: /${name}}}]}]}`,
      );
    const yaml =
      pod('a') +
      pod('web', { ports: HTTP }) +
      server('web', 'web', ', proxyProtocol: HTTP/1') +
      route('x') +
      route('y') +
      networkOf('10.0.0.0/16') +
      policy('x-from-a', 'HTTPRoute, name: x', account('a')) +
      policy('y-from-net', 'HTTPRoute, name: y', NETWORK);
    const found = matrixOf(yaml, { from: ['a'] });
    expect(told(found)).toEqual(['shop/a: some']);
    const { allowed, refused } = found.answer(0, 0);
    expect(refused!.address).toEqual(allowed!.address);
  });

  it('say of calls alone on a gRPC port', () => {
    const yaml =
      pod('a') +
      pod('web', { ports: HTTP }) +
      server('web', 'web', ', proxyProtocol: gRPC') +
      policy('from-a', 'Server, name: web', account('a'));
    const found = matrixOf(yaml, { from: ['a'] });
    expect(told(found)).toEqual(['shop/a: all']);
    expect(found.answer(0, 0).allowed!.traffic).toEqual({
      kind: 'http',
      version: 'http2',
      request: expect.objectContaining({
        method: 'POST',
        headers: [{ name: 'content-type', value: 'application/grpc' }],
      }),
    });
  });

  it('are unknown where a pattern hides whether there is such a request', () => {
    const hidden = String.raw`{matches: [{path: {type: RegularExpression, value: '/\p{Greek}+'}}]}`;
    const yaml = routed(hidden);
    const found = matrixOf(yaml, { from: ['a', 'web'] });
    expect(told(found)).toEqual(['shop/a: unknown-traffic', 'shop/web: none']);
    expect(found.columns[0]!.traffic.exact).toBe(false);
    expect(found.answer(0, 0)).toMatchObject({
      allowed: undefined,
      refused: { decision: { reason: 'no-route' } },
    });
  });

  it('tell audit, and probes, from the rest', () => {
    const probed = pod('web', { ports: HTTP }).replace(
      '}]}]}',
      '}], livenessProbe: {httpGet: {port: http, path: /live}}}]}',
    );
    const yaml = pod('a') + probed + server('web', 'web', ', proxyProtocol: HTTP/1');
    const audited = yaml.replace('HTTP/1', 'HTTP/1, accessPolicy: audit');
    const facts = (found: AnsweredMatrix): unknown[] => {
      const { access, audited: logged, probesOnly } = found.answer(0, 0);
      return [access, logged, probesOnly];
    };
    expect(facts(matrixOf(yaml, { from: ['a'] }))).toEqual(['some', 'none', true]);
    expect(facts(matrixOf(audited, { from: ['a'] }))).toEqual(['all', 'some', false]);
    const plain =
      pod('web', { ports: HTTP }) + server('web', 'web', ', proxyProtocol: HTTP/1, accessPolicy: audit');
    expect(facts(matrixOf(plain, { from: ['web'] }))).toEqual(['all', 'all', false]);
  });

  it('are none where proxies refuse the policy as a whole', () => {
    const yaml = routed("{matches: [{path: {type: RegularExpression, value: '('}}]}");
    expect(told(matrixOf(yaml, { from: ['a'] }))).toEqual(['shop/a: none']);
  });

  it('tells how far it is', () => {
    const steps: number[][] = [];
    matrixOf(pod('web', { ports: HTTP }), { onProgress: (done, all) => steps.push([done, all]) });
    expect(steps).toEqual([[0, 4]]);
  });
});
