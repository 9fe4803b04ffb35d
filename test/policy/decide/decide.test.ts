/** Decisions beyond the test vectors: what the proxy makes of connections, answers and limits (inbound-semantics B). */
import { describe, expect, it } from '@jest/globals';
import type { Semantics } from '../../../src/model/world.js';
import { grantOf } from '../../../src/policy/decide/grant.js';
import { answerProblem } from '../../../src/policy/decide/answer-problem.js';
import { has } from '../../../src/algebra/index.js';
import { clientOf } from '../../../src/policy/decide/connection.js';
import { decide } from '../../../src/policy/decide/decide.js';
import type { PortPolicy, Protocol, RateLimit } from '../../../src/policy/inbound/port-policy.js';
import {
  credited,
  decided,
  DEFAULT_ROUTE,
  grpc,
  http,
  id,
  identities,
  MESH_TLS,
  meshed,
  mkAuthorization,
  mkConnection,
  mkDefault,
  mkGrpcRoute,
  mkHttpRoute,
  mkMatch,
  mkNetwork,
  mkPolicy,
  mkProbeRoute,
  plain,
  SEMANTICS,
  TCP,
  UNAUTHENTICATED,
  verdict,
} from './builders.js';

const PLAIN = plain('10.0.0.1');
const WEB = meshed(id('web', 'n'));
const OTHER = meshed(id('other', 'n'));
const SPIFFE = meshed('spiffe://root/web');
const ANONYMOUS = mkConnection('10.0.0.1', { kind: 'established', identity: undefined });
const PASSTHRU = mkConnection('10.0.0.1', { kind: 'passthru', sni: 'example.com' });
const http2 = { ...http('/'), version: 'http2' } as const;

const open = (over: Partial<PortPolicy> = {}): PortPolicy =>
  mkPolicy({ authorizations: [mkAuthorization('everyone')], ...over });
const only = (...authorizations: PortPolicy['authorizations']): PortPolicy => mkPolicy({ authorizations });

describe('what a real proxy did with GET / from a plain client, web, another and a SPIFFE client', () => {
  const probed = [DEFAULT_ROUTE, mkProbeRoute('/ready')];
  const cases: readonly [string, PortPolicy, string][] = [
    [
      'no policy',
      mkPolicy({
        server: { kind: 'default', word: 'all-unauthenticated' },
        authorizations: [mkDefault('all-unauthenticated')],
      }),
      'allow allow allow allow',
    ],
    ['a Server alone', mkPolicy({ httpRoutes: probed }), '403 403 403 403'],
    [
      'a ServerAuthorization for web',
      only({
        ...mkAuthorization('web', identities([id('web', 'n')]), [mkNetwork('10.0.0.0/8')]),
        source: { kind: 'ServerAuthorization', namespace: 'n', name: 'web' },
      }),
      '403 allow 403 403',
    ],
    ['identities ["*"]', only(mkAuthorization('star', identities([], ['']))), '403 allow allow 403'],
    ['accessPolicy audit', only(mkDefault('audit')), 'audit audit audit audit'],
  ];
  it.each(cases)('%s', (_, policy, expected) => {
    const got = [PLAIN, WEB, OTHER, SPIFFE].map((client) => verdict(policy, client, http('/')));
    expect(got.join(' ')).toBe(expected);
  });
  it('a Server alone: the path of the readiness probe is still answered', () => {
    const policy = mkPolicy({ httpRoutes: probed });
    expect([PLAIN, WEB, OTHER, SPIFFE].map((client) => verdict(policy, client, http('/ready')))).toEqual([
      'allow',
      'allow',
      'allow',
      'allow',
    ]);
  });
});

describe('TLS', () => {
  const clients = [PLAIN, PASSTHRU, ANONYMOUS, WEB, SPIFFE];
  const verdicts = (policy: PortPolicy): string =>
    clients.map((client) => verdict(policy, client, TCP)).join(' ');

  it('is asked for by authorizations as they say', () => {
    expect(verdicts(only(mkAuthorization('any')))).toBe('allow allow allow allow allow');
    expect(verdicts(only(mkAuthorization('mesh', MESH_TLS)))).toBe('refused refused allow allow allow');
    expect(verdicts(only(mkAuthorization('dns', identities([], ['']))))).toBe(
      'refused refused refused allow refused',
    );
    expect(verdicts(only(mkAuthorization('spiffe', identities(['spiffe://root/web']))))).toBe(
      'refused refused refused refused allow',
    );
  });

  it('is not seen on an opaque port', () => {
    const policy = mkPolicy({ protocol: 'opaque', authorizations: [mkAuthorization('mesh', MESH_TLS)] });
    expect(verdicts(policy)).toBe('refused refused refused refused refused');
    expect(verdict(policy, { ...WEB, direct: true }, TCP)).toBe('allow');
  });

  it('is seen on a TLS port', () => {
    const policy = mkPolicy({
      protocol: 'TLS',
      authorizations: [mkAuthorization('web', identities([id('web', 'n')]))],
    });
    expect(verdicts(policy)).toBe('refused refused refused allow refused');
  });

  it('with an identity is needed on the own port of the proxy', () => {
    for (const client of [PLAIN, PASSTHRU, ANONYMOUS]) {
      expect(decided(open(), { ...client, direct: true }, http('/'))).toMatchObject({
        outcome: 'deny',
        answer: { kind: 'refused' },
        reason: 'direct-needs-identity',
        route: undefined,
      });
    }
    expect(verdict(open(), { ...WEB, direct: true }, http('/'))).toBe('allow');
  });
});

describe('protocols', () => {
  it.each<[Protocol, string]>([
    // raw TCP, HTTP/1 and HTTP/2 without TLS; the same with mesh TLS; HTTP/2 in somebody else's TLS
    ['detect', 'allow allow allow  allow allow allow  allow'],
    ['HTTP/1', 'refused allow refused  refused allow allow  refused'],
    ['HTTP/2', 'refused refused allow  refused allow allow  refused'],
    ['gRPC', 'refused refused 404  refused 404 404  refused'],
    ['opaque', 'allow allow allow  allow allow allow  allow'],
    ['TLS', 'allow allow allow  allow allow allow  allow'],
  ])('%s', (protocol, expected) => {
    const traffic = [TCP, http('/'), http2];
    const policy = open({ protocol });
    const got = [PLAIN, WEB].map((client) => traffic.map((what) => verdict(policy, client, what)).join(' '));
    expect([...got, verdict(policy, PASSTHRU, http2)].join('  ')).toBe(expected);
  });

  it('detect decides on TCP with the authorizations of the Server alone', () => {
    const route = mkHttpRoute('r', [], { authorizations: [mkAuthorization('of-route')] });
    const policy = mkPolicy({ httpRoutes: [route] });
    expect(credited(policy, PLAIN, http('/'))).toBe('of-route');
    expect(verdict(policy, PLAIN, TCP)).toBe('refused');
    expect(decided(open({ httpRoutes: [route] }), PLAIN, TCP)).toMatchObject({
      route: undefined,
      rule: undefined,
    });
  });

  it.each<Protocol>(['opaque', 'TLS'])('%s answers HTTP on a direct connection with 404', (protocol) => {
    expect(decided(open({ protocol }), { ...WEB, direct: true }, http('/'))).toMatchObject({
      outcome: 'not-found',
      answer: { kind: 'http', status: 404 },
      reason: 'no-http-policy',
    });
    expect(verdict(open({ protocol }), { ...WEB, direct: true }, TCP)).toBe('allow');
  });
});

describe('what the client is told', () => {
  it('is a gRPC code for gRPC requests only', () => {
    const closed = mkPolicy({ protocol: 'gRPC' });
    const headers = [{ name: 'content-type', value: 'text/plain' }];
    expect(verdict(closed, PLAIN, grpc('/s/m'))).toBe('PermissionDenied');
    expect(verdict(closed, PLAIN, grpc('/s/m', { headers }))).toBe('403');
    expect(verdict(closed, PLAIN, grpc('/s'))).toBe('NotFound');
    expect(verdict(mkPolicy(), PLAIN, grpc('/s/m'))).toBe('PermissionDenied');
    expect(verdict(mkPolicy(), PLAIN, { ...grpc('/s/m'), version: 'http1' } as never)).toBe('403');
  });

  it('is a redirect, once it is authorized', () => {
    const redirect = {
      kind: 'redirect',
      scheme: 'https',
      host: undefined,
      path: undefined,
      port: undefined,
      status: 301,
    } as const;
    const modifier = { kind: 'requestHeaderModifier', add: [], set: [], remove: ['x'] } as const;
    const rules = [{ matches: [], filters: [modifier, redirect] }];
    const rateLimit: RateLimit = { namespace: 'n', name: 'l', total: 1, identity: undefined, overrides: [] };
    const httpRoutes = [mkHttpRoute('r', [], { rules })];
    expect(decided(open({ httpRoutes, rateLimit }), PLAIN, http('/'))).toMatchObject({
      outcome: 'allow',
      answer: { kind: 'redirect', status: 301, redirect },
      authorization: { name: 'everyone' },
      rateLimits: [],
    });
    expect(verdict(mkPolicy({ httpRoutes }), PLAIN, http('/'))).toBe('403');
    const unstored = [{ matches: [], filters: [{ ...redirect, status: undefined }] }];
    expect(verdict(open({ httpRoutes: [mkHttpRoute('r', [], { rules: unstored })] }), PLAIN, http('/'))).toBe(
      '200',
    );
  });
});

describe('the authorization that is credited', () => {
  it('is the first: of the route, of the Server, then localhost', () => {
    const route = mkHttpRoute('r', [], {
      authorizations: [mkAuthorization('of-route', identities([id('web', 'n')]))],
    });
    const policy = mkPolicy({
      httpRoutes: [route],
      authorizations: [
        mkAuthorization('cluster', UNAUTHENTICATED, [mkNetwork('10.0.0.0/8')]),
        mkDefault('audit'),
      ],
    });
    expect(credited(policy, WEB, http('/'))).toBe('of-route');
    expect(credited(policy, OTHER, http('/'))).toBe('cluster');
    expect(credited(policy, plain('203.0.113.9'), http('/'))).toBe('audit');
    expect(decided(policy, plain('203.0.113.9'), TCP).outcome).toBe('audit');
    const local = { ...policy, authorizations: policy.authorizations.slice(0, 1) };
    expect(credited(local, plain('127.0.0.1'), http('/'))).toBe('localhost');
    expect(verdict(local, plain('127.0.0.2'), http('/'))).toBe('403');
  });

  it('is localhost for ::1/32, as the proxy has it', () => {
    expect(credited(mkPolicy(), plain('::1'), TCP)).toBe('localhost');
    expect(credited(mkPolicy(), plain('::ffff:10.0.0.1'), TCP)).toBe('localhost');
    expect(credited(mkPolicy(), plain('1::1'), TCP)).toBeUndefined();
  });

  it('an AuthorizationPolicy that is called audit is no audit', () => {
    expect(verdict(only(mkAuthorization('audit')), PLAIN, http('/'))).toBe('allow');
  });
});

describe('rate limits', () => {
  const rateLimit: RateLimit = {
    namespace: 'n',
    name: 'limit',
    total: 100,
    identity: 10,
    overrides: [
      { requestsPerSecond: 20, clients: [id('web', 'n'), id('third', 'n')] },
      { requestsPerSecond: 30, clients: [id('web', 'n')] },
    ],
  };
  const limits = (policy: PortPolicy, client = WEB, traffic = http('/')): string =>
    decided(policy, client, traffic)
      .rateLimits.map(({ scope, requestsPerSecond }) => `${scope} ${String(requestsPerSecond)}`)
      .join(', ');
  it('are the total, then the override of the client or else the one for identities', () => {
    const policy = open({ rateLimit });
    expect(limits(policy, PLAIN)).toBe('total 100, identity 10');
    expect(limits(policy, ANONYMOUS)).toBe('total 100, identity 10');
    expect(limits(policy, OTHER)).toBe('total 100, identity 10');
    expect(limits(policy, meshed(id('third', 'n')))).toBe('total 100, override 20');
    expect(decided(policy, OTHER, http('/')).rateLimits[0]).toEqual({
      policy: { namespace: 'n', name: 'limit' },
      scope: 'total',
      requestsPerSecond: 100,
    });
  });
  it('take the last of several overrides for one client', () => {
    expect(limits(open({ rateLimit }))).toBe('total 100, override 30');
  });
  it('count requests only, and those only that are let through', () => {
    expect(limits(open({ rateLimit }), WEB, TCP)).toBe('');
    expect(limits(mkPolicy({ rateLimit }))).toBe('');
    expect(limits(open({ rateLimit: { ...rateLimit, total: undefined, identity: undefined } }), PLAIN)).toBe(
      '',
    );
  });
});

const routed = (match: Parameters<typeof mkMatch>[1], path: Parameters<typeof mkMatch>[0] = '/') =>
  open({ httpRoutes: [mkHttpRoute('r', [mkMatch('/'), mkMatch(path, match)])] });

describe('an answer that proxies cannot convert', () => {
  const networkless = mkAuthorization('networkless', UNAUTHENTICATED, []);
  const where = { route: { name: 'r' }, rule: 0 };
  const cases: readonly [string, PortPolicy, object][] = [
    [
      'an authorization without networks',
      open({ authorizations: [mkAuthorization('everyone'), networkless] }),
      { code: 'authorization-without-networks', authorization: { name: 'networkless' } },
    ],
    [
      'one of a route',
      open({ httpRoutes: [mkHttpRoute('r', [], { authorizations: [networkless] })] }),
      { code: 'authorization-without-networks', authorization: { name: 'networkless' } },
    ],
    [
      'a query parameter without a name',
      routed({ queryParams: [{ kind: 'exact', name: '', value: 'a' }] }),
      { code: 'empty-query-parameter', ...where },
    ],
    [
      'a pattern in a path',
      routed({}, { kind: 'regex', value: '(' }),
      { code: 'pattern', pattern: '(', ...where },
    ],
    [
      'a pattern in a header',
      routed({ headers: [{ kind: 'regex', name: 'x', value: '[' }] }),
      { code: 'pattern', pattern: '[', ...where },
    ],
    [
      'a pattern in a query parameter',
      routed({ queryParams: [{ kind: 'regex', name: 'x', value: '*' }] }),
      { code: 'pattern', pattern: '*', ...where },
    ],
    [
      'a gRPC match without rpc',
      open({
        protocol: 'gRPC',
        grpcRoutes: [mkGrpcRoute('r', [{ matches: [{ rpc: undefined, headers: [] }], filters: [] }])],
      }),
      { code: 'match-without-rpc', ...where },
    ],
    [
      'a pattern in a header of a gRPC match',
      open({
        protocol: 'gRPC',
        grpcRoutes: [
          mkGrpcRoute('r', [
            {
              matches: [
                {
                  rpc: { service: undefined, method: undefined },
                  headers: [{ kind: 'regex', name: 'x', value: '(' }],
                },
              ],
              filters: [],
            },
          ]),
        ],
      }),
      { code: 'pattern', pattern: '(', ...where },
    ],
  ];
  it.each(cases)('%s: everyone is refused, the pod itself too', (_, policy, problem) => {
    expect(answerProblem(policy, SEMANTICS)).toMatchObject(problem);
    for (const client of [PLAIN, WEB, plain('127.0.0.1'), { ...WEB, direct: true }]) {
      expect(decided(policy, client, http('/'))).toMatchObject({
        outcome: 'deny',
        answer: { kind: 'http', status: 403 },
        reason: 'invalid-answer',
        server: policy.server,
        route: { kind: 'default', name: 'default' },
        rule: 0,
        authorization: undefined,
      });
      expect(verdict(policy, client, grpc('/s/m'))).toBe('PermissionDenied');
      expect(decided(policy, client, TCP)).toMatchObject({
        answer: { kind: 'refused' },
        reason: 'invalid-answer',
      });
    }
  });
  it('is none of those that can be', () => {
    expect(answerProblem(open(), SEMANTICS)).toBeUndefined();
    expect(answerProblem(open({ protocol: 'gRPC' }), SEMANTICS)).toBeUndefined();
  });
  it('with exact values that are no patterns is none', () => {
    const policy = routed(
      { headers: [{ kind: 'exact', name: 'x', value: '(' }] },
      { kind: 'prefix', value: '/(' },
    );
    expect(answerProblem(policy, SEMANTICS)).toBeUndefined();
  });
});

describe('an answer without routes', () => {
  it.each<Protocol>(['detect', 'HTTP/1'])('%s has the default route', (protocol) => {
    expect(decided(open({ protocol, httpRoutes: [] }), PLAIN, http('/x'))).toMatchObject({
      outcome: 'allow',
      route: { kind: 'default', name: 'default' },
      rule: 0,
    });
  });
  it('gRPC has the default route', () => {
    expect(decided(open({ protocol: 'gRPC', grpcRoutes: [] }), PLAIN, grpc('/s/m')).route).toEqual({
      kind: 'default',
      name: 'default',
    });
  });
  it('but with one that has no rules has nothing', () => {
    const policy = open({ httpRoutes: [mkHttpRoute('r', [], { rules: [] })] });
    expect(verdict(policy, PLAIN, http('/'))).toBe('404');
  });
});

describe('a grant', () => {
  it('is compiled once', () => {
    const authorization = mkAuthorization('a');
    expect(grantOf(authorization)).toBe(grantOf(authorization));
  });
  it('has the clients of V-17', () => {
    const { clients } = grantOf(
      mkAuthorization('networks', UNAUTHENTICATED, [
        mkNetwork('10.0.0.0/8', '10.1.0.0/16'),
        mkNetwork('10.1.2.3'),
      ]),
    );
    const inside = (ip: string): boolean => has(clients, clientOf(plain(ip), 'detect'));
    expect(['10.1.2.3', '10.1.2.4', '10.2.0.1', '::ffff:10.2.0.1'].map(inside)).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });
});

describe('a world', () => {
  it('has its own patterns', () => {
    const policy = open({ httpRoutes: [mkHttpRoute('r', [mkMatch({ kind: 'regex', value: '/a' })])] });
    const refusing: Semantics = { name: 'refusing', compilePattern: () => ({ ok: false, error: 'no' }) };
    expect(answerProblem(policy, refusing)).toMatchObject({ code: 'pattern' });
    expect(answerProblem(policy, SEMANTICS)).toBeUndefined();
  });
  it('compiles a pattern once for all policies', () => {
    const sources: string[] = [];
    const counting: Semantics = {
      name: 'counting',
      compilePattern: (source) => {
        sources.push(source);
        return SEMANTICS.compilePattern(source);
      },
    };
    for (const name of ['a', 'b']) {
      const match = mkMatch({ kind: 'regex', value: '/a' });
      const policy = open({ httpRoutes: [mkHttpRoute(name, [match, match])] });
      expect(decide(policy, PLAIN, http('/a'), counting).route).toMatchObject({ name });
    }
    expect(sources).toEqual(['/a']);
  });
  it('lets go of patterns', () => {
    const sources: string[] = [];
    const counting: Semantics = {
      name: 'counting',
      compilePattern: (source) => {
        sources.push(source);
        return { ok: true, pattern: { matchesWhole: (text) => text === source } };
      },
    };
    const match = (value: string) => decide(routed({}, { kind: 'regex', value }), PLAIN, http('/'), counting);
    for (let n = 0; n <= 1_024; n += 1) match(String(n));
    match('0');
    match('1024');
    expect(sources.slice(1_024)).toEqual(['1024', '0']);
  });
});
