/** What single changes do to who may talk to whom: one story for creating, updating and deleting each kind. */
import { describe, expect, test } from '@jest/globals';
import { formatClients } from '../../../src/algebra/index.js';
import { changeOf } from '../../../src/policy/impact/change-of.js';
import { impact, type Impact } from '../../../src/policy/impact/impact.js';
import type { ClientChange, RegionImpact } from '../../../src/policy/impact/impact-of-policies.js';
import type { RegionRef } from '../../../src/policy/impact/side.js';
import { buildIndex } from '../../../src/policy/inbound/advance.js';
import { InternTable } from '../../../src/policy/objects/intern.js';
import { SOURCE_KINDS, type StoredKind } from '../../../src/policy/objects/kinds.js';
import { project } from '../../../src/policy/objects/project.js';
import type { StoredObject } from '../../../src/policy/objects/stored.js';
import { mkWorld } from '../../builders.js';

const table = new InternTable();
const world = mkWorld();
const WEB = 'web.app.serviceaccount.identity.linkerd.cluster.local';
const API = 'api.app.serviceaccount.identity.linkerd.cluster.local';

function mk(kind: StoredKind, name: string, spec: object, metadata: object = {}): StoredObject {
  const stored = project(kind, { metadata: { name, namespace: 'app', ...metadata }, spec }, table);
  if (!stored.ok) throw new Error(stored.error);
  return stored.value;
}

const MESHED = { app: 'voting', 'linkerd.io/control-plane-ns': 'linkerd' };
const probe = { httpGet: { path: '/live', port: 'http' } };
const pod = (metadata: object = {}, container: object = {}, name = 'voting'): StoredObject =>
  mk(
    'core/Pod',
    name,
    { containers: [{ name: 'main', ports: [{ name: 'http', containerPort: 8080 }], ...container }] },
    { labels: MESHED, ...metadata },
  );
const server = (over: object = {}): StoredObject =>
  mk('policy.linkerd.io/Server', 'voting', {
    podSelector: { matchLabels: { app: 'voting' } },
    port: 'http',
    ...over,
  });
const toServer = { group: 'policy.linkerd.io', kind: 'Server', name: 'voting' };
const policy = (refs: readonly object[], targetRef: object = toServer): StoredObject =>
  mk('policy.linkerd.io/AuthorizationPolicy', 'voting', { targetRef, requiredAuthenticationRefs: refs });
const serviceAccount = (name: string) => ({ kind: 'ServiceAccount', name });
const meshTls = (...identities: string[]): StoredObject =>
  mk('policy.linkerd.io/MeshTLSAuthentication', 'clients', { identities });
const refTo = (kind: string) => ({ group: 'policy.linkerd.io', kind, name: 'clients' });
const network = (...cidrs: string[]): StoredObject =>
  mk('policy.linkerd.io/NetworkAuthentication', 'clients', { networks: cidrs.map((cidr) => ({ cidr })) });
const authorization = (...accounts: string[]): StoredObject =>
  mk('policy.linkerd.io/ServerAuthorization', 'clients', {
    server: { name: 'voting' },
    client: { meshTLS: { serviceAccounts: accounts.map((name) => ({ name })) } },
  });
const httpRoute = (path: string, kind: StoredKind = 'policy.linkerd.io/HTTPRoute'): StoredObject =>
  mk(kind, 'votes', {
    parentRefs: [toServer],
    rules: [{ matches: [{ path: { type: 'PathPrefix', value: path } }] }],
  });
const HTTP_ROUTES = ['policy.linkerd.io/HTTPRoute', 'gateway.networking.k8s.io/HTTPRoute'] as const;
const grpcRoute = (service: string): StoredObject =>
  mk('gateway.networking.k8s.io/GRPCRoute', 'votes', {
    parentRefs: [toServer],
    rules: [{ matches: [{ method: { service } }] }],
  });
const rateLimit = (requestsPerSecond: number): StoredObject =>
  mk('policy.linkerd.io/HTTPLocalRateLimitPolicy', 'limit', {
    targetRef: toServer,
    total: { requestsPerSecond },
  });
const externalWorkload = (annotations: object = {}): StoredObject =>
  mk(
    'workload.linkerd.io/ExternalWorkload',
    'vm',
    { meshTLS: { identity: 'vm.example' }, ports: [{ port: 9000, name: 'http' }] },
    { annotations },
  );

const change = (
  before: StoredObject | undefined,
  after: StoredObject | undefined,
  others: readonly StoredObject[],
): Impact => {
  const objects = before === undefined ? others : [...others, before];
  return impact(buildIndex(world, objects), changeOf(before, after));
};

const nameOf = (ref: RegionRef): string =>
  ref.kind === 'rule' ? `${ref.route.name}/${String(ref.rule)}` : ref.kind;

const told = (word: string, of: ClientChange | undefined): string[] =>
  of === undefined
    ? []
    : [
        `${word} ${formatClients(of.clients)}` +
          (of.authorizations.length === 0 ? '' : ` by ${of.authorizations.map(({ name }) => name).join()}`),
      ];

const where = ({ transport, traffic, before, after, witness }: RegionImpact): string =>
  [
    ...(transport === 'any' ? [] : [transport]),
    traffic,
    ...(witness?.kind === 'http' ? [`${witness.request.method} ${witness.request.path}`] : []),
    `(${nameOf(before)} to ${nameOf(after)})`,
  ].join(' ');

const tell = (region: RegionImpact): string =>
  `${where(region)}: ${[
    ...told('opens', region.opens),
    ...told('closes', region.closes),
    ...told('starts audit of', region.auditStarts),
    ...told('ends audit of', region.auditEnds),
    ...region.answers.map(({ clients, before, after }) => {
      const word = (answer: typeof before) => (answer.kind === 'http' ? String(answer.status) : answer.kind);
      return `answers ${formatClients(clients)} with ${word(after)} instead of ${word(before)}`;
    }),
  ].join('; ')}`;

/** One line a region, in order. */
const story = (
  before: StoredObject | undefined,
  after: StoredObject | undefined,
  ...others: readonly StoredObject[]
): string[] => {
  const { ports, exact, complete } = change(before, after, others);
  expect([exact, complete]).toEqual([true, true]);
  return ports.flatMap(({ regions }) => regions.map(tell));
};

describe('a Server', () => {
  test('that comes closes what the default policy let in, but for localhost and probes', () => {
    expect(story(undefined, server(), pod({}, { livenessProbe: probe }))).toEqual([
      'tcp (tcp to tcp): closes anyone from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32) by all-unauthenticated',
      'http GET / (default/0 to default/0): closes anyone from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32) by all-unauthenticated',
    ]);
  });

  test('of another protocol refuses what is not of it', () => {
    expect(
      story(
        server({ accessPolicy: 'all-unauthenticated' }),
        server({ accessPolicy: 'all-unauthenticated', proxyProtocol: 'HTTP/1' }),
        pod(),
      ),
    ).toEqual([
      'tcp (tcp to protocol-mismatch): closes anyone from anywhere by all-unauthenticated,localhost',
      'http2 GET / (default/0 to protocol-mismatch): closes unmeshed clients from anywhere by all-unauthenticated,localhost',
    ]);
  });

  test('that becomes opaque hides identities, but for direct connections', () => {
    expect(story(server(), server({ proxyProtocol: 'opaque' }), pod(), authorization('web'))).toEqual([
      'redirected tcp (tcp to tcp): closes web.app.serviceaccount.identity.linkerd.cluster.local from 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.168.0.0/16, fd00::/8 by clients',
      'redirected http GET / (default/0 to tcp): closes web.app.serviceaccount.identity.linkerd.cluster.local from 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.168.0.0/16, fd00::/8 by clients; answers web.app.serviceaccount.identity.linkerd.cluster.local from 0.0.0.0/0 except (10.0.0.0/8, 100.64.0.0/10, 127.0.0.1/32, 172.16.0.0/12, 192.168.0.0/16), ::/0 except (::/32, fd00::/8); anyone except (web.app.serviceaccount.identity.linkerd.cluster.local) from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32) with refused instead of 403',
      'direct http GET / (default/0 to no-http-policy): closes web.app.serviceaccount.identity.linkerd.cluster.local from 10.0.0.0/8, 100.64.0.0/10, 127.0.0.1/32, 172.16.0.0/12, 192.168.0.0/16, ::/32 and 1 more; any mesh identity except (web.app.serviceaccount.identity.linkerd.cluster.local) from 127.0.0.1/32, ::/32 by clients,localhost; answers web.app.serviceaccount.identity.linkerd.cluster.local from 0.0.0.0/0 except (10.0.0.0/8, 100.64.0.0/10, 127.0.0.1/32, 172.16.0.0/12, 192.168.0.0/16), ::/0 except (::/32, fd00::/8); any mesh identity except (web.app.serviceaccount.identity.linkerd.cluster.local) from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32) with 404 instead of 403',
    ]);
  });

  test('that is audited from now on', () => {
    expect(
      story(server(), server({ accessPolicy: 'audit' }), pod(), policy([serviceAccount('web')])),
    ).toEqual([
      'tcp (tcp to tcp): opens anyone except (web.app.serviceaccount.identity.linkerd.cluster.local) from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32) by audit; starts audit of anyone except (web.app.serviceaccount.identity.linkerd.cluster.local) from 127.0.0.1/32, ::/32 by audit,localhost',
      'http GET / (default/0 to default/0): opens anyone except (web.app.serviceaccount.identity.linkerd.cluster.local) from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32) by audit; starts audit of anyone except (web.app.serviceaccount.identity.linkerd.cluster.local) from 127.0.0.1/32, ::/32 by audit,localhost',
    ]);
  });

  test('that goes opens what the default policy lets in', () => {
    expect(story(server(), undefined, pod())).toEqual([
      'tcp (tcp to tcp): opens anyone from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32) by all-unauthenticated',
      'http GET / (default/0 to default/0): opens anyone from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32) by all-unauthenticated',
    ]);
  });
});

describe('an authorization', () => {
  test('opens for those it names when it comes', () => {
    expect(story(undefined, authorization('web'), pod(), server())).toEqual([
      'tcp (tcp to tcp): opens web.app.serviceaccount.identity.linkerd.cluster.local from 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.168.0.0/16, fd00::/8 by clients',
      'http GET / (default/0 to default/0): opens web.app.serviceaccount.identity.linkerd.cluster.local from 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.168.0.0/16, fd00::/8 by clients',
    ]);
  });

  test('opens for some and closes for others when it changes', () => {
    expect(story(authorization('web'), authorization('api'), pod(), server())).toEqual([
      'tcp (tcp to tcp): opens api.app.serviceaccount.identity.linkerd.cluster.local from 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.168.0.0/16, fd00::/8 by clients; closes web.app.serviceaccount.identity.linkerd.cluster.local from 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.168.0.0/16, fd00::/8 by clients',
      'http GET / (default/0 to default/0): opens api.app.serviceaccount.identity.linkerd.cluster.local from 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.168.0.0/16, fd00::/8 by clients; closes web.app.serviceaccount.identity.linkerd.cluster.local from 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.168.0.0/16, fd00::/8 by clients',
    ]);
  });

  test('closes for those it named when it goes, unless another one admits them', () => {
    expect(
      story(authorization('web', 'api'), undefined, pod(), server(), policy([serviceAccount('web')])),
    ).toEqual([
      'tcp (tcp to tcp): closes api.app.serviceaccount.identity.linkerd.cluster.local from 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.168.0.0/16, fd00::/8 by clients',
      'http GET / (default/0 to default/0): closes api.app.serviceaccount.identity.linkerd.cluster.local from 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.168.0.0/16, fd00::/8 by clients',
    ]);
  });

  test('of a namespace opens every Server in it', () => {
    const policyOfNamespace = policy([], { kind: 'Namespace', name: 'app' });
    expect(story(undefined, policyOfNamespace, pod(), server())).toEqual([
      'tcp (tcp to tcp): opens anyone from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32) by voting',
      'http GET / (default/0 to default/0): opens anyone from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32) by voting',
    ]);
    expect(
      story(
        policyOfNamespace,
        policy([serviceAccount('web')], { kind: 'Namespace', name: 'app' }),
        pod(),
        server(),
      ),
    ).toEqual([
      'tcp (tcp to tcp): closes anyone except (web.app.serviceaccount.identity.linkerd.cluster.local) from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32) by voting',
      'http GET / (default/0 to default/0): closes anyone except (web.app.serviceaccount.identity.linkerd.cluster.local) from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32) by voting',
    ]);
    expect(story(policyOfNamespace, undefined, pod(), server())).toEqual([
      'tcp (tcp to tcp): closes anyone from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32) by voting',
      'http GET / (default/0 to default/0): closes anyone from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32) by voting',
    ]);
  });
});

describe('an authentication', () => {
  test('lets in those it names while it is there', () => {
    const others = [pod(), server(), policy([refTo('MeshTLSAuthentication')])];
    expect(story(undefined, meshTls(WEB), ...others)).toEqual([
      'tcp (tcp to tcp): opens web.app.serviceaccount.identity.linkerd.cluster.local from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32) by voting',
      'http GET / (default/0 to default/0): opens web.app.serviceaccount.identity.linkerd.cluster.local from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32) by voting',
    ]);
    expect(story(meshTls(WEB), meshTls(WEB, API), ...others)).toEqual([
      'tcp (tcp to tcp): opens api.app.serviceaccount.identity.linkerd.cluster.local from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32) by voting',
      'http GET / (default/0 to default/0): opens api.app.serviceaccount.identity.linkerd.cluster.local from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32) by voting',
    ]);
    expect(story(meshTls(WEB, API), undefined, ...others)).toEqual([
      'tcp (tcp to tcp): closes api.app.serviceaccount.identity.linkerd.cluster.local, web.app.serviceaccount.identity.linkerd.cluster.local from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32) by voting',
      'http GET / (default/0 to default/0): closes api.app.serviceaccount.identity.linkerd.cluster.local, web.app.serviceaccount.identity.linkerd.cluster.local from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32) by voting',
    ]);
  });

  test('of networks likewise', () => {
    const others = [pod(), server(), policy([refTo('NetworkAuthentication')])];
    expect(story(undefined, network('10.0.0.0/8'), ...others)).toEqual([
      'tcp (tcp to tcp): opens anyone from 10.0.0.0/8 by voting',
      'http GET / (default/0 to default/0): opens anyone from 10.0.0.0/8 by voting',
    ]);
    expect(story(network('10.0.0.0/8'), network('10.1.0.0/16', '192.0.2.0/24'), ...others)).toEqual([
      'tcp (tcp to tcp): opens anyone from 192.0.2.0/24 by voting; closes anyone from 10.0.0.0/8 except (10.1.0.0/16) by voting',
      'http GET / (default/0 to default/0): opens anyone from 192.0.2.0/24 by voting; closes anyone from 10.0.0.0/8 except (10.1.0.0/16) by voting',
    ]);
    expect(story(network('10.0.0.0/8'), undefined, ...others)).toEqual([
      'tcp (tcp to tcp): closes anyone from 10.0.0.0/8 by voting',
      'http GET / (default/0 to default/0): closes anyone from 10.0.0.0/8 by voting',
    ]);
  });
});

describe('a route', () => {
  const audit = server({ accessPolicy: 'all-unauthenticated' });
  const probed = pod({}, { livenessProbe: probe });

  test('that is the first one turns the rest into not found, probes included', () => {
    expect(story(undefined, httpRoute('/api'), probed, audit)).toEqual([
      'http GET / (default/0 to no-route): closes anyone from anywhere by all-unauthenticated,localhost',
      'http GET /live (probe/0 to no-route): closes anyone from anywhere by probe,all-unauthenticated,localhost',
    ]);
  });

  test('that is the first one where nobody is authorized changes answers, and closes probes', () => {
    expect(story(undefined, httpRoute('/api'), probed, server())).toEqual([
      'http GET / (default/0 to no-route): closes anyone from 127.0.0.1/32, ::/32 by localhost; answers anyone from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32) with 404 instead of 403',
      'http GET /live (probe/0 to no-route): closes anyone from anywhere by probe,localhost',
    ]);
  });

  test('of another path moves what is found', () => {
    const [ofPolicy, ofGateway] = HTTP_ROUTES.map((kind) =>
      story(httpRoute('/a', kind), httpRoute('/b', kind), pod(), audit),
    );
    expect(ofGateway).toEqual(ofPolicy);
    expect(ofPolicy).toEqual([
      'http GET /a (votes/0 to no-route): closes anyone from anywhere by all-unauthenticated,localhost',
      'http GET /b (no-route to votes/0): opens anyone from anywhere by all-unauthenticated,localhost',
    ]);
  });

  test('that goes brings back the default', () => {
    const [ofPolicy, ofGateway] = HTTP_ROUTES.map((kind) =>
      story(httpRoute('/a', kind), undefined, pod(), audit),
    );
    expect(ofGateway).toEqual(ofPolicy);
    expect(ofPolicy).toEqual([
      'http GET / (no-route to default/0): opens anyone from anywhere by all-unauthenticated,localhost',
    ]);
    expect(story(undefined, httpRoute('/a', HTTP_ROUTES[1]), pod(), audit)).toEqual([
      'http GET / (default/0 to no-route): closes anyone from anywhere by all-unauthenticated,localhost',
    ]);
  });

  test('of gRPC cuts calls', () => {
    const grpc = server({ proxyProtocol: 'gRPC' });
    const others = [pod(), grpc, policy([serviceAccount('web')])];
    expect(story(undefined, grpcRoute('a.B'), ...others)).toEqual([
      'http2 POST /other/other (default/0 to no-route): closes unmeshed clients from 127.0.0.1/32, ::/32 by localhost; answers unmeshed clients from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32) with 404 instead of 403',
      'http POST /other/other (default/0 to no-route): closes web.app.serviceaccount.identity.linkerd.cluster.local from anywhere; any mesh TLS client except (web.app.serviceaccount.identity.linkerd.cluster.local) from 127.0.0.1/32, ::/32 by voting,localhost; answers any mesh TLS client except (web.app.serviceaccount.identity.linkerd.cluster.local) from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32) with 404 instead of 403',
    ]);
    expect(story(grpcRoute('a.B'), grpcRoute('a.C'), ...others)).toEqual([
      'http2 POST /a.B/other (votes/0 to no-route): closes unmeshed clients from 127.0.0.1/32, ::/32 by localhost; answers unmeshed clients from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32) with 404 instead of 403',
      'http2 POST /a.C/other (no-route to votes/0): opens unmeshed clients from 127.0.0.1/32, ::/32 by localhost; answers unmeshed clients from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32) with 403 instead of 404',
      'http POST /a.B/other (votes/0 to no-route): closes web.app.serviceaccount.identity.linkerd.cluster.local from anywhere; any mesh TLS client except (web.app.serviceaccount.identity.linkerd.cluster.local) from 127.0.0.1/32, ::/32 by voting,localhost; answers any mesh TLS client except (web.app.serviceaccount.identity.linkerd.cluster.local) from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32) with 404 instead of 403',
      'http POST /a.C/other (no-route to votes/0): opens web.app.serviceaccount.identity.linkerd.cluster.local from anywhere; any mesh TLS client except (web.app.serviceaccount.identity.linkerd.cluster.local) from 127.0.0.1/32, ::/32 by voting,localhost; answers any mesh TLS client except (web.app.serviceaccount.identity.linkerd.cluster.local) from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32) with 403 instead of 404',
    ]);
    expect(story(grpcRoute('a.B'), undefined, ...others)).toEqual([
      'http2 POST /other/other (no-route to default/0): opens unmeshed clients from 127.0.0.1/32, ::/32 by localhost; answers unmeshed clients from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32) with 403 instead of 404',
      'http POST /other/other (no-route to default/0): opens web.app.serviceaccount.identity.linkerd.cluster.local from anywhere; any mesh TLS client except (web.app.serviceaccount.identity.linkerd.cluster.local) from 127.0.0.1/32, ::/32 by voting,localhost; answers any mesh TLS client except (web.app.serviceaccount.identity.linkerd.cluster.local) from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32) with 403 instead of 404',
    ]);
  });

  test('with a pattern is never exact, and shown by a request where one is found', () => {
    const route = (value: string) =>
      mk('policy.linkerd.io/HTTPRoute', 'votes', {
        parentRefs: [toServer],
        rules: [{ matches: [{ path: { type: 'RegularExpression', value } }] }],
      });
    const { ports, exact, complete } = change(undefined, route('/api/v[0-9]+'), [pod(), audit]);
    expect([exact, complete]).toEqual([false, true]);
    expect(ports.flatMap(({ regions }) => regions.map(tell))).toEqual([
      'http GET / (default/0 to no-route): closes anyone from anywhere by all-unauthenticated,localhost',
    ]);
    const other = change(route('/api/v[0-9]+'), route('/api'), [pod(), audit]);
    expect(other.exact).toBe(false);
    expect(other.ports.flatMap(({ regions }) => regions.map(tell))).toEqual([
      'http GET /api/v0 (votes/0 to no-route): closes anyone from anywhere by all-unauthenticated,localhost',
      'http GET /api (no-route to votes/0): opens anyone from anywhere by all-unauthenticated,localhost',
    ]);
    const unseen = change(route('/v[[:digit:]]'), undefined, [pod(), server()]);
    expect([unseen.exact, unseen.complete]).toEqual([false, true]);
    expect(unseen.ports.flatMap(({ regions }) => regions.map(({ witness }) => witness))).toEqual([
      { kind: 'http', version: 'http1', request: { method: 'GET', path: '/', host: undefined, headers: [] } },
    ]);
    const closed = change(route('/v[[:digit:]]'), route('/w[[:digit:]]'), [pod(), audit]);
    expect(closed.ports.flatMap(({ regions }) => regions.map(({ witness }) => witness))).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe('a workload', () => {
  test('that comes or goes takes its clients with it', () => {
    expect(story(undefined, pod())).toEqual([
      'tcp (absent to tcp): opens anyone from anywhere by all-unauthenticated,localhost',
      'http GET / (absent to default/0): opens anyone from anywhere by all-unauthenticated,localhost',
    ]);
    expect(story(pod(), undefined)).toEqual([
      'tcp (tcp to absent): closes anyone from anywhere by all-unauthenticated,localhost',
      'http GET / (default/0 to absent): closes anyone from anywhere by all-unauthenticated,localhost',
    ]);
  });

  test('whose annotation changes has another default policy', () => {
    const annotated = pod({
      annotations: { 'config.linkerd.io/default-inbound-policy': 'all-authenticated' },
    });
    expect(story(pod(), annotated)).toEqual([
      'tcp (tcp to tcp): closes unmeshed clients, mesh TLS clients without identity, any SPIFFE id from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32) by all-unauthenticated',
      'http GET / (default/0 to default/0): closes unmeshed clients, mesh TLS clients without identity, any SPIFFE id from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32) by all-unauthenticated',
    ]);
  });

  test('that loses its proxy lets everybody in', () => {
    const unmeshed = pod({ labels: { app: 'voting' } });
    expect(story(pod(), unmeshed, server())).toEqual([
      'redirected tcp (tcp to unenforced): opens anyone from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32)',
      'redirected http GET / (default/0 to unenforced): opens anyone from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32)',
    ]);
    expect(change(pod(), unmeshed, [server()]).ports[0]?.after).toBe('unenforced');
  });

  test('outside of the cluster likewise', () => {
    const denied = externalWorkload({ 'config.linkerd.io/default-inbound-policy': 'deny' });
    expect(story(undefined, externalWorkload())).toEqual([
      'tcp (absent to tcp): opens anyone from anywhere by all-unauthenticated,localhost',
      'http GET / (absent to default/0): opens anyone from anywhere by all-unauthenticated,localhost',
    ]);
    expect(story(externalWorkload(), denied)).toEqual([
      'tcp (tcp to tcp): closes anyone from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32) by all-unauthenticated',
      'http GET / (default/0 to default/0): closes anyone from 0.0.0.0/0 except (127.0.0.1/32), ::/0 except (::/32) by all-unauthenticated',
    ]);
    expect(story(denied, undefined)).toEqual([
      'tcp (tcp to absent): closes anyone from 127.0.0.1/32, ::/32 by localhost',
      'http GET / (default/0 to absent): closes anyone from 127.0.0.1/32, ::/32 by localhost',
    ]);
  });
});

describe('what changes no access', () => {
  test('a rate limit: the port is named, and nothing said of it', () => {
    for (const [before, after] of [
      [undefined, rateLimit(10)],
      [rateLimit(10), rateLimit(20)],
      [rateLimit(20), undefined],
    ] as const) {
      const { ports, exact } = change(before, after, [pod(), server()]);
      expect(ports.map(({ workloads, port, regions }) => [workloads, port, regions])).toEqual([
        [['voting'], 8080, []],
      ]);
      expect(exact).toBe(true);
    }
  });

  test('an authorization that a wider one makes superfluous', () => {
    const others = [pod(), server({ accessPolicy: 'all-unauthenticated' })];
    const { ports } = change(undefined, authorization('web'), others);
    expect(ports.map(({ regions }) => regions)).toEqual([[]]);
  });

  test.each(
    SOURCE_KINDS.map(({ id }) => id).filter((kind) =>
      /^core\/(Namespace|Service|ServiceAccount)$|TLSRoute|TCPRoute|EgressNetwork/.test(kind),
    ),
  )('%s', (kind) => {
    const others = [pod(), server(), httpRoute('/')];
    const [one, other] = [mk(kind, 'x', {}), mk(kind, 'x', {}, { labels: { a: 'b' } })];
    for (const [before, after] of [
      [undefined, one],
      [one, other],
      [other, undefined],
    ] as const)
      expect(change(before, after, others).ports).toEqual([]);
  });

  test('a TCPRoute on the Server of another route: the route conflicts with none', () => {
    const tcp = mk('gateway.networking.k8s.io/TCPRoute', 'tcp', { parentRefs: [toServer], rules: [{}] });
    expect(change(undefined, tcp, [pod(), server(), httpRoute('/')]).ports).toEqual([]);
  });
});

describe('impact', () => {
  test('computes what many ports share once, and names their workloads', () => {
    const pods = ['a', 'b', 'c'].map((name) => pod({ labels: { ...MESHED, name } }, {}, name));
    const { ports } = change(undefined, server(), pods);
    expect(ports.map(({ workloads, port }) => [workloads, port])).toEqual([[['a', 'b', 'c'], 8080]]);
    const split = [pod({}, {}, 'a'), pod({}, { ports: [{ name: 'http', containerPort: 80 }] }, 'b')];
    const [first, second] = change(undefined, server(), split).ports;
    expect([first?.port, second?.port]).toEqual([8080, 80]);
    expect(second?.regions).toBe(first?.regions);
  });

  test('a change that says what is there is none', () => {
    const { index, ports } = change(server(), server(), [pod()]);
    expect(ports).toEqual([]);
    expect(index.state.namespaces.get('app')).toBeDefined();
  });

  test('an object of another name takes the place of the old one', () => {
    const renamed = { ...server(), name: 'other' } as StoredObject;
    expect(changeOf(server(), renamed)).toEqual([
      { type: 'deleted', kind: 'policy.linkerd.io/Server', namespace: 'app', name: 'voting' },
      { type: 'applied', object: renamed },
    ]);
    expect(changeOf(undefined, undefined)).toEqual([]);
  });
});
