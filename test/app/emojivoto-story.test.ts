/** The story of Linkerd's task guide on restricting access, from manifests. */
import { describe, expect, it } from '@jest/globals';
import type { PolicyWord } from '../../src/model/world.js';
import { ask, got, indexOfYaml, type Asked } from './ask.js';

const workload = (name: string, ports: string, probe = ''): string => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: emojivoto}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      serviceAccountName: ${name}
      containers: [{name: main, ports: [${ports}]${probe}}]
---`;

const namespace = (policy = ''): string => `
apiVersion: v1
kind: Namespace
metadata: {name: emojivoto, annotations: {linkerd.io/inject: enabled${policy}}}
---`;

const WORKLOADS = [
  workload('web', '{name: http, containerPort: 8080}'),
  workload('emoji', '{name: grpc, containerPort: 8080}'),
  workload(
    'voting',
    '{name: grpc, containerPort: 8080}, {name: http, containerPort: 8801}',
    ', readinessProbe: {httpGet: {path: /ready, port: http}}',
  ),
  workload('vote-bot', ''),
].join('');

const SERVER = `
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: voting-grpc, namespace: emojivoto, labels: {app: voting}}
spec: {podSelector: {matchLabels: {app: voting}}, port: grpc, proxyProtocol: gRPC}
---`;
const HTTP_SERVER = `
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: voting-http, namespace: emojivoto}
spec: {podSelector: {matchLabels: {app: voting}}, port: http, proxyProtocol: HTTP/1}
---`;
const FROM_WEB = `
apiVersion: policy.linkerd.io/v1beta1
kind: ServerAuthorization
metadata: {name: voting-grpc, namespace: emojivoto}
spec:
  server: {name: voting-grpc}
  client: {meshTLS: {serviceAccounts: [{name: web}]}}
---`;
const ROUTE = `
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: {name: voting-metrics, namespace: emojivoto}
spec:
  parentRefs: [{group: policy.linkerd.io, kind: Server, name: voting-http}]
  rules: [{matches: [{path: {type: PathPrefix, value: /metrics}}]}]
---`;
const READY_ROUTE = `
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: {name: voting-ready, namespace: emojivoto}
spec:
  parentRefs: [{group: policy.linkerd.io, kind: Server, name: voting-http}]
  rules: [{matches: [{path: {type: Exact, value: /ready}}]}]
---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: {name: voting-ready, namespace: emojivoto}
spec:
  targetRef: {group: policy.linkerd.io, kind: HTTPRoute, name: voting-ready}
  requiredAuthenticationRefs: [{group: policy.linkerd.io, kind: NetworkAuthentication, name: kubelet}]
---
apiVersion: policy.linkerd.io/v1alpha1
kind: NetworkAuthentication
metadata: {name: kubelet, namespace: emojivoto}
spec: {networks: [{cidr: 10.244.0.0/16}]}
---`;

const VOTE: Asked = { to: 'emojivoto/voting:grpc', path: '/emojivoto.v1.VotingService/VotePoop' };
const CLIENTS = ['emojivoto/web', 'emojivoto/emoji', 'emojivoto/vote-bot', '10.244.1.7'];
const votes = (yaml: string): string[] => {
  const index = indexOfYaml(yaml);
  return CLIENTS.map((from) => got(index, { ...VOTE, from }));
};

describe('the emojivoto story', () => {
  const before = namespace() + WORKLOADS;

  it('begins with everybody voting', () => {
    expect(votes(before)).toEqual(['200', '200', '200', '200']);
  });

  it('denies everything with PermissionDenied once voting has a gRPC Server', () => {
    expect(votes(before + SERVER)).toEqual(Array(4).fill('PermissionDenied'));
    const { ruled } = ask(indexOfYaml(before + SERVER), { ...VOTE, from: 'emojivoto/web' });
    expect(ruled!.policy.server).toEqual({ kind: 'server', namespace: 'emojivoto', name: 'voting-grpc' });
  });

  it('allows web and no other once its service account is authorized', () => {
    const after = before + SERVER + FROM_WEB;
    expect(votes(after)).toEqual(['200', ...Array(3).fill('PermissionDenied')]);
    const index = indexOfYaml(after);
    expect(ask(index, { ...VOTE, from: 'emojivoto/web' }).ruled!.verdict.decision.authorization).toEqual({
      kind: 'ServerAuthorization',
      namespace: 'emojivoto',
      name: 'voting-grpc',
    });
    // Not from outside of the cluster either, nor without the proxy.
    expect(got(index, { ...VOTE, from: 'emojivoto/web', clientIp: '203.0.113.9' })).toBe('PermissionDenied');
    expect(got(index, { ...VOTE, from: 'emojivoto/web', unmeshed: true })).toBe('PermissionDenied');
  });

  it('leaves ports without a Server to the default policy', () => {
    const word = (policy: string): string =>
      namespace(`, config.linkerd.io/default-inbound-policy: ${policy}`) + WORKLOADS;
    const plain: Asked = { from: '203.0.113.9', to: 'emojivoto/web:http' };
    const near: Asked = { ...plain, from: '10.244.1.7' };
    const meshed: Asked = { ...plain, from: 'emojivoto/vote-bot' };
    const far: Asked = { ...meshed, clientIp: '203.0.113.9' };
    const outcomes = (policy: PolicyWord): string[] => {
      const index = indexOfYaml(word(policy));
      return [plain, near, meshed, far].map((asked) => got(index, asked));
    };
    expect(outcomes('deny')).toEqual(['403', '403', '403', '403']);
    expect(outcomes('audit')).toEqual(Array(4).fill('200 audit'));
    expect(outcomes('all-unauthenticated')).toEqual(['200', '200', '200', '200']);
    expect(outcomes('all-authenticated')).toEqual(['403', '403', '200', '200']);
    expect(outcomes('cluster-unauthenticated')).toEqual(['403', '200', '200', '403']);
    expect(outcomes('cluster-authenticated')).toEqual(['403', '403', '200', '403']);
  });

  it('takes the default policy of the cluster where nobody sets another', () => {
    const index = indexOfYaml(namespace() + WORKLOADS, { defaultPolicy: 'deny' });
    expect(got(index, { from: 'emojivoto/vote-bot', to: 'emojivoto/web:http' })).toBe('403');
  });

  const probe: Asked = { from: '10.244.0.1', to: 'emojivoto/voting:http', path: '/ready' };

  it('lets probes through until a route is attached', () => {
    const denied = namespace(', config.linkerd.io/default-inbound-policy: deny') + WORKLOADS;
    for (const yaml of [before, denied, denied + HTTP_SERVER])
      expect(got(indexOfYaml(yaml), probe)).toBe('200');
    const attached = denied + HTTP_SERVER + ROUTE;
    expect(got(indexOfYaml(attached), probe)).toBe('404');
    expect(ask(indexOfYaml(attached), probe).notes).toEqual([{ code: 'probe', allowed: false }]);
    expect(got(indexOfYaml(attached + READY_ROUTE), probe)).toBe('200');
    // Of other paths, and of other methods, the kubelet has no say.
    expect(got(indexOfYaml(denied + HTTP_SERVER), { ...probe, path: '/metrics' })).toBe('403');
    expect(got(indexOfYaml(denied + HTTP_SERVER), { ...probe, method: 'POST' })).toBe('403');
  });
});
