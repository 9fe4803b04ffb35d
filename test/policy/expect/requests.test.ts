/** How a port treats what an assertion asks: which regions, who gets through with each, and a request for each. */
import { describe, expect, it } from '@jest/globals';
import { formatClients } from '../../../src/algebra/index.js';
import type { RequestChoice } from '../../../src/policy/expect/assertion.js';
import { askedOf } from '../../../src/policy/expect/requests.js';
import type { PortPolicy } from '../../../src/policy/inbound/port-policy.js';
import {
  id,
  identities,
  mkAuthorization,
  mkGrpcRoute,
  mkHttpRoute,
  mkMatch,
  mkPolicy,
  SEMANTICS,
} from '../decide/builders.js';

const ask = (policy: PortPolicy, choice: Partial<RequestChoice> = {}): string[] => {
  const nothing = { spoken: undefined, method: undefined, path: undefined, pathPrefix: undefined };
  const { regions, complete } = askedOf(
    policy,
    { ...nothing, host: undefined, headers: [], ...choice },
    SEMANTICS,
  );
  expect(complete).toBe(true);
  return regions.map(({ allowed, sample }) => {
    const request =
      sample === undefined
        ? 'perhaps'
        : sample.kind === 'tcp'
          ? 'tcp'
          : `${sample.version} ${sample.request.method} ${sample.request.host ?? ''}${sample.request.path}`;
    return `${request}: ${formatClients(allowed)}`;
  });
};

const LOCAL = '127.0.0.1/32, ::/32';
const open = { authorizations: [mkAuthorization('all')] };
const web = mkAuthorization('web', identities([id('web', 'n')]));
const WEB = `anyone from ${LOCAL}`;

describe('askedOf', () => {
  it('asks for HTTP and TCP where the port takes both, and for TCP alone where nothing else is seen', () => {
    expect(ask(mkPolicy(open))).toEqual(['http1 GET /: anyone from anywhere', 'tcp: anyone from anywhere']);
    expect(ask(mkPolicy(open), { path: '/x' })).toEqual(['http1 GET /x: anyone from anywhere']);
    expect(ask(mkPolicy({ ...open, protocol: 'opaque' }), { path: '/x' })).toEqual([
      'tcp: anyone from anywhere',
    ]);
    expect(ask(mkPolicy({ ...open, protocol: 'HTTP/1' }), { spoken: 'tcp' })).toEqual(['tcp: nobody']);
  });

  it('lets another version of HTTP through with mesh TLS only', () => {
    const meshed = 'any mesh TLS client from anywhere';
    expect(ask(mkPolicy({ ...open, protocol: 'HTTP/1' }), { spoken: 'http/2' })).toEqual([
      `http2 GET /: ${meshed}`,
    ]);
    expect(ask(mkPolicy({ ...open, protocol: 'HTTP/2' }), { spoken: 'http/1' })).toEqual([
      `http1 GET /: ${meshed}`,
    ]);
    expect(ask(mkPolicy({ ...open, protocol: 'HTTP/2' }))).toEqual(['http2 GET /: anyone from anywhere']);
    expect(ask(mkPolicy({ ...open, protocol: 'detect' }), { spoken: 'http/2' })).toEqual([
      'http2 GET /: anyone from anywhere',
    ]);
  });

  it('cuts the requests as the routes do, also those that fall to none', () => {
    const policy = mkPolicy({
      protocol: 'HTTP/1',
      httpRoutes: [
        mkHttpRoute('api', [mkMatch('/api')], { authorizations: [mkAuthorization('all')] }),
        mkHttpRoute('admin', [mkMatch('/api/admin', { method: 'POST' })]),
      ],
    });
    expect(ask(policy, { pathPrefix: '/api' })).toEqual([
      'http1 GET /api: anyone from anywhere',
      `http1 POST /api/admin: ${WEB}`,
    ]);
    expect(ask(policy, { path: '/api/admin', method: 'GET' })).toEqual([
      'http1 GET /api/admin: anyone from anywhere',
    ]);
    expect(ask(policy, { path: '/apiary' })).toEqual(['http1 GET /apiary: nobody']);
  });

  it('knows that a host or a header left open may be any', () => {
    const policy = mkPolicy({
      protocol: 'HTTP/1',
      httpRoutes: [
        mkHttpRoute('one', [mkMatch('/')], {
          hosts: [{ kind: 'exact', host: 'a.example' }],
          authorizations: [mkAuthorization('all')],
        }),
      ],
    });
    expect(ask(policy, { path: '/x' })).toEqual([
      'http1 GET a.example/x: anyone from anywhere',
      'http1 GET other/x: nobody',
    ]);
    expect(ask(policy, { path: '/x', host: 'a.example' })).toEqual([
      'http1 GET a.example/x: anyone from anywhere',
    ]);
  });

  it('asks a gRPC port for calls, by service and method', () => {
    const policy = mkPolicy({
      protocol: 'gRPC',
      grpcRoutes: [
        mkGrpcRoute(
          'get',
          [{ matches: [{ rpc: { service: 'a.B', method: 'Get' }, headers: [] }], filters: [] }],
          {
            authorizations: [mkAuthorization('all')],
          },
        ),
      ],
    });
    expect(ask(policy, { path: '/a.B/Get' })).toEqual(['http2 POST /a.B/Get: anyone from anywhere']);
    expect(ask(policy, { pathPrefix: '/a.B' })).toEqual([
      'http2 POST /a.B/Get: anyone from anywhere',
      'http2 POST /a.B/other: nobody',
    ]);
    expect(ask(policy, { path: '/' })).toEqual(['http2 POST /: nobody']);
  });

  it('says where a pattern leaves it open whether there is such a request', () => {
    const odd = mkHttpRoute('odd', [mkMatch({ kind: 'regex', value: '/x\\p{Greek}{3}[^a]+y' })], {
      authorizations: [web],
    });
    const regions = ask(mkPolicy({ protocol: 'HTTP/1', httpRoutes: [odd] }), { pathPrefix: '/x' });
    expect(regions).toContain('http1 GET /x: nobody');
    expect(regions.some((region) => region.startsWith('perhaps: '))).toBe(true);
  });
});
