/**
 * The runner: asks the rules about a change and makes findings of their reports. It alone knows severities,
 * acceptance, and that an UPDATE does not punish what already held (architecture, 2).
 */
import { atLeast, bySeverity, fingerprint, type Finding } from '../model/finding.js';
import { jsonEqual, type JsonPath } from '../model/json.js';
import { nearest } from '../model/nearest.js';
import type { World } from '../model/world.js';
import type { StoredKind } from '../policy/objects/kinds.js';
import type { View } from '../policy/view.js';
import type { KindId } from '../schema/index.js';
import { acceptAnnotation } from './accept/annotation.js';
import { ACCEPT_ANNOTATION, parseAcceptances, type Acceptance } from './accept/parse.js';
import { CATALOGUE, CODES, ruleOf } from './catalogue.js';
import type { Change, Message, Rule } from './rule.js';
import { isUnreadable, schemaType } from './schema/type.js';
import { acceptableIn, severityIn, type RuleSettings } from './settings.js';

export interface Judging {
  readonly world: World;
  readonly settings: RuleSettings;
  readonly before: View;
  readonly after: View;
  /** Whether the rules that only `lint` asks are asked too. */
  readonly lint: boolean;
  /** Whether the rules that look at other objects are asked; default true. Without, `skipped` names them. */
  readonly cluster?: boolean;
  /** Kinds that we may not read. Rules that look at them are asked all the same, and `partial` names them. */
  readonly unread?: readonly StoredKind[];
  /** Default: all of them. */
  readonly rules?: readonly Rule[];
}

/** A rule that threw: a fault of ours. */
export interface RuleFault {
  readonly code: string;
  readonly severity: 'deny' | 'warn' | 'info' | 'off';
  readonly error: unknown;
}

export interface Judgement {
  /** The gravest first, then in the order of the catalogue. */
  readonly findings: readonly Finding[];
  readonly faults: readonly RuleFault[];
  /** The rules that should have been asked, but need other objects. */
  readonly skipped: readonly string[];
  /** The rules that were asked without objects that they look at. */
  readonly partial: readonly PartialAnswer[];
}

/** A rule that was asked, and the kinds of which it saw nothing. */
export interface PartialAnswer {
  readonly code: string;
  readonly kinds: readonly StoredKind[];
}

type Subject = NonNullable<Change['after']>;

/** Findings of one rule about one object; an object of 3 MB could earn a million. */
const LIMIT = 100;

const NOTHING: Judgement = Object.freeze({ findings: [], faults: [], skipped: [], partial: [] });

/** Judges the object that a change would store. DELETE is not judged: nothing is stored. */
export function judge(change: Change, judging: Judging): Judgement {
  const { after, before, operation } = change;
  if (after === undefined || operation === 'DELETE') return NOTHING;
  const edit = operation === 'UPDATE' && before !== undefined ? editOf(before, after) : undefined;
  if (edit?.nothing === true) return NOTHING;
  const asked = edit?.annotationsOnly === true ? 'annotations' : 'all';
  const log = emptyLog();
  const found = ask(change, judging, asked, log);
  const accepted = accept(found, after, judging, (code) => asked === 'all' && !log.skipped.includes(code));
  if (edit === undefined || before === undefined) return finish(accepted, log);
  // What held for the old object, and what only a label changed, is no reason to refuse.
  const oldJudging = { ...judging, after: judging.before };
  const old = ask({ operation: 'CREATE', after: before }, oldJudging, asked, emptyLog());
  const held = new Tally(old.map(fingerprint));
  const forgiven = accepted.map((finding) => {
    const known = held.take(fingerprint(finding));
    return finding.severity === 'deny' && finding.fault === undefined && (known || edit.labelsOnly(finding))
      ? { ...finding, severity: 'warn' as const }
      : finding;
  });
  return finish(forgiven, log);
}

/** How often each fingerprint was there: a second fault that looks like an old one is a new one. */
class Tally {
  readonly #counts = new Map<string, number>();

  constructor(fingerprints: readonly string[]) {
    for (const print of fingerprints) this.#counts.set(print, (this.#counts.get(print) ?? 0) + 1);
  }

  /** Whether there is one left, which is then taken. */
  take(print: string): boolean {
    const count = this.#counts.get(print) ?? 0;
    if (count > 0) this.#counts.set(print, count - 1);
    return count > 0;
  }
}

/** What the asking of rules brought besides findings. */
interface AskLog {
  readonly faults: RuleFault[];
  readonly skipped: string[];
  readonly partial: PartialAnswer[];
}

const emptyLog = (): AskLog => ({ faults: [], skipped: [], partial: [] });

const finish = (findings: readonly Finding[], log: AskLog): Judgement => ({
  findings: [...findings].sort(bySeverity),
  ...log,
});

/** What an UPDATE changes, of the parts that rules read. */
function editOf(before: Subject, after: Subject) {
  const spec = !jsonEqual(before.raw['spec'], after.raw['spec']) || before.version !== after.version;
  const labels = !sameEntries(before.labels, after.labels, () => readsLabels(after));
  const annotations = !sameEntries(before.annotations, after.annotations, (key) =>
    readsAnnotation(after, key),
  );
  return {
    nothing: !spec && !labels && !annotations,
    annotationsOnly: !spec && !labels,
    /** Whether the finding can only come from what a label edit touches. */
    labelsOnly: (finding: Finding): boolean => !spec && finding.path[1] !== 'annotations',
  };
}

const readsLabels = ({ kind }: { kind: Rule['kinds'][number] }): boolean =>
  kind === 'policy.linkerd.io/Server';
const readsAnnotation = ({ kind }: { kind: Rule['kinds'][number] }, key: string): boolean =>
  CATALOGUE.some((rule) => rule.kinds.includes(kind) && rule.reads.annotation?.(key) === true);

function sameEntries(
  a: ReadonlyMap<string, string>,
  b: ReadonlyMap<string, string>,
  reads: (key: string) => boolean,
): boolean {
  const keys = new Set([...a.keys(), ...b.keys()]);
  for (const key of keys) if (a.get(key) !== b.get(key) && reads(key)) return false;
  return true;
}

/** Asks every rule that has something to say about the object. */
function ask(change: Change, judging: Judging, what: 'all' | 'annotations', log: AskLog): Finding[] {
  const subject = change.after;
  if (subject === undefined) return [];
  const { world, settings, before, after } = judging;
  const namespace = subject.ref.namespace ?? '';
  const unreadable = isUnreadable(subject);
  const findings: Finding[] = [];
  for (const rule of rulesFor(subject.kind, judging.rules)) {
    if (rule.lintOnly && !judging.lint) continue;
    if (what === 'annotations' && rule.reads.annotation === undefined) continue;
    if (unreadable && rule !== schemaType && !rule.lintOnly) continue;
    const severity = severityIn(settings, namespace, rule, rule.severity);
    if (severity === 'off') continue;
    if (rule.scope === 'cluster' && judging.cluster === false) {
      log.skipped.push(rule.code);
      continue;
    }
    const kinds = rule.looksAt.filter((kind) => judging.unread?.includes(kind));
    if (kinds.length > 0) log.partial.push({ code: rule.code, kinds });
    try {
      rule.check({ change, subject, before, after, world }, reporter(rule, settings, subject, findings));
    } catch (error) {
      log.faults.push({ code: rule.code, severity, error });
      if (severity === 'deny') findings.push(faultOf(rule, subject));
    }
  }
  return findings;
}

/** Puts what a rule reports among the findings. */
function reporter(
  rule: Rule,
  settings: RuleSettings,
  subject: Subject,
  findings: Finding[],
): Parameters<Rule['check']>[1] {
  let reported = 0;
  return (id, path, params, related = []) => {
    if ((reported += 1) > LIMIT) return;
    const finding = toFinding(rule, id, path, params, settings, subject, related);
    if (finding !== undefined) findings.push(finding);
  };
}

const byKind = new Map<KindId, readonly Rule[]>();

/** The rules about a kind; most of the catalogue is about others. */
function rulesFor(kind: KindId, given: readonly Rule[] | undefined): readonly Rule[] {
  if (given !== undefined) return given.filter(({ kinds }) => kinds.includes(kind));
  let rules = byKind.get(kind);
  if (rules === undefined) byKind.set(kind, (rules = CATALOGUE.filter(({ kinds }) => kinds.includes(kind))));
  return rules;
}

/** A finding of `rule`, rendered; undefined where the operator switched it off. */
export function toFinding(
  rule: Rule,
  messageId: string,
  path: JsonPath,
  params: Finding['params'],
  settings: RuleSettings,
  subject: { readonly ref: Finding['subject'] },
  related: Finding['related'] = [],
): Finding | undefined {
  const message = messageOf(rule, messageId);
  const resolved = severityIn(settings, subject.ref.namespace ?? '', rule, rule.severity);
  // A milder message of a grave rule stays milder, whatever the rule is set to.
  const severity =
    resolved !== 'off' && message.severity !== undefined && atLeast(resolved, message.severity)
      ? message.severity
      : resolved;
  if (severity === 'off') return undefined;
  const { message: text, brief, hint } = message.render(params);
  return {
    code: rule.code,
    severity,
    origin: message.origin,
    subject: subject.ref,
    path,
    messageId,
    params,
    message: text,
    ...(brief === undefined ? {} : { brief }),
    ...(hint === undefined ? {} : { hint }),
    related,
  };
}

function messageOf(rule: Rule, id: string): Message {
  const message = Object.hasOwn(rule.messages, id) ? rule.messages[id] : undefined;
  if (message === undefined) throw new Error(`${rule.code} has no message ${id}`);
  return message;
}

/** A deny rule that threw denies: a crafted object must not be able to buy its admission with our bug. */
const faultOf = (rule: Rule, subject: { readonly ref: Finding['subject'] }): Finding => ({
  code: rule.code,
  severity: 'deny',
  origin: 'gatehouse',
  subject: subject.ref,
  path: [],
  messageId: 'fault',
  params: {},
  message: 'this rule failed to run, so the object cannot be judged',
  hint: 'this is a fault of Gatehouse; switch the rule off in its configuration to go on, and report it',
  related: [],
  fault: true,
});

/** Applies the object's acceptances: an accepted deny becomes a warn; one that does nothing is a finding. */
function accept(
  found: readonly Finding[],
  subject: Subject,
  judging: Judging,
  wasAsked: (code: string) => boolean,
): Finding[] {
  const text = subject.annotations.get(ACCEPT_ANNOTATION);
  if (text === undefined) return [...found];
  const { world, settings } = judging;
  const namespace = subject.ref.namespace ?? '';
  const allowed = acceptableIn(settings, namespace);
  const valid = parseAcceptances(text).acceptances.filter(
    ({ until }) => until === undefined || until >= world.today,
  );
  const extra: Finding[] = [];
  const report = (id: string, params: Finding['params']): void => {
    const path = ['metadata', 'annotations', ACCEPT_ANNOTATION];
    const finding = toFinding(acceptAnnotation, id, path, params, settings, subject);
    if (finding !== undefined) extra.push(finding);
  };
  const usable = new Map<string, Acceptance>();
  for (const acceptance of valid) {
    const { code } = acceptance;
    const about = found.filter((finding) => finding.code === code);
    if (ruleOf(code) === undefined && !allowed.includes(code))
      report('unknown', { code, near: nearest(code, CODES) });
    else if (about.length === 0) {
      if (wasAsked(code)) report('unused', { code });
    } else if (about.every(({ origin }) => origin === 'linkerd')) report('linkerd', { code });
    else if (!allowed.includes(code)) report('forbidden', { code, allowed });
    else usable.set(code, acceptance);
  }
  return [
    ...found.map((finding): Finding => {
      const acceptance = usable.get(finding.code);
      if (acceptance === undefined || finding.origin === 'linkerd' || finding.fault === true) return finding;
      const severity = finding.severity === 'deny' ? 'warn' : finding.severity;
      return { ...finding, severity, accepted: acceptance.reason };
    }),
    ...extra,
  ];
}
