/**
 * What a real proxy did with a real controller: GET / from a plain client, `web`, `other` and a client with a SPIFFE
 * id, under one policy after the other.
 */
import { describe, expect, it } from '@jest/globals';
import { got, indexOfYaml } from './ask.js';

const APP = `
apiVersion: v1
kind: Pod
metadata:
  name: app
  namespace: shop
  labels: {app: app, linkerd.io/control-plane-ns: linkerd}
spec:
  serviceAccountName: app
  containers:
    - name: main
      ports: [{name: http, containerPort: 8080}]
      readinessProbe: {httpGet: {path: /ready, port: http}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: other, namespace: shop}
---`;
const server = (more = ''): string => `
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: app, namespace: shop}
spec: {podSelector: {matchLabels: {app: app}}, port: http, proxyProtocol: HTTP/1${more}}
---`;
const authorization = (meshTLS: string): string => `
apiVersion: policy.linkerd.io/v1beta1
kind: ServerAuthorization
metadata: {name: app, namespace: shop}
spec: {server: {name: app}, client: {meshTLS: ${meshTLS}}}
---`;

const CLIENTS = ['10.244.1.7', 'shop/web', 'shop/other', 'spiffe://root.linkerd.cluster.local/external'];

const TABLE: readonly (readonly [string, string, readonly string[]])[] = [
  ['no policy', '', ['200', '200', '200', '200']],
  ['a Server alone', server(), ['403', '403', '403', '403']],
  [
    'a ServerAuthorization for web',
    server() + authorization('{serviceAccounts: [{name: web}]}'),
    ['403', '200', '403', '403'],
  ],
  ['identities ["*"]', server() + authorization('{identities: ["*"]}'), ['403', '200', '200', '403']],
  ['accessPolicy audit', server(', accessPolicy: audit'), Array<string>(4).fill('200 audit')],
];

describe('what a real proxy did', () => {
  it.each(TABLE)('%s', (_, policy, expected) => {
    const index = indexOfYaml(APP + policy);
    expect(CLIENTS.map((from) => got(index, { from, to: 'shop/app:http' }))).toEqual(expected);
  });

  it('under a Server alone the readiness probe still got 200', () => {
    const index = indexOfYaml(APP + server());
    expect(got(index, { from: '10.244.0.1', to: 'shop/app:http', path: '/ready' })).toBe('200');
  });
});
