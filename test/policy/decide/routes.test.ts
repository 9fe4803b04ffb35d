/** Which rule a request falls to (inbound-semantics B5). */
import { describe, expect, it } from '@jest/globals';
import type {
  GrpcMatch,
  HttpMatch,
  HttpRoute,
  NamedMatch,
  PathMatch,
  PortPolicy,
} from '../../../src/policy/inbound/port-policy.js';
import type { HttpRequest, Traffic } from '../../../src/policy/decide/request.js';
import { utf8Length } from '../../../src/policy/decide/utf8-length.js';
import {
  decided,
  grpc,
  http,
  mkAuthorization,
  mkGrpcRoute,
  mkHttpRoute,
  mkMatch,
  mkPolicy,
  plain,
} from './builders.js';

const OPEN = [mkAuthorization('everyone')];

/** `route[rule]`, or undefined where none matches. */
function chosen(policy: PortPolicy, traffic: Traffic): string | undefined {
  const { route, rule } = decided(policy, plain('10.0.0.1'), traffic);
  return route && `${route.name}[${String(rule)}]`;
}

const choose = (routes: readonly HttpRoute[], path: string, request: Partial<HttpRequest> = {}) =>
  chosen(mkPolicy({ authorizations: OPEN, httpRoutes: routes }), http(path, request));

/** Whether one match takes the request. */
const takes = (match: HttpMatch, path: string, request: Partial<HttpRequest> = {}): boolean =>
  choose([mkHttpRoute('r', [match])], path, request) !== undefined;

describe('a path', () => {
  const cases: readonly [PathMatch['kind'], string, string, boolean][] = [
    ['exact', '/a', '/a', true],
    ['exact', '/a', '/a/', false],
    ['exact', '/a/', '/a', false],
    ['exact', '/a', '/A', false],
    ['exact', '/a', '/%61', false],
    ['exact', '/a%2Fb', '/a%2Fb', true],
    ['exact', '', '/', false],
    ['prefix', '/', '/anything', true],
    ['prefix', '/', '*', true],
    ['prefix', '/a', '/a', true],
    ['prefix', '/a', '/a/', true],
    ['prefix', '/a', '/a/b', true],
    ['prefix', '/a', '/ab', false],
    ['prefix', '/a/', '/a', true],
    ['prefix', '/a/', '/a/b', true],
    ['prefix', '/a//', '/a', true],
    ['prefix', '/a/', '/ab', false],
    ['prefix', '//', '/anything', true],
    ['prefix', '//', '*', false],
    ['prefix', 'a', '/a', false],
    ['regex', '/a+', '/aaa', true],
    ['regex', 'a+', '/aaa', false],
    ['regex', '/a', '/aa', false],
    // The leftmost match is that of the first alternative, which is not the whole path.
    ['regex', '/a|/ab', '/ab', false],
    ['regex', '/ab|/a', '/ab', true],
    ['regex', '(?i)/A', '/a', true],
  ];
  it.each(cases)('%s %j and %j: %j', (kind, value, path, expected) => {
    expect(takes(mkMatch({ kind, value }), path)).toBe(expected);
  });

  it('is compared without its query', () => {
    expect(takes(mkMatch({ kind: 'exact', value: '/a' }), '/a?b=/c')).toBe(true);
    expect(takes(mkMatch({ kind: 'regex', value: '/a' }), '/a?b')).toBe(true);
    expect(takes(mkMatch({ kind: 'exact', value: '/' }), '?b')).toBe(true);
  });

  it('takes no more time for a pattern that would try everything', () => {
    expect(takes(mkMatch({ kind: 'regex', value: '/(a+)+$' }), `/${'a'.repeat(40)}!`)).toBe(false);
  });
});

describe('a method', () => {
  it('is equal', () => {
    const post = mkMatch('/', { method: 'POST' });
    expect(takes(post, '/', { method: 'POST' })).toBe(true);
    expect(takes(post, '/', { method: 'GET' })).toBe(false);
    expect(takes(post, '/', { method: 'post' })).toBe(false);
  });
});

describe('a header', () => {
  const has = (match: NamedMatch, ...headers: [string, string][]): boolean =>
    takes(mkMatch('/', { headers: [match] }), '/', {
      headers: headers.map(([name, value]) => ({ name, value })),
    });
  it('is found under its name in any case, and by any of its values', () => {
    const exact: NamedMatch = { kind: 'exact', name: 'x-a', value: 'one' };
    expect(has(exact)).toBe(false);
    expect(has(exact, ['X-A', 'one'])).toBe(true);
    expect(has(exact, ['X-A', 'One'])).toBe(false);
    expect(has(exact, ['x-a', 'two'], ['x-a', 'one'])).toBe(true);
    expect(has(exact, ['x-b', 'one'])).toBe(false);
  });
  it('matches a pattern as a whole', () => {
    const regex: NamedMatch = { kind: 'regex', name: 'x-a', value: 'on?e' };
    expect(has(regex, ['x-a', 'oe'])).toBe(true);
    expect(has(regex, ['x-a', 'one!'])).toBe(false);
    expect(has(regex, ['x-a', 'one!'], ['x-a', 'one'])).toBe(true);
  });
  it('must be there with all the others', () => {
    const both = mkMatch('/', {
      headers: [
        { kind: 'exact', name: 'a', value: '1' },
        { kind: 'exact', name: 'b', value: '2' },
      ],
    });
    expect(takes(both, '/', { headers: [{ name: 'a', value: '1' }] })).toBe(false);
  });
});

describe('a query parameter', () => {
  const has = (name: string, value: string, query: string, kind: 'exact' | 'regex' = 'exact'): boolean =>
    takes(mkMatch('/', { queryParams: [{ kind, name, value }] }), `/${query}`);
  it('is compared as a form decodes it', () => {
    expect(has('q', 'a', '')).toBe(false);
    expect(has('q', 'a', '?q=a')).toBe(true);
    expect(has('q', 'a', '?Q=a')).toBe(false);
    expect(has('q', 'a b', '?q=a+b')).toBe(true);
    expect(has('q', 'a b', '?q=a%20b')).toBe(true);
    expect(has('q', 'a/b', '?q=a%2Fb')).toBe(true);
    expect(has('q', '%zz', '?q=%zz')).toBe(true);
    expect(has('q', 'é', '?q=%C3%A9')).toBe(true);
    expect(has('a b', '1', '?a+b=1')).toBe(true);
    expect(has('q', '', '?q')).toBe(true);
    expect(has('q', 'a=b', '?q=a=b')).toBe(true);
    expect(has('q', 'a?b', '?q=a?b')).toBe(true);
    expect(has('q', 'a', '??q=a')).toBe(false);
    expect(has('?q', 'a', '??q=a')).toBe(true);
    expect(has('q', 'b', '?q=a&q=b')).toBe(true);
    expect(has('q', 'b', '?q=a;q=b')).toBe(false);
  });
  it('matches a pattern as a whole', () => {
    expect(has('q', 'a.', '?q=ab', 'regex')).toBe(true);
    expect(has('q', 'a.', '?q=abc', 'regex')).toBe(false);
  });
});

describe('a host name', () => {
  const takesHost = (kind: 'exact' | 'suffix', host: string, authority?: string): boolean =>
    choose([mkHttpRoute('r', [], { hosts: [{ kind, host }] })], '/', { host: authority }) !== undefined;
  it('is compared without port, case and a trailing dot', () => {
    expect(takesHost('exact', 'example.com', 'example.com')).toBe(true);
    expect(takesHost('exact', 'example.com', 'EXAMPLE.com:8080')).toBe(true);
    expect(takesHost('exact', 'Example.com', 'example.com.')).toBe(true);
    expect(takesHost('exact', 'example.com', 'example.com.:80')).toBe(true);
    expect(takesHost('exact', 'example.com', 'a.example.com')).toBe(false);
    expect(takesHost('exact', 'example.com', 'user@example.com:80')).toBe(true);
    expect(takesHost('exact', '[::1]', '[::1]:80')).toBe(true);
    expect(takesHost('exact', 'k', '\u212a')).toBe(false);
  });
  it('with a dot of its own needs one', () => {
    expect(takesHost('exact', 'example.com.', 'example.com.')).toBe(true);
    expect(takesHost('exact', 'example.com.', 'example.com')).toBe(false);
  });
  it('of a suffix has at least one label before it', () => {
    expect(takesHost('suffix', 'example.com', 'a.example.com')).toBe(true);
    expect(takesHost('suffix', 'Example.com', 'b.A.example.COM.:80')).toBe(true);
    expect(takesHost('suffix', 'example.com', 'example.com')).toBe(false);
    expect(takesHost('suffix', 'example.com', 'badexample.com')).toBe(false);
    expect(takesHost('suffix', 'example.com', '.example.com')).toBe(false);
  });
  it('is taken from the host header where the request line has none', () => {
    const route = mkHttpRoute('r', [], { hosts: [{ kind: 'exact', host: 'example.com' }] });
    const headers = [{ name: 'Host', value: 'example.com:80' }];
    expect(choose([route], '/', { headers })).toBe('r[0]');
    expect(choose([route], '/', { headers, host: 'other' })).toBeUndefined();
    expect(choose([route], '/')).toBeUndefined();
  });
});

describe('precedence', () => {
  const named = (name: string, match: HttpMatch, ...hosts: HttpRoute['hosts']): HttpRoute =>
    mkHttpRoute(name, [match], { hosts });
  const host = 'b.a.example.com';

  it('of hosts: exact, then suffix, then none; then the longer', () => {
    const none = named('none', mkMatch({ kind: 'exact', value: '/long' }));
    const short = named('short', mkMatch('/'), { kind: 'suffix', host: 'example.com' });
    const long = named('long', mkMatch('/'), { kind: 'suffix', host: 'a.example.com' });
    const exact = named('exact', mkMatch('/'), { kind: 'exact', host });
    expect(choose([none, short, long, exact], '/long', { host })).toBe('exact[0]');
    expect(choose([none, short, long], '/long', { host })).toBe('long[0]');
    expect(choose([none, short], '/long', { host })).toBe('short[0]');
    expect(choose([none, short], '/long', { host: 'other' })).toBe('none[0]');
  });
  it('of an exact host comes before that of a suffix of the same length', () => {
    const suffix = named('suffix', mkMatch('/'), { kind: 'suffix', host: 'example.com.' });
    const exact = named('exact', mkMatch('/'), { kind: 'exact', host: 'x.example.com' });
    expect(choose([suffix, exact], '/', { host: 'x.example.com.' })).toBe('exact[0]');
  });
  it('of hosts within one route is that of the best', () => {
    const both = named('both', mkMatch('/'), { kind: 'suffix', host: 'com' }, { kind: 'exact', host });
    const suffix = named('suffix', mkMatch('/long'), { kind: 'suffix', host: 'a.example.com' });
    expect(choose([suffix, both], '/long', { host })).toBe('both[0]');
  });
  it('does not fall back from a better host whose rules do not match', () => {
    const exact = named('exact', mkMatch('/other'), { kind: 'exact', host });
    const none = named('none', mkMatch('/'));
    expect(choose([exact, none], '/', { host })).toBe('none[0]');
  });

  const HEADER: NamedMatch = { kind: 'exact', name: 'h', value: '1' };
  const QUERY: NamedMatch = { kind: 'exact', name: 'q', value: '1' };
  const MATCHES = {
    path: mkMatch('/aa'),
    twoHeaders: mkMatch('/a', { headers: [HEADER, HEADER] }),
    header: mkMatch('/a', { headers: [HEADER], method: undefined }),
    query: mkMatch('/a', { queryParams: [QUERY] }),
    method: mkMatch('/a', { method: 'GET' }),
    bare: mkMatch('/a'),
  };
  const request = { headers: [{ name: 'h', value: '1' }] };
  const order = ['twoHeaders', 'header', 'query', 'method', 'bare'] as const;

  it('of matches: path, headers, query, method', () => {
    for (const [i, better] of order.entries()) {
      for (const worse of order.slice(i + 1)) {
        const routes = [named(worse, MATCHES[worse]), named(better, MATCHES[better])];
        expect([better, worse, choose(routes, '/a?q=1', request)]).toEqual([better, worse, `${better}[0]`]);
      }
    }
    const longer = mkMatch({ kind: 'prefix', value: '/a/b' });
    expect(choose([named('header', MATCHES.twoHeaders), named('path', longer)], '/a/b', request)).toBe(
      'path[0]',
    );
  });
  it('counts the length of what has matched, not its kind', () => {
    const exact = named('exact', mkMatch({ kind: 'exact', value: '/a' }));
    const regex = named('regex', mkMatch({ kind: 'regex', value: '/.' }));
    const prefix = named('prefix', mkMatch('/a/'));
    expect(choose([prefix, regex, exact], '/a')).toBe('prefix[0]');
    expect(choose([regex, exact, prefix], '/a')).toBe('regex[0]');
    expect(choose([exact, prefix, regex], '/a')).toBe('exact[0]');
    // The prefix covers two bytes of the path, the pattern all four.
    expect(choose([prefix, named('regex', mkMatch({ kind: 'regex', value: '/.*' }))], '/a/b')).toBe(
      'regex[0]',
    );
  });
  it('takes the first of equals: rule before route', () => {
    const match = mkMatch('/a');
    const rules = [mkMatch('/'), match, match].map((one) => ({ matches: [one], filters: [] }));
    const first = mkHttpRoute('first', [], { rules });
    const second = mkHttpRoute('second', [match]);
    expect(choose([first, second], '/a')).toBe('first[1]');
    expect(choose([second, first], '/a')).toBe('second[0]');
  });
  it('takes the best match of a rule', () => {
    const rule = { matches: [mkMatch('/'), mkMatch('/a/b'), mkMatch('/a')], filters: [] };
    const routes = [mkHttpRoute('other', [mkMatch('/a')]), mkHttpRoute('best', [], { rules: [rule] })];
    expect(choose(routes, '/a/b')).toBe('best[0]');
  });
  it('counts a rule without matches, and a match without a path, as the prefix /', () => {
    const empty = mkHttpRoute('empty', []);
    const pathless = mkHttpRoute('pathless', [mkMatch()]);
    const slash = mkHttpRoute('slash', [mkMatch('/')]);
    const nothing = mkHttpRoute('nothing', [mkMatch('//')]);
    expect(choose([nothing, empty, pathless, slash], '/a')).toBe('empty[0]');
    expect(choose([nothing, pathless, slash, empty], '/a')).toBe('pathless[0]');
    expect(choose([nothing, slash, empty, pathless], '/a')).toBe('slash[0]');
  });
  it('measures paths in bytes', () => {
    const prefix = mkHttpRoute('prefix', [mkMatch('/é')]);
    const regex = mkHttpRoute('regex', [mkMatch({ kind: 'regex', value: '/.*' })]);
    expect(choose([prefix, regex], '/é')).toBe('prefix[0]');
    expect(choose([regex, prefix], '/é')).toBe('regex[0]');
    expect(choose([prefix, regex], '/é/')).toBe('regex[0]');
    for (const text of [
      '',
      'a',
      'é',
      '\u07ff',
      '\u0800',
      '\ud7ff',
      '\ue000',
      '\uffff',
      '\u{10000}',
      '\u{1f600}a',
    ])
      expect([text, utf8Length(text)]).toEqual([text, new TextEncoder().encode(text).length]);
  });
});

describe('a gRPC call', () => {
  const rule = (...matches: GrpcMatch[]) => ({ matches, filters: [] });
  const rpc = (service?: string, method?: string, headers: readonly NamedMatch[] = []): GrpcMatch => ({
    rpc: { service, method },
    headers,
  });
  const call = (rules: readonly ReturnType<typeof rule>[], traffic: Traffic): string | undefined =>
    chosen(
      mkPolicy({ protocol: 'gRPC', authorizations: OPEN, grpcRoutes: [mkGrpcRoute('r', rules)] }),
      traffic,
    );
  const takesCall = (match: GrpcMatch, path: string, over: Partial<HttpRequest> = {}): boolean =>
    call([rule(match)], grpc(path, over)) !== undefined;

  it('is a POST of /service/method', () => {
    expect(takesCall(rpc('s', 'm'), '/s/m')).toBe(true);
    expect(takesCall(rpc('s', 'm'), '/s/m/more')).toBe(true);
    expect(takesCall(rpc('s', 'm'), '/s/m?q')).toBe(true);
    expect(takesCall(rpc('s', 'm'), '/s/other')).toBe(false);
    expect(takesCall(rpc('s', 'm'), '/other/m')).toBe(false);
    expect(takesCall(rpc('s', 'm'), 's/m')).toBe(false);
    expect(takesCall(rpc('s', 'm'), 'x/s/m')).toBe(false);
    expect(takesCall(rpc('s', 'm'), '/s/m', { method: 'GET' })).toBe(false);
    expect(takesCall(rpc(), '/s/m')).toBe(true);
    expect(takesCall(rpc(), '/s')).toBe(false);
    expect(takesCall(rpc(), '/s/')).toBe(true);
    expect(takesCall(rpc('', ''), '/s/m')).toBe(true);
    expect(takesCall(rpc('s'), '/s/m')).toBe(true);
    expect(takesCall(rpc(undefined, 'm'), '/s/m')).toBe(true);
  });
  it('has headers too', () => {
    const match = rpc('s', 'm', [{ kind: 'regex', name: 'x', value: 'a|b' }]);
    expect(takesCall(match, '/s/m', { headers: [{ name: 'X', value: 'b' }] })).toBe(true);
    expect(takesCall(match, '/s/m')).toBe(false);
  });
  it('falls by service, then method, then headers', () => {
    const headers: readonly NamedMatch[] = [
      { kind: 'exact', name: 'content-type', value: 'application/grpc+proto' },
    ];
    const rules = [
      rule(rpc(undefined, undefined, headers)),
      rule(rpc(undefined, 'long-method')),
      rule(rpc('s')),
      rule(rpc('s', 'm')),
      rule(rpc('s', 'm', headers)),
    ];
    const path = '/s/long-method';
    expect(call(rules, grpc('/s/m'))).toBe('r[4]');
    expect(call(rules.slice(0, 4), grpc('/s/m'))).toBe('r[3]');
    expect(call(rules, grpc(path))).toBe('r[2]');
    expect(call(rules.slice(0, 2), grpc(path))).toBe('r[1]');
    expect(call(rules.slice(0, 1), grpc(path))).toBe('r[0]');
  });
  it('of any method falls to a rule without matches, after all others', () => {
    const rules = [rule(), rule(rpc()), rule(rpc('s'))];
    expect(call(rules, grpc('/s/m'))).toBe('r[2]');
    expect(call(rules, grpc('/t/m'))).toBe('r[0]');
    expect(call(rules, grpc('/t/m', { method: 'GET' }))).toBe('r[0]');
    expect(call([rule(rpc())], grpc('/t/m', { method: 'GET' }))).toBeUndefined();
  });
});
