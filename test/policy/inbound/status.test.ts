import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/model/json.js';
import {
  acceptedBy,
  acceptedRateLimit,
  observedAccepted,
  observedRateLimit,
} from '../../../src/policy/inbound/status.js';
import { ROUTE_KINDS, type RouteKind } from '../../../src/schema/index.js';
import { GATEWAY_HTTP, GRPC, mkStored, POLICY_HTTP, RATE_LIMIT, TCP, TLS } from './compile/builders.js';

const SERVER = { namespace: 'app', name: 'web' };
const rivals = (...kinds: RouteKind[]) => kinds.map((kind) => ({ kind }));

describe('a route on a Server', () => {
  // inbound-api, section 6: which kinds each kind loses to.
  const LOSES: Record<RouteKind, readonly RouteKind[]> = {
    [GRPC]: [],
    [POLICY_HTTP]: [GRPC],
    [GATEWAY_HTTP]: [GRPC],
    [TLS]: [GRPC, POLICY_HTTP, GATEWAY_HTTP],
    [TCP]: [GRPC, POLICY_HTTP, GATEWAY_HTTP, TLS],
  };
  const pairs = ROUTE_KINDS.flatMap((kind) =>
    ROUTE_KINDS.map((rival): [RouteKind, RouteKind] => [kind, rival]),
  );

  it.each(pairs)('%s beside %s', (kind, rival) => {
    const expected = LOSES[kind].includes(rival) ? 'RouteReasonConflicted' : 'Accepted';
    expect(acceptedBy(SERVER, kind, rivals(kind, rival))).toBe(expected);
  });

  it.each(ROUTE_KINDS)('%s alone is accepted, and is not where there is no such Server', (kind) => {
    expect(acceptedBy(SERVER, kind, [])).toBe('Accepted');
    expect(acceptedBy(undefined, kind, [])).toBe('NoMatchingParent');
    expect(acceptedBy(undefined, kind, rivals(GRPC))).toBe('NoMatchingParent');
  });

  it('loses to any one of many', () => {
    expect(acceptedBy(SERVER, POLICY_HTTP, rivals(GATEWAY_HTTP, TCP, GRPC))).toBe('RouteReasonConflicted');
  });
});

describe('the status of a route', () => {
  const parent = (over: JsonObject = {}, condition: JsonObject = {}) => ({
    controllerName: 'linkerd.io/policy-controller',
    parentRef: { group: 'policy.linkerd.io', kind: 'Server', namespace: 'app', name: 'web', ...over },
    conditions: [{ type: 'Accepted', status: 'True', ...condition }],
  });
  const accepts = (...parents: JsonObject[]) =>
    observedAccepted(mkStored(POLICY_HTTP, {}, { status: { parents } }), 'web');

  it.each<[string, JsonObject, boolean]>([
    ['says so', parent(), true],
    ['whatever the group', parent({ group: null }), true],
    ['whatever the namespace', parent({ namespace: 'other' }), true],
    ['whatever the generation', parent({}, { observedGeneration: 7 }), true],
    ['says so of another Server', parent({ name: 'api' }), false],
    ['says so of another kind', parent({ kind: 'Service' }), false],
    ['spells the kind otherwise', parent({ kind: 'server' }), false],
    ['has no kind', parent({ kind: null }), false],
    ['is another controller’s', { ...parent(), controllerName: 'example.com/gateway' }, false],
    ['says no', parent({}, { status: 'False' }), false],
    ['does not know', parent({}, { status: 'Unknown' }), false],
    ['says another thing', parent({}, { type: 'ResolvedRefs' }), false],
  ])('%s', (_, status, expected) => {
    expect(accepts(status)).toBe(expected);
  });

  it('counts where one of several entries says so', () => {
    expect(accepts(parent({ name: 'api' }), parent({}, { status: 'False' }), parent())).toBe(true);
    expect(accepts()).toBe(false);
  });
});

describe('of the rate limits of a Server', () => {
  const OLD = '2026-01-01T00:00:00Z';
  const NEW = '2026-01-01T00:00:01Z';
  const limit = (name: string, created?: string) => ({ name, created });

  it.each([
    ['the oldest is accepted', [limit('a', NEW), limit('c', OLD), limit('b', OLD)], 'b'],
    ['one with a timestamp is accepted', [limit('a'), limit('b', NEW)], 'b'],
    ['the lowest name is accepted where no one knows', [limit('b'), limit('a')], 'a'],
    ['none is accepted where there is none', [], undefined],
  ])('%s', (_, candidates, name) => {
    expect(acceptedRateLimit(candidates)?.name).toBe(name);
    expect(acceptedRateLimit([...candidates].reverse())?.name).toBe(name);
  });

  it.each([
    [[{ type: 'Accepted', status: 'True' }], true],
    [[{ type: 'Accepted', status: 'False' }], false],
    [[], false],
  ])('the status says %j: %s', (conditions, expected) => {
    expect(observedRateLimit(mkStored(RATE_LIMIT, {}, { status: { conditions } }))).toBe(expected);
  });
});
