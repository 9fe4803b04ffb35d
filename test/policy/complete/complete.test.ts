import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/model/json.js';
import { SOURCE_KINDS } from '../../../src/policy/objects/kinds.js';
import { mkServer } from '../../builders.js';
import {
  baseFrom,
  completed,
  find,
  mkDeployment,
  mkNamespace,
  mkPod,
  mkWorkload,
  podOf,
} from './builders.js';

const SERVER = 'policy.linkerd.io/Server';
const ROUTE = 'policy.linkerd.io/HTTPRoute';

const mkRoute = (spec: JsonObject = {}, apiVersion = 'policy.linkerd.io/v1beta3'): JsonObject => ({
  apiVersion,
  kind: 'HTTPRoute',
  metadata: { name: 'route', namespace: 'app' },
  spec: { parentRefs: [{ kind: 'Server', name: 'web' }], ...spec },
});

const serverOf = (manifest: JsonObject) => find(completed([manifest]).objects, SERVER, 'web');

describe('schema defaults', () => {
  it.each<[string, JsonObject, JsonObject]>([
    ['v1beta3', {}, { proxyProtocol: 'unknown', accessPolicy: 'deny' }],
    ['v1beta3', { proxyProtocol: null }, { proxyProtocol: 'unknown', accessPolicy: 'deny' }],
    ['v1beta3', { accessPolicy: 'audit' }, { accessPolicy: 'audit' }],
    ['v1beta1', { accessPolicy: 'audit' }, { accessPolicy: 'deny' }],
    ['v9', { accessPolicy: 'audit' }, { accessPolicy: 'audit' }],
  ])(
    'are those of the version that Linkerd watches, for a Server of %s with %j',
    (version, spec, expected) => {
      const manifest = { ...mkServer(spec), apiVersion: `policy.linkerd.io/${version}` };
      expect(serverOf(manifest)?.spec).toMatchObject(expected);
    },
  );

  it('are filled into routes', () => {
    expect(find(completed([mkRoute()]).objects, ROUTE, 'route')?.spec).toMatchObject({
      parentRefs: [{ group: 'policy.linkerd.io', kind: 'Server', name: 'web' }],
      rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }] }],
    });
  });

  it('leave an empty list empty', () => {
    expect(find(completed([mkRoute({ rules: [] })]).objects, ROUTE, 'route')?.spec.rules).toEqual([]);
  });

  it('drop what the version does not know', () => {
    const timeouts = { timeouts: { request: '1s' } };
    const rulesOf = (apiVersion: string) =>
      find(completed([mkRoute({ rules: [timeouts] }, apiVersion)]).objects, ROUTE, 'route')?.spec.rules;
    expect(rulesOf('policy.linkerd.io/v1beta3')).toMatchObject([timeouts]);
    expect(rulesOf('policy.linkerd.io/v1beta1')?.[0]).not.toHaveProperty('timeouts');
  });

  it('do not turn an ExternalWorkload of v1alpha1 into one that can be read', () => {
    const workload = (version: string, spec: JsonObject): JsonObject => ({
      apiVersion: `workload.linkerd.io/${version}`,
      kind: 'ExternalWorkload',
      metadata: { name: 'vm', namespace: 'app' },
      spec: { ...spec, ports: [{ port: 80 }] },
    });
    const tls = { identity: 'spiffe://td/vm', serverName: 'vm' };
    const identityOf = (manifest: JsonObject) =>
      find(completed([manifest]).objects, 'workload.linkerd.io/ExternalWorkload', 'vm')?.identity;
    expect(identityOf(workload('v1beta1', { meshTLS: tls }))).toBe('spiffe://td/vm');
    expect(identityOf(workload('v1alpha1', { meshTls: tls }))).toBe('');
  });

  it('of a pod stand for empty texts too', () => {
    const spec = {
      serviceAccountName: '',
      containers: [
        {
          name: 'a',
          ports: [{ containerPort: 80, name: 'http', protocol: '' }],
          readinessProbe: { httpGet: { port: 80, path: '' } },
          livenessProbe: { tcpSocket: { port: 80 } },
        },
      ],
    };
    expect(podOf([mkPod({}, spec)]).template).toMatchObject({
      serviceAccount: 'default',
      containers: [
        {
          ports: [{ name: 'http', port: 80 }],
          probes: [
            { kind: 'tcp', role: 'liveness', port: 80 },
            { kind: 'http', role: 'readiness', port: 80, path: '/' },
          ],
        },
      ],
    });
  });
});

describe('namespaces', () => {
  it('of objects that name none are the given one', () => {
    const { objects } = completed(
      [mkServer({}, { namespace: '' }), mkServer({}, { name: 'b', namespace: undefined })],
      {
        namespace: 'given',
      },
    );
    expect(objects.map(({ namespace }) => namespace)).toEqual(['given', 'given']);
  });

  it('have none themselves', () => {
    const { objects } = completed([{ ...mkNamespace('app'), metadata: { name: 'app', namespace: 'odd' } }]);
    expect(objects).toMatchObject([{ kind: 'core/Namespace', namespace: '', name: 'app' }]);
  });
});

describe('two objects of one name', () => {
  it('are the later one', () => {
    const [first, second] = [mkServer({ port: 1 }), mkServer({ port: 2 })];
    expect(completed([first, second]).objects).toMatchObject([{ spec: { port: 2 } }]);
    expect(completed([second, first]).objects).toMatchObject([{ spec: { port: 1 } }]);
  });

  it('are both there where kind, group or namespace differs', () => {
    const gateway = { ...mkRoute(), apiVersion: 'gateway.networking.k8s.io/v1' };
    const manifests = [mkRoute(), gateway, mkServer(), mkServer({}, { namespace: 'other' })];
    expect(completed(manifests).objects).toHaveLength(4);
  });
});

describe('timestamps', () => {
  const created = (manifests: readonly unknown[]) =>
    completed(manifests).objects.map((object) => object.created);
  const server = (name: string, creationTimestamp?: string | null) =>
    mkServer({}, { name, ...(creationTimestamp === undefined ? {} : { creationTimestamp }) });

  it('that are written stay', () => {
    expect(created([server('a', '2026-11-22T08:18:27Z')])).toEqual(['2026-11-22T08:18:27Z']);
  });

  it.each([
    null,
    '',
    'yesterday',
    '2026-11-22',
    '2026-11-22T08:18:27+01:00',
    '2026-13-22T08:18:27Z',
    '9999-01-01T00:00:00Z',
  ])('%j is none', (text) => {
    expect(created([server('a', text)])).toEqual(created([server('a')]));
  });

  it('are equal for all that have none, so that names decide', () => {
    const [a, b] = created([server('b'), server('a')]);
    expect(a).toBe(b);
  });

  it('are later than every one that is written', () => {
    const [old, young = ''] = created([server('old', '2999-12-31T23:59:59Z'), server('young')]);
    expect(young > String(old)).toBe(true);
  });

  it('do not depend on what else is there', () => {
    const [alone] = created([server('young')]);
    expect(created([server('old', '2999-12-31T23:59:59Z'), server('young')])[1]).toBe(alone);
  });

  it('are later than the youngest object in the base', () => {
    const base = baseFrom([
      server('a', '2026-01-01T00:00:00Z'),
      server('b'),
      server('c', '2025-01-01T00:00:00Z'),
    ]);
    expect(completed([server('d')], {}, base).objects[0]?.created).toBe('9000-01-01T00:00:01Z');
  });

  it('are later than everything in the base, however often one is laid over another', () => {
    let base = baseFrom([server('s00')]);
    const seen: string[] = [];
    for (let i = 1; i <= 70; i++) {
      const { objects } = completed([server(`s${String(i).padStart(2, '0')}`)], {}, base);
      seen.push(objects[0]?.created ?? '');
      const { newest } = base;
      expect(seen.at(-1)! > newest!).toBe(true);
      base = { ...base, newest: objects[0]?.created };
    }
    expect(seen[0]).toBe('9000-01-01T00:00:01Z');
    expect(seen.at(-1)).toBe('9000-01-01T00:01:10Z');
  });
});

describe('what leaves', () => {
  it('is in a fixed order, whatever the order of the manifests', () => {
    const manifests = [
      mkRoute(),
      mkServer(),
      mkServer({}, { name: 'a' }),
      mkPod(),
      mkNamespace('app'),
      mkDeployment(),
    ];
    const listed = (of: readonly unknown[]) =>
      completed(of).objects.map(({ kind, name }) => `${kind} ${name}`);
    expect(listed(manifests)).toEqual([
      'core/Namespace app',
      'core/Pod web',
      'core/Pod web.Deployment',
      `${SERVER} a`,
      `${SERVER} web`,
      `${ROUTE} route`,
    ]);
    expect(listed(manifests.toReversed())).toEqual(listed(manifests));
  });

  it('is ordered by namespace before name', () => {
    const manifests = [
      mkServer({}, { name: 'a', namespace: 'z' }),
      mkServer({}, { name: 'b', namespace: 'y' }),
    ];
    expect(completed(manifests).objects.map(({ name }) => name)).toEqual(['b', 'a']);
  });

  it('includes every kind of ours', () => {
    const manifests = SOURCE_KINDS.map(({ group, kind, versions }) => ({
      apiVersion: group === '' ? 'v1' : `${group}/${String(versions[0])}`,
      kind,
      metadata: { name: 'x' },
      spec: {},
    }));
    const { objects, problems } = completed(manifests);
    expect(objects.map(({ kind }) => kind)).toEqual(SOURCE_KINDS.map(({ id }) => id));
    expect(problems).toEqual([]);
  });

  it('leaves out what is no object of ours without a word', () => {
    const others = [
      { replicas: 1 },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } },
      null,
      1,
      [],
      'text',
    ];
    expect(completed(others)).toEqual({ objects: [], predicted: [], problems: [] });
  });

  it('names what cannot be used, in the order of the manifests', () => {
    const nameless = [
      mkWorkload(['apps/v1', 'Deployment'], null),
      { apiVersion: 'v1', kind: 'Pod' },
      mkServer({}, { name: '' }),
      mkServer({}, { name: 7 }),
    ];
    expect(completed(nameless).problems).toEqual([
      { index: 0, message: 'a Deployment without a pod template' },
      { index: 1, message: 'a Pod without metadata.name' },
      { index: 2, message: 'a Server without metadata.name' },
      { index: 3, message: 'a Server without metadata.name' },
    ]);
  });

  it('keeps what a status says of a route’s parents', () => {
    const parents = [
      {
        controllerName: 'linkerd.io/policy-controller',
        parentRef: { kind: 'Server', name: 'web' },
        conditions: [{ type: 'Accepted', status: 'True' }],
      },
    ];
    const { objects } = completed([{ ...mkRoute(), status: { parents } }]);
    expect(find(objects, ROUTE, 'route')?.parents).toEqual([
      { controllerName: 'linkerd.io/policy-controller', kind: 'Server', name: 'web', accepted: true },
    ]);
  });

  it('does not change the manifests', () => {
    const manifests = [
      mkNamespace('app', { 'linkerd.io/inject': 'enabled' }),
      mkDeployment(),
      mkServer(),
      mkRoute(),
    ];
    const before = JSON.stringify(manifests);
    completed(manifests);
    expect(JSON.stringify(manifests)).toBe(before);
  });
});
