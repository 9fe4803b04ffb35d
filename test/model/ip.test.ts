import { isIPv4, isIPv6 } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { contains, formatAddress, formatNetwork, parseAddress, parseNetwork } from '../../src/model/ip.js';

const shown = (text: string): string | undefined => {
  const network = parseNetwork(text);
  return network && formatNetwork(network);
};

describe('parseNetwork', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1/32'],
    ['0.0.0.0', '0.0.0.0/32'],
    ['255.255.255.255', '255.255.255.255/32'],
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['10.0.0.1/32', '10.0.0.1/32'],
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['10.0.0.0/08', '10.0.0.0/8'],
    ['010.000.0.01/8', '10.0.0.0/8'],
    ['::', '::/128'],
    ['::1', '::1/128'],
    ['::/0', '::/0'],
    ['fd00::/8', 'fd00::/8'],
    ['FD00:ABCD::1/008', 'fd00::/8'],
    ['2001:db8::1/32', '2001:db8::/32'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8/128'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0/128'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8/128'],
    ['0001:0::', '1::/128'],
    ['::ffff:10.0.0.1', '::ffff:a00:1/128'],
    ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304/128'],
    ['::ffff:010.0.0.1/128', '::ffff:a00:1/128'],
  ])('reads %s', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it.each([
    ['', 'nothing'],
    ['cluster', 'a word'],
    ['10.0.0', 'three octets'],
    ['10.0.0.0.0', 'five octets'],
    ['256.0.0.1', 'an octet above 255'],
    ['01.2.3.4', 'a leading zero in a bare address'],
    ['::ffff:010.0.0.1', 'a leading zero in a bare embedded address'],
    ['0010.0.0.0/8', 'an octet of four digits'],
    ['0x0a.0.0.1', 'hexadecimal'],
    ['10.0.0.0/33', 'a prefix above 32'],
    ['::/129', 'a prefix above 128'],
    ['10.0.0.0/008', 'an IPv4 prefix of three digits'],
    ['::/0128', 'an IPv6 prefix of four digits'],
    ['10.0.0.0/', 'an empty prefix'],
    ['10.0.0.0/-1', 'a negative prefix'],
    ['10.0.0.0/+8', 'a signed prefix'],
    ['10.0.0.0/8/8', 'two prefixes'],
    ['10.0.0.0/255.0.0.0', 'a mask'],
    ['/8', 'no address'],
    [' 10.0.0.0/8', 'a space before'],
    ['10.0.0.0/8 ', 'a space after'],
    ['fe80::1%eth0', 'a zone'],
    [':', 'a colon'],
    [':::', 'three colons'],
    ['1::2::3', 'two gaps'],
    ['1:2:3:4:5:6:7:8:9', 'nine groups'],
    ['1:2:3:4:5:6:7', 'seven groups and no gap'],
    ['1:2:3:4::5:6:7:8', 'a gap for nothing'],
    ['12345::', 'a group of five digits'],
    ['g::', 'a letter that is no digit'],
    ['1.2.3.4::', 'an embedded address before the gap'],
    ['1.2.3.4:1:2:3:4:5:6:7', 'an embedded address at the front'],
    ['1:2:3:4:5:6:7:1.2.3.4', 'an embedded address for one group'],
    ['::1.2.3', 'half an embedded address'],
    ['٠.0.0.1', 'digits that are not ASCII'],
  ])('refuses %j: %s', (text) => {
    expect(parseNetwork(text)).toBeUndefined();
  });

  it('keeps the host bits of the address beside the range', () => {
    expect(parseNetwork('10.1.2.3/8')).toEqual({
      family: 4,
      first: 0x0a000000n,
      last: 0x0affffffn,
      prefix: 8,
      address: 0x0a010203n,
    });
  });

  it('reads as bare addresses just what node does, zones aside', () => {
    const part = fc.constantFrom(
      '0',
      '1',
      '01',
      '10',
      '255',
      '256',
      'f',
      '',
      '.',
      ':',
      '::',
      'ffff',
      '1.2.3.4',
    );
    const text = fc.oneof(
      fc.array(part, { maxLength: 12 }).map((parts) => parts.join('')),
      fc.array(part, { maxLength: 9 }).map((parts) => parts.join(':')),
      fc.array(part, { maxLength: 5 }).map((parts) => parts.join('.')),
      fc.ipV4(),
      fc.ipV6(),
    );
    fc.assert(
      fc.property(text, (ip) => {
        expect({ ip, family: parseAddress(ip)?.family }).toEqual({
          ip,
          family: isIPv4(ip) ? 4 : isIPv6(ip) ? 6 : undefined,
        });
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('formatAddress', () => {
  it.each([
    ['::', '::'],
    ['0:0:0:1:0:0:0:0', '0:0:0:1::'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['1:0:0:2:3:0:0:4', '1::2:3:0:0:4'],
    ['1:0:2:0:3:0:4:0', '1:0:2:0:3:0:4:0'],
    ['10.0.0.1', '10.0.0.1'],
  ])('writes %s as %s', (text, expected) => {
    const { family, address } = parseNetwork(text)!;
    expect(formatAddress(family, address)).toBe(expected);
  });

  it('writes what parses to the same network', () => {
    const text = fc.oneof(
      fc.tuple(fc.ipV4(), fc.nat(32)).map(([ip, prefix]) => `${ip}/${String(prefix)}`),
      fc.tuple(fc.ipV6(), fc.nat(128)).map(([ip, prefix]) => `${ip}/${String(prefix)}`),
    );
    fc.assert(
      fc.property(text, (written) => {
        const network = parseNetwork(written)!;
        const again = parseNetwork(formatNetwork(network))!;
        expect([again.family, again.first, again.last]).toEqual([
          network.family,
          network.first,
          network.last,
        ]);
        const bare = formatAddress(network.family, network.address);
        expect(parseAddress(bare)?.address).toBe(network.address);
      }),
    );
  });
});

describe('contains', () => {
  const holds = (a: string, b: string): boolean => contains(parseNetwork(a)!, parseNetwork(b)!);

  it.each([
    ['10.0.0.0/8', '10.0.0.0/8', true],
    ['10.9.9.9/8', '10.0.0.0/8', true],
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.0.0.0/8', '10.0.0.0/7', false],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['::/0', '10.0.0.0/8', false],
    ['0.0.0.0/0', '::ffff:10.0.0.1', false],
    ['::ffff:0:0/96', '::ffff:10.0.0.1', true],
  ])('%s and %s: %s', (a, b, expected) => {
    expect(holds(a, b)).toBe(expected);
  });

  it('is what listing the addresses says', () => {
    // Networks of the last six bits of an address: small enough to list.
    const small = fc.tuple(fc.nat(63), fc.integer({ min: 26, max: 32 }));
    const listed = ([low, prefix]: readonly [number, number]): number[] =>
      [...Array(64).keys()].filter((address) => address >> (32 - prefix) === low >> (32 - prefix));
    const written = ([low, prefix]: readonly [number, number]): string =>
      `10.0.0.${String(low)}/${String(prefix)}`;
    fc.assert(
      fc.property(small, small, (a, b) => {
        const inA = new Set(listed(a));
        expect(holds(written(a), written(b))).toBe(listed(b).every((address) => inA.has(address)));
      }),
      { numRuns: 1_000 },
    );
  });
});
