import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../../src/model/json.js';
import type { HttpMatch, RouteFilter } from '../../../../src/policy/inbound/port-policy.js';
import { compileHttpRoute } from '../../../../src/policy/inbound/compile/http-route.js';
import { mkWorld } from '../../../builders.js';
import { completed, find } from '../../complete/builders.js';
import { GATEWAY_HTTP, mkStored, POLICY_HTTP, SERVER } from './builders.js';

const BOTH = [POLICY_HTTP, GATEWAY_HTTP] as const;
type Kind = (typeof BOTH)[number];
const WORLD = mkWorld();

const compile = (kind: Kind, spec: JsonObject) =>
  compileHttpRoute(mkStored(kind, { parentRefs: [SERVER], ...spec }), WORLD);
const compileMatch = (kind: Kind, match: JsonObject): HttpMatch | undefined =>
  compile(kind, { rules: [{ matches: [match] }] })?.rules[0]?.matches[0];
const compileFilters = (kind: Kind, ...filters: JsonObject[]): readonly RouteFilter[] | undefined =>
  compile(kind, { rules: [{ filters }] })?.rules[0]?.filters;

const ANY = { path: undefined, method: undefined, headers: [], queryParams: [] };

describe.each(BOTH)('%s', (kind) => {
  it('is named by its group, kind, namespace and name, and keeps its age', () => {
    const stored = mkStored(kind, {}, { metadata: { creationTimestamp: '2026-01-01T00:00:00Z' } });
    const route = compileHttpRoute(stored, WORLD);
    expect(route?.ref).toEqual({
      kind: 'HTTPRoute',
      group: kind.split('/')[0],
      namespace: 'app',
      name: 'it',
    });
    expect(route?.created).toBe('2026-01-01T00:00:00Z');
    expect(route?.stored).toBe(stored);
  });

  it.each<[string, JsonObject[], readonly string[]]>([
    ['its Server', [SERVER], ['web']],
    [
      'whatever the case of group and kind',
      [{ ...SERVER, group: 'Policy.Linkerd.IO', kind: 'server' }],
      ['web'],
    ],
    ['its own namespace, written', [{ ...SERVER, namespace: 'app' }], ['web']],
    ['several Servers, each once', [SERVER, { ...SERVER, name: 'api' }, SERVER], ['web', 'api']],
    ['no Server where the ref has no kind', [{ group: 'policy.linkerd.io', name: 'web' }], []],
    ['no Server where the ref has no group', [{ kind: 'Server', name: 'web' }], []],
    ['no Server without a name', [{ ...SERVER, name: '', port: 80 }], []],
    [
      'nothing of other kinds, whatever they say',
      [{ kind: 'Service', name: 's', namespace: 'x', port: 80 }],
      [],
    ],
    ['its Server beside a Service', [{ kind: 'Service', name: 's', port: 80 }, SERVER], ['web']],
  ])('has for parents %s', (_, parentRefs, expected) => {
    expect(compile(kind, { parentRefs })?.parents).toEqual(expected);
  });

  it.each<[string, JsonObject]>([
    ['of another namespace', { namespace: 'other' }],
    ['of the empty namespace', { namespace: '' }],
    ['with a port', { port: 80 }],
    ['with port 0', { port: 0 }],
    ['with a section', { sectionName: 'a' }],
  ])('is ignored as a whole for one Server ref %s', (_, over) => {
    expect(
      compile(kind, {
        parentRefs: [
          { ...SERVER, name: 'api' },
          { ...SERVER, ...over },
        ],
      }),
    ).toBeUndefined();
  });

  it('has no parents without refs', () => {
    expect(compile(kind, { parentRefs: [] })?.parents).toEqual([]);
  });

  it('reads host names: what follows `*.`, or one host', () => {
    const hostnames = ['a.example', '*.x.y', '*', 'a.*.b'];
    expect(compile(kind, { hostnames })?.hosts).toEqual([
      { kind: 'exact', host: 'a.example' },
      { kind: 'suffix', host: 'x.y' },
      { kind: 'exact', host: '*' },
      { kind: 'exact', host: 'a.*.b' },
    ]);
    expect(compile(kind, {})?.hosts).toEqual([]);
  });

  it.each<[string, JsonObject, Partial<HttpMatch>]>([
    ['nothing', {}, {}],
    [
      'a path prefix',
      { path: { type: 'PathPrefix', value: '/a' } },
      { path: { kind: 'prefix', value: '/a' } },
    ],
    ['a path of no type, a prefix', { path: { value: '/a' } }, { path: { kind: 'prefix', value: '/a' } }],
    ['a path without a value', { path: { type: 'Exact' } }, { path: { kind: 'exact', value: '/' } }],
    [
      'an exact path, as written',
      { path: { type: 'Exact', value: '/A//b/' } },
      { path: { kind: 'exact', value: '/A//b/' } },
    ],
    [
      'a path pattern, with or without a slash',
      { path: { type: 'RegularExpression', value: 'a|ab' } },
      { path: { kind: 'regex', value: 'a|ab' } },
    ],
    ['a method', { method: 'PATCH' }, { method: 'PATCH' }],
    [
      'headers, their names in lower case',
      {
        headers: [
          { name: 'X-A', value: 'B é' },
          { name: 'x-b', type: 'RegularExpression', value: '^c$' },
        ],
      },
      {
        headers: [
          { kind: 'exact', name: 'x-a', value: 'B é' },
          { kind: 'regex', name: 'x-b', value: '^c$' },
        ],
      },
    ],
    [
      'query parameters, as written',
      {
        queryParams: [
          { name: 'A b', value: '\n' },
          { name: '', type: 'Exact', value: '' },
          { name: 'c', type: 'RegularExpression', value: 'd+' },
        ],
      },
      {
        queryParams: [
          { kind: 'exact', name: 'A b', value: '\n' },
          { kind: 'exact', name: '', value: '' },
          { kind: 'regex', name: 'c', value: 'd+' },
        ],
      },
    ],
    ['null members, unset', { path: null, method: null, headers: null, queryParams: null }, {}],
  ])('matches %s', (_, match, expected) => {
    expect(compileMatch(kind, match)).toEqual({ ...ANY, ...expected });
  });

  it.each<[string, JsonObject]>([
    ['an exact path without a slash', { path: { type: 'Exact', value: 'a' } }],
    ['a prefix without a slash', { path: { type: 'PathPrefix', value: 'a' } }],
    ['an empty path', { path: { value: '' } }],
    ['a path pattern that does not compile', { path: { type: 'RegularExpression', value: '(' } }],
    ['a header name that is none', { headers: [{ name: 'a b', value: 'c' }] }],
    [
      'a header name that is none, by pattern',
      { headers: [{ name: 'a b', type: 'RegularExpression', value: 'c' }] },
    ],
    ['a header value that is none', { headers: [{ name: 'a', value: 'b\nc' }] }],
    [
      'a header pattern that does not compile',
      { headers: [{ name: 'a', type: 'RegularExpression', value: '[' }] },
    ],
    [
      'a parameter pattern with look-around',
      { queryParams: [{ name: 'a', type: 'RegularExpression', value: '(?=a)' }] },
    ],
    [
      'one bad header after a good one',
      {
        headers: [
          { name: 'a', value: 'b' },
          { name: '', value: 'b' },
        ],
      },
    ],
  ])('is ignored as a whole for %s', (_, match) => {
    const rules = [
      { matches: [{ path: { value: '/good' } }] },
      { matches: [{ path: { value: '/' } }, match] },
    ];
    expect(compile(kind, { rules })).toBeUndefined();
  });

  it('takes a header pattern with what no header value can hold', () => {
    const header = { name: 'a', type: 'RegularExpression', value: 'b\nc' };
    expect(compileMatch(kind, { headers: [header] })?.headers).toEqual([
      { kind: 'regex', name: 'a', value: 'b\nc' },
    ]);
  });

  it('keeps rules, matches and filters in their order, and none where there are none', () => {
    const rules = [
      { matches: [{ path: { value: '/b' } }, { path: { value: '/a' } }] },
      { matches: [] },
      { matches: null, filters: null, backendRefs: [{ name: 's', port: 80 }] },
    ];
    const found = compile(kind, { rules })?.rules;
    expect(found?.map(({ matches }) => matches.map(({ path }) => path?.value))).toEqual([
      ['/b', '/a'],
      [],
      [],
    ]);
    expect(found?.map(({ filters }) => filters)).toEqual([[], [], []]);
    expect(compile(kind, { rules: [] })?.rules).toEqual([]);
  });

  it('says what the schema says where nothing is written, and an explicit empty list stays empty', () => {
    const apiVersion = kind === POLICY_HTTP ? 'policy.linkerd.io/v1beta3' : 'gateway.networking.k8s.io/v1';
    const mkManifest = (name: string, spec: JsonObject) => ({
      apiVersion,
      kind: 'HTTPRoute',
      metadata: { name, namespace: 'app' },
      spec: { parentRefs: [SERVER], ...spec },
    });
    const { objects } = completed([
      mkManifest('bare', {}),
      mkManifest('rule', { rules: [{}, { matches: [{}] }] }),
      mkManifest('empty', { rules: [{ matches: [] }] }),
      mkManifest('redirect', { rules: [{ filters: [{ type: 'RequestRedirect', requestRedirect: {} }] }] }),
    ]);
    const rulesOf = (name: string) => compileHttpRoute(find(objects, kind, name)!, WORLD)?.rules;
    const matches = [{ ...ANY, path: { kind: 'prefix', value: '/' } }];
    expect(rulesOf('bare')).toEqual([{ matches, filters: [] }]);
    expect(rulesOf('rule')).toEqual([
      { matches, filters: [] },
      { matches, filters: [] },
    ]);
    expect(rulesOf('empty')).toEqual([{ matches: [], filters: [] }]);
    expect(rulesOf('redirect')?.[0]?.filters).toMatchObject([{ kind: 'redirect', status: 302 }]);
  });

  const redirect = {
    kind: 'redirect',
    scheme: undefined,
    host: undefined,
    path: undefined,
    port: undefined,
    status: undefined,
  };
  it.each<[string, JsonObject, JsonObject]>([
    ['nothing new', {}, {}],
    ['null members', { scheme: null, hostname: null, path: null, port: null, statusCode: null }, {}],
    [
      'all of it',
      {
        scheme: 'https',
        hostname: 'a.b',
        port: 8443,
        statusCode: 301,
        path: { type: 'ReplaceFullPath', replaceFullPath: '/x' },
      },
      { scheme: 'https', host: 'a.b', port: 8443, status: 301, path: { kind: 'full', value: '/x' } },
    ],
    [
      'a prefix',
      { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/y' } },
      { path: { kind: 'prefix', value: '/y' } },
    ],
    [
      'a full path whatever the type',
      { path: { type: 'ReplacePrefixMatch', replaceFullPath: '/x', replacePrefixMatch: 'y' } },
      { path: { kind: 'full', value: '/x' } },
    ],
    [
      'a prefix whatever the type',
      { path: { type: 'ReplaceFullPath', replacePrefixMatch: '/y' } },
      { path: { kind: 'prefix', value: '/y' } },
    ],
    ['a port too large, left out', { port: 65_536 }, {}],
    ['port 0, left out', { port: 0 }, {}],
    ['an empty host, left out', { hostname: '' }, {}],
    ['a status from 100', { statusCode: 100 }, { status: 100 }],
    ['a status to 999', { statusCode: 999 }, { status: 999 }],
  ])('redirects to %s', (_, requestRedirect, expected) => {
    expect(compileFilters(kind, { type: 'RequestRedirect', requestRedirect })).toEqual([
      { ...redirect, ...expected },
    ]);
  });

  it.each<[string, JsonObject]>([
    ['a relative full path', { path: { type: 'ReplaceFullPath', replaceFullPath: 'x' } }],
    [
      'an empty full path beside a prefix',
      { path: { type: 'ReplaceFullPath', replaceFullPath: '', replacePrefixMatch: '/y' } },
    ],
    ['a relative prefix', { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: 'y' } }],
    ['a path that is neither', { path: { type: 'ReplaceFullPath' } }],
    ['status 99', { statusCode: 99 }],
    ['status 1000', { statusCode: 1000 }],
  ])('is ignored as a whole for a redirect to %s', (_, requestRedirect) => {
    expect(compileFilters(kind, { type: 'RequestRedirect', requestRedirect })).toBeUndefined();
  });

  it('modifies request headers, their names in lower case', () => {
    const requestHeaderModifier = {
      set: [{ name: 'X-Set', value: 'S' }],
      add: [{ name: 'X-Add', value: 'é' }],
      remove: ['X-Gone'],
    };
    expect(compileFilters(kind, { type: 'RequestHeaderModifier', requestHeaderModifier })).toEqual([
      {
        kind: 'requestHeaderModifier',
        set: [{ name: 'x-set', value: 'S' }],
        add: [{ name: 'x-add', value: 'é' }],
        remove: ['x-gone'],
      },
    ]);
    expect(compileFilters(kind, { type: 'RequestHeaderModifier', requestHeaderModifier: {} })).toEqual([
      { kind: 'requestHeaderModifier', set: [], add: [], remove: [] },
    ]);
  });

  it('leaves valid response header modifiers out, and keeps what stands around them', () => {
    const filters = [
      { type: 'RequestRedirect', requestRedirect: { port: 1 } },
      { type: 'ResponseHeaderModifier', responseHeaderModifier: { remove: ['a'] } },
      { type: 'RequestRedirect', requestRedirect: { port: 2 } },
    ];
    expect(compileFilters(kind, ...filters)).toMatchObject([{ port: 1 }, { port: 2 }]);
  });

  const badModifiers: [string, JsonObject][] = [
    ['a name to set', { set: [{ name: 'a b', value: 'c' }] }],
    ['a value to set', { set: [{ name: 'a', value: '\n' }] }],
    ['a name to add', { add: [{ name: '', value: 'c' }] }],
    ['a value to add', { add: [{ name: 'a', value: '\u007f' }] }],
    ['a name to remove', { remove: ['a', 'b c'] }],
  ];
  it.each(badModifiers)('is ignored as a whole for %s of a request header that is none', (_, modifier) => {
    const filter = { type: 'RequestHeaderModifier', requestHeaderModifier: modifier };
    expect(compileFilters(kind, filter)).toBeUndefined();
  });
  it.each(badModifiers)('is ignored as a whole for %s of a response header that is none', (_, modifier) => {
    const filter = { type: 'ResponseHeaderModifier', responseHeaderModifier: modifier };
    expect(compileFilters(kind, filter)).toBeUndefined();
  });

  it.each<[string, JsonObject]>([
    ['a mistyped member', { rules: [{ matches: 'all' }] }],
    ['an unknown method', { rules: [{ matches: [{ method: 'get' }] }] }],
    ['a parent without a name', { parentRefs: [{ kind: 'Server' }] }],
    ['an unknown filter', { rules: [{ filters: [{ type: 'Future' }] }] }],
    [
      'a redirect to an unknown scheme',
      { rules: [{ filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'ftp' } }] }] },
    ],
  ])('is not there for Linkerd with %s', (_, spec) => {
    expect(compile(kind, spec)).toBeUndefined();
  });
});

describe('a filter of a policy.linkerd.io HTTPRoute', () => {
  const bad = { remove: ['a b'] };
  it.each<[string, JsonObject, number | undefined]>([
    ['is read by its type', { type: 'RequestRedirect', requestRedirect: {}, requestHeaderModifier: bad }, 1],
    [
      'is read by its type, second',
      { type: 'ResponseHeaderModifier', responseHeaderModifier: {}, requestHeaderModifier: bad },
      0,
    ],
    ['needs the member of its type', { type: 'RequestRedirect', requestHeaderModifier: {} }, undefined],
    ['is one of three', { type: 'URLRewrite', urlRewrite: {} }, undefined],
  ])('%s', (_, filter, count) => {
    expect(compileFilters(POLICY_HTTP, filter)?.length).toBe(count);
  });
});

describe('a filter of a Gateway API HTTPRoute', () => {
  const bad = { remove: ['a b'] };
  const backendRef = { name: 's', port: 80 };
  it.each<[string, JsonObject, string[]]>([
    [
      'a request header modifier before a response header modifier',
      { type: 'RequestRedirect', requestHeaderModifier: {}, responseHeaderModifier: bad },
      ['requestHeaderModifier'],
    ],
    [
      'a response header modifier before a redirect',
      { type: 'RequestRedirect', responseHeaderModifier: {}, requestRedirect: { statusCode: 1 } },
      [],
    ],
    ['a redirect, whatever its type', { type: 'URLRewrite', requestRedirect: {} }, ['redirect']],
    [
      'a redirect before what is not supported',
      { type: 'RequestMirror', requestRedirect: {}, requestMirror: { backendRef } },
      ['redirect'],
    ],
  ])('is %s', (_, filter, kinds) => {
    expect(compileFilters(GATEWAY_HTTP, filter)?.map(({ kind }) => kind)).toEqual(kinds);
  });

  it.each<[string, JsonObject]>([
    ['a mirror', { type: 'RequestMirror', requestMirror: { backendRef } }],
    ['a URL rewrite', { type: 'URLRewrite', urlRewrite: {} }],
    ['an extension', { type: 'ExtensionRef', extensionRef: { group: 'a.b', kind: 'C', name: 'd' } }],
    ['CORS', { type: 'CORS', cors: {} }],
    ['external authorization', { type: 'ExternalAuth', externalAuth: {} }],
    ['none of its members', { type: 'RequestHeaderModifier' }],
    ['null members', { type: 'RequestRedirect', requestHeaderModifier: null, requestRedirect: null }],
    [
      'an invalid first member and a valid second',
      { type: 'RequestRedirect', requestHeaderModifier: bad, requestRedirect: {} },
    ],
  ])('makes the index ignore the route, also for its other parents, with %s', (_, filter) => {
    const rules = [{ matches: [{}] }, { filters: [filter] }];
    expect(
      compile(GATEWAY_HTTP, { rules, parentRefs: [{ kind: 'Service', name: 's' }, SERVER] }),
    ).toBeUndefined();
  });
});

describe('timeouts', () => {
  const timed = (kind: Kind, timeouts: JsonObject) => compile(kind, { rules: [{ timeouts }] });

  it.each([{ request: '10s' }, { request: '-1s' }, { backendRequest: '2s', request: '1s' }, { request: '' }])(
    'of either kind have no effect here: %j',
    (timeouts) => {
      for (const kind of BOTH) expect(timed(kind, timeouts)?.rules).toHaveLength(1);
    },
  );

  it.each([{ request: '10' }, { backendRequest: 'soon' }])(
    'make Linkerd’s own route unreadable where they do not parse: %j',
    (timeouts) => {
      expect(timed(POLICY_HTTP, timeouts)).toBeUndefined();
      expect(timed(GATEWAY_HTTP, timeouts)?.rules).toHaveLength(1);
    },
  );
});
