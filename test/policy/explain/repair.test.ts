/** What is proposed, and what is not although it would work. */
import { describe, expect, it } from '@jest/globals';
import type { Explanation } from '../../../src/app/explain.js';
import { ask, indexOfYaml, type Asked } from '../../app/ask.js';

const GROUP = 'policy.linkerd.io';
const object = (version: string, kind: string, name: string, spec: string): string => `
apiVersion: ${GROUP}/${version}
kind: ${kind}
metadata: {name: ${name}, namespace: shop}
spec: ${spec}
---`;
const pod = (name: string, labels: string): string => `
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: shop, labels: {${labels}, linkerd.io/control-plane-ns: linkerd}}
spec: {serviceAccountName: ${name}, containers: [{name: main, ports: [{name: http, containerPort: 8080}]}]}
---`;
const server = (name: string, labels: string, more = ''): string =>
  object('v1beta3', 'Server', name, `{podSelector: {matchLabels: {${labels}}}, port: 8080${more}}`);
const policy = (
  name: string,
  kind: string,
  target: string,
  ...refs: readonly (readonly [string, string])[]
): string =>
  object(
    'v1alpha1',
    'AuthorizationPolicy',
    name,
    `{targetRef: {group: ${GROUP}, kind: ${kind}, name: ${target}}, requiredAuthenticationRefs: [${refs
      .map(([of, ref]) =>
        of === 'ServiceAccount'
          ? `{kind: ${of}, name: ${ref}}`
          : `{group: ${GROUP}, kind: ${of}, name: ${ref}}`,
      )
      .join(', ')}]}`,
  );
const mesh = (name: string, account: string): string =>
  object(
    'v1alpha1',
    'MeshTLSAuthentication',
    name,
    `{identityRefs: [{kind: ServiceAccount, name: ${account}}]}`,
  );

const explained = (yaml: string, asked: Asked): Explanation => ask(indexOfYaml(yaml), asked);

/** The steps of each change: `create Kind name` or `add Kind name path`. */
const changes = (yaml: string, asked: Asked): string[] =>
  explained(yaml, asked).ruled!.changes.map((change) =>
    change
      .map((step) => {
        switch (step.action) {
          case 'create': {
            const { kind, metadata } = step.manifest as { kind: string; metadata: { name: string } };
            return `create ${kind} ${metadata.name}`;
          }
          case 'add':
          case 'set':
            return `${step.action} ${step.ref.kind} ${step.ref.name} ${step.path.join('.')}`;
          case 'mesh':
            return `mesh ${step.workload.kind} ${step.workload.name}`;
        }
      })
      .join(', '),
  );

const CLIENT = pod('front', 'app: front');
const TARGET = pod('cart', 'app: cart');
const CALL: Asked = { from: 'shop/front', to: 'shop/cart:8080' };

describe('an entry more', () => {
  const yaml =
    CLIENT +
    TARGET +
    server('cart', 'app: cart') +
    policy('p', 'Server', 'cart', ['MeshTLSAuthentication', 'm']) +
    mesh('m', 'x');

  it('is proposed where the object authorizes at this place alone', () => {
    expect(changes(yaml, CALL)).toEqual(['add MeshTLSAuthentication m spec.identityRefs']);
  });

  it('is not where another policy requires the object too', () => {
    const shared = yaml + policy('q', 'Server', 'cart-2', ['MeshTLSAuthentication', 'm']);
    expect(changes(shared, CALL)).toEqual(['create AuthorizationPolicy cart-from-front']);
  });

  it('is not where the object authorizes on the Server and the request falls to a route', () => {
    const route = object(
      'v1beta3',
      'HTTPRoute',
      'items',
      `{parentRefs: [{group: ${GROUP}, kind: Server, name: cart}], rules: [{}]}`,
    );
    expect(changes(yaml + route, CALL)).toEqual(['create AuthorizationPolicy items-from-front']);
    const onRoute = policy('r', 'HTTPRoute', 'items', ['MeshTLSAuthentication', 'n']) + mesh('n', 'x');
    expect(changes(yaml + route + onRoute, CALL)).toEqual(['add MeshTLSAuthentication n spec.identityRefs']);
  });

  it('is not in networks that stand for those of the cluster', () => {
    const saz = object(
      'v1beta1',
      'ServerAuthorization',
      's',
      '{server: {name: cart}, client: {unauthenticated: true}}',
    );
    const far: Asked = { ...CALL, from: '203.0.113.9' };
    expect(changes(CLIENT + TARGET + server('cart', 'app: cart') + saz, far)).toEqual([
      'create AuthorizationPolicy cart-from-203-0-113-9, create NetworkAuthentication cart-from-203-0-113-9',
    ]);
  });

  it('has a name that nobody has', () => {
    const taken = yaml.replace('name: p,', 'name: cart-from-front,');
    const shared = taken + policy('q', 'Server', 'cart-2', ['MeshTLSAuthentication', 'm']);
    expect(changes(shared, CALL)).toEqual(['create AuthorizationPolicy cart-from-front-2']);
  });
});

describe('a Server for a port without one', () => {
  const DENY = { defaultPolicy: 'deny' } as const;
  const selectorOf = (yaml: string): unknown => {
    const { ruled } = ask(indexOfYaml(yaml, DENY), CALL);
    const [step] = ruled!.changes[0] ?? [];
    return step?.action === 'create' ? (step.manifest['spec'] as any).podSelector : undefined;
  };

  it('selects by one label where that tells the workload from others', () => {
    expect(selectorOf(CLIENT + pod('cart', 'app: cart, tier: back'))).toEqual({
      matchLabels: { app: 'cart' },
    });
    expect(selectorOf(CLIENT + pod('cart', 'app: front, tier: back'))).toEqual({
      matchLabels: { tier: 'back' },
    });
  });

  it('selects by all of them where one would overlap another Server', () => {
    const yaml = CLIENT + pod('cart', 'app: cart, tier: back') + server('other', 'app: cart, tier: front');
    expect(selectorOf(yaml.replaceAll('port: 8080}', 'port: http}'))).toEqual({
      matchLabels: { app: 'cart', tier: 'back' },
    });
  });

  it('is not proposed where no labels tell the workload from others', () => {
    expect(selectorOf(CLIENT + TARGET + pod('twin', 'app: cart'))).toBeUndefined();
    expect(selectorOf(CLIENT + TARGET + pod('twin', 'app: cart, more: x'))).toBeUndefined();
  });

  it('keeps what the default policy allows', () => {
    const index = indexOfYaml(CLIENT + TARGET, { defaultPolicy: 'cluster-authenticated' });
    const [change] = ask(index, { ...CALL, from: 'spiffe://td/x' }).ruled!.changes;
    expect(change![0]).toMatchObject({ manifest: { spec: { accessPolicy: 'cluster-authenticated' } } });
  });
});

describe('a change', () => {
  it('is none for a Service’s port that no container declares', () => {
    const service = `
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {selector: {app: cart}, ports: [{port: 80, targetPort: http}]}
---`;
    const ask80 = (yaml: string): Explanation =>
      ask(indexOfYaml(yaml, { defaultPolicy: 'deny' }), { ...CALL, to: 'shop/cart:80' });
    expect(ask80(CLIENT + TARGET + service)).toMatchObject({ outcome: 'deny', ruled: { changes: [] } });
    expect(ask80(CLIENT + TARGET).ruled!.changes).toHaveLength(1);
  });

  it('mends one cause after the other', () => {
    const route = object(
      'v1beta3',
      'HTTPRoute',
      'items',
      `{parentRefs: [{group: ${GROUP}, kind: Server, name: cart}], rules: [{matches: [{path: {value: /items}}]}]}`,
    );
    const yaml = CLIENT + TARGET + server('cart', 'app: cart', ', proxyProtocol: HTTP/2') + route;
    const plain: Asked = { ...CALL, from: '10.0.0.9', spoken: 'http/1', path: '/other' };
    expect(changes(yaml, plain)).toEqual([
      'set Server cart spec.proxyProtocol, create HTTPRoute cart-other, create AuthorizationPolicy cart-other-from-10-0-0-9, create NetworkAuthentication cart-other-from-10-0-0-9',
    ]);
  });

  it('is none where proxies cannot read the policy', () => {
    const route = object(
      'v1beta3',
      'HTTPRoute',
      'items',
      `{parentRefs: [{group: ${GROUP}, kind: Server, name: cart}], rules: [{matches: [{queryParams: [{name: "", value: x}]}]}]}`,
    );
    const found = explained(CLIENT + TARGET + server('cart', 'app: cart') + route, CALL);
    expect(found).toMatchObject({
      outcome: 'deny',
      ruled: { changes: [] },
      notes: [{ code: 'answer-problem' }],
    });
  });

  it('gives no proxy to a pod on the network of its node', () => {
    const plain = pod('front', 'app: front').replace(', linkerd.io/control-plane-ns: linkerd', '');
    const yaml = TARGET + server('cart', 'app: cart');
    expect(changes(yaml + plain, CALL)[0]).toMatch(/^mesh Pod front, create/);
    const onNode = plain.replace('spec: {', 'spec: {hostNetwork: true, ');
    expect(changes(yaml + onNode, CALL)).toEqual([
      'create AuthorizationPolicy cart-from-cluster, create NetworkAuthentication cart-from-cluster',
    ]);
  });
});

describe('the condition of an address that nobody knows', () => {
  const yaml =
    CLIENT +
    TARGET +
    server('cart', 'app: cart') +
    policy('p', 'Server', 'cart', ['ServiceAccount', 'x'], ['NetworkAuthentication', 'n']);
  const conditions = (cidr: string): string[] =>
    explained(yaml + object('v1alpha1', 'NetworkAuthentication', 'n', `{networks: [{cidr: ${cidr}}]}`), CALL)
      .ruled!.notApplied.filter(({ authorization: { name } }) => name === 'p')
      .map(({ failed: { code } }) => code);

  it('is a network only if none of the cluster’s networks meets it', () => {
    expect(conditions('10.9.0.0/16')).toEqual(['identity']);
    expect(conditions('203.0.113.0/24')).toEqual(['network']);
  });
});

describe('a denial', () => {
  const route = (match: string): string =>
    object(
      'v1beta3',
      'HTTPRoute',
      'items',
      `{parentRefs: [{group: ${GROUP}, kind: Server, name: cart}], rules: [{matches: [${match}]}]}`,
    );
  const denied = (match: string): Explanation =>
    explained(TARGET + server('cart', 'app: cart') + route(match), {
      to: 'shop/cart:8080',
      denial: {
        event: 'request',
        server: { kind: 'server', name: 'cart' },
        route: { kind: 'HTTPRoute', name: 'items' },
        tls: { kind: 'none' },
        ip: '10.0.0.9',
        port: 8080,
        pod: undefined,
      },
    });

  it('is asked again with a request of its route', () => {
    const { traffic, notes } = denied(
      '{path: {type: Exact, value: /a}, method: PUT, headers: [{name: X-A, value: "1"}], queryParams: [{name: q, value: a b}]}',
    );
    expect(traffic).toMatchObject({
      request: { method: 'PUT', path: '/a?q=a%20b', headers: [{ name: 'x-a', value: '1' }] },
    });
    expect(notes).toEqual([]);
  });

  it('says so where nobody can tell a request of its route', () => {
    const { traffic, notes } = denied('{path: {type: RegularExpression, value: "/a+"}}');
    expect(traffic).toMatchObject({ request: { path: '/' } });
    expect(notes).toEqual([{ code: 'log-route', was: 'items' }]);
  });
});
