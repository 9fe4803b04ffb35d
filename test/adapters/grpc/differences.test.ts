/** How two Server messages are compared. */
import { describe, expect, it } from '@jest/globals';
import { differences } from '../../../src/adapters/grpc/compare/differences.js';
import { Server, type Authz, type HttpRoute } from '../../../src/adapters/grpc/gen/inbound.js';
import { toServer } from '../../../src/adapters/grpc/to-proto/server.js';
import type { PortPolicy } from '../../../src/policy/inbound/port-policy.js';
import { mkAuthorization, mkEveryPolicy, mkHttpMatch, mkHttpRoute, mkPolicy, network } from './builders.js';

/** As it comes from the wire. */
const sent = (policy: PortPolicy): Server => Server.decode(Server.encode(toServer(policy)).finish());

const isMessage = (given: PortPolicy | Server): given is Server => Object.hasOwn(given, 'labels');

const found = (ours: PortPolicy, theirs: PortPolicy | Server): unknown[] =>
  differences(toServer(ours), isMessage(theirs) ? theirs : sent(theirs)).map(
    ({ kind, path, ours: mine, theirs: yours, words }) => [kind, path, mine, yours, words],
  );

const http = (server: Server): { routes: HttpRoute[] } => {
  const kind = server.protocol?.kind;
  if (kind?.$case !== 'http1') throw new Error('not HTTP/1');
  return kind.value;
};

describe('messages that mean the same', () => {
  it.each(mkEveryPolicy().map((policy): [string, PortPolicy] => [policy.protocol, policy]))(
    'of %s do not differ',
    (_protocol, policy) => {
      expect(found(policy, policy)).toEqual([]);
    },
  );

  it('do not differ by the order of authorizations, networks, exceptions, identities and suffixes', () => {
    for (const policy of mkEveryPolicy()) {
      const theirs = sent(policy);
      const turn = (authorizations: Authz[]): void => {
        authorizations.reverse();
        for (const { networks, authentication } of authorizations) {
          networks.reverse();
          for (const { except } of networks) except.reverse();
          const permit = authentication?.permit;
          const clients = permit?.$case === 'meshTLS' ? permit.value.clients : undefined;
          if (clients?.$case !== 'identities') continue;
          clients.value.identities.reverse();
          clients.value.suffixes.reverse();
        }
      };
      turn(theirs.authorizations);
      const kind = theirs.protocol?.kind;
      if (kind?.$case === 'detect') for (const route of kind.value.httpRoutes) turn(route.authorizations);
      expect(found(policy, theirs)).toEqual([]);
    }
  });
});

const allow = (name: string, exact: string[] = ['a']) =>
  mkAuthorization({
    source: { kind: 'ServerAuthorization', namespace: 'app', name },
    authentication: { kind: 'identities', exact, suffixes: ['b.c'] },
  });
const base = mkPolicy({ protocol: 'HTTP/1', authorizations: [allow('one'), allow('two')] });

describe('a difference', () => {
  it('of protocol is one, whatever stands in it', () => {
    expect(found(base, { ...base, protocol: 'HTTP/2' })).toEqual([
      ['changed', 'protocol', 'http1', 'http2', 'the protocol of the port differs'],
    ]);
  });

  it('of the Server is one of labels', () => {
    const theirs: PortPolicy = { ...base, server: { kind: 'default', word: 'deny' } };
    expect(found(base, theirs)).toEqual([
      [
        'changed',
        'labels',
        ['group=policy.linkerd.io', 'kind=server', 'name=web'],
        ['group=', 'kind=default', 'name=deny'],
        'the Server or default that the port falls to differs',
      ],
    ]);
  });

  it('of an authorization is told by its name, on the side that has it', () => {
    const [one, two] = base.authorizations;
    const shown = expect.objectContaining({ networks: ['0.0.0.0/0'] });
    expect(found(base, { ...base, authorizations: [two!] })).toEqual([
      [
        'only-ours',
        'authorizations[serverauthorization one]',
        shown,
        undefined,
        'the authorization serverauthorization one: the controller does not have this',
      ],
    ]);
    expect(found({ ...base, authorizations: [one!] }, base)).toEqual([
      [
        'only-theirs',
        'authorizations[serverauthorization two]',
        undefined,
        shown,
        'the authorization serverauthorization two: only the controller has this',
      ],
    ]);
  });

  it('of whom an authorization lets in names only what differs', () => {
    const theirs = {
      ...base,
      authorizations: [
        { ...allow('one', ['a', 'x', 'x']), networks: [{ net: network('10.0.0.0/8'), except: [] }] },
        { ...allow('two'), authentication: { kind: 'mesh-tls' } as const },
      ],
    };
    expect(found(base, theirs)).toEqual([
      [
        'changed',
        'authorizations[serverauthorization one].networks',
        ['0.0.0.0/0'],
        ['10.0.0.0/8'],
        'where clients may call from differs',
      ],
      [
        'only-theirs',
        'authorizations[serverauthorization one].authentication.meshTLS.identities.identities',
        undefined,
        ['x', 'x'],
        'the identities that are let in: only the controller has this',
      ],
      [
        'changed',
        'authorizations[serverauthorization two].authentication.meshTLS',
        'identities',
        'unauthenticated',
        'how clients must authenticate differs',
      ],
    ]);
  });

  it('of the exceptions of a network is one', () => {
    const net = network('10.0.0.0/8');
    const mk = (...except: string[]) =>
      mkPolicy({ authorizations: [mkAuthorization({ networks: [{ net, except: except.map(network) }] })] });
    expect(found(mk('10.1.0.0/16', '10.2.0.0/16'), mk('10.2.0.0/16', '10.1.0.0/16'))).toEqual([]);
    expect(found(mk('10.1.0.0/16'), mk())).toMatchObject([
      ['changed', expect.stringMatching(/networks$/), ['10.0.0.0/8 except 10.1.0.0/16'], ['10.0.0.0/8'], /./],
    ]);
  });

  const route = (name: string, path = '/') =>
    mkHttpRoute({
      ref: { kind: 'HTTPRoute', group: 'policy.linkerd.io', namespace: 'app', name },
      rules: [
        { matches: [mkHttpMatch({ path: { kind: 'prefix', value: path }, method: 'GET' })], filters: [] },
      ],
    });

  it('of the order of routes counts, as that of their rules', () => {
    const ours = { ...base, httpRoutes: [route('a'), route('b')] };
    expect(found(ours, { ...base, httpRoutes: [route('b'), route('a')] })).toEqual([
      [
        'order',
        'protocol.http1.routes',
        ['HTTPRoute a', 'HTTPRoute b'],
        ['HTTPRoute b', 'HTTPRoute a'],
        'the routes come in another order',
      ],
    ]);
    const [a, b] = [route('r', '/a').rules[0]!, route('r', '/b').rules[0]!];
    const mk = (...rules: (typeof a)[]) => ({ ...base, httpRoutes: [{ ...route('r'), rules }] });
    expect(found(mk(a, b), mk(b, a))).toHaveLength(2);
    expect(found(mk(a), mk(b))).toEqual([
      [
        'changed',
        'protocol.http1.routes[HTTPRoute r].rules[0].matches[0].path.prefix',
        '/a',
        '/b',
        'what a request must look like differs',
      ],
    ]);
  });

  it('of a route that one has not does not upset the others', () => {
    const ours = { ...base, httpRoutes: [route('a'), route('b'), route('c')] };
    expect(found(ours, { ...base, httpRoutes: [route('a'), route('c')] })).toMatchObject([
      ['only-ours', 'protocol.http1.routes[HTTPRoute b]', {}, undefined, /the route HTTPRoute b/],
    ]);
  });

  it('of anything at all is found', () => {
    // Each leaf of each message changed by itself.
    for (const policy of mkEveryPolicy()) {
      const ours = toServer(policy);
      let leaves = 0;
      for (const change of changes(sent(policy))) {
        leaves += 1;
        expect([change.what, differences(ours, change.theirs).length]).not.toEqual([change.what, 0]);
      }
      expect(leaves).toBeGreaterThan(2);
    }
  });

  it('of what this version does not know is one, and no fault', () => {
    const ours = { ...base, httpRoutes: [route('a')] };
    const theirs = sent(ours);
    const match = http(theirs).routes[0]?.rules[0]?.matches[0];
    if (match?.method?.type?.$case !== 'registered') throw new Error('no method');
    (match.method.type as { value: number }).value = 17;
    expect(found(ours, theirs)).toEqual([
      [
        'changed',
        'protocol.http1.routes[HTTPRoute a].rules[0].matches[0].method.registered',
        'GET',
        'number 17',
        'what a request must look like differs',
      ],
    ]);
    expect(found(base, { ...sent(base), protocol: { kind: undefined } })).toMatchObject([
      ['changed', 'protocol', 'http1', 'nothing known', /./],
    ]);
    expect(found(base, { ...sent(base), protocol: undefined })).toHaveLength(1);
    expect(found(base, Server.decode(new Uint8Array()))).not.toEqual([]);
  });
});

/** The message with one text, number or byte string changed, for each that it has. */
function* changes(server: Server): Generator<{ what: string; theirs: Server }> {
  const paths: (string | number)[][] = [];
  const walk = (value: unknown, path: (string | number)[]): void => {
    if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array))
      for (const key of Object.keys(value)) walk((value as any)[key], [...path, key]);
    else if (value !== undefined && path.at(-1) !== '$case') paths.push(path);
  };
  walk(server, []);
  for (const path of paths) {
    const theirs = structuredClone(server) as any;
    const owner = path.slice(0, -1).reduce((value, key) => value[key], theirs);
    const key = path.at(-1)!;
    const old = owner[key];
    owner[key] =
      typeof old === 'string'
        ? `${old}x`
        : old instanceof Uint8Array
          ? new Uint8Array([...old, 255])
          : typeof old === 'bigint'
            ? old + 1n
            : (old as number) + 1;
    yield { what: path.join('.'), theirs: theirs as Server };
  }
}
