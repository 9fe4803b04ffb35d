/** Who gets through, as sets of clients. */
import { describe, expect, it } from '@jest/globals';
import { equal, has, isEmpty, type ClientSet } from '../../../src/algebra/index.js';
import { accessOf, allowedClients, auditedClients } from '../../../src/policy/decide/access.js';
import { clientOf, type Connection } from '../../../src/policy/decide/connection.js';
import type { Protocol, PortPolicy } from '../../../src/policy/inbound/port-policy.js';
import {
  DEFAULT_GRPC_ROUTE,
  DEFAULT_ROUTE,
  id,
  identities,
  meshed,
  mkAuthorization,
  mkDefault,
  mkHttpRoute,
  mkMatch,
  mkPolicy,
  plain,
  SEMANTICS,
  UNAUTHENTICATED,
} from './builders.js';

const WEB = meshed(id('web', 'n'));
const PLAIN = plain('10.0.0.1');
const inside = (set: ClientSet, connection: Connection, protocol: Protocol = 'detect'): boolean =>
  has(set, clientOf(connection, protocol));
const access = (policy: PortPolicy) => accessOf(policy, SEMANTICS);
const web = mkAuthorization('web', identities([id('web', 'n')]));

describe('access', () => {
  it('has an entry for every rule, and TCP with the authorizations of the Server', () => {
    const rules = [mkMatch('/a'), mkMatch('/b')].map((match) => ({ matches: [match], filters: [] }));
    const route = mkHttpRoute('r', [], { rules, authorizations: [web] });
    const policy = mkPolicy({ httpRoutes: [route, DEFAULT_ROUTE] });
    const { tcp, rules: found } = access(policy);
    expect(found.map(({ route: { name }, rule }) => `${name}[${String(rule)}]`)).toEqual([
      'r[0]',
      'r[1]',
      'default[0]',
    ]);
    expect(found.map(({ access: { allowed } }) => inside(allowed, WEB))).toEqual([true, true, false]);
    expect(inside(tcp.allowed, WEB)).toBe(false);
    expect(inside(tcp.allowed, plain('127.0.0.1'))).toBe(true);
    expect(access(policy)).toBe(access(policy));
  });

  it('counts as audited whom nothing before audit admits', () => {
    const policy = mkPolicy({ authorizations: [web, mkDefault('audit'), mkAuthorization('after')] });
    const { allowed, audited } = access(policy).tcp;
    expect([WEB, PLAIN].map((client) => inside(allowed, client))).toEqual([true, true]);
    expect([WEB, PLAIN].map((client) => inside(audited, client))).toEqual([false, true]);
    // Localhost comes after audit.
    expect(inside(audited, plain('127.0.0.1'))).toBe(true);
    expect(isEmpty(access(mkPolicy({ authorizations: [mkAuthorization('audit')] })).tcp.audited)).toBe(true);
  });

  it.each<[Protocol, boolean, readonly string[]]>([
    ['detect', true, ['default']],
    ['HTTP/1', false, ['default']],
    ['HTTP/2', false, ['default']],
    ['gRPC', false, ['default']],
    ['opaque', true, []],
    ['TLS', true, []],
  ])('to %s', (protocol, tcp, routes) => {
    const policy = mkPolicy({ protocol, authorizations: [mkAuthorization('everyone', UNAUTHENTICATED)] });
    const found = access(policy);
    expect(inside(found.tcp.allowed, PLAIN, protocol)).toBe(tcp);
    expect(found.rules.map(({ route }) => route.name)).toEqual(routes);
    expect(found.rules.every((rule) => inside(rule.access.allowed, PLAIN, protocol))).toBe(true);
  });

  it('is nobody’s where proxies cannot convert the policy', () => {
    const policy = mkPolicy({
      authorizations: [mkAuthorization('everyone'), mkAuthorization('bad', UNAUTHENTICATED, [])],
    });
    const { tcp, rules } = access(policy);
    expect([tcp, ...rules.map((rule) => rule.access)].every(({ allowed }) => isEmpty(allowed))).toBe(true);
  });

  it('is asked for by rule', () => {
    const policy = mkPolicy({
      protocol: 'gRPC',
      authorizations: [web, mkDefault('audit')],
      grpcRoutes: [DEFAULT_GRPC_ROUTE],
    });
    const target = { route: DEFAULT_GRPC_ROUTE.ref, rule: 0 };
    const [only] = access(policy).rules;
    expect(equal(allowedClients(policy, target, SEMANTICS), only!.access.allowed)).toBe(true);
    expect(equal(auditedClients(policy, target, SEMANTICS), only!.access.audited)).toBe(true);
    expect(isEmpty(allowedClients(policy, { ...target, rule: 1 }, SEMANTICS))).toBe(true);
    expect(isEmpty(allowedClients(policy, 'tcp', SEMANTICS))).toBe(true);
    const probe = { route: { kind: 'default', name: 'probe' }, rule: 0 } as const;
    expect(isEmpty(allowedClients(policy, probe, SEMANTICS))).toBe(true);
  });

  it('tells routes of one name apart by group', () => {
    const ref = { kind: 'HTTPRoute', namespace: 'n', name: 'r' } as const;
    const route = (group: string, authorizations: readonly (typeof web)[]) =>
      mkHttpRoute('r', [mkMatch('/')], { ref: { ...ref, group }, authorizations });
    const policy = mkPolicy({
      httpRoutes: [route('policy.linkerd.io', []), route('gateway.networking.k8s.io', [web])],
    });
    const allowedOf = (group: string): ClientSet =>
      allowedClients(policy, { route: { ...ref, group }, rule: 0 }, SEMANTICS);
    expect(inside(allowedOf('policy.linkerd.io'), WEB)).toBe(false);
    expect(inside(allowedOf('gateway.networking.k8s.io'), WEB)).toBe(true);
  });
});
