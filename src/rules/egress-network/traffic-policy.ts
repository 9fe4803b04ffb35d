import { nearest } from '../../model/nearest.js';
import { quote } from '../../model/text.js';
import { defineRule, linkerd } from '../rule.js';
import { isFaulty } from '../shapes.js';

const WORDS = ['Allow', 'Deny'] as const;

/** EN-1: `trafficPolicy` is Allow or Deny. */
export const egressNetworkTrafficPolicy = defineRule({
  code: 'egress-network/traffic-policy',
  summary: 'a `trafficPolicy` that is neither `Allow` nor `Deny`',
  severity: 'deny',
  kinds: ['policy.linkerd.io/EgressNetwork'],
  sources: ['EN-1'],
  messages: {
    missing: linkerd(() => ({ message: '`trafficPolicy` is required', hint: 'write Allow or Deny' })),
    unknown: linkerd(({ value, near }: { value: string; near?: string | undefined }) => ({
      message: `${value} is no traffic policy`,
      hint:
        near === undefined ? 'write Allow or Deny' : `did you mean \`${near}\`? the words are Allow and Deny`,
    })),
  },
  check({ subject }, report) {
    const value = subject.spec.trafficPolicy;
    const path = ['spec', 'trafficPolicy'];
    if (value === undefined || value === null) {
      if (!isFaulty(subject, path)) report('missing', ['spec'], {});
    } else if (value !== 'Allow' && value !== 'Deny') {
      report('unknown', path, { value: quote(value), near: nearest(value, WORDS) });
    }
  },
});
