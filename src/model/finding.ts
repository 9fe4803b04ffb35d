/**
 * Findings: everything that Gatehouse says about an object (product description, section 1).
 *
 * A finding is data. Its text is rendered from `params` by the rule that reported it; its identity is its
 * fingerprint, which holds no list index, text or uid, so that it survives reordering and a recreated object.
 */
import type { JsonPath } from './json.js';
import { refKey, type ObjectRef } from './object-ref.js';

/** `deny` refuses the object at admission, `warn` is an admission warning, `info` shows in `lint` only. */
export type Severity = 'deny' | 'warn' | 'info';

export const SEVERITIES: readonly Severity[] = ['deny', 'warn', 'info'];

/** Whose rule it is: Linkerd's own controller refuses this too, or only Gatehouse does. */
export type Origin = 'linkerd' | 'gatehouse';

export type Params = Readonly<Record<string, unknown>>;

export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly origin: Origin;
  readonly subject: ObjectRef;
  /** Where in the subject; empty when the object as a whole is meant. */
  readonly path: JsonPath;
  /** Which message of the rule, and what it is about. */
  readonly messageId: string;
  readonly params: Params;
  readonly message: string;
  /** The message in few words, where it is long: for warnings, of which the API server passes on 120 characters. */
  readonly brief?: string;
  readonly hint?: string;
  /** Other objects involved. */
  readonly related: readonly ObjectRef[];
  /** The reason given in the object's `gatehouse.dev/accept` annotation, where that turned a deny into a warn. */
  readonly accepted?: string;
  /** True when a rule failed to run: a fault of ours, answered with code 500. */
  readonly fault?: true;
}

/**
 * The identity of a finding: code, subject, message and params, with list indices taken out of the path.
 * Two findings with one fingerprint are the same fault before and after an edit.
 */
export function fingerprint(
  finding: Pick<Finding, 'code' | 'subject' | 'path' | 'messageId' | 'params'>,
): string {
  const path = finding.path.map((segment) => (typeof segment === 'number' ? '*' : segment));
  return JSON.stringify([
    finding.code,
    refKey(finding.subject),
    path,
    finding.messageId,
    stableEntries(finding.params),
  ]);
}

/** Params whose name begins with `$` are shown, but say nothing about which fault it is. */
const stableEntries = (params: Params): [string, unknown][] =>
  Object.entries(params)
    .filter(([name]) => !name.startsWith('$'))
    .sort(([a], [b]) => (a < b ? -1 : 1));

const RANK: Record<Severity, number> = { deny: 0, warn: 1, info: 2 };

/** Whether `severity` is at least as grave as `threshold`. */
export const atLeast = (severity: Severity, threshold: Severity): boolean =>
  RANK[severity] <= RANK[threshold];

/** The graver findings first, otherwise in the order in which they were found. */
export const bySeverity = (a: Finding, b: Finding): number => RANK[a.severity] - RANK[b.severity];
