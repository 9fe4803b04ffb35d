import { describe, expect, it } from '@jest/globals';
import { byRateLimitPrecedence, byRouteOrder } from '../../../../src/policy/inbound/compile/order.js';
import type { RouteRef } from '../../../../src/policy/inbound/port-policy.js';

const OLD = '2026-01-01T00:00:00Z';
const NEW = '2026-01-01T00:00:01Z';
const POLICY = 'policy.linkerd.io';
const GATEWAY = 'gateway.networking.k8s.io';

const route = (name: string, created?: string, over: { group?: string; kind?: 'GRPCRoute' } = {}) => ({
  created,
  ref: { kind: 'HTTPRoute', group: POLICY, namespace: 'app', name, ...over } satisfies RouteRef,
});
const standIn = (name: 'default' | 'probe', created?: string) => ({
  created,
  ref: { kind: 'default', name } satisfies RouteRef,
});

describe('routes are sent', () => {
  const ordered: [string, ReturnType<typeof route | typeof standIn>[]][] = [
    ['the older first, whatever its name', [route('z', OLD), route('a', NEW)]],
    ['those with a timestamp before those without', [route('z', NEW), route('a')]],
    ['a stand-in with a timestamp before a route without', [standIn('probe', OLD), route('a')]],
    ['routes before stand-ins', [route('z'), standIn('default')]],
    ['routes by name before group', [route('a', OLD), route('b', OLD, { group: GATEWAY })]],
    ['routes of one name by group', [route('a', OLD, { group: GATEWAY }), route('a', OLD)]],
    [
      'routes of one name and group by kind',
      [route('a', OLD, { group: GATEWAY, kind: 'GRPCRoute' }), route('a', OLD, { group: GATEWAY })],
    ],
    ['stand-ins by name', [standIn('default'), standIn('probe')]],
    ['names in the order of bytes', [route('a-b'), route('a.b'), route('a0'), route('aa')]],
  ];
  it.each(ordered)('%s', (_, routes) => {
    expect([...routes].sort(byRouteOrder)).toEqual(routes);
    expect([...routes].reverse().sort(byRouteOrder)).toEqual(routes);
  });

  it('in an order that two equal ones share', () => {
    expect(byRouteOrder(route('a', OLD), route('a', OLD))).toBe(0);
    expect(byRouteOrder(standIn('probe'), standIn('probe'))).toBe(0);
  });
});

it.each([
  ['the older', { name: 'z', created: OLD }, { name: 'a', created: NEW }],
  ['the one with a timestamp', { name: 'z', created: NEW }, { name: 'a', created: undefined }],
  ['the lower name of one age', { name: 'a', created: OLD }, { name: 'b', created: OLD }],
  ['the lower name of none', { name: 'a', created: undefined }, { name: 'b', created: undefined }],
])('of two rate limits %s comes first', (_, first, second) => {
  expect(byRateLimitPrecedence(first, second)).toBeLessThan(0);
  expect(byRateLimitPrecedence(second, first)).toBeGreaterThan(0);
});
