/**
 * Decides a review: a pure function from request, world and settings to a verdict. Same object and same view
 * give the same verdict; a dry run is judged like any other request.
 */
import type { Finding } from '../model/finding.js';
import { isObject, member, type JsonObject } from '../model/json.js';
import { definitionOf, GATEWAY_GROUP, kindOf, toSubject, versionOf, type KindId } from '../schema/index.js';
import { judge, type Judgement, type Judging as RuleJudging, type RuleFault } from '../rules/run.js';
import { InternTable } from '../policy/objects/intern.js';
import { project } from '../policy/objects/project.js';
import type { StoredObject } from '../policy/objects/stored.js';
import { viewAfter } from '../policy/view.js';
import type { Change } from '../rules/rule.js';
import type { Review } from './review.js';
import { denyMessage, warningsOf } from './wording.js';

/** 403 for every rule; 400 for what cannot be read; 500 when a rule of ours failed to run. Never 409. */
export type DenyCode = 400 | 403 | 500;

export interface Verdict {
  readonly allowed: boolean;
  /** Set on a deny. */
  readonly code?: DenyCode;
  readonly message?: string;
  readonly warnings: readonly string[];
  readonly auditAnnotations: Readonly<Record<string, string>>;
  readonly findings: readonly Finding[];
  readonly faults: readonly RuleFault[];
  /** The rules that were not asked for want of a cluster. */
  readonly skipped: readonly string[];
  /** Why the object was let through without judgement, for metrics. */
  readonly passed?: Passed;
}

export type Passed = 'connect' | 'delete' | 'subresource' | 'deleting' | 'unknown-kind' | 'unknown-version';

const allow = (passed?: Passed): Verdict => ({
  allowed: true,
  warnings: [],
  auditAnnotations: {},
  findings: [],
  faults: [],
  skipped: [],
  ...(passed === undefined ? {} : { passed }),
});

/** What a review is judged against; `before` is the state without the change. */
export type Judging = Omit<RuleJudging, 'lint' | 'rules' | 'after'>;

/** Judges a review. */
export function decide(review: Review, judging: Judging): Verdict {
  const kind = kindOf(review.group, review.kind);
  const passed = passes(review, kind);
  if (passed !== undefined || kind === undefined) return allow(passed ?? 'unknown-kind');
  if (review.object === undefined) return malformed(`${review.operation} needs \`request.object\``);
  if (member(review.object, 'metadata') !== undefined && !isObject(member(review.object, 'metadata'))) {
    return malformed('`metadata` must be an object');
  }
  const names = { name: review.name, ...(review.namespace === '' ? {} : { namespace: review.namespace }) };
  const after = toSubject(kind, review.version, review.object, names);
  const before =
    review.operation === 'UPDATE' && review.oldObject !== undefined
      ? toSubject(kind, review.version, review.oldObject, names)
      : undefined;
  const operation = review.operation === 'UPDATE' ? 'UPDATE' : 'CREATE';
  const change = { operation, after, ...(before === undefined ? {} : { before }) } as Change;
  const { object } = review;
  const view = viewAfter(judging.before, () => [{ type: 'applied', object: stored(kind, review, object) }]);
  return toVerdict(judge(change, { ...judging, lint: false, after: view }));
}

/** The object as it would be stored: under the names of the request, which a manifest may leave out. */
export function stored(kind: KindId, { name, namespace }: Review, object: JsonObject): StoredObject {
  const metadata = { ...(member(object, 'metadata') as JsonObject | undefined), name, namespace };
  const result = project(kind, { ...object, metadata }, new InternTable());
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

/** Requests that are admitted whatever they hold (webhook-operations, section 1). */
function passes(review: Review, kind: KindId | undefined): Passed | undefined {
  if (review.operation === 'CONNECT') return 'connect';
  if (review.subResource !== '') return 'subresource';
  if (kind === undefined) return 'unknown-kind';
  if (review.operation === 'DELETE') return 'delete';
  if (typeof member(member(review.object, 'metadata'), 'deletionTimestamp') === 'string') return 'deleting';
  return isNewGatewayVersion(kind, review.version) ? 'unknown-version' : undefined;
}

/** A version of a Gateway API kind that we do not know: admitted unread (product description, section 2). */
function isNewGatewayVersion(kind: KindId, version: string): boolean {
  const definition = definitionOf(kind);
  return definition.group === GATEWAY_GROUP && versionOf(definition, version) === undefined;
}

/** A refusal of what cannot be judged at all. */
export const malformed = (message: string): Verdict => ({ ...allow(), allowed: false, code: 400, message });

function toVerdict(judgement: Judgement): Verdict {
  const { findings, faults, skipped, partial } = judgement;
  const auditAnnotations = audit(judgement);
  const denials = findings.filter(({ severity }) => severity === 'deny');
  // Rules that look at the same kinds lack the same: one of them says so.
  const warnings = warningsOf(findings, faults, partial.slice(0, 1));
  if (denials.length === 0) return { ...allow(), warnings, findings, faults, skipped, auditAnnotations };
  const code = denials.every(({ fault }) => fault === true) ? 500 : 403;
  return {
    allowed: false,
    code,
    message: denyMessage(denials),
    warnings,
    auditAnnotations,
    findings,
    faults,
    skipped,
  };
}

/** The codes that denied, those that an acceptance let pass, those not judged, and what was not seen, for the audit log. */
function audit({ findings, skipped, partial }: Judgement): Record<string, string> {
  // The usual review has nothing to tell.
  if (findings.length + skipped.length + partial.length === 0) return {};
  const codes = (list: readonly Finding[]): string => [...new Set(list.map(({ code }) => code))].join(',');
  const entries = {
    rule: codes(findings.filter(({ severity }) => severity === 'deny')),
    accepted: codes(findings.filter((finding) => finding.accepted !== undefined)),
    'rules-not-judged': skipped.join(','),
    'kinds-not-read': [...new Set(partial.flatMap(({ kinds }) => kinds))].join(','),
  };
  return Object.fromEntries(Object.entries(entries).filter(([, text]) => text !== ''));
}
