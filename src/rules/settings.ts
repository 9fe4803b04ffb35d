/** What an operator decides about rules: severities, leniency and acceptance, for all or for named namespaces. */
import type { Severity } from '../model/finding.js';
import type { Rule } from './rule.js';

export type RuleSeverity = Severity | 'off';
export type Enforce = 'deny' | 'warn';

export interface NamespaceSettings {
  readonly enforce?: Enforce;
  readonly rules?: ReadonlyMap<string, RuleSeverity>;
}

export interface AcceptSettings {
  readonly codes: readonly string[];
  /** `*` stands for all. */
  readonly namespaces: readonly string[];
}

export interface RuleSettings {
  readonly enforce: Enforce;
  readonly rules: ReadonlyMap<string, RuleSeverity>;
  readonly namespaces: ReadonlyMap<string, NamespaceSettings>;
  readonly accept: readonly AcceptSettings[];
}

export const DEFAULT_RULE_SETTINGS: RuleSettings = Object.freeze({
  enforce: 'deny',
  rules: new Map(),
  namespaces: new Map(),
  accept: [{ codes: ['server/overlap', 'selector/exactly-one'], namespaces: ['*'] }],
});

/** The severity of a rule's message in a namespace, before acceptance and before what UPDATE forgives. */
export function severityIn(
  settings: RuleSettings,
  namespace: string,
  rule: Pick<Rule, 'code'>,
  declared: Severity,
): RuleSeverity {
  const own = settings.namespaces.get(namespace);
  const severity = own?.rules?.get(rule.code) ?? settings.rules.get(rule.code) ?? declared;
  return severity === 'deny' ? (own?.enforce ?? settings.enforce) : severity;
}

/** The codes that objects of a namespace may accept. */
export function acceptableIn(settings: RuleSettings, namespace: string): readonly string[] {
  return settings.accept.flatMap(({ codes, namespaces }) =>
    namespaces.includes('*') || namespaces.includes(namespace) ? codes : [],
  );
}
