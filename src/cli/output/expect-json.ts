/** `expect -o json`: the outcome as data; its JSON Schema is schemas/expect-result.v0.schema.json. */
import type { CheckedAssertion } from '../../app/expect/check.js';
import type { ClusterSettings } from '../../model/world.js';
import { workloadJson } from './diff-json.js';
import { assertionName } from './expect-wording.js';
import { toJson } from './explain-json.js';

interface Options {
  readonly file: string;
  readonly settings: ClusterSettings;
}

export const expectJson = (checked: readonly CheckedAssertion[], options: Options): string =>
  `${JSON.stringify(
    {
      holds: checked.every(({ status }) => status !== 'fails'),
      assertions: checked.map((one) => assertionJson(one, options)),
    },
    undefined,
    2,
  )}\n`;

function assertionJson(checked: CheckedAssertion, { file, settings }: Options): Record<string, unknown> {
  const { assertion, line, column, status, failing } = checked;
  const explanation = failing[0]?.explanation();
  return {
    name: assertionName(assertion),
    kind: assertion.kind,
    file,
    line,
    column,
    status,
    checked: checked.checked,
    ...(status === 'fails' ? { proven: explanation !== undefined } : {}),
    ...(explanation === undefined ? {} : { counterexample: toJson(explanation, settings) }),
    failing: failing.map(({ target: { workload, port } }) => ({ ...workloadJson(workload), port })),
  };
}
