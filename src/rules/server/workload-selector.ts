import { isObject, member } from '../../model/json.js';
import { nearest } from '../../model/nearest.js';
import { backticks } from '../../model/text.js';
import { defineRule, gatehouse, linkerd } from '../rule.js';

const SELECTORS = ['podSelector', 'externalWorkloadSelector'];

/** SRV-1: a Server selects pods or external workloads, one of the two. */
export const serverWorkloadSelector = defineRule({
  code: 'server/workload-selector',
  summary: 'not exactly one of `podSelector`, `externalWorkloadSelector`',
  severity: 'deny',
  kinds: ['policy.linkerd.io/Server'],
  sources: ['SRV-1'],
  messages: {
    none: linkerd(({ near, name }: { near?: string | undefined; name?: string | undefined }) => ({
      message: 'a Server needs a `podSelector` or an `externalWorkloadSelector`; this one has neither',
      brief: 'neither `podSelector` nor `externalWorkloadSelector`',
      hint:
        near === undefined || name === undefined
          ? 'add `podSelector: {matchLabels: {…}}`; `podSelector: {matchLabels: {}}` selects every pod'
          : `${backticks(near)} is no field of a Server; did you mean \`${name}\`?`,
    })),
    both: gatehouse(() => ({
      message: 'a Server selects either pods or external workloads; this one has both selectors',
      brief: 'it has both `podSelector` and `externalWorkloadSelector`',
      hint: 'keep one of `podSelector` and `externalWorkloadSelector`, and write a second Server for the other',
    })),
  },
  check({ subject }, report) {
    const spec = member(subject.raw, 'spec');
    if (!isObject(spec)) return;
    const present = SELECTORS.filter((name) => Object.hasOwn(spec, name));
    if (present.length === 0) {
      const [guess] = SELECTORS.flatMap((name) => {
        const near = nearest(name, Object.keys(spec));
        return near === undefined ? [] : [{ near, name }];
      });
      report('none', ['spec'], { ...guess });
    }
    if (present.length === 2) report('both', ['spec'], {});
  },
});
