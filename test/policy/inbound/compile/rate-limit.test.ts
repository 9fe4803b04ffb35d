import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../../src/model/json.js';
import { DEFAULT_CLUSTER_SETTINGS } from '../../../../src/model/world.js';
import { compileRateLimit, rateLimitTarget } from '../../../../src/policy/inbound/compile/rate-limit.js';
import { mkWorld } from '../../../builders.js';
import { mkStored, RATE_LIMIT, SERVER } from './builders.js';

const mkLimit = (spec: JsonObject, metadata: JsonObject = {}) =>
  mkStored(RATE_LIMIT, { targetRef: SERVER, ...spec }, { metadata });
const compile = (spec: JsonObject) => compileRateLimit(mkLimit(spec), mkWorld());
const rps = (requestsPerSecond: number): JsonObject => ({ requestsPerSecond });

it('limits all, each identity and named clients', () => {
  const stored = mkLimit(
    {
      total: rps(100),
      identity: rps(10),
      overrides: [
        {
          ...rps(20),
          clientRefs: [
            { kind: 'ServiceAccount', name: 'a' },
            { kind: 'ServiceAccount', name: 'b', namespace: 'other' },
          ],
        },
        { ...rps(30), clientRefs: [] },
      ],
    },
    { creationTimestamp: '2026-01-01T00:00:00Z' },
  );
  expect(compileRateLimit(stored, mkWorld())).toEqual({
    server: 'web',
    created: '2026-01-01T00:00:00Z',
    limit: {
      namespace: 'app',
      name: 'it',
      total: 100,
      identity: 10,
      overrides: [
        {
          requestsPerSecond: 20,
          clients: [
            'a.app.serviceaccount.identity.linkerd.cluster.local',
            'b.other.serviceaccount.identity.linkerd.cluster.local',
          ],
        },
        { requestsPerSecond: 30, clients: [] },
      ],
    },
  });
});

it('names clients after the control plane’s namespace and trust domain', () => {
  const settings = { ...DEFAULT_CLUSTER_SETTINGS, controlPlaneNamespace: 'l5d', identityDomain: 'td' };
  const stored = mkLimit({ overrides: [{ ...rps(1), clientRefs: [{ kind: 'serviceaccount', name: 'a' }] }] });
  expect(compileRateLimit(stored, mkWorld({ settings }))?.limit.overrides[0]?.clients).toEqual([
    'a.app.serviceaccount.identity.l5d.td',
  ]);
});

it.each<[string, JsonObject]>([
  ['no limits at all', {}],
  ['null members', { total: null, identity: null, overrides: null }],
])('has no limits with %s', (_, spec) => {
  expect(compile(spec)?.limit).toEqual({
    namespace: 'app',
    name: 'it',
    total: undefined,
    identity: undefined,
    overrides: [],
  });
});

const override = (ref: JsonObject): JsonObject => ({ overrides: [{ ...rps(1), clientRefs: [ref] }] });

describe.each<[string, JsonObject, boolean, boolean]>([
  ['a Server', {}, true, true],
  ['a Server in another case', { targetRef: { ...SERVER, kind: 'SERVER' } }, true, true],
  ['a Server of the core group', { targetRef: { kind: 'Server', name: 'web' } }, false, false],
  ['a Deployment', { targetRef: { group: 'apps', kind: 'Deployment', name: 'web' } }, false, false],
  ['a Server, with a client of another kind', override({ kind: 'Namespace', name: 'n' }), true, false],
  [
    'a Server, with a client of another group',
    override({ group: 'a.b', kind: 'ServiceAccount', name: 'n' }),
    true,
    false,
  ],
  ['a Server, with the limit 0', { total: rps(0) }, true, true],
  ['a Server, with the largest limit', { identity: rps(4_294_967_295) }, true, true],
  ['a Server, with a total that is too large', { total: rps(4_294_967_296) }, false, false],
  ['a Server, with a negative limit of an identity', { identity: rps(-1) }, false, false],
  [
    'a Server, with an override that is too large',
    { overrides: [{ ...rps(4_294_967_296), clientRefs: [] }] },
    false,
    false,
  ],
  ['a Server, mistyped', { total: rps(1), identity: 'one' }, false, false],
])('a policy for %s', (_, spec, named, compiled) => {
  it('is looked at by the status controller, or not', () => {
    expect(rateLimitTarget(mkLimit(spec))).toBe(named ? 'web' : undefined);
  });
  it('is used by the index, or not', () => {
    expect(compile(spec)?.server).toBe(compiled ? 'web' : undefined);
  });
});
