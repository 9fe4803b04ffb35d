/** `expect -o text`: for people; coloured on a terminal only. */
import pc from 'picocolors';
import type { CheckedAssertion } from '../../app/expect/check.js';
import { count, escapeControls } from '../../model/text.js';
import type { ClusterSettings } from '../../model/world.js';
import { explainText } from './explain-text.js';
import { assertionName, checkedWords, expectedWords, othersWords } from './expect-wording.js';

interface Options {
  readonly file: string;
  readonly settings: ClusterSettings;
  readonly colour: boolean;
}

export function expectText(checked: readonly CheckedAssertion[], options: Options): string {
  const blocks = checked.map((one) => block(one, options));
  return `${blocks.join('')}\n${summary(checked, options)}\n`;
}

function block(checked: CheckedAssertion, options: Options): string {
  const colours = pc.createColors(options.colour);
  const name = escapeControls(assertionName(checked.assertion));
  switch (checked.status) {
    case 'holds':
      return `${colours.green('ok')}    ${name} (${checkedWords(checked)})\n`;
    case 'skipped':
      return `${colours.yellow('skip')}  ${name} (it is about nothing)\n`;
    case 'fails': {
      const place = `${options.file}:${String(checked.line)}:${String(checked.column)}`;
      const head = `${colours.red('FAIL')}  ${colours.bold(name)} (${escapeControls(place)})`;
      return `${head}\n${indented(failureText(checked, options))}\n`;
    }
  }
}

/** Why an assertion fails: what was expected, the call that shows it as `explain` has it, and where else it fails. */
export function failureText(checked: CheckedAssertion, options: Omit<Options, 'file'>): string {
  const [first] = checked.failing;
  const explanation = first?.explanation();
  const others = othersWords(checked);
  return [
    ...(explanation === undefined
      ? ['not proven: patterns leave it open whether there is a request that does otherwise']
      : [`${expectedWords(checked)}:`, '', explainText(explanation, options).trimEnd()]),
    ...(others === '' ? [] : ['', escapeControls(others)]),
  ].join('\n');
}

const indented = (text: string): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? '' : `      ${line}`))
    .join('\n');

function summary(checked: readonly CheckedAssertion[], { colour }: Options): string {
  const colours = pc.createColors(colour);
  const of = (status: CheckedAssertion['status']): number =>
    checked.filter((one) => one.status === status).length;
  const [holding, failing, skipped] = [of('holds'), of('fails'), of('skipped')];
  const parts = [
    `${String(holding)} ${holding === 1 ? 'holds' : 'hold'}`,
    ...(failing === 0 ? [] : [`${String(failing)} ${failing === 1 ? 'fails' : 'fail'}`]),
    ...(skipped === 0 ? [] : [`${String(skipped)} ${skipped === 1 ? 'is' : 'are'} about nothing`]),
  ];
  const text = `${count(checked.length, 'assertion')}: ${parts.join(', ')}`;
  return failing === 0 ? colours.green(text) : colours.red(text);
}
