/** The test vectors of inbound-semantics, as far as they are about deciding; how the policies come about is the index's. */
import { describe, expect, it } from '@jest/globals';
import type { PortPolicy } from '../../../src/policy/inbound/port-policy.js';
import {
  CLUSTER,
  credited,
  decided,
  DEFAULT_ROUTE,
  grpc,
  http,
  id,
  identities,
  meshed,
  mkAuthorization,
  mkDefault,
  mkHttpRoute,
  mkMatch,
  mkNetwork,
  mkPolicy,
  mkProbeRoute,
  plain,
  TCP,
  UNAUTHENTICATED,
  verdict,
} from './builders.js';

const noServer = (
  word: PortPolicy['server'] & { kind: 'default' },
  over: Partial<PortPolicy> = {},
): PortPolicy => mkPolicy({ server: word, authorizations: [mkDefault(word.word)], ...over });

const WEB = mkPolicy();
const PROBED = mkPolicy({ httpRoutes: [DEFAULT_ROUTE, mkProbeRoute('/live')] });
const API = mkHttpRoute('api', [mkMatch('/api')]);
const ROUTED = mkPolicy({ httpRoutes: [API] });
const ROUTE_FOR_A = mkPolicy({
  httpRoutes: [{ ...API, authorizations: [mkAuthorization('a-only', identities([id('a', 'n')]))] }],
});

describe('the test vectors', () => {
  it('V-1: no Server, all unauthenticated', () => {
    const policy = noServer({ kind: 'default', word: 'all-unauthenticated' });
    expect(decided(policy, plain('203.0.113.9'), http('/x'))).toEqual({
      outcome: 'allow',
      answer: { kind: 'forward' },
      reason: 'authorized',
      server: { kind: 'default', word: 'all-unauthenticated' },
      route: { kind: 'default', name: 'default' },
      rule: 0,
      authorization: { kind: 'default', name: 'all-unauthenticated' },
      rateLimits: [],
      layers: [{ layer: 'linkerd', outcome: 'allow' }],
    });
  });

  const CLUSTER_AUTHENTICATED = noServer({ kind: 'default', word: 'cluster-authenticated' });

  it('V-2: cluster-authenticated, plain client', () => {
    expect(verdict(CLUSTER_AUTHENTICATED, plain('10.0.0.1'), http('/'))).toBe('403');
    expect(verdict(CLUSTER_AUTHENTICATED, plain('10.0.0.1'), TCP)).toBe('refused');
  });

  it('V-3: cluster-authenticated, meshed client in the cluster and outside', () => {
    expect(verdict(CLUSTER_AUTHENTICATED, meshed(id('a', 'n'), '10.0.0.1'), http('/'))).toBe('allow');
    expect(verdict(CLUSTER_AUTHENTICATED, meshed(id('a', 'n'), '203.0.113.9'), http('/'))).toBe('403');
  });

  it('V-4: cluster-authenticated, SPIFFE client', () => {
    expect(verdict(CLUSTER_AUTHENTICATED, meshed('spiffe://td/x', '10.0.0.1'), http('/'))).toBe('403');
  });

  it('V-5: audit is not affected by require-identity', () => {
    const policy = noServer({ kind: 'default', word: 'audit' });
    expect(decided(policy, plain('203.0.113.9'), http('/'))).toMatchObject({
      outcome: 'audit',
      answer: { kind: 'forward' },
      authorization: { kind: 'default', name: 'audit' },
    });
  });

  it('V-6: require-identity makes all-unauthenticated all-authenticated', () => {
    const policy = noServer({ kind: 'default', word: 'all-authenticated' });
    expect(decided(policy, plain('203.0.113.9'), http('/'))).toMatchObject({
      outcome: 'deny',
      answer: { kind: 'http', status: 403 },
      server: { kind: 'default', word: 'all-authenticated' },
    });
  });

  it('V-7: a Server alone admits the pod itself only', () => {
    expect(verdict(WEB, plain('10.0.0.1'), http('/'))).toBe('403');
    expect(verdict(WEB, plain('127.0.0.1'), http('/'))).toBe('allow');
    expect(credited(WEB, plain('127.0.0.1'), http('/'))).toBe('localhost');
  });

  it('V-8: the networks of a ServerAuthorization are those of the cluster', () => {
    const policy = mkPolicy({
      authorizations: [
        {
          ...mkAuthorization('everyone', UNAUTHENTICATED, CLUSTER),
          source: { kind: 'ServerAuthorization', namespace: 'n', name: 'everyone' },
        },
      ],
    });
    expect(verdict(policy, plain('203.0.113.9'), http('/'))).toBe('403');
    expect(verdict(policy, plain('10.0.0.1'), http('/'))).toBe('allow');
  });

  it('V-9: an AuthorizationPolicy without authentications admits everyone', () => {
    const policy = mkPolicy({ authorizations: [mkAuthorization('everyone')] });
    expect(verdict(policy, plain('203.0.113.9'), http('/'))).toBe('allow');
  });

  it('V-10: the probe route takes the exact path and GET', () => {
    const kubelet = plain('10.9.9.9');
    expect(verdict(PROBED, kubelet, http('/live'))).toBe('allow');
    expect(decided(PROBED, kubelet, http('/live'))).toMatchObject({
      route: { kind: 'default', name: 'probe' },
      authorization: { kind: 'default', name: 'probe' },
    });
    expect(verdict(PROBED, kubelet, http('/live?x=1'))).toBe('allow');
    expect(verdict(PROBED, kubelet, http('/live', { method: 'HEAD' }))).toBe('403');
    expect(decided(PROBED, kubelet, http('/live', { method: 'HEAD' })).route).toEqual(DEFAULT_ROUTE.ref);
    expect(verdict(PROBED, kubelet, http('/live/'))).toBe('403');
    expect(decided(PROBED, kubelet, http('/live/')).route).toEqual(DEFAULT_ROUTE.ref);
  });

  it('V-11: a route replaces the defaults', () => {
    const kubelet = plain('10.9.9.9');
    expect(verdict(ROUTED, kubelet, http('/live'))).toBe('404');
    expect(verdict(ROUTED, kubelet, http('/api/v1'))).toBe('403');
    expect(verdict(ROUTED, kubelet, http('/apiary'))).toBe('404');
  });

  it('V-12: an authorization of the route', () => {
    expect(decided(ROUTE_FOR_A, meshed(id('a', 'n')), http('/api'))).toMatchObject({
      outcome: 'allow',
      route: API.ref,
      rule: 0,
      authorization: { kind: 'AuthorizationPolicy', namespace: 'n', name: 'a-only' },
    });
    expect(verdict(ROUTE_FOR_A, meshed(id('b', 'n')), http('/api'))).toBe('403');
  });

  it('V-13: accessPolicy audit opens the route', () => {
    const policy = { ...ROUTE_FOR_A, authorizations: [mkDefault('audit')] };
    expect(verdict(policy, meshed(id('b', 'n')), http('/api'))).toBe('audit');
    expect(verdict(policy, meshed(id('a', 'n')), http('/api'))).toBe('allow');
  });

  it('V-14: the policy of the older of two Servers has no authorization', () => {
    const policy = mkPolicy({ server: { kind: 'server', namespace: 'n', name: 'older' } });
    expect(decided(policy, plain('10.0.0.1'), http('/'))).toMatchObject({
      answer: { kind: 'http', status: 403 },
      server: { name: 'older' },
      reason: 'no-authorization',
    });
  });

  it('V-15: without its AuthorizationPolicy a Server denies', () => {
    expect(verdict(WEB, meshed(id('a', 'n')), http('/'))).toBe('403');
  });

  it('V-16: a wildcard is a suffix of whole labels', () => {
    const policy = mkPolicy({
      authorizations: [
        mkAuthorization('namespace', identities([], ['n.serviceaccount.identity.linkerd.cluster.local'])),
      ],
    });
    expect(verdict(policy, meshed(id('a', 'n')), TCP)).toBe('allow');
    expect(verdict(policy, meshed(id('a', 'nn')), TCP)).toBe('refused');
    expect(verdict(policy, meshed(`${id('a', 'n')}.evil`), TCP)).toBe('refused');
  });

  it('V-17: an exception is one of its own entry', () => {
    const policy = mkPolicy({
      authorizations: [
        mkAuthorization('networks', UNAUTHENTICATED, [
          mkNetwork('10.0.0.0/8', '10.1.0.0/16'),
          mkNetwork('10.1.2.3'),
        ]),
      ],
    });
    expect(verdict(policy, plain('10.1.2.3'), http('/'))).toBe('allow');
    expect(verdict(policy, plain('10.1.2.4'), http('/'))).toBe('403');
    expect(verdict(policy, plain('10.2.0.1'), http('/'))).toBe('allow');
    // As an IPv6 address it is in no entry, though localhost's ::1/32 has it.
    expect(credited(policy, plain('::ffff:10.2.0.1'), http('/'))).toBe('localhost');
  });

  it('V-18: an opaque port sees identities on direct connections only', () => {
    const policy = mkPolicy({
      protocol: 'opaque',
      authorizations: [mkAuthorization('a', identities([id('a', 'n')]))],
    });
    expect(verdict(policy, meshed(id('a', 'n')), TCP)).toBe('refused');
    expect(verdict(policy, meshed(id('a', 'n'), '10.0.0.1', true), TCP)).toBe('allow');
  });

  it('V-19: HTTP/1 lets no raw TCP through', () => {
    const policy = mkPolicy({ protocol: 'HTTP/1', authorizations: [mkAuthorization('everyone')] });
    expect(decided(policy, meshed(id('a', 'n')), TCP)).toMatchObject({
      answer: { kind: 'refused' },
      reason: 'protocol-mismatch',
    });
  });

  it('V-20: a rate limit is reported for authorized requests only', () => {
    const rateLimit = { namespace: 'n', name: 'slow', total: 1, identity: undefined, overrides: [] };
    const limits = [{ policy: { namespace: 'n', name: 'slow' }, scope: 'total', requestsPerSecond: 1 }];
    const open = mkPolicy({ authorizations: [mkAuthorization('everyone')], rateLimit });
    expect(decided(open, plain('10.0.0.1'), http('/')).rateLimits).toEqual(limits);
    const shut = mkPolicy({ rateLimit });
    expect(decided(shut, plain('10.0.0.1'), http('/'))).toMatchObject({
      answer: { kind: 'http', status: 403 },
      rateLimits: [],
    });
  });

  it('V-21: a host name comes before a longer path', () => {
    const policy = mkPolicy({
      httpRoutes: [
        mkHttpRoute('long', [mkMatch('/a/longer/path')]),
        mkHttpRoute('host', [mkMatch('/')], { hosts: [{ kind: 'suffix', host: 'example.com' }] }),
      ],
    });
    const request = http('/a/longer/path', { host: 'a.example.com' });
    expect(decided(policy, plain('10.0.0.1'), request).route).toMatchObject({ name: 'host' });
  });

  it('tells gRPC clients in their own codes', () => {
    const policy = mkPolicy({ protocol: 'gRPC' });
    expect(verdict(policy, plain('10.0.0.1'), grpc('/emojivoto.v1.VotingService/VoteDoughnut'))).toBe(
      'PermissionDenied',
    );
  });
});
