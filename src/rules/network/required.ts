import { defineRule, linkerd } from '../rule.js';

/** NA-2, EN-2: a list of networks is not empty. */
export const networkRequired = defineRule({
  code: 'network/required',
  summary: 'an empty list of networks',
  severity: 'deny',
  kinds: ['policy.linkerd.io/NetworkAuthentication', 'policy.linkerd.io/EgressNetwork'],
  sources: ['NA-2', 'EN-2'],
  messages: {
    empty: linkerd(({ egress }: { egress: boolean }) => ({
      message: '`networks` is empty',
      hint: egress
        ? 'name a network, or leave `networks` out for everything outside the cluster'
        : 'name a network; `[{cidr: 0.0.0.0/0}, {cidr: "::/0"}]` is everywhere',
    })),
  },
  check({ subject }, report) {
    if (subject.spec.networks?.length === 0) {
      report('empty', ['spec', 'networks'], { egress: subject.kind === 'policy.linkerd.io/EgressNetwork' });
    }
  },
});
