import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../../src/model/json.js';
import { compileGrpcRoute } from '../../../../src/policy/inbound/compile/grpc-route.js';
import type { GrpcMatch } from '../../../../src/policy/inbound/port-policy.js';
import { mkWorld } from '../../../builders.js';
import { completed, find } from '../../complete/builders.js';
import { GRPC, mkStored, SERVER } from './builders.js';

const WORLD = mkWorld();
const compile = (spec: JsonObject) =>
  compileGrpcRoute(mkStored(GRPC, { parentRefs: [SERVER], ...spec }), WORLD);
const compileMatch = (match: JsonObject): GrpcMatch | undefined =>
  compile({ rules: [{ matches: [match] }] })?.rules[0]?.matches[0];

it('is named by its group, kind, namespace and name', () => {
  const route = compile({ hostnames: ['*.a.b'] });
  expect(route).toMatchObject({
    ref: { kind: 'GRPCRoute', group: 'gateway.networking.k8s.io', namespace: 'app', name: 'it' },
    hosts: [{ kind: 'suffix', host: 'a.b' }],
    parents: ['web'],
  });
});

it.each<[string, JsonObject]>([
  ['of another namespace', { namespace: 'other' }],
  ['with a port', { port: 80 }],
  ['with a section', { sectionName: 'a' }],
])('is ignored as a whole for a Server ref %s', (_, over) => {
  expect(compile({ parentRefs: [SERVER, { ...SERVER, ...over }] })).toBeUndefined();
});

it.each<[string, JsonObject, Partial<GrpcMatch>]>([
  ['without a method names no rpc', {}, { rpc: undefined }],
  ['with a null method names no rpc', { method: null }, { rpc: undefined }],
  ['with an empty method names any rpc', { method: {} }, { rpc: { service: undefined, method: undefined } }],
  ['of a service', { method: { service: 'a.B' } }, { rpc: { service: 'a.B', method: undefined } }],
  ['of a method', { method: { type: 'Exact', method: 'C' } }, { rpc: { service: undefined, method: 'C' } }],
  [
    'takes empty text for any',
    { method: { service: '', method: 'C' } },
    { rpc: { service: undefined, method: 'C' } },
  ],
  [
    'of headers',
    {
      headers: [
        { name: 'X-A', value: 'b' },
        { name: 'c', type: 'RegularExpression', value: 'd*' },
      ],
    },
    {
      rpc: undefined,
      headers: [
        { kind: 'exact', name: 'x-a', value: 'b' },
        { kind: 'regex', name: 'c', value: 'd*' },
      ],
    },
  ],
])('a match %s', (_, match, expected) => {
  expect(compileMatch(match)).toEqual({ headers: [], ...expected });
});

it.each<[string, JsonObject]>([
  ['a method by pattern', { method: { type: 'RegularExpression', service: 'a.B' } }],
  ['a header name that is none', { headers: [{ name: ':path', value: 'a' }] }],
  ['a header value that is none', { headers: [{ name: 'a', value: '\r' }] }],
  [
    'a header pattern that does not compile',
    { headers: [{ name: 'a', type: 'RegularExpression', value: '*' }] },
  ],
])('is ignored as a whole for %s', (_, match) => {
  expect(compile({ rules: [{ matches: [{ method: { service: 'a.B' } }, match] }] })).toBeUndefined();
});

it('has no default rule and no default match', () => {
  const mkManifest = (name: string, spec: JsonObject) => ({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GRPCRoute',
    metadata: { name, namespace: 'app' },
    spec: { parentRefs: [SERVER], ...spec },
  });
  const { objects } = completed([mkManifest('bare', {}), mkManifest('rule', { rules: [{}] })]);
  const rulesOf = (name: string) => compileGrpcRoute(find(objects, GRPC, name)!, WORLD)?.rules;
  expect(rulesOf('bare')).toEqual([]);
  expect(rulesOf('rule')).toEqual([{ matches: [], filters: [] }]);
});

describe('a filter', () => {
  const compileFilters = (filter: JsonObject) =>
    compile({ rules: [{ filters: [filter] }] })?.rules[0]?.filters;

  it.each<[string, JsonObject, number]>([
    ['modifies request headers', { type: 'RequestHeaderModifier', requestHeaderModifier: {} }, 1],
    ['is the first member, whatever its type', { type: 'ExtensionRef', requestHeaderModifier: {} }, 1],
    [
      'modifies response headers, of which nobody is told',
      { type: 'ResponseHeaderModifier', responseHeaderModifier: {} },
      0,
    ],
  ])('%s', (_, filter, count) => {
    expect(compileFilters(filter)).toHaveLength(count);
  });

  it.each<[string, JsonObject]>([
    ['a mirror', { type: 'RequestMirror', requestMirror: { backendRef: { name: 's' } } }],
    ['an extension', { type: 'ExtensionRef', extensionRef: { group: 'a.b', kind: 'C', name: 'd' } }],
    ['none of its members', { type: 'RequestHeaderModifier' }],
    ['a redirect, which no GRPCRoute has', { type: 'RequestHeaderModifier', requestRedirect: {} }],
    ['a bad request header', { type: 'RequestHeaderModifier', requestHeaderModifier: { remove: [''] } }],
    ['a bad response header', { type: 'ResponseHeaderModifier', responseHeaderModifier: { remove: [''] } }],
  ])('makes the index ignore the route with %s', (_, filter) => {
    expect(compileFilters(filter)).toBeUndefined();
  });
});

it('is not there for Linkerd where it cannot be read', () => {
  expect(compile({ rules: [{ matches: [{ method: 'a.B/C' }] }] })).toBeUndefined();
});
