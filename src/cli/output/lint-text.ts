/** `lint -o text`: for people; coloured on a terminal only. */
import pc from 'picocolors';
import type { LintResult, LocatedFinding } from '../../app/lint.js';
import { SEVERITIES, type Severity } from '../../model/finding.js';
import { formatPath } from '../../model/json.js';
import { formatRef } from '../../model/object-ref.js';
import { count, escapeControls } from '../../model/text.js';

type Colours = ReturnType<typeof pc.createColors>;

const LABEL: Record<Severity, string> = { deny: 'deny', warn: 'warn', info: 'info' };

export function lintText(result: LintResult, colour: boolean): string {
  const colours = pc.createColors(colour);
  const blocks = result.findings.map((located) => block(located, colours));
  return `${blocks.map((text) => `${text}\n\n`).join('')}${summary(result, colours)}\n`;
}

/** A finding as text shows it: the place and the rule, then what is wrong, then what to write instead. */
export function block({ finding, file, line, column }: LocatedFinding, colours: Colours): string {
  const { severity, code, subject, path, message, hint, accepted } = finding;
  const at = line === 0 ? file : `${file}:${String(line)}:${String(column)}`;
  const place = colours.bold(escapeControls(at));
  const accept = accepted === undefined ? '' : ` (accepted: ${escapeControls(accepted)})`;
  const where = path.length === 0 ? '' : `${escapeControls(formatPath(path))}: `;
  const head = `${place}  ${paint(colours, severity)(LABEL[severity])}  ${code}  ${escapeControls(formatRef(subject))}${accept}`;
  const lines = [head, `    ${where}${escapeControls(message)}`];
  if (hint !== undefined) lines.push(`    ${colours.dim(`hint: ${escapeControls(hint)}`)}`);
  return lines.join('\n');
}

const paint = (colours: Colours, severity: Severity): ((text: string) => string) =>
  ({ deny: colours.red, warn: colours.yellow, info: colours.cyan })[severity];

/** How many objects were looked at, and how many findings there are. */
export function summary({ findings, objects }: LintResult, colours: Colours): string {
  const looked = `${count(objects.length, 'policy object')} looked at`;
  if (findings.length === 0) return colours.green(`${looked}, nothing to report`);
  const parts = SEVERITIES.flatMap((severity) => {
    const n = findings.filter(({ finding }) => finding.severity === severity).length;
    return n === 0 ? [] : [paint(colours, severity)(`${String(n)} ${LABEL[severity]}`)];
  });
  return `${looked}: ${parts.join(', ')}`;
}
