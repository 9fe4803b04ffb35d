/** Which regions of two cuts of requests meet, and by which request that is shown. */
import { describe, expect, test } from '@jest/globals';
import type { HttpMatch, HttpRoute, PortPolicy } from '../../../src/policy/inbound/port-policy.js';
import { refine } from '../../../src/policy/impact/request-regions.js';
import { mkGrpcRoute, mkHttpRoute, mkMatch, mkPolicy, SEMANTICS } from '../decide/builders.js';

const every = (): boolean => true;
const header = (name: string, value: string, kind: 'exact' | 'regex' = 'exact') => ({ kind, name, value });
const host = (text: string) =>
  text.startsWith('*.')
    ? { kind: 'suffix' as const, host: text.slice(2) }
    : { kind: 'exact' as const, host: text };

/** A policy with one route of one rule for each list of matches. */
const policy = (...routes: readonly HttpMatch[][]): PortPolicy =>
  mkPolicy({ httpRoutes: routes.map((matches, n) => mkHttpRoute(`r${String(n)}`, matches)) });
const ofRoute = (route: HttpRoute): PortPolicy => mkPolicy({ httpRoutes: [route] });

/** `before-after METHOD path`, with the host and headers where there are any. */
const pairs = (before: PortPolicy | undefined, after: PortPolicy | undefined): string[] =>
  refine(before, after, every, SEMANTICS).pairs.map(({ before: a, after: b, request }) =>
    [
      `${String(a)}-${String(b)}`,
      ...(request === undefined
        ? ['?']
        : [
            request.method,
            request.path,
            ...(request.host === undefined ? [] : [request.host]),
            ...request.headers.map(({ name, value }) => `${name}:${value}`),
          ]),
    ].join(' '),
  );

describe('refine', () => {
  test('of a policy that does not look at requests and one that does', () => {
    expect(pairs(undefined, undefined)).toEqual(['0-0 GET /']);
    expect(pairs(undefined, policy([mkMatch('/api')]))).toEqual(['0-0 GET /api', '0-1 GET /']);
  });

  test('of equal cuts is each region with itself', () => {
    const one = policy([mkMatch('/a')], [mkMatch('/a/b')], [mkMatch(undefined, { method: 'PUT' })]);
    expect(pairs(one, { ...one, authorizations: [] })).toEqual([
      '0-0 GET /a',
      '1-1 GET /a/b',
      '2-2 PUT /',
      '3-3 GET /',
    ]);
  });

  test('finds what a longer prefix takes from a shorter one, and an exact path from both', () => {
    const before = policy([mkMatch('/a')]);
    const after = policy([mkMatch('/a')], [mkMatch('/a/b/')], [mkMatch({ kind: 'exact', value: '/a/b/' })]);
    expect(pairs(before, after)).toEqual(['0-0 GET /a', '0-1 GET /a/b', '0-2 GET /a/b/', '1-3 GET /']);
  });

  test('finds combinations of headers that neither side mentions alone', () => {
    const before = policy([mkMatch('/', { headers: [header('x', '1')] })]);
    const after = policy([mkMatch('/', { headers: [header('x', '2')] })]);
    expect(pairs(before, after)).toEqual([
      '0-0 GET / x:1 x:2',
      '0-1 GET / x:1',
      '1-0 GET / x:2',
      '1-1 GET /',
    ]);
  });

  test('finds what changes hands when equal matches change places', () => {
    const [one, other] = ['x', 'y'].map((name) => [mkMatch('/', { headers: [header(name, '1')] })]);
    expect(pairs(policy(one!, other!), policy(other!, one!))).toEqual([
      '0-0 GET / x:1 y:1',
      '0-1 GET / x:1',
      '1-0 GET / y:1',
      '2-2 GET /',
    ]);
  });

  test('finds no request for what a better match always takes', () => {
    const before = policy([mkMatch('/a')]);
    const after = policy([mkMatch('/')], [mkMatch('/a/', { method: 'GET' })], [mkMatch('/a')]);
    // Whatever method it has, /a falls to the second or the third rule and never to the first.
    expect(pairs(before, after).map((pair) => pair.slice(0, 3))).toEqual(['0-1', '0-2', '1-0']);
  });

  test('tells hosts apart, with and without the dot at their end', () => {
    const before = ofRoute(mkHttpRoute('a', [mkMatch('/')], { hosts: [host('*.example.com')] }));
    const after = ofRoute(
      mkHttpRoute('b', [mkMatch('/')], { hosts: [host('a.example.com'), host('b.example.com.')] }),
    );
    expect(pairs(before, after)).toEqual([
      '0-0 GET / a.example.com',
      '0-1 GET / other.example.com',
      '1-1 GET / other',
    ]);
    expect(pairs(undefined, ofRoute(mkHttpRoute('c', [mkMatch('/')], { hosts: [host('c.')] })))).toEqual([
      '0-0 GET / c.',
      '0-1 GET / c',
    ]);
  });

  test('writes query parameters so that they are read as they were asked for', () => {
    const param = mkMatch('/', { queryParams: [header('a b', '1&2')] });
    expect(pairs(undefined, policy([param]))).toEqual(['0-0 GET /?a+b=1%262', '0-1 GET /']);
  });

  test('of HTTP and gRPC', () => {
    const before = policy([mkMatch('/s')], [mkMatch({ kind: 'exact', value: '/s/m' })]);
    const call = (service: string, method: string | undefined) => ({
      matches: [{ rpc: { service, method }, headers: [] }],
      filters: [],
    });
    const after = mkPolicy({
      protocol: 'gRPC',
      grpcRoutes: [mkGrpcRoute('g', [call('s', 'm'), call('t', undefined)])],
    });
    expect(pairs(before, after)).toEqual([
      '0-0 POST /s/m/other',
      '0-2 GET /s',
      '1-0 POST /s/m',
      '1-2 GET /s/m',
      '2-1 POST /t/other',
      '2-2 GET /',
    ]);
  });

  test('says of what patterns leave open that it is open', () => {
    const before = policy([mkMatch({ kind: 'regex', value: '/x[[:digit:]]' })]);
    const after = policy([mkMatch({ kind: 'regex', value: '/x[[:alpha:]]?' })]);
    const found = refine(before, after, every, SEMANTICS);
    expect(pairs(before, after)).toEqual(['0-0 ?', '0-1 ?', '1-0 ?', '1-1 GET /']);
    expect([found.exact, found.complete]).toEqual([false, true]);
    const elsewhere = policy([mkMatch({ kind: 'regex', value: '/y[[:alpha:]]' })], [mkMatch('/xy')]);
    expect(pairs(before, elsewhere)).toEqual(['0-1 ?', '0-2 ?', '1-0 ?', '1-1 GET /xy', '1-2 GET /']);
  });

  test('knows what a pattern says of a text that is spelt out', () => {
    const before = policy([mkMatch('/', { headers: [header('x', '[0-9]+', 'regex')] })]);
    const after = policy([mkMatch('/', { headers: [header('x', '12')] })]);
    // There is no 1-0: the value 12 matches the pattern.
    expect(pairs(before, after)).toEqual(['0-0 GET / x:0 x:12', '0-1 GET / x:0', '1-1 GET /']);
  });

  test('that ends early says so, and what it did not look at', () => {
    const before = policy([mkMatch('/a')], [mkMatch('/b')]);
    const found = refine(before, policy([mkMatch('/c')]), every, SEMANTICS, 6);
    expect([found.exact, found.complete]).toEqual([false, true]);
    expect(found.pairs).toHaveLength(3 * 2);
    const many = Array.from({ length: 40 }, (_, n) => [mkMatch(`/${String(n)}`)]);
    const cut = refine(policy(...many), policy(...many.slice(1)), every, SEMANTICS, 6);
    expect([cut.exact, cut.complete]).toEqual([false, false]);
  });

  test('asks for wanted pairs only', () => {
    const both = policy([mkMatch('/a')], [mkMatch('/b')]);
    const found = refine(both, both, (before) => before === 1, SEMANTICS);
    expect(found.pairs.map(({ before, after }) => [before, after])).toEqual([[1, 1]]);
  });
});
