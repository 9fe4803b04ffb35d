import { expect, it } from '@jest/globals';
import type { JsonObject } from '../../../../src/model/json.js';
import { serverParents } from '../../../../src/policy/inbound/compile/parents.js';
import type { StoredPolicyOf } from '../../../../src/policy/inbound/compile/readable.js';
import { ROUTE_KINDS, type RouteKind } from '../../../../src/schema/index.js';
import { mkStored, POLICY_HTTP, SERVER, TCP, TLS } from './builders.js';

const rules = [{ backendRefs: [{ name: 's', port: 80 }] }];

const parentsOf = (kind: RouteKind, spec: JsonObject) =>
  serverParents(mkStored(kind, { hostnames: ['a.b'], rules, ...spec }) as StoredPolicyOf<RouteKind>);

it.each(ROUTE_KINDS)('%s: every Server that it names, in any namespace, with a port or a section', (kind) => {
  const parentRefs = [
    SERVER,
    { ...SERVER, name: 'b', namespace: 'other' },
    { ...SERVER, name: 'c', port: 80 },
    { ...SERVER, name: 'd', sectionName: 'x' },
    { ...SERVER, name: 'e', kind: 'server', group: 'POLICY.LINKERD.IO' },
    { kind: 'Server', name: 'f' },
    { group: 'policy.linkerd.io', name: 'g' },
    { kind: 'Service', name: 'h', port: 80 },
    { group: 'policy.linkerd.io', kind: 'EgressNetwork', name: 'i', port: 80 },
  ];
  expect(parentsOf(kind, { parentRefs })).toEqual([
    { namespace: 'app', name: 'web' },
    { namespace: 'other', name: 'b' },
    { namespace: 'app', name: 'c' },
    { namespace: 'app', name: 'd' },
    { namespace: 'app', name: 'e' },
  ]);
});

it.each(ROUTE_KINDS)('%s: none without refs', (kind) => {
  expect(parentsOf(kind, {})).toEqual([]);
});

it('those of a route that the index ignores', () => {
  const match = { path: { value: 'relative' } };
  expect(parentsOf(POLICY_HTTP, { parentRefs: [SERVER], rules: [{ matches: [match] }] })).toHaveLength(1);
});

it.each<[string, RouteKind, JsonObject]>([
  ['a TLSRoute without host names', TLS, { hostnames: null }],
  ['a TCPRoute rule without backends', TCP, { rules: [{}] }],
  ['a route with a mistyped member', POLICY_HTTP, { rules: 'all' }],
  ['a timeout that does not parse', POLICY_HTTP, { rules: [{ timeouts: { request: '5' } }] }],
])('none of what Linkerd cannot read: %s', (_, kind, spec) => {
  expect(parentsOf(kind, { parentRefs: [SERVER], ...spec })).toEqual([]);
});
