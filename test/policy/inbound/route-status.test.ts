import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/model/json.js';
import type { StoredPolicyOf } from '../../../src/policy/inbound/compile/readable.js';
import { predictedStatus, type StatusFacts } from '../../../src/policy/inbound/route-status.js';
import type { RouteKind } from '../../../src/schema/index.js';
import { GATEWAY_HTTP, GRPC, mkStored, POLICY_HTTP, SERVER, TCP, TLS } from './compile/builders.js';

const SERVICES: Record<string, { type: string; clusterIP: string | undefined }> = {
  'app/s': { type: 'ClusterIP', clusterIP: '10.0.0.1' },
  'app/new': { type: 'ClusterIP', clusterIP: undefined },
  'app/headless': { type: 'ClusterIP', clusterIP: 'None' },
  'app/external': { type: 'ExternalName', clusterIP: undefined },
  'other/far': { type: 'LoadBalancer', clusterIP: '10.0.0.2' },
};
const NETWORKS: Record<string, { accepted: boolean }> = {
  'app/net': { accepted: true },
  'app/overlap': { accepted: false },
};

const mkFacts = (rivals: StatusFacts['rivals'] = () => []): StatusFacts => ({
  server: (namespace, name) => (name === 'web' ? { namespace, name } : undefined),
  service: (namespace, name) => SERVICES[`${namespace}/${name}`],
  egressNetwork: (namespace, name) => NETWORKS[`${namespace}/${name}`],
  rivals,
});

const statusOf = (
  spec: JsonObject,
  { kind = POLICY_HTTP, facts = mkFacts() }: { kind?: RouteKind; facts?: StatusFacts } = {},
) => predictedStatus(mkStored(kind, spec) as StoredPolicyOf<RouteKind>, facts);

const SERVICE: JsonObject = { kind: 'Service', name: 's', port: 80 };
const NETWORK: JsonObject = { group: 'policy.linkerd.io', kind: 'EgressNetwork', name: 'net', port: 443 };
const GATEWAY: JsonObject = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'g' };

it('has an entry for each ref to a Server, Service or EgressNetwork, and for no other', () => {
  const parentRefs = [
    GATEWAY,
    { ...SERVER, namespace: 'other', port: 1, sectionName: 'x' },
    SERVICE,
    { ...NETWORK, kind: 'egressnetwork' },
    { name: 'no-kind' },
    { ...SERVICE, group: 'core', port: null },
    { ...SERVICE, port: 65_536 },
  ];
  expect(statusOf({ parentRefs }).map(({ parent }) => parent)).toEqual([
    { kind: 'Server', namespace: 'other', name: 'web' },
    { kind: 'Service', namespace: 'app', name: 's', port: 80 },
    { kind: 'EgressNetwork', namespace: 'app', name: 'net', port: 443 },
    { kind: 'Service', namespace: 'app', name: 's', port: undefined },
  ]);
});

it('is not written of what Linkerd cannot read', () => {
  expect(statusOf({ parentRefs: [SERVER], rules: 'all' })).toEqual([]);
  expect(statusOf({ parentRefs: [SERVER], rules: [] }, { kind: TLS })).toEqual([]);
});

it.each<[string, JsonObject, string]>([
  ['a Server', SERVER, 'Accepted'],
  ['no such Server', { ...SERVER, name: 'api' }, 'NoMatchingParent'],
  ['a Service', SERVICE, 'Accepted'],
  ['a Service of another namespace', { ...SERVICE, name: 'far', namespace: 'other' }, 'Accepted'],
  ['a Service that has no address yet', { ...SERVICE, name: 'new' }, 'Accepted'],
  ['no such Service', { ...SERVICE, name: 'none' }, 'NoMatchingParent'],
  ['a headless Service', { ...SERVICE, name: 'headless' }, 'NoMatchingParent'],
  ['an ExternalName Service', { ...SERVICE, name: 'external' }, 'NoMatchingParent'],
  ['an EgressNetwork', NETWORK, 'Accepted'],
  ['an EgressNetwork that is not accepted', { ...NETWORK, name: 'overlap' }, 'NoMatchingParent'],
  ['no such EgressNetwork', { ...NETWORK, name: 'none' }, 'NoMatchingParent'],
])('under %s', (_, ref, expected) => {
  expect(statusOf({ parentRefs: [ref] }).map(({ accepted }) => accepted)).toEqual([expected]);
});

describe('beside a more specific kind', () => {
  const rivals: StatusFacts['rivals'] = (parent) =>
    parent.kind === 'Server' || parent.port === 80 ? [{ kind: GRPC }] : [];
  const parentRefs = [SERVER, SERVICE, { ...SERVICE, port: 81 }, { ...SERVICE, name: 'none' }];

  it.each<[RouteKind, string]>([
    [POLICY_HTTP, 'RouteReasonConflicted'],
    [GATEWAY_HTTP, 'RouteReasonConflicted'],
    [TLS, 'RouteReasonConflicted'],
    [TCP, 'RouteReasonConflicted'],
    [GRPC, 'Accepted'],
  ])('a %s: %s', (kind, reason) => {
    const rules = kind === TLS || kind === TCP ? { hostnames: ['a.b'], rules: [{ backendRefs: [] }] } : {};
    const found = statusOf({ parentRefs, ...rules }, { kind, facts: mkFacts(rivals) });
    expect(found.map(({ accepted }) => accepted)).toEqual([reason, reason, 'Accepted', 'NoMatchingParent']);
  });
});

describe('backends', () => {
  const resolved = (parentRefs: JsonObject[], ...backendRefs: JsonObject[]) =>
    statusOf({ parentRefs, rules: [{}, { backendRefs }] }).map(({ resolvedRefs }) => resolvedRefs);
  const network: JsonObject = { group: 'policy.linkerd.io', kind: 'EgressNetwork', name: 'net' };

  it.each<[string, JsonObject[], string]>([
    ['none', [], 'ResolvedRefs'],
    ['a Service', [{ group: 'core', kind: 'Service', name: 's' }], 'ResolvedRefs'],
    ['a Service by default', [{ name: 's' }], 'ResolvedRefs'],
    ['a headless Service', [{ name: 'headless' }], 'ResolvedRefs'],
    ['a Service of another namespace', [{ name: 'far', namespace: 'other' }], 'ResolvedRefs'],
    ['a Service that is only in another namespace', [{ name: 'far' }], 'BackendNotFound'],
    ['a Service that is not there', [{ name: 's' }, { name: 'none' }], 'BackendNotFound'],
    ['another kind', [{ group: 'a.b', kind: 'C', name: 'd' }], 'InvalidKind'],
    ['the first that fails', [{ name: 'none' }, { kind: 'C', name: 'd' }], 'BackendNotFound'],
    ['an EgressNetwork that is not there', [{ ...network, name: 'none' }], 'BackendNotFound'],
    ['an EgressNetwork', [network], 'InvalidKind'],
  ])('of a Service: %s', (_, backendRefs, expected) => {
    expect(resolved([SERVICE], ...backendRefs)).toEqual([expected]);
  });

  it('of an EgressNetwork: itself, and no other', () => {
    expect(resolved([NETWORK], network)).toEqual(['ResolvedRefs']);
    expect(resolved([NETWORK], { ...network, name: 'overlap' })).toEqual(['InvalidKind']);
  });

  it('are nothing to a Server', () => {
    expect(resolved([SERVER], { name: 'none' })).toEqual([undefined]);
  });
});
