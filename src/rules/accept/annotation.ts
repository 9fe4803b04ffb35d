import { orList, quote } from '../../model/text.js';
import { KIND_IDS } from '../../schema/index.js';
import { defineRule, gatehouse } from '../rule.js';
import { ACCEPT_ANNOTATION, parseAcceptances } from './parse.js';

const HINT = 'write one `code [until YYYY-MM-DD] reason` a line';

/**
 * The acceptance annotation itself. What only the runner can know, whether an acceptance was used, allowed and
 * of a known code, it reports through this rule's messages (`run.ts`).
 */
export const acceptAnnotation = defineRule({
  code: 'accept/annotation',
  summary: 'an acceptance that is malformed, unknown, not allowed, expired or unused',
  severity: 'warn',
  reads: { annotation: (key) => key === ACCEPT_ANNOTATION },
  kinds: KIND_IDS,
  messages: {
    malformed: gatehouse(({ line, cause }: { line: string; cause: 'no reason' | 'no date' }) => ({
      message: `the acceptance ${quote(line)} has ${cause === 'no date' ? 'no date after `until`' : cause}`,
      hint: HINT,
    })),
    expired: gatehouse(({ code, until }: { code: string; until: string }) => ({
      message: `the acceptance of ${quote(code)} ended on ${until}`,
      hint: 'put the object right, or set a later date',
    })),
    unknown: gatehouse(({ code, near }: { code: string; near?: string | undefined }) => ({
      message: `the acceptance names ${quote(code)}, which is no rule`,
      hint: near === undefined ? 'take the code from the message of the rule' : `did you mean \`${near}\`?`,
    })),
    forbidden: gatehouse(({ code, allowed }: { code: string; allowed: readonly string[] }) => ({
      message: `${code} cannot be accepted here`,
      hint:
        allowed.length === 0
          ? 'the configuration lets this namespace accept nothing'
          : `the configuration lets this namespace accept ${orList(allowed)}`,
    })),
    linkerd: gatehouse(({ code }: { code: string }) => ({
      message: `${code} cannot be accepted: Linkerd’s own controller refuses this object too`,
      brief: `${code} is Linkerd’s own: it cannot be accepted`,
      hint: 'put the object right',
    })),
    unused: gatehouse(({ code }: { code: string }) => ({
      message: `the acceptance of ${code} is not needed: the rule has nothing to say about this object`,
      brief: `${code} is not needed here`,
      hint: 'remove the line, so that it hides nothing later',
    })),
  },
  check({ subject, world }, report) {
    const text = subject.annotations.get(ACCEPT_ANNOTATION);
    if (text === undefined) return;
    const path = ['metadata', 'annotations', ACCEPT_ANNOTATION];
    const { acceptances, faults } = parseAcceptances(text);
    for (const { line, cause } of faults) report('malformed', path, { line, cause });
    for (const { code, until } of acceptances) {
      if (until !== undefined && until < world.today) report('expired', path, { code, until });
    }
  },
});
