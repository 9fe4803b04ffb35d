import { contains, formatNetwork, parseNetwork } from '../../model/ip.js';
import { quote } from '../../model/text.js';
import { defineRule, linkerd } from '../rule.js';
import { items, NETWORK_KINDS, networks } from '../shapes.js';

/** NA-4, NA-5 and their twins: an exception is a smaller part of its own network. */
export const networkExcept = defineRule({
  code: 'network/except',
  summary: 'an exception that covers the whole network, or lies outside it',
  severity: 'deny',
  kinds: NETWORK_KINDS,
  sources: ['NA-4', 'NA-5', 'EN-4', 'EN-5', 'SAZ-4', 'SAZ-5', 'CONTAINS'],
  messages: {
    whole: linkerd(({ value, cidr }: { value: string; cidr: string }) => ({
      message: `the exception ${value} covers all of ${cidr}, so that nothing is left`,
      hint: 'leave the network out, or except a smaller part of it',
    })),
    outside: linkerd(({ value, cidr, network }: { value: string; cidr: string; network: string }) => ({
      message: `the exception ${value} is no part of ${cidr}`,
      hint: `except something inside ${network}, or leave the exception out: what lies outside does not count anyway`,
    })),
  },
  check({ subject }, report) {
    for (const { path, value } of networks(subject)) {
      const network = typeof value.cidr === 'string' ? parseNetwork(value.cidr) : undefined;
      if (network === undefined || typeof value.cidr !== 'string') continue;
      const cidr = quote(value.cidr);
      for (const item of items(value.except, [...path, 'except'])) {
        const exception = parseNetwork(item.value);
        if (exception === undefined) continue;
        const params = { value: quote(item.value), cidr };
        if (contains(exception, network)) report('whole', item.path, params);
        else if (!contains(network, exception)) {
          report('outside', item.path, { ...params, network: formatNetwork(network) });
        }
      }
    }
  },
});
