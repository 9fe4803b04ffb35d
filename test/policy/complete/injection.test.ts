import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/model/json.js';
import { completed, CONTAINER, find, mkDeployment, mkNamespace, mkPod, podOf } from './builders.js';

const LABEL = 'linkerd.io/control-plane-ns';
const INJECT = 'linkerd.io/inject';

const inNamespace = (annotations: JsonObject, template: JsonObject = {}, spec: JsonObject = {}) => [
  mkNamespace('app', annotations),
  mkDeployment({ annotations: template, spec }),
];

describe('whether a template is meshed', () => {
  it.each<[string, JsonObject, JsonObject, boolean]>([
    ['neither says anything', {}, {}, false],
    ['the template is enabled', {}, { [INJECT]: 'enabled' }, true],
    ['the template is ingress', {}, { [INJECT]: 'ingress' }, true],
    ['the namespace is enabled', { [INJECT]: 'enabled' }, {}, true],
    ['the namespace is ingress', { [INJECT]: 'ingress' }, {}, true],
    ['the namespace is disabled', { [INJECT]: 'disabled' }, {}, false],
    [
      'the template is disabled in an enabled namespace',
      { [INJECT]: 'enabled' },
      { [INJECT]: 'disabled' },
      false,
    ],
    [
      'the template is enabled in a disabled namespace',
      { [INJECT]: 'disabled' },
      { [INJECT]: 'enabled' },
      true,
    ],
    [
      'the template is enabled in a misspelt namespace',
      { [INJECT]: 'enable' },
      { [INJECT]: 'enabled' },
      true,
    ],
    [
      'the template is misspelt in an enabled namespace',
      { [INJECT]: 'enabled' },
      { [INJECT]: 'true' },
      false,
    ],
    ['the template is empty in an enabled namespace', { [INJECT]: 'enabled' }, { [INJECT]: '' }, true],
    ['the case is another', {}, { [INJECT]: 'Enabled' }, false],
  ])('when %s', (_, namespace, template, meshed) => {
    expect(podOf(inNamespace(namespace, template)).template.meshed).toBe(meshed);
  });

  it('is decided by the label before anything else', () => {
    const labels = { [LABEL]: 'elsewhere' };
    const pod = podOf([mkDeployment({ labels, annotations: { [INJECT]: 'disabled' } })]);
    expect(pod.template.meshed).toBe(true);
    expect(pod.labels[LABEL]).toBe('elsewhere');
  });

  it('does not ask the workload itself, whose annotations no injector reads', () => {
    const metadata = { annotations: { [INJECT]: 'enabled' } };
    expect(podOf([mkDeployment({}, { metadata })]).template.meshed).toBe(false);
  });

  it('asks nothing of a namespace that is not there', () => {
    expect(podOf([mkNamespace('other', { [INJECT]: 'enabled' }), mkDeployment()]).template.meshed).toBe(
      false,
    );
  });

  it('finds the namespace wherever it stands among the manifests', () => {
    expect(podOf([mkDeployment(), mkNamespace('app', { [INJECT]: 'enabled' })]).template.meshed).toBe(true);
  });

  it.each([{}, { assumeMeshed: true }])('leaves pods on the host network alone (%j)', (settings) => {
    const pod = podOf(
      inNamespace({ [INJECT]: 'enabled' }, { [INJECT]: 'enabled' }, { hostNetwork: true }),
      settings,
    );
    expect(pod.template).toMatchObject({ meshed: false, hostNetwork: true });
  });
});

describe('an injected pod', () => {
  it('carries the labels of the injector', () => {
    const pod = podOf([mkDeployment({ annotations: { [INJECT]: 'enabled' } })], {
      controlPlaneNamespace: 'mesh',
    });
    expect(pod.labels).toEqual({
      app: 'web',
      [LABEL]: 'mesh',
      'linkerd.io/proxy-deployment': 'web',
      'linkerd.io/workload-ns': 'app',
    });
  });

  it('has the ports and probes of the proxy besides its own', () => {
    const pod = podOf([mkDeployment({ annotations: { [INJECT]: 'enabled' } })]);
    expect(pod.template.containers).toEqual([
      { name: 'main', init: false, ports: [{ name: 'http', port: 8080 }], probes: [] },
      {
        name: 'linkerd-proxy',
        init: false,
        ports: [
          { name: 'linkerd-proxy', port: 4143 },
          { name: 'linkerd-admin', port: 4191 },
        ],
        probes: [
          { kind: 'http', role: 'liveness', port: 4191, path: '/live' },
          { kind: 'http', role: 'readiness', port: 4191, path: '/ready' },
        ],
      },
    ]);
  });

  it.each<[string, JsonObject, JsonObject, number[]]>([
    [
      'its own annotations',
      {},
      { 'inbound-port': '14143', 'admin-port': '14191' },
      [14_143, 14_191, 14_191, 14_191],
    ],
    ['those of its namespace', { 'admin-port': '14191' }, {}, [4143, 14_191, 14_191, 14_191]],
    ['its own before those', { 'admin-port': '1' }, { 'admin-port': '2' }, [4143, 2, 2, 2]],
    [
      'neither when they are no port',
      { 'admin-port': '0' },
      { 'inbound-port': '1e3' },
      [4143, 4191, 4191, 4191],
    ],
  ])('takes the numbers of the proxy’s ports from %s', (_, namespace, own, numbers) => {
    const config = (members: JsonObject): JsonObject =>
      Object.fromEntries(Object.entries(members).map(([key, value]) => [`config.linkerd.io/${key}`, value]));
    const pod = podOf(inNamespace({ [INJECT]: 'enabled', ...config(namespace) }, config(own)));
    const proxy = pod.template.containers.at(-1);
    expect([...(proxy?.ports ?? []), ...(proxy?.probes ?? [])].map(({ port }) => port)).toEqual(numbers);
  });

  it('inherits the config annotations of its namespace and no others', () => {
    const pod = podOf(
      inNamespace(
        {
          [INJECT]: 'enabled',
          'config.linkerd.io/default-inbound-policy': 'deny',
          'config.linkerd.io/skip-inbound-ports': '9000',
          'config.alpha.linkerd.io/proxy-wait-before-exit-seconds': '3',
          'viz.linkerd.io/tap-enabled': 'true',
        },
        { 'config.linkerd.io/skip-inbound-ports': '' },
      ),
    );
    expect(pod.template.annotations).toEqual({
      'config.linkerd.io/default-inbound-policy': 'deny',
      'config.linkerd.io/skip-inbound-ports': '',
    });
  });

  const ports = (...numbers: number[]): JsonObject => ({
    containers: [{ name: 'a', ports: numbers.map((containerPort) => ({ containerPort })) }],
  });

  it.each<[string, JsonObject, JsonObject, JsonObject, string | undefined]>([
    ['those of its ports where servers speak first', {}, {}, ports(8080, 5432, 25, 5432), '5432,25'],
    ['none when it has no such port', {}, {}, ports(8080), undefined],
    ['what it says itself', {}, { 'config.linkerd.io/opaque-ports': '8080' }, ports(5432), '8080'],
    ['none when it says so itself', {}, { 'config.linkerd.io/opaque-ports': '' }, ports(5432), ''],
    ['what its namespace says', { 'config.linkerd.io/opaque-ports': '9000' }, {}, ports(5432), '9000'],
  ])('declares opaque %s', (_, namespace, own, spec, expected) => {
    const pod = podOf(inNamespace({ [INJECT]: 'enabled', ...namespace }, own, spec));
    expect(pod.template.annotations['config.linkerd.io/opaque-ports']).toBe(expected);
  });
});

describe('a pod that is not injected', () => {
  it('inherits nothing and gets no ports', () => {
    const pod = podOf(
      inNamespace({ 'config.linkerd.io/default-inbound-policy': 'deny' }, {}, { containers: [CONTAINER] }),
    );
    expect(pod.template).toMatchObject({ annotations: {}, meshed: false, containers: [{ name: 'main' }] });
    expect(pod.labels).toEqual({ app: 'web' });
  });

  it.each<[string, JsonObject]>([
    ['a template that carries the label', mkDeployment({ labels: { [LABEL]: 'linkerd' } })],
    ['a pod that carries it', mkPod({ labels: { [LABEL]: 'linkerd' } })],
    ['a pod', mkPod({})],
    ['a pod that asks for a proxy', mkPod({ annotations: { [INJECT]: 'enabled' } })],
  ])('because it counts as injected already: %s', (_, object) => {
    const namespace = mkNamespace('app', {
      [INJECT]: 'enabled',
      'config.linkerd.io/default-inbound-policy': 'deny',
    });
    const pod = podOf([namespace, object]);
    expect(pod.template.containers.map(({ name }) => name)).toEqual(['main']);
    expect(pod.template.annotations).not.toHaveProperty(['config.linkerd.io/default-inbound-policy']);
    expect(pod.template.meshed).toBe(Object.hasOwn(pod.labels, LABEL));
    expect(Object.keys(pod.labels)).not.toContain('linkerd.io/workload-ns');
  });
});

describe('--assume-meshed', () => {
  const assumed = { assumeMeshed: true };

  it('injects templates of which nothing is said', () => {
    const pod = podOf(inNamespace({ 'config.linkerd.io/default-inbound-policy': 'deny' }), assumed);
    expect(pod.labels[LABEL]).toBe('linkerd');
    expect(pod.template.annotations).toEqual({ 'config.linkerd.io/default-inbound-policy': 'deny' });
    expect(pod.template.containers.map(({ name }) => name)).toEqual(['main', 'linkerd-proxy']);
  });

  it('labels pods and adds nothing else to them', () => {
    const [pod, plain] = [assumed, {}].map((settings) =>
      podOf(
        [
          mkPod({ labels: { app: 'web' } }),
          mkNamespace('app', { 'config.linkerd.io/default-inbound-policy': 'deny' }),
        ],
        settings,
      ),
    );
    expect(pod?.labels).toEqual({ app: 'web', [LABEL]: 'linkerd' });
    expect(plain?.labels).toEqual({ app: 'web' });
    expect(pod?.template).toEqual({ ...plain?.template, meshed: true });
  });

  it('keeps the label that there is', () => {
    expect(podOf([mkPod({ labels: { [LABEL]: 'elsewhere' } })], assumed).labels[LABEL]).toBe('elsewhere');
  });

  it.each<[string, JsonObject[]]>([
    ['a template', [mkDeployment({ annotations: { [INJECT]: 'disabled' } })]],
    ['a namespace', [mkNamespace('app', { [INJECT]: 'disabled' }), mkDeployment()]],
    ['a pod', [mkPod({ annotations: { [INJECT]: 'disabled' } })]],
    ['the namespace of a pod', [mkPod(), mkNamespace('app', { [INJECT]: 'disabled' })]],
  ])('is no match for %s that refuses a proxy', (_, manifests) => {
    expect(podOf(manifests, assumed).template.meshed).toBe(false);
  });
});

it.each(['StatefulSet', 'DaemonSet', 'ReplicaSet', 'Deployment'])(
  'the pod of a %s says whose it is',
  (kind) => {
    const workload = { ...mkDeployment({ annotations: { [INJECT]: 'enabled' } }), kind };
    expect(podOf([workload]).labels[`linkerd.io/proxy-${kind.toLowerCase()}`]).toBe('web');
  },
);

it('label keys that mean something to JavaScript pass through', () => {
  const labels = JSON.parse('{ "constructor": "a", "__proto__": "b" }') as JsonObject;
  const { objects } = completed([mkDeployment({ labels, annotations: { [INJECT]: 'enabled' } })]);
  const entries = Object.entries(find(objects, 'core/Pod', 'web')?.labels ?? {});
  expect(entries.slice(0, 2)).toEqual([
    ['constructor', 'a'],
    ['__proto__', 'b'],
  ]);
});
