import { describe, expect, it } from '@jest/globals';
import {
  ALL_NETWORKS,
  compareN,
  complementN,
  containsN,
  differenceN,
  equalN,
  hasAddress,
  intersectN,
  isEmptyN,
  keyN,
  networkSet,
  NO_NETWORKS,
  toNetworks,
  unionAllN,
  unionN,
  witnessN,
} from '../../src/algebra/network-set.js';
import type { NetworkSet } from '../../src/algebra/network-set.js';
import { formatAddress, formatNetwork } from '../../src/model/ip.js';
import { mkNetwork } from './random.js';

const of = (...texts: string[]) => networkSet(texts.map((text) => ({ net: mkNetwork(text), except: [] })));
const minus = (net: string, ...except: string[]) =>
  networkSet([{ net: mkNetwork(net), except: except.map(mkNetwork) }]);
const has = (set: NetworkSet, text: string) => hasAddress(set, mkNetwork(text).family, mkNetwork(text).first);
const cidrs = (set: NetworkSet) => toNetworks(set).map(formatNetwork);
const LAST_6 = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff';

describe('network sets', () => {
  it('V-17: an exception takes from its own entry only, and families do not cross', () => {
    const set = networkSet([
      { net: mkNetwork('10.0.0.0/8'), except: [mkNetwork('10.1.0.0/16')] },
      { net: mkNetwork('10.1.2.3'), except: [] },
    ]);
    const clients = ['10.1.2.3', '10.1.2.4', '10.2.0.1', '::ffff:10.2.0.1'];
    expect(clients.map((client) => has(set, client))).toEqual([true, false, true, false]);
  });

  it('holds the first and the last address of a network, up to the ends of a family', () => {
    const set = of('0.0.0.0/31', '10.0.0.0/30', '255.255.255.254/31', '::/127', `${LAST_6}/127`);
    const inside = ['0.0.0.0', '0.0.0.1', '10.0.0.0', '10.0.0.3', '255.255.255.255', '::', '::1', LAST_6];
    expect(inside.filter((text) => !has(set, text))).toEqual([]);
    const outside = ['0.0.0.2', '9.255.255.255', '10.0.0.4', '255.255.255.253', '::2'];
    expect(outside.filter((text) => has(set, text))).toEqual([]);
  });

  it('takes a network with host bits for the whole of it', () => {
    expect(of('10.1.2.3/8')).toEqual(of('10.0.0.0/8'));
  });

  it('has one form for one set', () => {
    expect(of('10.0.0.0/9', '10.128.0.0/9')).toEqual(of('10.0.0.0/8'));
    expect(of('10.0.0.0/8', '10.1.0.0/16', '10.0.0.0/8')).toEqual(of('10.0.0.0/8'));
    expect(unionN(minus('10.0.0.0/8', '10.1.0.0/16'), of('10.1.0.0/16'))).toEqual(of('10.0.0.0/8'));
    expect(of('0.0.0.0/0', '::/0')).toEqual(ALL_NETWORKS);
    expect(of('0.0.0.0/1', '128.0.0.0/1', '::/1', '8000::/1')).toEqual(ALL_NETWORKS);
    expect(minus('10.0.0.0/8', '0.0.0.0/0')).toEqual(NO_NETWORKS);
    expect(minus('10.0.0.0/8', '::/0')).toEqual(of('10.0.0.0/8'));
    expect(complementN(complementN(of('10.0.0.0/8')))).toEqual(of('10.0.0.0/8'));
    expect(complementN(NO_NETWORKS)).toEqual(ALL_NETWORKS);
  });

  it('unites, intersects and takes away', () => {
    const a = of('10.0.0.0/9', 'fd00::/8');
    const b = of('10.64.0.0/10', '10.128.0.0/9', 'fd00:1::/32');
    expect(cidrs(unionN(a, b))).toEqual(['10.0.0.0/8', 'fd00::/8']);
    expect(cidrs(intersectN(a, b))).toEqual(['10.64.0.0/10', 'fd00:1::/32']);
    expect(cidrs(differenceN(b, a))).toEqual(['10.128.0.0/9']);
    expect(unionAllN([a, b, of('11.0.0.0/8')])).toEqual(of('10.0.0.0/7', 'fd00::/8'));
    expect(unionAllN([])).toEqual(NO_NETWORKS);
    expect(unionAllN([a])).toEqual(a);
  });

  it('tells what contains what, in each family', () => {
    expect(containsN(of('10.0.0.0/8'), minus('10.0.0.0/8', '10.1.0.0/16'))).toBe(true);
    expect(containsN(minus('10.0.0.0/8', '10.1.0.0/16'), of('10.1.2.3'))).toBe(false);
    expect(containsN(of('0.0.0.0/0'), of('0.0.0.0/0', '::1'))).toBe(false);
    expect(containsN(of('::/0'), of('0.0.0.0/0'))).toBe(false);
    expect(containsN(ALL_NETWORKS, of('255.255.255.255', LAST_6))).toBe(true);
    expect(containsN(NO_NETWORKS, NO_NETWORKS)).toBe(true);
  });

  it('puts different sets in one order, under different keys', () => {
    const sets = [NO_NETWORKS, of('::1'), of('::1', '::3'), of('::2'), of('10.0.0.0'), of('10.0.0.0', '::1')];
    expect([...sets].reverse().sort(compareN)).toEqual(sets);
    expect(new Set(sets.map(keyN)).size).toBe(sets.length);
    expect(sets.flatMap((a) => sets.filter((b) => equalN(a, b)))).toEqual(sets);
    expect(sets.filter(isEmptyN)).toEqual([NO_NETWORKS]);
  });

  it.each([
    [[], undefined],
    [['10.0.0.0/8', '0.0.0.0'], '0.0.0.0'],
    [['10.0.0.0/8', '::/0'], '10.0.0.1'],
    [['10.0.0.7', '10.0.0.9'], '10.0.0.7'],
    [['255.255.255.255'], '255.255.255.255'],
    [['255.255.255.254/31'], '255.255.255.255'],
    [['fd00::/8'], 'fd00::1'],
    [['fd00::7'], 'fd00::7'],
    [[LAST_6], LAST_6],
  ])('of %j has the witness %s', (texts, witness) => {
    const found = witnessN(of(...texts));
    expect(found && formatAddress(found.family, found.address)).toBe(witness);
  });

  it.each([
    [of('10.1.2.3/8', '10.0.0.0/9', '11.0.0.0/8', '192.168.0.1'), ['10.0.0.0/7', '192.168.0.1/32']],
    [minus('10.0.0.0/30', '10.0.0.1'), ['10.0.0.0/32', '10.0.0.2/31']],
    [minus('10.0.0.0/30', '10.0.0.0', '10.0.0.3'), ['10.0.0.1/32', '10.0.0.2/32']],
    [ALL_NETWORKS, ['0.0.0.0/0', '::/0']],
    [differenceN(ALL_NETWORKS, of('0.0.0.0/1', '::/1')), ['128.0.0.0/1', '8000::/1']],
    [NO_NETWORKS, []],
  ])('is written as the fewest networks (%#)', (set, networks) => expect(cidrs(set)).toEqual(networks));

  it('gives networks like those that are parsed', () => {
    expect(toNetworks(of('10.0.0.0/8', 'fd00::/8'))).toEqual(['10.0.0.0/8', 'fd00::/8'].map(mkNetwork));
  });
});
