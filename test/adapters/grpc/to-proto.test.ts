/** What is sent for a policy, member by member (inbound-api, section 4), as proto3 JSON. */
import { describe, expect, it } from '@jest/globals';
import { Server } from '../../../src/adapters/grpc/gen/inbound.js';
import { toServer } from '../../../src/adapters/grpc/to-proto/server.js';
import type {
  Authorization,
  GrpcMatch,
  GrpcRoute,
  HttpMatch,
  HttpRoute,
  PortPolicy,
  RateLimit,
  RouteFilter,
} from '../../../src/policy/inbound/port-policy.js';
import {
  mkAuthorization,
  mkGrpcMatch,
  mkGrpcRoute,
  mkHttpMatch,
  mkHttpRoute,
  mkPolicy,
  mkRedirect,
  network,
} from './builders.js';

const sent = (over: Partial<PortPolicy>): any => Server.toJSON(toServer(mkPolicy(over)));
const authz = (over: Partial<Authorization>): any =>
  sent({ authorizations: [mkAuthorization(over)] }).authorizations[0];
const net = (text: string): unknown =>
  authz({ networks: [{ net: network(text), except: [] }] }).networks[0].net;
const httpRoute = (over: Partial<HttpRoute>): any =>
  sent({ protocol: 'HTTP/1', httpRoutes: [mkHttpRoute(over)] }).protocol.http1.routes[0];
const httpMatch = (over: Partial<HttpMatch>): any =>
  httpRoute({ rules: [{ matches: [mkHttpMatch(over)], filters: [] }] }).rules[0].matches[0];
const httpFilter = (filter: RouteFilter): any =>
  httpRoute({ rules: [{ matches: [], filters: [filter] }] }).rules[0].filters[0];
const grpcRoute = (over: Partial<GrpcRoute>): any =>
  sent({ protocol: 'gRPC', grpcRoutes: [mkGrpcRoute(over)] }).protocol.grpc.routes[0];
const grpcMatch = (over: Partial<GrpcMatch>): any =>
  grpcRoute({ rules: [{ matches: [mkGrpcMatch(over)], filters: [] }] }).rules[0].matches[0];

describe('a server', () => {
  it('is named in the labels', () => {
    expect(sent({ server: { kind: 'server', namespace: 'app', name: 'web-http' } })).toEqual({
      protocol: { opaque: {} },
      labels: { group: 'policy.linkerd.io', kind: 'server', name: 'web-http' },
    });
  });

  it('that is none is named after the policy word, in no group', () => {
    expect(sent({ server: { kind: 'default', word: 'cluster-authenticated' } }).labels).toEqual({
      group: '',
      kind: 'default',
      name: 'cluster-authenticated',
    });
  });
});

describe('a protocol', () => {
  const httpRoutes = [mkHttpRoute()];
  const grpcRoutes = [mkGrpcRoute()];
  const routes = [{ metadata: { default: 'default' } }];
  const rateLimit: RateLimit = {
    namespace: 'app',
    name: 'slow',
    total: 100,
    identity: undefined,
    overrides: [],
  };
  const limit = {
    metadata: {
      resource: { group: 'policy.linkerd.io', kind: 'HTTPLocalRateLimitPolicy', name: 'slow' },
    },
    total: { requestsPerSecond: 100 },
  };
  const protocol = (of: PortPolicy['protocol']): unknown =>
    sent({ protocol: of, httpRoutes, grpcRoutes, rateLimit }).protocol;

  it('that is detected has ten seconds for that', () => {
    expect(protocol('detect')).toEqual({
      detect: { timeout: '10s', httpRoutes: routes, httpLocalRateLimit: limit },
    });
  });

  it('is HTTP/1 or HTTP/2 with routes and a rate limit', () => {
    expect(protocol('HTTP/1')).toEqual({ http1: { routes, localRateLimit: limit } });
    expect(protocol('HTTP/2')).toEqual({ http2: { routes, localRateLimit: limit } });
  });

  it('is gRPC with routes and never a rate limit', () => {
    expect(protocol('gRPC')).toEqual({ grpc: { routes } });
  });

  it('is opaque or TLS with nothing', () => {
    expect(protocol('opaque')).toEqual({ opaque: {} });
    expect(protocol('TLS')).toEqual({ tls: {} });
  });
});

describe('a rate limit', () => {
  const limit = (over: Partial<RateLimit>): any => {
    const base = { namespace: 'app', name: 'slow', total: undefined, identity: undefined, overrides: [] };
    const { detect } = sent({ protocol: 'detect', rateLimit: { ...base, ...over } }).protocol;
    return detect.httpLocalRateLimit;
  };

  it('leaves out what is not limited, and does not confuse it with 0', () => {
    expect(Object.keys(limit({}))).toEqual(['metadata']);
    expect(limit({ total: 0 }).total).toEqual({});
    expect(limit({ identity: 10 }).identity).toEqual({ requestsPerSecond: 10 });
  });

  it('overrides for clients', () => {
    expect(limit({ overrides: [{ requestsPerSecond: 20, clients: ['b', 'a', 'b'] }] }).overrides).toEqual([
      {
        limit: { requestsPerSecond: 20 },
        clients: { identities: [{ name: 'b' }, { name: 'a' }, { name: 'b' }] },
      },
    ]);
  });
});

describe('an authorization', () => {
  it('of a policy word has it for metadata and for labels', () => {
    expect(authz({ source: { kind: 'default', name: 'audit' } })).toEqual({
      networks: [{ net: { ip: { ipv4: 0 } } }],
      authentication: { unauthenticated: {} },
      labels: { group: '', kind: 'default', name: 'audit' },
      metadata: { default: 'audit' },
    });
  });

  it.each(['AuthorizationPolicy', 'ServerAuthorization'] as const)(
    'that is a %s is named in lower case, without its namespace',
    (kind) => {
      const resource = { group: 'policy.linkerd.io', kind: kind.toLowerCase(), name: 'allow' };
      const { labels, metadata } = authz({ source: { kind, namespace: 'app', name: 'allow' } });
      expect({ labels, metadata }).toEqual({ labels: resource, metadata: { resource } });
    },
  );

  it('of mesh TLS asks for no identity', () => {
    expect(authz({ authentication: { kind: 'mesh-tls' } }).authentication).toEqual({
      meshTLS: { unauthenticated: {} },
    });
  });

  it('sends identities and suffixes one for one, with the labels of a suffix in their order', () => {
    const authentication = {
      kind: 'identities',
      exact: ['web.app', 'spiffe://root/web', 'web.app'],
      suffixes: ['', 'foo.bar', 'foo.bar', 'x'],
    } as const;
    expect(authz({ authentication }).authentication).toEqual({
      meshTLS: {
        identities: {
          identities: [{ name: 'web.app' }, { name: 'spiffe://root/web' }, { name: 'web.app' }],
          suffixes: [{}, { parts: ['foo', 'bar'] }, { parts: ['foo', 'bar'] }, { parts: ['x'] }],
        },
      },
    });
  });

  it('for nobody still asks for mesh TLS', () => {
    const authentication = { kind: 'identities', exact: [], suffixes: [] } as const;
    expect(authz({ authentication }).authentication).toEqual({ meshTLS: { identities: {} } });
  });

  it('keeps networks, exceptions and their order, twice where they are twice', () => {
    const net = network('10.0.0.0/8');
    const networks = [
      { net, except: [network('10.2.0.0/16'), network('10.1.0.0/16'), network('10.2.0.0/16')] },
      { net, except: [] },
    ];
    const ten = { ip: { ipv4: 0x0a000000 }, prefixLen: 8 };
    const [one, two] = [0x0a010000, 0x0a020000].map((ipv4) => ({ ip: { ipv4 }, prefixLen: 16 }));
    expect(authz({ networks }).networks).toEqual([{ net: ten, except: [two, one, two] }, { net: ten }]);
  });
});

describe('a network', () => {
  it('is the number of its octets, above 2^31 too', () => {
    expect(net('1.2.3.4')).toEqual({ ip: { ipv4: 0x01020304 }, prefixLen: 32 });
    expect(net('255.255.255.255/32')).toEqual({ ip: { ipv4: 4_294_967_295 }, prefixLen: 32 });
  });

  it('keeps its host bits', () => {
    expect(net('10.1.2.3/8')).toEqual({ ip: { ipv4: 0x0a010203 }, prefixLen: 8 });
    expect(net('fd00::1/8')).toEqual({
      ip: { ipv6: { first: (0xfd00n << 48n).toString(), last: '1' } },
      prefixLen: 8,
    });
  });

  it('of IPv6 is two halves, in JSON as decimal texts', () => {
    expect(net('2001:db8:0:1:ffff:ffff:ffff:fffe')).toEqual({
      ip: { ipv6: { first: String(0x2001_0db8_0000_0001n), last: String(0xffff_ffff_ffff_fffen) } },
      prefixLen: 128,
    });
  });

  it('of all addresses says which family it is', () => {
    expect(net('0.0.0.0/0')).toEqual({ ip: { ipv4: 0 } });
    expect(net('::/0')).toEqual({ ip: { ipv6: {} } });
  });
});

describe('a route', () => {
  it.each(['default', 'probe'] as const)('that stands in is named %s', (name) => {
    expect(httpRoute({ ref: { kind: 'default', name } })).toEqual({ metadata: { default: name } });
  });

  it('is named with group and kind as Kubernetes spells them, without its namespace', () => {
    const gateway = { group: 'gateway.networking.k8s.io', namespace: 'app', name: 'r' };
    expect(httpRoute({ ref: { kind: 'HTTPRoute', ...gateway } }).metadata).toEqual({
      resource: { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'r' },
    });
    expect(grpcRoute({ ref: { kind: 'GRPCRoute', ...gateway } }).metadata).toEqual({
      resource: { group: 'gateway.networking.k8s.io', kind: 'GRPCRoute', name: 'r' },
    });
  });

  it('has hosts, of a suffix the last label first', () => {
    const hosts = [
      { kind: 'exact', host: 'A.example.com' },
      { kind: 'suffix', host: 'example.com' },
    ] as const;
    const expected = [{ exact: 'A.example.com' }, { suffix: { reverseLabels: ['com', 'example'] } }];
    expect(httpRoute({ hosts }).hosts).toEqual(expected);
    expect(grpcRoute({ hosts }).hosts).toEqual(expected);
  });

  it('has authorizations of its own', () => {
    const authorizations = [mkAuthorization({ source: { kind: 'default', name: 'probe' } })];
    const expected = [authz({ source: { kind: 'default', name: 'probe' } })];
    expect(httpRoute({ authorizations }).authorizations).toEqual(expected);
    expect(grpcRoute({ authorizations }).authorizations).toEqual(expected);
  });

  it('stays in its order', () => {
    const httpRoutes = ['b', 'a', 'c'].map((name) =>
      mkHttpRoute({ ref: { kind: 'HTTPRoute', group: 'policy.linkerd.io', namespace: 'app', name } }),
    );
    const { routes } = sent({ protocol: 'HTTP/2', httpRoutes }).protocol.http2;
    expect(routes.map((route: any) => route.metadata.resource.name)).toEqual(['b', 'a', 'c']);
  });

  it('keeps a rule that says nothing', () => {
    expect(httpRoute({ rules: [{ matches: [], filters: [] }] }).rules).toEqual([{}]);
    expect(grpcRoute({ rules: [{ matches: [], filters: [] }] }).rules).toEqual([{}]);
  });
});

describe('an HTTP match', () => {
  it('of everything is empty', () => {
    expect(httpMatch({})).toEqual({});
  });

  it.each(['exact', 'prefix', 'regex'] as const)('compares the path by %s, the empty one too', (kind) => {
    expect(httpMatch({ path: { kind, value: '/a' } })).toEqual({ path: { [kind]: '/a' } });
    expect(httpMatch({ path: { kind, value: '' } })).toEqual({ path: { [kind]: '' } });
  });

  it('knows nine methods by number, the first of which is GET', () => {
    for (const method of 'GET POST PUT DELETE PATCH OPTIONS CONNECT HEAD TRACE'.split(' '))
      expect(httpMatch({ method })).toEqual({ method: { registered: method } });
  });

  it.each(['get', 'QUERY', 'constructor', ''])('sends the method %j as text', (method) => {
    expect(httpMatch({ method })).toEqual({ method: { unregistered: method } });
  });

  it('sends header names in lower case, and exact values as bytes', () => {
    const headers = [
      { kind: 'exact', name: 'X-Env', value: 'Prod é' },
      { kind: 'regex', name: 'X-Env', value: '^P.*$' },
      { kind: 'exact', name: 'x-empty', value: '' },
    ] as const;
    const expected = [
      { name: 'x-env', exact: Buffer.from('Prod é').toString('base64') },
      { name: 'x-env', regex: '^P.*$' },
      { name: 'x-empty', exact: '' },
    ];
    expect(httpMatch({ headers }).headers).toEqual(expected);
    expect(grpcMatch({ headers }).headers).toEqual(expected);
  });

  it('sends query parameters as written', () => {
    const queryParams = [
      { kind: 'exact', name: 'Q', value: 'V' },
      { kind: 'regex', name: 'Q', value: 'v+' },
    ] as const;
    expect(httpMatch({ queryParams }).queryParams).toEqual([
      { name: 'Q', exact: 'V' },
      { name: 'Q', regex: 'v+' },
    ]);
  });
});

describe('a gRPC match', () => {
  it('of any method and of none differ', () => {
    expect(grpcMatch({ rpc: { service: undefined, method: undefined } })).toEqual({ rpc: {} });
    expect(grpcMatch({ rpc: undefined })).toEqual({});
  });

  it('names service and method', () => {
    expect(grpcMatch({ rpc: { service: 'a.B', method: 'Get' } })).toEqual({
      rpc: { service: 'a.B', method: 'Get' },
    });
    expect(grpcMatch({ rpc: { service: undefined, method: 'Get' } })).toEqual({ rpc: { method: 'Get' } });
  });
});

describe('a filter', () => {
  const modifier = {
    kind: 'requestHeaderModifier',
    add: [{ name: 'X-A', value: '1' }],
    set: [{ name: 'X-B', value: 'é' }],
    remove: ['X-Gone', 'x-gone'],
  } as const;
  const expected = {
    requestHeaderModifier: {
      add: { headers: [{ name: 'x-a', value: 'MQ==' }] },
      set: { headers: [{ name: 'x-b', value: Buffer.from('é').toString('base64') }] },
      remove: ['x-gone', 'x-gone'],
    },
  };

  it('modifies headers, whose names are sent in lower case', () => {
    expect(httpFilter(modifier)).toEqual(expected);
    const route = grpcRoute({ rules: [{ matches: [], filters: [modifier, mkRedirect()] }] });
    expect(route.rules[0].filters).toEqual([expected]);
  });

  it('that adds and sets nothing says so with empty messages', () => {
    expect(httpFilter({ kind: 'requestHeaderModifier', add: [], set: [], remove: [] })).toEqual({
      requestHeaderModifier: { add: {}, set: {} },
    });
  });

  it('redirects with status 200 where none is given, and leaves out the rest', () => {
    expect(httpFilter(mkRedirect())).toEqual({ redirect: { status: 200 } });
  });

  it('redirects to a scheme, host, port and path', () => {
    const full = mkRedirect({
      scheme: 'https',
      host: 'r.example',
      path: { kind: 'full', value: '/n' },
      port: 8443,
      status: 301,
    });
    expect(httpFilter(full)).toEqual({
      redirect: {
        scheme: { registered: 'HTTPS' },
        host: 'r.example',
        path: { full: '/n' },
        port: 8443,
        status: 301,
      },
    });
    const prefix = mkRedirect({ scheme: 'http', path: { kind: 'prefix', value: '' }, status: 302 });
    expect(httpFilter(prefix)).toEqual({
      redirect: { scheme: { registered: 'HTTP' }, path: { prefix: '' }, status: 302 },
    });
  });
});
