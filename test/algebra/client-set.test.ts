import { describe, expect, it } from '@jest/globals';
import {
  ALL_CLIENTS,
  clientSet,
  complement,
  contains,
  difference,
  equal,
  has,
  intersect,
  isEmpty,
  key,
  NO_CLIENTS,
  union,
  unionAll,
  witness,
} from '../../src/algebra/client-set.js';
import type { Client, ClientSet, Credential } from '../../src/algebra/client-set.js';
import { ALL_CREDENTIALS, NO_CREDENTIALS } from '../../src/algebra/credential-set.js';
import { ALL_DNS, ALL_IDENTITIES, identitySet } from '../../src/algebra/identity-set.js';
import { ALL_NETWORKS, networkSet, NO_NETWORKS } from '../../src/algebra/network-set.js';
import { mkNetwork } from './random.js';

const networks = (...texts: string[]) =>
  texts.length === 0 ? ALL_NETWORKS : networkSet(texts.map((text) => ({ net: mkNetwork(text), except: [] })));
const plain = (...from: string[]) => clientSet({ ...NO_CREDENTIALS, plain: true }, networks(...from));
const anonymous = (...from: string[]) => clientSet({ ...NO_CREDENTIALS, anonymous: true }, networks(...from));
const named = (name: string, ...from: string[]) =>
  clientSet({ ...NO_CREDENTIALS, identities: identitySet({ exact: [name] }) }, networks(...from));
const anyone = (...from: string[]) => clientSet(ALL_CREDENTIALS, networks(...from));

const client = (who: string, from: string): Client => {
  const credential: Credential =
    who === 'plain' || who === 'anonymous' ? { kind: who } : { kind: 'identity', identity: who };
  const { family, first } = mkNetwork(from);
  return { credential, family, address: first };
};
const admitted = (set: ClientSet, ...clients: [who: string, from: string][]) =>
  clients.map(([who, from]) => has(set, client(who, from)));

describe('client sets', () => {
  it('admit a credential from an address only with both', () => {
    const set = union(named('web', '10.0.0.0/8'), plain('192.168.0.0/16'));
    expect(
      admitted(
        set,
        ['web', '10.1.1.1'],
        ['web', '192.168.0.1'],
        ['api', '10.1.1.1'],
        ['plain', '192.168.0.1'],
        ['plain', '10.1.1.1'],
        ['anonymous', '10.1.1.1'],
      ),
    ).toEqual([true, false, false, true, false, false]);
  });

  it('tell mesh TLS without identity from both others', () => {
    const set = clientSet({ ...NO_CREDENTIALS, anonymous: true, identities: ALL_DNS }, ALL_NETWORKS);
    const from = '10.0.0.1';
    expect(
      admitted(set, ['plain', from], ['anonymous', from], ['web', from], ['spiffe://web', from]),
    ).toEqual([false, true, true, false]);
  });

  it('are empty without credentials or without networks', () => {
    expect(clientSet(ALL_CREDENTIALS, NO_NETWORKS)).toEqual(NO_CLIENTS);
    expect(clientSet(NO_CREDENTIALS, ALL_NETWORKS)).toEqual(NO_CLIENTS);
    expect([NO_CLIENTS, intersect(plain(), anonymous()), plain()].map(isEmpty)).toEqual([true, true, false]);
  });

  it('have one form for one set', () => {
    const both = union(named('a', '10.0.0.0/8'), named('b', '10.0.0.0/8'));
    expect(both.parts).toHaveLength(1);
    expect(union(named('b', '10.0.0.0/9'), union(both, named('b', '10.128.0.0/9')))).toEqual(both);
    const apart = union(named('a', '10.0.0.0/8'), named('b', '11.0.0.0/8'));
    expect(union(named('b', '11.0.0.0/8'), named('a', '10.0.0.0/8'))).toEqual(apart);
    expect(complement(complement(apart))).toEqual(apart);
    const everyone = [
      plain(),
      anonymous(),
      clientSet({ ...NO_CREDENTIALS, identities: ALL_IDENTITIES }, ALL_NETWORKS),
    ];
    expect(unionAll(everyone)).toEqual(ALL_CLIENTS);
    expect(union(anyone('0.0.0.0/0'), anyone('::/0'))).toEqual(ALL_CLIENTS);
  });

  it('give different sets different keys', () => {
    const sets = [
      NO_CLIENTS,
      ALL_CLIENTS,
      plain(),
      anonymous(),
      union(plain(), anonymous()),
      union(plain(), named('a')),
      union(anonymous(), named('a')),
      named('a'),
      named('a', '10.0.0.0/8'),
      named('b', '10.0.0.0/8'),
      union(named('a', '10.0.0.0/8'), named('b', '11.0.0.0/8')),
      union(named('b', '10.0.0.0/8'), named('a', '11.0.0.0/8')),
    ];
    expect(new Set(sets.map(key)).size).toBe(sets.length);
    expect(sets.flatMap((a) => sets.filter((b) => equal(a, b)))).toEqual(sets);
  });

  it('take away for the credential that both name, and leave the others', () => {
    const set = difference(anyone('10.0.0.0/8'), union(plain(), named('web', '10.1.0.0/16')));
    expect(
      admitted(set, ['plain', '10.0.0.1'], ['web', '10.1.0.1'], ['web', '10.2.0.1'], ['api', '10.1.0.1']),
    ).toEqual([false, false, true, true]);
    expect(difference(set, NO_CLIENTS)).toEqual(set);
    expect(difference(NO_CLIENTS, set)).toEqual(NO_CLIENTS);
    expect(difference(set, set)).toEqual(NO_CLIENTS);
  });

  it('contain what several parts admit together', () => {
    const outer = union(named('a', '10.0.0.0/8'), union(named('b'), plain()));
    const inner = union(named('a', '10.1.0.0/16'), named('b', '10.1.0.0/16'));
    expect(inner.parts).toHaveLength(1);
    expect([contains(outer, inner), contains(inner, outer)]).toEqual([true, false]);
    expect(contains(outer, union(inner, named('a', '11.0.0.0/8')))).toBe(false);
    expect([contains(outer, NO_CLIENTS), contains(NO_CLIENTS, outer)]).toEqual([true, false]);
  });

  it('unite many as they do two by two', () => {
    const sets = ['10.0.0.0/8', '10.0.0.0/9', '11.0.0.0/8', 'fd00::/8'].flatMap((from) => [
      named('a', from),
      plain(from),
      anonymous('10.0.0.0/8'),
    ]);
    expect(unionAll(sets)).toEqual(sets.reduce(union));
    expect(unionAll([])).toEqual(NO_CLIENTS);
  });

  it('have the plainest client as a witness', () => {
    expect(witness(NO_CLIENTS)).toBeUndefined();
    expect(witness(ALL_CLIENTS)).toEqual(client('plain', '0.0.0.1'));
    expect(witness(union(named('web', '10.0.0.0/8'), plain('192.168.0.0/16')))).toEqual(
      client('plain', '192.168.0.1'),
    );
    expect(witness(union(named('web', '10.0.0.0/8'), anonymous('192.168.0.0/16')))).toEqual(
      client('anonymous', '192.168.0.1'),
    );
    expect(witness(named('web', 'fd00::/8'))).toEqual(client('web', 'fd00::1'));
  });
});
