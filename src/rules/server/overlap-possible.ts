import { quote } from '../../model/text.js';
import { defineRule, gatehouse } from '../rule.js';
import { OVERLAP_KINDS, paramsOf, serverRef } from './overlap.js';

/** Product description, section 3: two Servers that some workload could make overlap, though none does now. */
export const serverOverlapPossible = defineRule({
  code: 'server/overlap-possible',
  summary: 'a Server that would share a workload and port with another one if such a workload came',
  severity: 'warn',
  scope: 'cluster',
  looksAt: OVERLAP_KINDS,
  kinds: ['policy.linkerd.io/Server'],
  messages: {
    possible: gatehouse(({ other, $witness }: ReturnType<typeof paramsOf>) => ({
      message: `may overlap Server ${quote(other)}: both would select ${$witness}`,
      hint: 'select by labels that tell the workloads apart; only the older Server of two governs a port',
    })),
  },
  check({ subject, after }, report) {
    for (const overlap of after.overlaps(subject.ref.namespace ?? '', subject.ref.name)) {
      if (overlap.kind === 'possible')
        report('possible', ['spec'], paramsOf(overlap, subject), [serverRef(overlap)]);
    }
  },
});
