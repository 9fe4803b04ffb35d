/** `lint -o junit`: a suite for each file, a case for each object in it. */
import pc from 'picocolors';
import type { JudgedObject, LintResult, LocatedFinding } from '../../app/lint.js';
import type { Finding } from '../../model/finding.js';
import { formatRef } from '../../model/object-ref.js';
import { count, escapeControls } from '../../model/text.js';
import { junit, type JunitCase } from './junit.js';
import { block } from './lint-text.js';

const PLAIN = pc.createColors(false);

/** An object fails by the findings that fail the run; its other findings stand beside it. */
export function lintJunit({ objects, findings }: LintResult, fails: (finding: Finding) => boolean): string {
  const byObject = new Map<JudgedObject, LocatedFinding[]>();
  for (const located of findings) {
    const known = byObject.get(located.object);
    if (known === undefined) byObject.set(located.object, [located]);
    else known.push(located);
  }
  const suites = new Map<string, JunitCase[]>();
  for (const object of objects) {
    const cases = suites.get(object.file) ?? [];
    suites.set(object.file, cases);
    cases.push(toCase(object, byObject.get(object) ?? [], fails));
  }
  return junit([...suites].map(([name, cases]) => ({ name, cases })));
}

function toCase(
  { ref, file, line }: JudgedObject,
  findings: readonly LocatedFinding[],
  fails: (finding: Finding) => boolean,
): JunitCase {
  const failing = findings.filter(({ finding }) => fails(finding));
  const others = findings.filter(({ finding }) => !fails(finding));
  const [first] = failing;
  const textOf = (located: readonly LocatedFinding[]): string =>
    located.map((each) => block(each, PLAIN)).join('\n\n');
  const more = failing.length > 1 ? ` (and ${count(failing.length - 1, 'more finding')})` : '';
  return {
    name: escapeControls(formatRef(ref)),
    ...(line === 0 ? {} : { file, line }),
    ...(first === undefined
      ? {}
      : {
          failure: {
            type: first.finding.code,
            message: `${escapeControls(first.finding.message)}${more}`,
            text: textOf(failing),
          },
        }),
    ...(others.length === 0 ? {} : { note: textOf(others) }),
  };
}
