import { parseNetwork } from '../../model/ip.js';
import { quote } from '../../model/text.js';
import { defineRule, linkerd } from '../rule.js';
import { items, NETWORK_KINDS, networks } from '../shapes.js';

/** NA-3, EN-3, SAZ-3: every network and exception parses. */
export const networkCidr = defineRule({
  code: 'network/cidr',
  summary: 'a network or exception that is no address and no `address/prefix`',
  severity: 'deny',
  kinds: NETWORK_KINDS,
  sources: ['NA-3', 'EN-3', 'SAZ-3', 'CIDR'],
  messages: {
    syntax: linkerd(({ value, cause }: { value: string; cause: string }) => ({
      message: `${value} is no network: ${cause}`,
      hint: 'write an IPv4 or IPv6 address, or `address/prefix` such as 10.0.0.0/8 or fd00::/8',
    })),
  },
  check({ subject }, report) {
    for (const { path, value } of networks(subject)) {
      const texts = [
        ...(typeof value.cidr === 'string' ? [{ path: [...path, 'cidr'], value: value.cidr }] : []),
        ...items(value.except, [...path, 'except']),
      ];
      for (const text of texts) {
        if (parseNetwork(text.value) !== undefined) continue;
        report('syntax', text.path, { value: quote(text.value), cause: cause(text.value) });
      }
    }
  },
});

/** Why a text is no network, in the words of the most likely mistake. */
function cause(text: string): string {
  if (text === '') return 'it is empty';
  if (/\s/.test(text)) return 'it holds a space';
  if (text.includes('%')) return 'zones are not allowed';
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const network = parseNetwork(`${address}/0`);
  if (network === undefined) return `${quote(address)} is no IP address`;
  if (slash < 0) return 'leading zeros are not allowed here';
  const prefix = text.slice(slash + 1);
  const bits = network.family === 4 ? 32 : 128;
  return /^\d+$/.test(prefix) && Number(prefix) > bits
    ? `the prefix is longer than the ${String(bits)} bits of the address`
    : `${quote(prefix)} is no prefix length`;
}
