import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../src/model/json.js';
import { applyDefaults, prune, readAs } from '../../src/schema/defaults.js';
import { definitionOf, structuralOf, type KindId } from '../../src/schema/index.js';
import { deepFreeze } from './freeze.js';
import { roughly } from './samples.js';

const POLICY = 'policy.linkerd.io';
const GATEWAY = 'gateway.networking.k8s.io';

const mk = (kind: string, version: string, spec: JsonValue, more: JsonObject = {}): JsonObject => {
  const [group = '', name = ''] = kind.split('/');
  return { apiVersion: `${group}/${version}`, kind: name, metadata: { name: 'x' }, spec, ...more };
};

/** The spec after `change`, of a frozen object: nothing may be written to. */
const specAfter = (
  change: typeof applyDefaults,
  kind: KindId,
  version: string,
  spec: JsonValue,
): JsonValue | undefined => change(definitionOf(kind), version, deepFreeze(mk(kind, version, spec)))['spec'];

const PATH = { type: 'PathPrefix', value: '/' };
const PARENT = { group: POLICY, kind: 'Gateway', name: 'web' };

describe('defaults', () => {
  const server: KindId = `${POLICY}/Server`;
  const route: KindId = `${POLICY}/HTTPRoute`;
  const gatewayRoute: KindId = `${GATEWAY}/HTTPRoute`;
  const grpcRoute: KindId = `${GATEWAY}/GRPCRoute`;

  it.each<[string, KindId, string, JsonValue, JsonValue]>([
    [
      'a Server',
      server,
      'v1beta3',
      { podSelector: {}, port: 80 },
      { podSelector: {}, port: 80, proxyProtocol: 'unknown', accessPolicy: 'deny' },
    ],
    ['an older Server', server, 'v1beta2', { port: 80 }, { port: 80, proxyProtocol: 'unknown' }],
    ['an oldest Server', server, 'v1alpha1', { port: 80 }, { port: 80, proxyProtocol: 'unknown' }],
    [
      'a version that we do not know, as the newest',
      server,
      'v9',
      { port: 80 },
      { port: 80, proxyProtocol: 'unknown', accessPolicy: 'deny' },
    ],
    [
      'null where a default is',
      server,
      'v1beta3',
      { port: 80, proxyProtocol: null, accessPolicy: null },
      { port: 80, proxyProtocol: 'unknown', accessPolicy: 'deny' },
    ],
    [
      'null where none is',
      server,
      'v1beta2',
      { port: null, podSelector: null, externalWorkloadSelector: { matchExpressions: null } },
      { proxyProtocol: 'unknown', externalWorkloadSelector: {} },
    ],
    [
      'null as the value of a label',
      server,
      'v1beta2',
      { podSelector: { matchLabels: { a: null } } },
      { proxyProtocol: 'unknown', podSelector: { matchLabels: { a: null } } },
    ],
    ['a route with nothing', route, 'v1beta3', {}, { rules: [{ matches: [{ path: PATH }] }] }],
    [
      'no rules',
      route,
      'v1alpha1',
      { parentRefs: [{ name: 'web' }] },
      { parentRefs: [PARENT], rules: [{ matches: [{ path: PATH }] }] },
    ],
    ['an empty rule', route, 'v1beta3', { rules: [{}] }, { rules: [{ matches: [{ path: PATH }] }] }],
    [
      'a match without a path',
      route,
      'v1beta3',
      { rules: [{ matches: [{ method: 'GET' }] }] },
      { rules: [{ matches: [{ method: 'GET', path: PATH }] }] },
    ],
    [
      'a path without a type',
      route,
      'v1beta3',
      { rules: [{ matches: [{ path: { value: '/a' } }, { path: { type: 'Exact' } }, { path: {} }] }] },
      {
        rules: [
          {
            matches: [
              { path: { type: 'PathPrefix', value: '/a' } },
              { path: { type: 'Exact', value: '/' } },
              { path: PATH },
            ],
          },
        ],
      },
    ],
    ['explicit empty lists', route, 'v1beta3', { rules: [{ matches: [] }] }, { rules: [{ matches: [] }] }],
    ['no rules on purpose', route, 'v1beta3', { rules: [] }, { rules: [] }],
    ['null in a list', route, 'v1beta3', { rules: [null] }, { rules: [null] }],
    [
      'a header and a query parameter',
      route,
      'v1beta3',
      {
        rules: [
          { matches: [{ path: PATH, headers: [{ name: 'a', value: 'b' }], queryParams: [{ name: 'c' }] }] },
        ],
      },
      {
        rules: [
          {
            matches: [
              {
                path: PATH,
                headers: [{ name: 'a', value: 'b', type: 'Exact' }],
                queryParams: [{ name: 'c', type: 'Exact' }],
              },
            ],
          },
        ],
      },
    ],
    [
      'a redirect',
      route,
      'v1beta3',
      { rules: [{ matches: [], filters: [{ type: 'RequestRedirect', requestRedirect: {} }] }] },
      {
        rules: [
          { matches: [], filters: [{ type: 'RequestRedirect', requestRedirect: { statusCode: 302 } }] },
        ],
      },
    ],
    [
      'a backend',
      route,
      'v1beta2',
      { rules: [{ matches: [], backendRefs: [{ name: 'a' }, { name: 'b', weight: 0 }] }] },
      {
        rules: [
          {
            matches: [],
            backendRefs: [
              { name: 'a', group: '', kind: 'Service', weight: 1 },
              { name: 'b', group: '', kind: 'Service', weight: 0 },
            ],
          },
        ],
      },
    ],
    [
      'a backend of the older versions',
      route,
      'v1beta1',
      { rules: [{ matches: [], backendRefs: [{ name: 'a' }] }] },
      { rules: [{ matches: [], backendRefs: [{ name: 'a', namespace: 'default' }] }] },
    ],
    [
      'a parent of a gateway route',
      gatewayRoute,
      'v1',
      { parentRefs: [{ name: 'web' }], rules: [] },
      { parentRefs: [{ ...PARENT, group: GATEWAY }], rules: [] },
    ],
    [
      'a GRPCRoute, which has none for its rules',
      grpcRoute,
      'v1',
      { parentRefs: [{ name: 'web' }], hostnames: ['a'] },
      { parentRefs: [{ ...PARENT, group: GATEWAY }], hostnames: ['a'] },
    ],
    [
      'a GRPCRoute match',
      grpcRoute,
      'v1',
      { rules: [{ matches: [{ method: { service: 'a.B' } }, {}] }] },
      { rules: [{ matches: [{ method: { service: 'a.B', type: 'Exact' } }, {}] }] },
    ],
    ['a spec of the wrong type', server, 'v1beta3', 'web', 'web'],
    [
      'members of the wrong type',
      route,
      'v1beta3',
      { rules: 'all', parentRefs: {} },
      { rules: 'all', parentRefs: {} },
    ],
  ])('%s', (_, kind, version, spec, expected) => {
    expect(specAfter(applyDefaults, kind, version, spec)).toEqual(expected);
  });

  it('go into the status too', () => {
    const object = mk(
      route,
      'v1beta3',
      { rules: [] },
      { status: { parents: [{ parentRef: { name: 'web' } }] } },
    );
    expect(applyDefaults(definitionOf(route), 'v1beta3', object)['status']).toEqual({
      parents: [{ parentRef: PARENT }],
    });
  });

  it('make no spec', () => {
    const object: JsonObject = { apiVersion: `${POLICY}/v1beta3`, kind: 'Server', metadata: { name: 'x' } };
    expect(applyDefaults(definitionOf(server), 'v1beta3', object)).toBe(object);
    expect(applyDefaults(definitionOf(server), 'v1beta3', { ...object, spec: null })).toEqual(object);
  });

  it('leave what they do not change as it is', () => {
    const object = mk(server, 'v1beta3', {
      podSelector: { matchLabels: {} },
      port: 80,
      proxyProtocol: 'gRPC',
      accessPolicy: 'audit',
    });
    expect(applyDefaults(definitionOf(server), 'v1beta3', object)).toBe(object);
  });

  it('share what they do not change', () => {
    const spec = { podSelector: { matchLabels: { a: 'b' } }, port: 80 };
    const after = specAfter(applyDefaults, server, 'v1beta3', spec) as unknown as typeof spec;
    expect(after.podSelector).toBe(spec.podSelector);
  });

  it('are shared, so that nobody can write to them', () => {
    const { rules } = specAfter(applyDefaults, route, 'v1beta3', {}) as { rules: { matches: unknown[] }[] };
    expect(() => rules.push({ matches: [] })).toThrow(TypeError);
    expect(() => rules[0]?.matches.push({})).toThrow(TypeError);
  });

  test.each(['__proto__', 'constructor', 'toString'])('a member called %s is a member', (name) => {
    const spec = JSON.parse(
      `{"port": 80, "podSelector": {"matchLabels": {"${name}": "x"}}, "${name}": {"polluted": true}}`,
    ) as JsonObject;
    const kept = specAfter(applyDefaults, server, 'v1beta3', spec) as JsonObject;
    expect(Object.keys(kept).sort()).toEqual(
      [name, 'accessPolicy', 'podSelector', 'port', 'proxyProtocol'].sort(),
    );
    expect(({} as { polluted?: true }).polluted).toBeUndefined();
    expect(specAfter(prune, server, 'v1beta3', spec)).toEqual(
      JSON.parse(`{"port": 80, "podSelector": {"matchLabels": {"${name}": "x"}}}`),
    );
  });
});

describe('pruning', () => {
  const server: KindId = `${POLICY}/Server`;
  const route: KindId = `${POLICY}/HTTPRoute`;

  it.each<[string, KindId, string, JsonValue, JsonValue]>([
    [
      'drops what the version does not know',
      server,
      'v1beta1',
      { podSelector: {}, externalWorkloadSelector: {}, port: 80, accessPolicy: 'audit' },
      { podSelector: {}, port: 80 },
    ],
    [
      'keeps what the newest knows',
      server,
      'v1beta3',
      { externalWorkloadSelector: {}, port: 80, accessPolicy: 'audit' },
      { externalWorkloadSelector: {}, port: 80, accessPolicy: 'audit' },
    ],
    [
      'goes into objects and lists',
      server,
      'v1beta3',
      { podSelector: { matchLabel: {}, matchExpressions: [{ key: 'a', op: 'In' }, 'x', null] } },
      { podSelector: { matchExpressions: [{ key: 'a' }, 'x', null] } },
    ],
    [
      'drops a spec’s own metadata',
      server,
      'v1beta3',
      { port: 80, metadata: { name: 'x' }, kind: 'Server' },
      { port: 80 },
    ],
    [
      'keeps every label, whatever its value',
      server,
      'v1beta3',
      { podSelector: { matchLabels: { a: 1, b: { c: 2 }, 'd/e': null } } },
      { podSelector: { matchLabels: { a: 1, b: { c: 2 }, 'd/e': null } } },
    ],
    [
      'drops timeouts below v1beta3',
      route,
      'v1beta2',
      { rules: [{ timeouts: { request: '1s' }, backendRefs: [{ name: 'a', weight: 2 }] }] },
      { rules: [{ backendRefs: [{ name: 'a', weight: 2 }] }] },
    ],
    [
      'drops weights below v1beta2',
      route,
      'v1beta1',
      { rules: [{ backendRefs: [{ name: 'a', weight: 2, group: '', kind: 'Service' }] }] },
      { rules: [{ backendRefs: [{ name: 'a' }] }] },
    ],
    [
      'keeps nulls',
      server,
      'v1beta3',
      { podSelector: null, proxyProtocol: null },
      { podSelector: null, proxyProtocol: null },
    ],
  ])('%s', (_, kind, version, spec, expected) => {
    expect(specAfter(prune, kind, version, spec)).toEqual(expected);
  });

  it('drops unknown members beside the spec, and leaves the metadata alone', () => {
    const object = mk(server, 'v1beta3', {}, { status: {}, extra: 1, metadata: { name: 'x', whatever: 1 } });
    expect(prune(definitionOf(server), 'v1beta3', object)).toEqual(
      mk(server, 'v1beta3', {}, { metadata: { name: 'x', whatever: 1 } }),
    );
  });

  it('keeps the members of what nobody reads, and prunes the members of those it knows', () => {
    const mirror = { backendRef: { name: 'a', unknown: 1 }, percent: 10 };
    const spec = { rules: [{ filters: [{ type: 'RequestMirror', requestMirror: mirror }] }] };
    expect(specAfter(prune, `${GATEWAY}/HTTPRoute`, 'v1', spec)).toEqual({
      rules: [
        { filters: [{ type: 'RequestMirror', requestMirror: { backendRef: { name: 'a' }, percent: 10 } }] },
      ],
    });
  });

  it('leaves what it does not change as it is', () => {
    const object = mk(server, 'v1beta3', { podSelector: { matchLabels: {} }, port: 80 });
    expect(prune(definitionOf(server), 'v1beta3', object)).toBe(object);
  });
});

describe('reading as another version', () => {
  const read = (kind: KindId, written: string, as: string, spec: JsonValue) =>
    readAs(definitionOf(kind), { written, read: as }, deepFreeze(mk(kind, written, spec)));

  it('fills in what the stored version defaults', () => {
    expect(read(`${POLICY}/Server`, 'v1beta1', 'v1beta3', { podSelector: {}, port: 80 })).toEqual(
      mk(`${POLICY}/Server`, 'v1beta3', {
        podSelector: {},
        port: 80,
        proxyProtocol: 'unknown',
        accessPolicy: 'deny',
      }),
    );
  });

  it('has lost what the written version does not know', () => {
    const spec = { podSelector: {}, port: 80, accessPolicy: 'audit', externalWorkloadSelector: {} };
    expect(read(`${POLICY}/Server`, 'v1beta1', 'v1beta3', spec)['spec']).toMatchObject({
      accessPolicy: 'deny',
    });
    expect(read(`${POLICY}/Server`, 'v1beta1', 'v1beta3', spec)['spec']).not.toHaveProperty(
      'externalWorkloadSelector',
    );
  });

  it('shows an old version no more than it knows', () => {
    const spec = { podSelector: {}, port: 80, accessPolicy: 'audit', proxyProtocol: 'gRPC' };
    expect(read(`${POLICY}/Server`, 'v1beta3', 'v1beta1', spec)).toEqual(
      mk(`${POLICY}/Server`, 'v1beta1', { podSelector: {}, port: 80, proxyProtocol: 'gRPC' }),
    );
  });

  it('keeps the defaults of the version it was written in', () => {
    const spec = { rules: [{ matches: [], backendRefs: [{ name: 'a' }] }] };
    expect(read(`${POLICY}/HTTPRoute`, 'v1beta1', 'v1beta3', spec)['spec']).toEqual({
      rules: [
        {
          matches: [],
          backendRefs: [{ name: 'a', namespace: 'default', group: '', kind: 'Service', weight: 1 }],
        },
      ],
    });
  });
});

describe.each([
  [`${POLICY}/Server`, 'v1beta1'],
  [`${POLICY}/Server`, 'v1beta3'],
  [`${POLICY}/HTTPRoute`, 'v1alpha1'],
  [`${POLICY}/HTTPRoute`, 'v1beta3'],
  [`${POLICY}/HTTPLocalRateLimitPolicy`, 'v1alpha1'],
  [`${GATEWAY}/HTTPRoute`, 'v1'],
] as const)('whatever is written as a %s %s', (kind, version) => {
  const definition = definitionOf(kind);
  const { spec, status } =
    structuralOf(definition.versions.find(({ name }) => name === version)!).properties ?? {};
  const objects = fc.record(
    {
      spec: roughly(spec ?? {}),
      ...(status === undefined ? {} : { status: roughly(status) }),
      unknown: fc.constant(1),
    },
    { requiredKeys: ['spec'] },
  ) as fc.Arbitrary<JsonObject>;
  const check = (property: (object: JsonObject) => void): void =>
    fc.assert(
      fc.property(objects, (object) => property(deepFreeze(object))),
      { numRuns: 200 },
    );

  it('has defaults once', () => {
    check((object) => {
      const once = applyDefaults(definition, version, object);
      expect(applyDefaults(definition, version, once)).toBe(once);
    });
  });

  it('is pruned once', () => {
    check((object) => {
      const once = prune(definition, version, object);
      expect(prune(definition, version, once)).toBe(once);
    });
  });

  it('comes to the same, whichever is first', () => {
    check((object) => {
      const expected = applyDefaults(definition, version, prune(definition, version, object));
      expect(prune(definition, version, applyDefaults(definition, version, object))).toEqual(expected);
    });
  });
});
