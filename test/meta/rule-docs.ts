/** What pages and tables say of a rule, made from the rule itself; `scripts/rule-table.mjs` writes it into them. */
import { CATALOGUE } from '../../src/rules/catalogue.js';
import type { Rule } from '../../src/rules/rule.js';
import { acceptableIn, DEFAULT_RULE_SETTINGS } from '../../src/rules/settings.js';
import { KIND_IDS } from '../../src/schema/index.js';

/** The generated part of `text` between `<!-- name -->` and `<!-- /name -->`, or undefined where there is none. */
export function blockOf(text: string, name: string): string | undefined {
  return new RegExp(`<!-- ${name} -->\n(.*?)<!-- /${name} -->`, 's').exec(text)?.[1];
}

/** `text` with that part replaced. */
export const withBlock = (text: string, name: string, block: string): string =>
  text.replace(
    new RegExp(`(<!-- ${name} -->\n).*?(<!-- /${name} -->)`, 's'),
    (_, start: string, end: string) => `${start}${block}${end}`,
  );

/** A line for each rule of the catalogue; `pages` is where the pages are, seen from the document. */
export function ruleTable(pages: string): string {
  const rows = CATALOGUE.map((rule) =>
    row([
      `[\`${rule.code}\`](${pages}${rule.code}.md)`,
      `${rule.severity}${rule.lintOnly ? ' (lint)' : ''}`,
      rule.summary,
      whose(rule),
    ]),
  );
  return [row(['rule', 'severity', 'what it finds', 'whose']), '|---|---|---|---|', ...rows, ''].join('\n');
}

/** What every page says under its first paragraph. */
export function factsOf(rule: Rule): string {
  return [
    `- Severity: \`${rule.severity}\`${rule.lintOnly ? ', in `gatehouse lint` only' : ''}`,
    `- Kinds: ${kindsOf(rule)}`,
    `- Linkerd's rules: ${sourcesOf(rule)}`,
    `- Acceptable in the object: ${acceptance(rule)}`,
    '',
  ].join('\n');
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const originsOf = ({ messages }: Rule): ReadonlySet<string> =>
  new Set(Object.values(messages).map(({ origin }) => origin));

function whose(rule: Rule): string {
  const origins = originsOf(rule);
  if (!origins.has('linkerd')) return 'Gatehouse';
  return origins.has('gatehouse') ? 'Linkerd, and more' : 'Linkerd';
}

const kindsOf = ({ kinds }: Rule): string =>
  kinds.length === KIND_IDS.length
    ? 'all'
    : kinds
        .map((id) => {
          const [group, kind = ''] = id.split('/');
          return group === 'gateway.networking.k8s.io' ? `${kind} (Gateway API)` : kind;
        })
        .join(', ');

/** Section names and syntaxes of the reference, such as CIDR, are no rules. */
const numbered = ({ sources }: Rule): readonly string[] =>
  sources.filter((source) => /-\d+$|^PARSE$/.test(source));

function sourcesOf(rule: Rule): string {
  const sources = numbered(rule).join(', ');
  const origins = originsOf(rule);
  if (!origins.has('linkerd'))
    return sources === '' ? 'none; Gatehouse’s own' : `none; Gatehouse’s own (about ${sources})`;
  return origins.has('gatehouse') ? `${sources}; the rest is Gatehouse’s own` : sources;
}

function acceptance(rule: Rule): string {
  if (rule.severity !== 'deny') return 'there is nothing to accept; it refuses nothing';
  const origins = originsOf(rule);
  if (!origins.has('gatehouse')) return 'no, since Linkerd refuses it too';
  const configured = 'if the configuration lists the code under `accept`';
  if (origins.has('linkerd')) return `only Gatehouse’s part, and only ${configured}`;
  return acceptableIn(DEFAULT_RULE_SETTINGS, '').includes(rule.code) ? 'yes' : `only ${configured}`;
}
