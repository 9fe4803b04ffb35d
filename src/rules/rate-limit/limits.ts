import { fitsUnsigned32, MAX_UNSIGNED_32 } from '../../model/integer.js';
import { quote } from '../../model/text.js';
import type { JsonPath } from '../../model/json.js';
import { defineRule, linkerd } from '../rule.js';
import { items } from '../shapes.js';

/** RL-2 to RL-6, RL-8: limits are at least one, fit 32 bits, and none exceeds the total. */
export const rateLimitLimits = defineRule({
  code: 'rate-limit/limits',
  summary: 'a limit of zero, above the total, or too large',
  severity: 'deny',
  kinds: ['policy.linkerd.io/HTTPLocalRateLimitPolicy'],
  sources: ['RL-2', 'RL-3', 'RL-4', 'RL-5', 'RL-6', 'RL-8'],
  messages: {
    range: linkerd(({ value }: { value: string }) => ({
      message: `${value} is no limit: requests per second are 1 to ${String(MAX_UNSIGNED_32)}`,
      hint: 'write a number in that range; leave the limit out for no limit',
    })),
    zero: linkerd(() => ({
      message: 'a limit of 0 would refuse every request',
      hint: 'write at least 1; to refuse every request, authorise nobody',
    })),
    aboveTotal: linkerd(({ limit, total }: { limit: number; total: number }) => ({
      message: `${String(limit)} requests per second can never be reached: the total is ${String(total)}`,
      hint: `write at most ${String(total)}, or raise the total`,
    })),
  },
  check({ subject }, report) {
    const { total, identity, overrides } = subject.spec;
    const limits: { path: JsonPath; limit: number | null | undefined }[] = [
      { path: ['spec', 'total', 'requestsPerSecond'], limit: total?.requestsPerSecond },
      { path: ['spec', 'identity', 'requestsPerSecond'], limit: identity?.requestsPerSecond },
      ...items(overrides, ['spec', 'overrides']).map(({ path, value }) => ({
        path: [...path, 'requestsPerSecond'],
        limit: value.requestsPerSecond,
      })),
    ];
    // A total that is no limit itself says nothing about the others.
    const most = isLimit(total?.requestsPerSecond) ? total?.requestsPerSecond : undefined;
    for (const [i, { path, limit }] of limits.entries()) {
      if (typeof limit !== 'number') continue;
      if (limit === 0) report('zero', path, {});
      else if (!isLimit(limit)) report('range', path, { value: quote(limit) });
      else if (i > 0 && typeof most === 'number' && limit > most)
        report('aboveTotal', path, { limit, total: most });
    }
  },
});

const isLimit = (limit: number | null | undefined): boolean =>
  typeof limit === 'number' && limit >= 1 && fitsUnsigned32(limit);
