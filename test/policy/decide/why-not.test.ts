/** The one condition that failed, of each authorization that does not apply. */
import { describe, expect, it } from '@jest/globals';
import type { Connection } from '../../../src/policy/decide/connection.js';
import type { Traffic } from '../../../src/policy/decide/request.js';
import { whyNot } from '../../../src/policy/decide/why-not.js';
import type { Authentication, PortPolicy } from '../../../src/policy/inbound/port-policy.js';
import {
  ALL,
  http,
  id,
  identities,
  MESH_TLS,
  meshed,
  mkAuthorization,
  mkConnection,
  mkDefault,
  mkHttpRoute,
  mkNetwork,
  mkPolicy,
  plain,
  SEMANTICS,
  TCP,
  UNAUTHENTICATED,
} from './builders.js';

const WEB = id('web', 'n');
const PASSTHRU = mkConnection('10.0.0.1', { kind: 'passthru', sni: 'x' });
const ANONYMOUS = mkConnection('10.0.0.1', { kind: 'established', identity: undefined });

const reasons = (policy: PortPolicy, connection: Connection, traffic: Traffic = http('/')) =>
  whyNot(policy, connection, traffic, SEMANTICS);

/** Why an authorization with this authentication does not apply. */
function failed(
  authentication: Authentication,
  connection: Connection,
  networks = ALL,
  over = {},
): object | undefined {
  const authorizations = [mkAuthorization('one', authentication, networks)];
  return reasons(mkPolicy({ authorizations, ...over }), connection, TCP).find(
    ({ authorization }) => authorization.name === 'one',
  )?.failed;
}

describe('an authorization that does not apply', () => {
  it('fails on the network first', () => {
    const networks = [mkNetwork('192.168.0.0/16')];
    expect(failed(identities([WEB]), plain('10.0.0.1'), networks)).toEqual({
      code: 'network',
      family: 4,
      address: 0x0a000001n,
      networks,
      excepted: undefined,
    });
  });

  it('names the exception that took the address out', () => {
    const networks = [
      mkNetwork('11.0.0.0/8', '10.0.0.0/8'),
      mkNetwork('10.0.0.0/8', '10.9.0.0/16', '10.1.0.0/16'),
    ];
    expect(failed(UNAUTHENTICATED, plain('10.1.2.4'), networks)).toMatchObject({
      code: 'network',
      excepted: { net: networks[1]!.net, except: networks[1]!.except[1] },
    });
  });

  it('needs mesh TLS', () => {
    expect(failed(MESH_TLS, plain('10.0.0.1'))).toEqual({ code: 'needs-mesh-tls', tls: 'none' });
    expect(failed(MESH_TLS, PASSTHRU)).toEqual({ code: 'needs-mesh-tls', tls: 'passthru' });
    expect(failed(identities([WEB]), plain('10.0.0.1'))).toEqual({ code: 'needs-mesh-tls', tls: 'none' });
    expect(failed(MESH_TLS, ANONYMOUS)).toBeUndefined();
  });

  it('needs an identity', () => {
    expect(failed(identities([WEB], ['x']), ANONYMOUS)).toEqual({
      code: 'needs-identity',
      exact: [WEB],
      suffixes: ['x'],
    });
  });

  it('needs another identity', () => {
    const other = id('other', 'n');
    expect(failed(identities([WEB], ['x']), meshed(other))).toEqual({
      code: 'identity',
      identity: other,
      exact: [WEB],
      suffixes: ['x'],
    });
    expect(failed(identities([WEB]), meshed('spiffe://root/web'))).toMatchObject({ code: 'identity' });
    expect(failed(identities([WEB]), meshed(WEB))).toBeUndefined();
  });

  it('has suffixes only, which no SPIFFE id matches', () => {
    expect(failed(identities([], ['']), meshed('spiffe://root/web'))).toMatchObject({
      code: 'spiffe-needs-exact',
      identity: 'spiffe://root/web',
    });
  });

  it('is blind on an opaque port', () => {
    const opaque = { protocol: 'opaque' };
    expect(failed(identities([WEB]), meshed(WEB), ALL, opaque)).toEqual({
      code: 'tls-not-seen-on-opaque-port',
      identity: WEB,
    });
    expect(failed(MESH_TLS, ANONYMOUS, ALL, opaque)).toEqual({
      code: 'tls-not-seen-on-opaque-port',
      identity: undefined,
    });
    expect(failed(MESH_TLS, plain('10.0.0.1'), ALL, opaque)).toEqual({ code: 'needs-mesh-tls', tls: 'none' });
    expect(failed(identities([WEB]), { ...meshed(WEB), direct: true }, ALL, opaque)).toBeUndefined();
    expect(failed(identities([WEB]), { ...meshed(id('b', 'n')), direct: true }, ALL, opaque)).toMatchObject({
      code: 'identity',
    });
  });
});

describe('the authorizations that do not apply', () => {
  const policy = mkPolicy({
    authorizations: [
      mkAuthorization('mesh', MESH_TLS),
      mkDefault('all-unauthenticated'),
      mkDefault('all-authenticated'),
    ],
    httpRoutes: [mkHttpRoute('r', [], { authorizations: [mkAuthorization('of-route', identities([WEB]))] })],
  });
  const names = (connection: Connection, traffic: Traffic): string[] =>
    reasons(policy, connection, traffic).map(({ authorization }) => authorization.name);

  it('are those that were asked, in their order, whether or not another applies', () => {
    expect(names(plain('10.0.0.1'), http('/'))).toEqual([
      'of-route',
      'mesh',
      'all-authenticated',
      'localhost',
    ]);
    expect(names(plain('10.0.0.1'), TCP)).toEqual(['mesh', 'all-authenticated', 'localhost']);
    expect(names(meshed(WEB), http('/'))).toEqual(['localhost']);
    expect(names(plain('127.0.0.1'), TCP)).toEqual(['mesh', 'all-authenticated']);
  });

  it('are none where none is asked', () => {
    const closed = mkPolicy({ protocol: 'HTTP/1' });
    expect(reasons(closed, plain('10.0.0.1'), TCP)).toEqual([]);
    expect(
      reasons(mkPolicy({ authorizations: [mkAuthorization('bad', MESH_TLS, [])] }), meshed(WEB)),
    ).toEqual([]);
  });
});
