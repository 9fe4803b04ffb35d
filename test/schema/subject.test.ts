import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/model/json.js';
import { kindOf, toSubject, type KindId } from '../../src/schema/index.js';

const SERVER = 'policy.linkerd.io/Server';
const subject = (raw: JsonObject, kind: KindId = SERVER) =>
  toSubject(kind, 'v1beta3', raw, { namespace: 'app', name: 'web' });
const ofSpec = (spec: unknown, kind: KindId = SERVER) => subject({ spec: spec as JsonObject }, kind);

describe('toSubject', () => {
  it('names the object as it is told, by the kind’s own spelling', () => {
    const raw = { kind: 'server', metadata: { name: 'other', namespace: 'other' }, spec: { port: 80 } };
    expect(subject(raw).ref).toEqual({
      group: 'policy.linkerd.io',
      kind: 'Server',
      namespace: 'app',
      name: 'web',
    });
    expect(toSubject(SERVER, 'v1', raw, { name: 'web' }).ref).not.toHaveProperty('namespace');
  });

  it('keeps the object as it came, and its spec too where nothing is wrong', () => {
    const raw = { metadata: {}, spec: { port: 80, more: [1] } };
    expect(subject(raw).raw).toBe(raw);
    expect(subject(raw).spec).toBe(raw.spec);
    expect(subject(raw).problems).toEqual([]);
  });

  it('reads labels and annotations that are texts', () => {
    const { labels, annotations } = subject(
      JSON.parse(
        '{"metadata": {"labels": {"a": "b", "__proto__": "c", "n": 1}, "annotations": {"constructor": "d"}}}',
      ) as JsonObject,
    );
    expect([...labels]).toEqual([
      ['a', 'b'],
      ['__proto__', 'c'],
    ]);
    expect([...annotations]).toEqual([['constructor', 'd']]);
  });

  it.each<[string, unknown]>([
    ['absent', undefined],
    ['null', null],
    ['a list', ['a']],
    ['a text', 'a'],
  ])('takes metadata that are %s for none', (_, metadata) => {
    const { labels, annotations } = subject({ metadata: metadata as JsonObject, spec: {} });
    expect([labels.size, annotations.size]).toEqual([0, 0]);
  });

  it('asks for a spec', () => {
    expect(subject({})).toMatchObject({ spec: {}, problems: [{ kind: 'required', path: [], name: 'spec' }] });
  });

  it.each<unknown>([null, [], 'x', 5])('takes %j for no spec', (spec) => {
    expect(ofSpec(spec)).toMatchObject({
      spec: {},
      problems: [{ kind: 'type', path: ['spec'], expected: 'an object' }],
    });
  });

  it('takes out what is mistyped, and nothing else', () => {
    const spec = {
      port: 80,
      proxyProtocol: 5,
      podSelector: { matchLabels: { a: 1, b: 'c' }, matchExpressions: [{ key: 5, operator: 'In' }, 7] },
    };
    expect(ofSpec(spec).spec).toEqual({
      port: 80,
      proxyProtocol: undefined,
      podSelector: {
        matchLabels: { a: undefined, b: 'c' },
        matchExpressions: [{ key: undefined, operator: 'In' }, undefined],
      },
    });
  });

  it('keeps what lacks a member', () => {
    const podSelector = { matchExpressions: [{ operator: 'In' }] };
    const { spec, problems } = ofSpec({ port: 80, podSelector, proxyProtocol: 5 });
    expect(problems).toHaveLength(2);
    expect(spec).toEqual({ port: 80, podSelector, proxyProtocol: undefined });
  });

  it('leaves list indices as they are', () => {
    const { spec } = ofSpec({ identities: [5, 'a', null, 'b'] }, 'policy.linkerd.io/MeshTLSAuthentication');
    expect(spec).toEqual({ identities: [undefined, 'a', undefined, 'b'] });
  });

  it('leaves the object itself untouched', () => {
    const raw = { spec: { port: 80, proxyProtocol: 5 } };
    subject(raw);
    expect(raw).toEqual({ spec: { port: 80, proxyProtocol: 5 } });
  });

  it('reaches no prototype', () => {
    const spec: unknown = JSON.parse(
      '{"port": 80, "podSelector": {"matchLabels": {"__proto__": 1, "constructor": 2, "a": "b"}}}',
    );
    const { spec: read, problems } = ofSpec(spec);
    expect(problems.map(({ path }) => path.at(-1))).toEqual(['__proto__', 'constructor']);
    expect(
      Object.entries((read as { podSelector: { matchLabels: object } }).podSelector.matchLabels),
    ).toEqual([
      ['__proto__', undefined],
      ['constructor', undefined],
      ['a', 'b'],
    ]);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  it('says of every problem where it is in the object', () => {
    const spec = { podSelector: { matchLabels: 5 } };
    expect(ofSpec(spec).problems).toEqual([
      { kind: 'required', path: ['spec'], name: 'port' },
      { kind: 'type', path: ['spec', 'podSelector', 'matchLabels'], expected: 'an object' },
    ]);
  });
});

describe('kindOf', () => {
  it.each([
    ['policy.linkerd.io', 'Server', SERVER],
    ['POLICY.Linkerd.io', 'sErVeR', SERVER],
    ['gateway.networking.k8s.io', 'HTTPRoute', 'gateway.networking.k8s.io/HTTPRoute'],
    ['policy.linkerd.io', 'HTTPRoute', 'policy.linkerd.io/HTTPRoute'],
    ['policy.linkerd.io', 'GRPCRoute', undefined],
    ['workload.linkerd.io', 'ExternalWorkload', undefined],
    ['', 'Pod', undefined],
    ['', 'constructor', undefined],
    ['policy.linkerd.io/Server', '', undefined],
  ])('of %j and %j is %j (REV-3, REV-4)', (group, kind, expected) => {
    expect(kindOf(group, kind)).toBe(expected);
  });
});
