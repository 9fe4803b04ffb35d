import { describe, expect, it } from '@jest/globals';
import { isEmptyN, toNetworks } from '../../../src/algebra/index.js';
import { formatNetwork } from '../../../src/model/ip.js';
import {
  resolveClient,
  type ClientEndpoint,
  type ClientOptions,
} from '../../../src/policy/endpoints/client.js';
import { contactOf } from '../../../src/policy/endpoints/connection.js';
import { targetOfDenial, type Denial } from '../../../src/policy/endpoints/denial.js';
import { parseName } from '../../../src/policy/endpoints/names.js';
import { resolveTarget } from '../../../src/policy/endpoints/target.js';
import { trafficOf } from '../../../src/policy/endpoints/traffic.js';
import { demo, indexOfYaml } from '../../app/ask.js';

const pod = (
  name: string,
  more: { owner?: string; hash?: string; ip?: string; meshed?: boolean; extra?: string } = {},
): string => `
apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  namespace: shop
  labels: {app: ${name}${more.hash === undefined ? '' : `, pod-template-hash: ${more.hash}`}${more.meshed === false ? '' : ', linkerd.io/control-plane-ns: linkerd'}}
  ${more.extra ?? ''}
  ${more.owner === undefined ? '' : `ownerReferences: [{kind: ReplicaSet, name: ${more.owner}, controller: true}]`}
spec:
  serviceAccountName: front
  containers: [{name: main, ports: [{name: http, containerPort: 8080}, {name: http, containerPort: 8081}, {name: admin, containerPort: 9000}]}]
${more.ip === undefined ? '' : `status: {podIP: ${more.ip}}`}
---`;

const index = indexOfYaml(
  [
    demo('namespace'),
    demo('web'),
    demo('emoji'),
    demo('voting'),
    pod('front-7d-a', { owner: 'front-7d', hash: '7d', ip: '10.1.0.1' }),
    pod('front-7d-b', { owner: 'front-7d', hash: '7d', ip: '10.1.0.2' }),
    pod('lone', { meshed: false, ip: '10.1.0.9' }),
    pod('skips', {
      extra:
        'annotations: {config.linkerd.io/skip-outbound-ports: "6379", config.linkerd.io/skip-inbound-ports: "9000"}',
    }),
    pod('web'),
    `
apiVersion: workload.linkerd.io/v1beta1
kind: ExternalWorkload
metadata: {name: vm, namespace: shop}
spec: {meshTLS: {identity: spiffe://td/vm, serverName: vm.shop}, ports: [{name: http, port: 80}], workloadIPs: [{ip: 192.0.2.7}]}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: batch, namespace: shop}
---
apiVersion: v1
kind: Service
metadata: {name: front-svc, namespace: shop}
spec: {selector: {app: lone}, ports: [{port: 80, targetPort: http}]}
`,
  ].join('\n---\n'),
);

function client(from: string, over: Partial<ClientOptions> = {}, port = 8080): ClientEndpoint {
  const options = { from, unmeshed: false, address: undefined, namespace: 'default', ...over };
  const found = resolveClient(index, options, port);
  if (!found.ok) throw new Error(JSON.stringify(found.error));
  return found.value;
}

const problem = (from: string, over: Partial<ClientOptions> = {}): unknown => {
  const options = { from, unmeshed: false, address: undefined, namespace: 'default', ...over };
  const found = resolveClient(index, options, 80);
  return found.ok ? 'found' : found.error;
};

const id = (name: string, namespace = 'shop'): string =>
  `${name}.${namespace}.serviceaccount.identity.linkerd.cluster.local`;
const networks = ({ addresses }: ClientEndpoint): string[] =>
  toNetworks(addresses.networks).map(formatNetwork);

describe('names', () => {
  const parse = (text: string): unknown => parseName(text, (name) => name === 'job');

  it('are read as kubectl writes them', () => {
    expect(parse('web')).toEqual({ namespace: undefined, kind: undefined, name: 'web' });
    expect(parse('shop/web')).toEqual({ namespace: 'shop', kind: undefined, name: 'web' });
    expect(parse('deploy/web')).toEqual({ namespace: undefined, kind: 'Deployment', name: 'web' });
    expect(parse('shop/STS/web')).toEqual({ namespace: 'shop', kind: 'StatefulSet', name: 'web' });
  });

  it('prefer a namespace that is called as a kind', () => {
    expect(parse('job/web')).toEqual({ namespace: 'job', kind: undefined, name: 'web' });
  });

  it.each(['', '/', 'a//b', 'a/b/c/d', 'shop/nokind/web', '/web'])('are not %j', (text) => {
    expect(parse(text)).toBeUndefined();
  });
});

describe('a client', () => {
  it('is a pod, with the identity of its service account and its own address', () => {
    const found = client('shop/front-7d-a');
    expect(found.subject).toMatchObject({ kind: 'workload', serviceAccount: 'front', plain: undefined });
    expect(found.tls).toEqual({ kind: 'established', identity: id('front') });
    expect(networks(found)).toEqual(['10.1.0.1/32']);
  });

  it('is all pods of a Deployment, also through its ReplicaSets', () => {
    for (const name of ['shop/front', 'deploy/front', 'front', 'shop/deploy/front']) {
      const found = client(name);
      expect(found.subject).toMatchObject({ workload: { owner: { kind: 'Deployment', name: 'front' } } });
      expect(networks(found)).toEqual(['10.1.0.1/32', '10.1.0.2/32']);
    }
    expect(client('shop/rs/front-7d').subject).toMatchObject({ workload: { owner: { kind: 'ReplicaSet' } } });
  });

  it('is the workload that a pod was predicted from, at an unknown address', () => {
    const found = client('deploy/voting');
    expect(found.addresses.kind).toBe('assumed');
    expect(networks(found)[0]).toBe('10.0.0.0/8');
    expect(networks(client('voting', { address: '10.3.3.3' }))).toEqual(['10.3.3.3/32']);
  });

  it('is plain without a proxy, with --unmeshed, and on a port that its proxy skips', () => {
    expect(client('shop/lone')).toMatchObject({ tls: { kind: 'none' }, subject: { plain: 'no-proxy' } });
    expect(client('voting', { unmeshed: true })).toMatchObject({
      tls: { kind: 'none' },
      subject: { plain: 'unmeshed-flag' },
    });
    expect(client('skips', {}, 6379).subject).toMatchObject({ plain: 'skip-outbound-ports' });
    expect(client('skips', {}, 8080).tls.kind).toBe('established');
  });

  it('is an external workload with the identity that it names', () => {
    const found = client('shop/vm');
    expect(found.tls).toEqual({ kind: 'established', identity: 'spiffe://td/vm' });
    expect(networks(found)).toEqual(['192.0.2.7/32']);
  });

  it('is a service account where no workload has the name, or where it is named as one', () => {
    expect(client('shop/batch').subject).toMatchObject({ kind: 'service-account', known: true });
    expect(client('emojivoto/sa/web').tls).toEqual({ kind: 'established', identity: id('web', 'emojivoto') });
    expect(client('elsewhere/sa/web').subject).toMatchObject({ kind: 'service-account', known: false });
    expect(client('emojivoto/web').subject.kind).toBe('workload');
    expect(client('shop/default').subject).toMatchObject({ kind: 'service-account', known: true });
  });

  it('is an identity', () => {
    expect(client('spiffe://td/x').tls).toEqual({ kind: 'established', identity: 'spiffe://td/x' });
    expect(client(id('x')).subject).toEqual({ kind: 'identity', identity: id('x') });
    expect(problem('spiffe://td/x', { unmeshed: true })).toMatchObject({ code: 'identity-unmeshed' });
  });

  it('is an address, plain', () => {
    expect(client('203.0.113.9')).toMatchObject({ tls: { kind: 'none' }, subject: { holder: undefined } });
    expect(client('fd00::1').addresses.sample.family).toBe(6);
    expect(client('10.1.0.1').subject).toEqual({
      kind: 'address',
      holder: { namespace: 'shop', name: 'front-7d-a' },
    });
    expect(client('10.1.0.9').subject).toEqual({ kind: 'address', holder: undefined });
  });

  it('may be meant by a name that is nearly right', () => {
    expect(problem('emojivoto/vooting')).toMatchObject({ code: 'no-workload', near: 'emojivoto/voting' });
    expect(problem('emojivot/web')).toEqual({
      code: 'no-namespace',
      namespace: 'emojivot',
      near: 'emojivoto/web',
    });
    expect(problem('shop/voting')).toMatchObject({ code: 'no-workload', near: 'emojivoto/voting' });
    expect(problem('shop/bach')).toMatchObject({ code: 'no-workload', near: 'shop/batch' });
    expect(problem('shop/front-svc')).toMatchObject({ code: 'no-workload', service: true });
    expect(problem('web')).toEqual({
      code: 'ambiguous',
      name: 'web',
      candidates: ['emojivoto/web', 'shop/web'],
    });
    expect(client('web', { namespace: 'shop' }).subject).toMatchObject({ workload: { namespace: 'shop' } });
    for (const text of ['', 'a/b/c', '10.0.0.0/8', 'spiffe://', '__proto__', 'shop/constructor'])
      expect(problem(text)).not.toBe('found');
  });

  it('comes from anywhere where no cluster network is known', () => {
    const bare = indexOfYaml(demo('web'), { clusterNetworks: [] });
    const found = resolveClient(
      bare,
      { from: 'web', unmeshed: false, address: undefined, namespace: '' },
      80,
    );
    expect(found.ok && !isEmptyN(found.value.addresses.networks)).toBe(true);
  });
});

describe('a target', () => {
  const target = (to: string, port?: number): unknown => {
    const found = resolveTarget(index, { to, port, namespace: 'default' });
    return found.ok ? found.value : found.error;
  };

  it('is a port by number or by name', () => {
    expect(target('emojivoto/voting:grpc')).toMatchObject({
      port: 8080,
      portName: 'grpc',
      declared: true,
      enforced: true,
    });
    expect(target('emojivoto/voting:8801')).toMatchObject({ port: 8801, portName: 'prom' });
    expect(target('shop/vm:http')).toMatchObject({ port: 80, ref: { name: 'vm' } });
    expect(target('shop/web', 9000)).toMatchObject({ port: 9000 });
  });

  it('is the first of several ports of a name, which is then no name for it', () => {
    expect(target('shop/web:http')).toMatchObject({ port: 8080, portName: undefined });
  });

  it('need not be declared', () => {
    expect(target('emojivoto/voting:9999')).toMatchObject({
      port: 9999,
      declared: false,
      enforced: true,
      servicePort: undefined,
    });
    expect(target('emojivoto/web:80')).toMatchObject({ servicePort: { service: 'web', targetPort: 'http' } });
  });

  it('is not enforced without a proxy, or on a port that it skips', () => {
    expect(target('shop/lone:http')).toMatchObject({ enforced: false, skipped: false });
    expect(target('shop/skips:admin')).toMatchObject({ enforced: false, skipped: true });
  });

  it('may be meant by a name that is nearly right', () => {
    expect(target('emojivoto/voting:gprc')).toEqual({
      code: 'no-port-name',
      port: 'gprc',
      near: 'grpc',
      declared: ['grpc (8080)', 'prom (8801)'],
    });
    expect(target('emojivoto/voting')).toEqual({ code: 'no-port', declared: ['grpc (8080)', 'prom (8801)'] });
    for (const text of [
      'emojivoto/voting:',
      'emojivoto/voting:0',
      'emojivoto/voting:65536',
      'emojivoto/sa/web:80',
      ':80',
    ])
      expect(target(text)).toHaveProperty('code');
    expect(target('svc/web:80')).toEqual({ code: 'service-as-target', name: 'web' });
  });
});

describe('a connection', () => {
  const at = { family: 4, address: 1n } as const;
  const traffic = trafficOf(
    { spoken: undefined, method: undefined, path: undefined, host: undefined, headers: [] },
    'detect',
  );

  it('is direct to an opaque port from a client with an identity, and TCP to its proxy', () => {
    const tls = { kind: 'established', identity: 'x' } as const;
    expect(contactOf({ tls }, at, { protocol: 'opaque', traffic })).toEqual({
      connection: { ...at, tls, direct: true },
      traffic: { kind: 'tcp' },
    });
    expect(contactOf({ tls }, at, { protocol: 'HTTP/1', traffic }).connection.direct).toBe(false);
    expect(contactOf({ tls: { kind: 'none' } }, at, { protocol: 'opaque', traffic }).connection.direct).toBe(
      false,
    );
  });
});

describe('what is sent', () => {
  const none = { spoken: undefined, method: undefined, path: undefined, host: undefined, headers: [] };

  it('follows from the protocol of the port', () => {
    expect(trafficOf(none, 'gRPC')).toMatchObject({ version: 'http2', request: { method: 'POST' } });
    expect(trafficOf(none, 'HTTP/2')).toMatchObject({
      version: 'http2',
      request: { method: 'GET', path: '/' },
    });
    expect(trafficOf(none, 'HTTP/1')).toMatchObject({ version: 'http1' });
    expect(trafficOf(none, 'opaque')).toEqual({ kind: 'tcp' });
    expect(trafficOf({ ...none, path: '/x' }, 'TLS')).toMatchObject({
      kind: 'http',
      request: { path: '/x' },
    });
    expect(trafficOf({ ...none, spoken: 'tcp' }, 'HTTP/1')).toEqual({ kind: 'tcp' });
  });
});

describe('the target of a denial', () => {
  const denial = (over: Partial<Denial>): Denial => ({
    event: 'request',
    server: { kind: 'server', name: 'voting-grpc' },
    route: undefined,
    tls: { kind: 'none' },
    ip: '10.0.0.1',
    port: undefined,
    pod: undefined,
    ...over,
  });
  const found = (over: Partial<Denial>, namespace = 'default'): unknown => {
    const target = targetOfDenial(index, denial(over), namespace);
    return target.ok ? `${target.value.ref.name}:${String(target.value.port)}` : target.error;
  };

  it('is the port that the Server governs', () => {
    expect(found({})).toBe('voting:8080');
    expect(found({ port: 8080 })).toBe('voting:8080');
  });

  it('is the first of several workloads on one port', () => {
    expect(found({ server: { kind: 'server', name: 'prom' } })).toBe('emoji:8801');
  });

  it('is the port of the pod that the line was printed with', () => {
    expect(found({ pod: 'lone', port: 8080, server: undefined })).toBe('lone:8080');
  });

  it('is not known for another port, a Server that is gone, or a default policy', () => {
    expect(found({ port: 81 })).toHaveProperty('code', 'log-needs-target');
    expect(found({ server: { kind: 'server', name: 'gone' } })).toHaveProperty('code', 'log-needs-target');
    expect(found({ server: { kind: 'default', name: 'deny' }, port: 80 })).toHaveProperty(
      'code',
      'log-needs-target',
    );
  });
});
