import { rateLimitLimits } from '../../../src/rules/rate-limit/limits.js';
import { testRule } from '../harness.js';

const rps = (value: string | number): string => `{requestsPerSecond: ${String(value)}}`;
const override = (value: string | number): string => `{requestsPerSecond: ${String(value)}, clientRefs: []}`;
const limits = (text: string): string =>
  `{kind: HTTPLocalRateLimitPolicy, spec: {targetRef: {group: policy.linkerd.io, kind: Server, name: web}, ${text}}}`;
const total = 'spec.total.requestsPerSecond';
const identity = 'spec.identity.requestsPerSecond';
const nth = (i: number): string => `spec.overrides[${String(i)}].requestsPerSecond`;

testRule(rateLimitLimits, {
  accepts: {
    'no limit': limits('total: null'),
    'the least limit (RL-2, RL-5)': limits(`total: ${rps(1)}, identity: ${rps(1)}`),
    'the greatest limit (RL-8)': limits(`total: ${rps(4294967295)}`),
    'the greatest limit without a total (RL-8)': limits(`identity: ${rps(4294967295)}`),
    'a limit written as a float': limits(`total: ${rps('10.0')}`),
    'limits as high as the total (RL-3, RL-4)': limits(
      `total: ${rps(10)}, identity: ${rps(10)}, overrides: [${override(10)}]`,
    ),
    'overrides above and below the identity limit': limits(
      `identity: ${rps(10)}, overrides: [${override(1)}, ${override(100)}]`,
    ),
    'mistyped limits: schema/type speaks of them': limits(
      `total: ${rps('"0"')}, identity: {}, overrides: [${override(1.5)}, 5, null]`,
    ),
    'a total that is mistyped, beside others': limits(`total: ${rps('x')}, identity: ${rps(10)}`),
  },
  reports: {
    'a total of 0 (RL-2)': [limits(`total: ${rps(0)}`), `${total}: zero`],
    'a total of -0': [limits(`total: ${rps('-0')}`), `${total}: zero`],
    'an identity limit of 0 (RL-5)': [limits(`identity: ${rps(0)}`), `${identity}: zero`],
    'an override of 0 (RL-6)': [limits(`overrides: [${override(0)}]`), `${nth(0)}: zero`],
    'an identity limit above the total (RL-3)': [
      limits(`total: ${rps(10)}, identity: ${rps(11)}`),
      `${identity}: aboveTotal`,
    ],
    'overrides above the total (RL-4)': [
      limits(`total: ${rps(10)}, overrides: [${override(11)}, ${override(10)}, ${override(12)}]`),
      `${nth(0)}: aboveTotal`,
      `${nth(2)}: aboveTotal`,
    ],
    'negative limits (RL-8)': [
      limits(`total: ${rps(-1)}, identity: ${rps(-1)}, overrides: [${override(-1)}]`),
      `${total}: range`,
      `${identity}: range`,
      `${nth(0)}: range`,
    ],
    'limits beyond 32 bits (RL-8)': [
      limits(`total: ${rps(4294967296)}, identity: ${rps('1e300')}`),
      `${total}: range`,
      `${identity}: range`,
    ],
    'a bad total once, and the others on their own account': [
      limits(`total: ${rps(0)}, identity: ${rps(5)}, overrides: [${override(0)}]`),
      `${total}: zero`,
      `${nth(0)}: zero`,
    ],
    'a limit beside mistyped neighbours': [
      limits(`total: 5, identity: ${rps(0)}, overrides: [null, ${override(0)}]`),
      `${identity}: zero`,
      `${nth(1)}: zero`,
    ],
  },
  reads: [
    [
      limits(`total: ${rps(4294967296)}`),
      'spec.total.requestsPerSecond [rate-limit/limits]: 4294967296 is no limit: requests per second are 1 to 4294967295\n' +
        '  write a number in that range; leave the limit out for no limit',
    ],
    [
      limits(`total: ${rps(0)}`),
      'spec.total.requestsPerSecond [rate-limit/limits]: a limit of 0 would refuse every request\n' +
        '  write at least 1; to refuse every request, authorise nobody',
    ],
    [
      limits(`total: ${rps(10)}, identity: ${rps(11)}`),
      'spec.identity.requestsPerSecond [rate-limit/limits]: 11 requests per second can never be reached: the total is 10\n' +
        '  write at most 10, or raise the total',
    ],
  ],
});
