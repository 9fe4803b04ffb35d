/** `expect -o junit`: a case for each assertion. */
import type { CheckedAssertion } from '../../app/expect/check.js';
import { escapeControls } from '../../model/text.js';
import type { ClusterSettings } from '../../model/world.js';
import { assertionName } from './expect-wording.js';
import { failureText } from './expect-text.js';
import { summaryWords } from './explain-wording.js';
import { junit, type JunitCase } from './junit.js';

interface Options {
  readonly file: string;
  readonly settings: ClusterSettings;
}

export const expectJunit = (checked: readonly CheckedAssertion[], options: Options): string =>
  junit([{ name: options.file, cases: checked.map((one) => toCase(one, options)) }]);

function toCase(checked: CheckedAssertion, { file, settings }: Options): JunitCase {
  const { assertion, line, status, failing } = checked;
  const place = { name: escapeControls(assertionName(assertion)), file, line };
  if (status === 'skipped') return { ...place, skipped: 'it is about nothing' };
  const explanation = failing[0]?.explanation();
  const message = explanation === undefined ? 'not proven' : escapeControls(summaryWords(explanation));
  return status === 'holds'
    ? place
    : {
        ...place,
        failure: {
          type: assertion.kind === 'probes' ? 'probes' : `may-${assertion.may}`,
          message,
          text: failureText(checked, { settings, colour: false }),
        },
      };
}
