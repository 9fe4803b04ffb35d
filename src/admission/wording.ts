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
const head = ({ path, code, subject }: Pick<Finding, 'path' | 'code' | 'subject'>): string =>
  `${path.length === 0 ? subject.kind : formatPath(path)} [${code}]`;

/** The warnings of a verdict: each on one line, none twice, cut to what the API server passes on. */
export function warningsOf(
  findings: readonly Finding[],
  faults: readonly RuleFault[],
  partial: readonly PartialAnswer[] = [],
): string[] {
  if (findings.length + faults.length + partial.length === 0) return [];
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

/**
 * A warning of at most 120 characters that keeps its point: the whole text where it fits, else the rule and what is
 * wrong, followed by as much of the path as there is room for.
 */
function warningText({ accepted, message, brief = message, ...finding }: Finding): string {
  const because = accepted === undefined ? '' : `accepted (${accepted}): `;
  const whole = oneLine(`${head(finding)}: ${because}${message}`);
  if (whole.length <= WARNING_LIMIT) return whole;
  const rule = `[${finding.code}] ${accepted === undefined ? '' : 'accepted: '}`;
  const path = oneLine(formatPath(finding.path));
  for (const text of new Set([message, brief])) {
    const start = oneLine(`${rule}${text}`);
    const room = WARNING_LIMIT - start.length - ' ()'.length;
    if (path !== '' && room >= Math.min(path.length, SHORTEST_PATH)) return `${start} (${elide(path, room)})`;
  }
  return cutAtWord(oneLine(`${rule}${brief}`), WARNING_LIMIT);
}

/** So much of a path tells still where one has to look. */
const SHORTEST_PATH = 16;

/** Its beginning and its end, which say the most, with an ellipsis between them where it is longer than `limit`. */
function elide(path: string, limit: number): string {
  if (path.length <= limit) return path;
  const end = Math.ceil((limit - 1) * 0.6);
  return `${wholeCharacters(path.slice(0, limit - 1 - end))}…${path.slice(-end).replace(/^[\uDC00-\uDFFF]/, '')}`;
}

const oneLine = (text: string): string => escapeControls(text.replaceAll(/\s*\n\s*/g, ' '));

/** The first `limit` characters, with an ellipsis where something is missing; never half a surrogate pair. */
const cut = (text: string, limit: number): string =>
  text.length <= limit ? text : `${wholeCharacters(text.slice(0, limit - 1))}…`;

/** The same, ending with a whole word, unless that word is very long. */
function cutAtWord(text: string, limit: number): string {
  const kept = cut(text, limit);
  if (kept === text) return text;
  const space = kept.lastIndexOf(' ');
  return space < limit - LONG_WORD ? kept : `${kept.slice(0, space)} …`;
}

const LONG_WORD = 24;

const wholeCharacters = (text: string): string => text.replace(/[\uD800-\uDBFF]$/, '');
