/** Policy that is about a port and does nothing there, each with the reason. */
import { describe, expect, it } from '@jest/globals';
import { ask, indexOfYaml } from '../../app/ask.js';

const object = (apiVersion: string, kind: string, name: string, spec: string, created?: string): string => `
apiVersion: ${apiVersion}
kind: ${kind}
metadata: {name: ${name}, namespace: shop${created === undefined ? '' : `, creationTimestamp: "${created}"`}}
spec: ${spec}
---`;
const POLICY = 'policy.linkerd.io';
const POD = `
apiVersion: v1
kind: Pod
metadata: {name: app, namespace: shop, labels: {app: app, linkerd.io/control-plane-ns: linkerd}}
spec: {containers: [{name: main, ports: [{name: http, containerPort: 8080}]}]}
---`;
const server = (name: string, more = '', created?: string): string =>
  object(
    `${POLICY}/v1beta3`,
    'Server',
    name,
    `{podSelector: {matchLabels: {app: app}}, port: 8080${more}}`,
    created,
  );
const policy = (target: string, refs: string): string =>
  object(
    `${POLICY}/v1alpha1`,
    'AuthorizationPolicy',
    'ap',
    `{targetRef: ${target}, requiredAuthenticationRefs: ${refs}}`,
  );
const TO_SERVER = `{group: ${POLICY}, kind: Server, name: web-http}`;
const mesh = (name: string): string => `[{group: ${POLICY}, kind: MeshTLSAuthentication, name: ${name}}]`;
const route = (kind: string, group: string, version: string, name = 'route'): string =>
  object(
    `${group}/${version}`,
    kind,
    name,
    `{parentRefs: [{group: ${POLICY}, kind: Server, name: web-http}], rules: [{}]}`,
  );

/** What is said to have no effect on port 8080, as `Kind name: reason`. */
function inert(yaml: string): unknown[] {
  const index = indexOfYaml(POD + server('web-http', '', '2026-01-01T00:00:00Z') + yaml);
  const { ruled } = ask(index, { from: '10.0.0.1', to: 'shop/app:8080' });
  return ruled!.inert.map(({ object: { kind, name }, reason }) => [kind, name, reason]);
}

describe('policy without effect', () => {
  it('is none where everything acts, or is about something else', () => {
    const other = object(
      `${POLICY}/v1alpha1`,
      'AuthorizationPolicy',
      'other',
      `{targetRef: {group: ${POLICY}, kind: Server, name: database}, requiredAuthenticationRefs: []}`,
    );
    expect(inert(policy(TO_SERVER, '[]') + other)).toEqual([]);
  });

  it('is a Server that an older one wins the port from', () => {
    expect(inert(server('late', '', '2026-01-02T00:00:00Z'))).toEqual([
      ['Server', 'late', { code: 'lost-port', winner: 'web-http' }],
    ]);
  });

  it('is a policy whose authentication is missing, ignored or elsewhere', () => {
    const ref = { group: POLICY, kind: 'MeshTLSAuthentication', namespace: 'shop', name: 'frnt' };
    const front = object(`${POLICY}/v1alpha1`, 'MeshTLSAuthentication', 'front', '{identities: ["*"]}');
    const missing = { code: 'missing-authentication', ref };
    expect(inert(policy(TO_SERVER, mesh('frnt')))).toEqual([
      ['AuthorizationPolicy', 'ap', { ...missing, near: undefined }],
    ]);
    expect(inert(policy(TO_SERVER, mesh('frnt')) + front)).toEqual([
      ['AuthorizationPolicy', 'ap', { ...missing, near: 'front' }],
    ]);
    const empty = object(`${POLICY}/v1alpha1`, 'MeshTLSAuthentication', 'frnt', '{identities: []}');
    expect(inert(policy(TO_SERVER, mesh('frnt')) + empty)).toEqual([
      ['AuthorizationPolicy', 'ap', { code: 'ignored-authentication', ref }],
    ]);
  });

  it('is a policy or authorization for a name that is nearly that of the Server', () => {
    const near = { code: 'missing-target', target: 'web-htp', near: 'web-http' };
    const saz = object(
      `${POLICY}/v1beta1`,
      'ServerAuthorization',
      'saz',
      '{server: {name: web-htp}, client: {unauthenticated: true}}',
    );
    const ap = policy(`{group: ${POLICY}, kind: Server, name: web-htp}`, '[]');
    expect(inert(ap + saz)).toEqual([
      ['AuthorizationPolicy', 'ap', near],
      ['ServerAuthorization', 'saz', near],
    ]);
  });

  it('is an authorization that names nobody', () => {
    const saz = object(
      `${POLICY}/v1beta1`,
      'ServerAuthorization',
      'saz',
      '{server: {name: web-http}, client: {meshTLS: {}}}',
    );
    expect(inert(saz)).toEqual([['ServerAuthorization', 'saz', { code: 'ignored' }]]);
    expect(inert(policy(TO_SERVER, '[{kind: Pod, name: x}]'))).toEqual([
      ['AuthorizationPolicy', 'ap', { code: 'ignored' }],
    ]);
  });

  it('is a route of another protocol, or one that a GRPCRoute comes before, with its policies', () => {
    const grpc = route('GRPCRoute', 'gateway.networking.k8s.io', 'v1', 'calls');
    const protocol = { code: 'route-protocol', protocol: 'detect' };
    expect(inert(grpc)).toEqual([['GRPCRoute', 'calls', protocol]]);
    const http = route('HTTPRoute', POLICY, 'v1beta3');
    const onRoute = policy(`{group: ${POLICY}, kind: HTTPRoute, name: route}`, '[]');
    expect(inert(http + onRoute)).toEqual([]);
    expect(inert(http + grpc + onRoute)).toEqual([
      ['AuthorizationPolicy', 'ap', { code: 'route-not-attached', route: 'route' }],
      ['GRPCRoute', 'calls', protocol],
      ['HTTPRoute', 'route', { code: 'route-conflicted' }],
    ]);
  });

  it('is a route that Linkerd ignores', () => {
    const broken = object(
      `${POLICY}/v1beta3`,
      'HTTPRoute',
      'route',
      `{parentRefs: [{group: ${POLICY}, kind: Server, name: web-http}], rules: [{matches: [{path: {type: RegularExpression, value: "("}}]}]}`,
    );
    expect(inert(broken)).toEqual([['HTTPRoute', 'route', { code: 'ignored' }]]);
  });
});
