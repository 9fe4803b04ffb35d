/** `lint -o github`: workflow commands, which GitHub Actions shows as annotations beside the lines of a change. */
import pc from 'picocolors';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { LintResult, LocatedFinding } from '../../app/lint.js';
import type { Severity } from '../../model/finding.js';
import { formatPath } from '../../model/json.js';
import { formatRef } from '../../model/object-ref.js';
import { escapeControls } from '../../model/text.js';
import { summary } from './lint-text.js';

const COMMAND: Record<Severity, 'error' | 'warning' | 'notice'> = {
  deny: 'error',
  warn: 'warning',
  info: 'notice',
};

/** A command for each finding, and the summary; files are named from `workspace`, where the repository is. */
export const lintGithub = (result: LintResult, workspace: string): string =>
  `${[
    ...result.findings.map((located) => command(located, workspace)),
    summary(result, pc.createColors(false)),
  ].join('\n')}\n`;

function command({ finding, file, line, column }: LocatedFinding, workspace: string): string {
  const { severity, code, subject, path, message, hint, accepted } = finding;
  const place = line === 0 || file === '-' ? {} : { file: inRepository(file, workspace), line, col: column };
  const properties = Object.entries({ ...place, title: `${code} ${formatRef(subject)}` })
    .map(([name, value]) => `${name}=${property(String(value))}`)
    .join(',');
  const where = path.length === 0 ? '' : `${formatPath(path)}: `;
  const accept = accepted === undefined ? [] : [`accepted: ${accepted}`];
  const lines = [`${where}${message}`, ...(hint === undefined ? [] : [`hint: ${hint}`]), ...accept];
  return `::${COMMAND[severity]} ${properties}::${data(lines.map(escapeControls).join('\n'))}`;
}

/** With forward slashes, as GitHub names files; a file outside of the repository keeps its path. */
function inRepository(file: string, workspace: string): string {
  const path = relative(workspace, resolve(file));
  const outside = isAbsolute(path) || path === '..' || path.startsWith(`..${sep}`);
  return (outside ? file : path).split(sep).join('/');
}

const data = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const property = (text: string): string =>
  data(escapeControls(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
