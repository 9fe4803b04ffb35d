import { describe, expect, it } from '@jest/globals';
import {
  ALL_DNS,
  ALL_IDENTITIES,
  complementI,
  containsI,
  differenceI,
  equalI,
  exactMembers,
  hasIdentity,
  identitySet,
  intersectI,
  isEmptyI,
  keyI,
  NO_IDENTITIES,
  parseIdentityPattern,
  unionI,
  witnessI,
} from '../../src/algebra/identity-set.js';
import { serviceAccountIdentity } from '../../src/model/identity.js';

const exact = (...names: string[]) => identitySet({ exact: names });
const suffix = (...suffixes: string[]) => identitySet({ suffixes });
const SETTINGS = { controlPlaneNamespace: 'linkerd', identityDomain: 'cluster.local' };
const id = (name: string, namespace: string) => serviceAccountIdentity(name, namespace, SETTINGS);

describe('identity patterns', () => {
  it.each([
    ['*', { suffix: '' }],
    ['*.a.b', { suffix: 'a.b' }],
    ['*..a', { suffix: '.a' }],
    ['*.', { exact: '*.' }],
    ['a.b', { exact: 'a.b' }],
    ['**.x', { exact: '**.x' }],
    ['a.*.b', { exact: 'a.*.b' }],
    ['*a', { exact: '*a' }],
    ['', { exact: '' }],
    ['spiffe://x/*', { exact: 'spiffe://x/*' }],
  ])('%s', (text, pattern) => expect(parseIdentityPattern(text)).toEqual(pattern));
});

describe('identity sets', () => {
  it('V-16: a suffix of a namespace holds its accounts alone', () => {
    const pattern = parseIdentityPattern('*.n.serviceaccount.identity.linkerd.cluster.local');
    expect(pattern).toEqual({ suffix: 'n.serviceaccount.identity.linkerd.cluster.local' });
    const set = suffix('n.serviceaccount.identity.linkerd.cluster.local');
    const clients = [id('a', 'n'), id('a', 'nn'), `${id('a', 'n')}.evil`];
    expect(clients.map((client) => hasIdentity(set, client))).toEqual([true, false, false]);
  });

  it('holds any number of labels before a suffix, but one character at least', () => {
    const set = suffix('x.y');
    expect(
      ['a.x.y', 'a.b.x.y', 'x.y', '.x.y', 'ax.y', 'a.X.y'].map((name) => hasIdentity(set, name)),
    ).toEqual([true, true, false, false, false, false]);
  });

  it('keeps SPIFFE ids out of every suffix', () => {
    const ids = ['spiffe://a', 'spiffe://x.a'];
    expect(ids.map((name) => hasIdentity(ALL_DNS, name))).toEqual([false, false]);
    expect(ids.map((name) => hasIdentity(suffix('a'), name))).toEqual([false, false]);
    expect(ids.map((name) => hasIdentity(exact('spiffe://x.a'), name))).toEqual([false, true]);
    expect(ids.map((name) => hasIdentity(ALL_IDENTITIES, name))).toEqual([true, true]);
    // What only contains such a text is a name like others.
    expect(hasIdentity(suffix('spiffe://a'), 'x.spiffe://a')).toBe(true);
  });

  it('takes the empty suffix for every DNS-form name, whatever else is listed', () => {
    expect(identitySet({ exact: ['a', 'a.b'], suffixes: ['b', ''] })).toEqual(ALL_DNS);
    expect(identitySet({ exact: ['spiffe://b', 'spiffe://a', 'spiffe://b'], suffixes: [''] })).toEqual({
      ...ALL_DNS,
      spiffeIds: ['spiffe://a', 'spiffe://b'],
    });
  });

  it('has one form for one set', () => {
    const plain = identitySet({ exact: ['q', 'r'], suffixes: ['a', 'b'] });
    expect(identitySet({ exact: ['r', 'q', 'x.a', 'q'], suffixes: ['b', 'c.a', 'a', 'b'] })).toEqual(plain);
    expect(unionI(differenceI(plain, suffix('c.a')), suffix('c.a'))).toEqual(plain);
    expect(unionI(differenceI(plain, exact('x.a')), exact('x.a'))).toEqual(plain);
    expect(complementI(complementI(plain))).toEqual(plain);
    expect(keyI(identitySet({ exact: ['q', 'r'], suffixes: ['b', 'a'] }))).toBe(keyI(plain));
  });

  it('gives different sets different keys, whatever their names hold', () => {
    const sets = [
      exact('a,b'),
      exact('a', 'b'),
      exact('a","b'),
      suffix('a'),
      exact('a'),
      exact('spiffe://a'),
      complementI(exact('a')),
      ALL_DNS,
      NO_IDENTITIES,
      ALL_IDENTITIES,
    ];
    expect(new Set(sets.map(keyI)).size).toBe(sets.length);
    expect(sets.flatMap((a) => sets.filter((b) => equalI(a, b)))).toEqual(sets);
  });

  it('cuts out what a suffix holds, and puts back what lies deeper', () => {
    const set = unionI(differenceI(suffix('a'), suffix('b.a')), suffix('c.b.a'));
    expect(['x.a', 'x.b.a', 'x.c.b.a', 'b.a', 'c.b.a'].map((name) => hasIdentity(set, name))).toEqual([
      true,
      false,
      true,
      true,
      false,
    ]);
    expect(containsI(suffix('a'), set)).toBe(true);
    expect(containsI(set, suffix('a'))).toBe(false);
    expect(intersectI(set, suffix('c.b.a'))).toEqual(suffix('c.b.a'));
  });

  it('is empty only without members', () => {
    expect([NO_IDENTITIES, exact(), differenceI(exact('a'), ALL_DNS)].map(isEmptyI)).toEqual([
      true,
      true,
      true,
    ]);
    const little = [
      exact('a'),
      exact('spiffe://a'),
      suffix('a'),
      differenceI(ALL_DNS, suffix('a')),
      differenceI(ALL_IDENTITIES, ALL_DNS),
    ];
    expect(little.map(isEmptyI)).toEqual(little.map(() => false));
  });

  it('names the members that stand alone', () => {
    const set = unionI(differenceI(suffix('a'), exact('x.a')), identitySet({ exact: ['q', 'spiffe://s'] }));
    expect(exactMembers(set)).toEqual(['q', 'spiffe://s']);
    expect(exactMembers(differenceI(ALL_IDENTITIES, exact('q', 'spiffe://s')))).toEqual([]);
  });

  it.each([
    ['nothing', NO_IDENTITIES, undefined],
    ['a listed name', identitySet({ exact: ['z', 'y'], suffixes: ['a'] }), 'y'],
    ['a listed SPIFFE id', identitySet({ exact: ['spiffe://s'], suffixes: ['a'] }), 'spiffe://s'],
    ['any of a suffix', suffix('a'), 'any.a'],
    ['any other of a suffix', differenceI(suffix('a'), exact('any.a', 'any1.a')), 'any2.a'],
    ['none of a hole', differenceI(ALL_DNS, suffix('a')), 'any'],
    ['a name in a hole', unionI(differenceI(ALL_DNS, suffix('a')), exact('x.a')), 'x.a'],
    ['any name', differenceI(ALL_DNS, exact('any')), 'any1'],
    ['any SPIFFE id', differenceI(ALL_IDENTITIES, ALL_DNS), 'spiffe://any'],
    [
      'any other SPIFFE id',
      differenceI(differenceI(ALL_IDENTITIES, ALL_DNS), exact('spiffe://any')),
      'spiffe://any1',
    ],
  ])('has as a witness %s', (_, set, witness) => expect(witnessI(set)).toBe(witness));
});
