/** The text that a user reads after `kubectl apply`, within the API server's limits (webhook-operations, section 1). */
import type { Finding } from '../model/finding.js';
import { formatPath } from '../model/json.js';
import { andList, count, escapeControls } from '../model/text.js';
import type { PartialAnswer, RuleFault } from '../rules/run.js';

const MESSAGE_LIMIT = 2_048;
const WARNINGS = 10;
const WARNING_LIMIT = 120;
const WARNINGS_LIMIT = 1_200;

/**
 * All denials, one after the other: `path [code]: message` and, on its own line, the hint. What does not fit is
 * counted, never cut in the middle.
 */
export function denyMessage(denials: readonly Finding[]): string {
  const blocks = denials.map((finding) => {
    const hint = finding.hint === undefined ? '' : `\n  ${oneLine(finding.hint)}`;
    return `${head(finding)}: ${oneLine(finding.message)}${hint}`;
  });
  let text = '';
  for (const [i, block] of blocks.entries()) {
    const rest = blocks.length - i;
    const more = `\n… and ${count(rest, 'more problem')}; \`gatehouse lint\` shows all`;
    const next = text === '' ? block : `${text}\n${block}`;
    const room = MESSAGE_LIMIT - (rest > 1 ? more.length : 0);
    if (next.length > room) return text === '' ? cut(block, MESSAGE_LIMIT) : text + more;
    text = next;
  }
  return text;
}

/** `spec.port [server/port]`; an object as a whole is named by its kind. */
const head = ({ path, code, subject }: Finding): string =>
  `${path.length === 0 ? subject.kind : formatPath(path)} [${code}]`;

/** The warnings of a verdict: each on one line, none twice, cut to what the API server passes on. */
export function warningsOf(
  findings: readonly Finding[],
  faults: readonly RuleFault[],
  partial: readonly PartialAnswer[] = [],
): string[] {
  const texts = [
    // First, so that no number of other warnings can hide it.
    ...partial.map(
      ({ code, kinds }) => `[${code}] judged without ${andList(kinds)}: Gatehouse may not read them`,
    ),
    ...findings.flatMap((finding) => (finding.severity === 'warn' ? [warningText(finding)] : [])),
    ...faults.flatMap(({ code, severity }) =>
      severity === 'deny' ? [] : [`[${code}] this rule failed to run and was left out`],
    ),
  ];
  const unique = [...new Set(texts.map((text) => cut(oneLine(text), WARNING_LIMIT)))];
  const kept: string[] = [];
  let total = 0;
  for (const [i, text] of unique.entries()) {
    const rest = unique.length - i;
    const last = kept.length === WARNINGS - 1 && rest > 1;
    const more = `… and ${count(rest, 'more warning')}; \`gatehouse lint\` shows all`;
    if (last || total + text.length > WARNINGS_LIMIT - (rest > 1 ? more.length : 0)) return [...kept, more];
    kept.push(text);
    total += text.length;
  }
  return kept;
}

function warningText(finding: Finding): string {
  const accepted = finding.accepted === undefined ? '' : `accepted (${finding.accepted}): `;
  return `${head(finding)}: ${accepted}${finding.message}`;
}

const oneLine = (text: string): string => escapeControls(text.replaceAll(/\s*\n\s*/g, ' '));

/** The first `limit` characters, with an ellipsis where something is missing; never half a surrogate pair. */
function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
