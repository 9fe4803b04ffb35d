import { nearest } from '../../model/nearest.js';
import { orList, quote } from '../../model/text.js';
import { POLICY_WORDS } from '../../model/world.js';
import { defineRule, linkerd } from '../rule.js';

/** SRV-5: `accessPolicy` is unset or one of six words, in that spelling. */
export const serverAccessPolicy = defineRule({
  code: 'server/access-policy',
  summary: 'an `accessPolicy` that is none of the six words',
  severity: 'deny',
  kinds: ['policy.linkerd.io/Server'],
  sources: ['SRV-5'],
  messages: {
    unknown: linkerd(({ value, near }: { value: string; near?: string | undefined }) => ({
      message: `${value} is not an access policy that Linkerd knows`,
      hint: `${near === undefined ? 'write' : `did you mean \`${near}\`? the words are`} ${orList(POLICY_WORDS)}`,
    })),
  },
  check({ subject }, report) {
    const value = subject.spec.accessPolicy;
    if (typeof value !== 'string' || (POLICY_WORDS as readonly string[]).includes(value)) return;
    report('unknown', ['spec', 'accessPolicy'], { value: quote(value), near: nearest(value, POLICY_WORDS) });
  },
});
