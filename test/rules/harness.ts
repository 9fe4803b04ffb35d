/**
 * One rule alone over objects in small YAML, and everything that it finds, exactly.
 *
 * An object may leave out `apiVersion` (the newest of a policy.linkerd.io kind is meant) and `metadata` (an object
 * `it` in the namespace `app`). An expected finding is one line, `path: messageId`, after its severity where that
 * is not deny: `warn spec.port: digits`.
 */
import { describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { warningsOf } from '../../src/admission/index.js';
import { formatPath, isObject, member, type JsonObject } from '../../src/model/json.js';
import type { Finding } from '../../src/model/finding.js';
import type { World } from '../../src/model/world.js';
import { InternTable } from '../../src/policy/objects/intern.js';
import { project } from '../../src/policy/objects/project.js';
import type { Batch } from '../../src/policy/ports.js';
import { apply, EMPTY_STATE, type State } from '../../src/policy/state/state.js';
import { viewAfter, viewOf } from '../../src/policy/view.js';
import { judge, type Judgement } from '../../src/rules/run.js';
import type { Change, Rule } from '../../src/rules/rule.js';
import { DEFAULT_RULE_SETTINGS, type RuleSettings } from '../../src/rules/settings.js';
import { definitionOf, hubVersion, kindOf, POLICY_GROUP, toSubject } from '../../src/schema/index.js';
import { mkJudging, mkWorld } from '../builders.js';

export interface Given {
  /** The object as it would be stored. */
  readonly object: string;
  /** The object as it is stored now: makes the change an UPDATE. */
  readonly before?: string;
  /** Other objects that are there, as YAML documents. */
  readonly cluster?: string;
  /** Rules that are asked beside the one under test; their findings are listed too. */
  readonly beside?: readonly Rule[];
  readonly world?: Partial<World>;
  readonly settings?: Partial<RuleSettings>;
}
export type Case = string | Given;

export interface RuleCases {
  /** Objects that the rule has nothing to say about, by what they show. */
  readonly accepts: Readonly<Record<string, Case>>;
  /** Objects and all that the rule finds in them, in order. */
  readonly reports: Readonly<Record<string, readonly [Case, string, ...string[]]>>;
  /** What a user reads, `path [code]: message` and the hint on a line of its own: each message of the rule once. */
  readonly reads: readonly (readonly [Case, string])[];
}

/** The object of a YAML text, with `apiVersion` and `metadata` filled in. */
export const mkObject = (yaml: string): JsonObject => complete(parse(yaml));

function complete(given: unknown): JsonObject {
  if (!isObject(given) || typeof given['kind'] !== 'string') {
    throw new Error(`no object with a kind: ${JSON.stringify(given)}`);
  }
  const kind = kindOf(POLICY_GROUP, given['kind']);
  const apiVersion = kind === undefined ? 'v1' : `${POLICY_GROUP}/${hubVersion(definitionOf(kind)).name}`;
  const metadata = member(given, 'metadata');
  return {
    apiVersion,
    ...given,
    metadata: { name: 'it', namespace: 'app', ...(isObject(metadata) ? metadata : {}) },
  };
}

interface ApiObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
}

/** The object decoded as its own kind and version. */
export function mkSubject(object: JsonObject) {
  const { apiVersion, kind: name, metadata } = object as unknown as ApiObject;
  const [group = '', version = ''] = apiVersion.split('/');
  const kind = kindOf(group, name);
  if (kind === undefined) throw new Error(`no kind ${group}/${name}`);
  return toSubject(kind, version, object, { name: metadata.name, namespace: metadata.namespace });
}

/** The change that stores `after`, in the place of `before` where that is given. */
export function mkChange(after: JsonObject, before?: JsonObject): Change {
  return {
    operation: before === undefined ? 'CREATE' : 'UPDATE',
    after: mkSubject(after),
    ...(before === undefined ? {} : { before: mkSubject(before) }),
  };
}

/** The objects of several YAML documents. */
export const mkObjects = (yaml: string): JsonObject[] =>
  parseAllDocuments(yaml).map((document) => complete(document.toJS()));

const TABLE = new InternTable();

const batchOf = (objects: readonly JsonObject[]): Batch =>
  objects.flatMap((object): Batch => {
    const { apiVersion, kind } = object as unknown as ApiObject;
    const id =
      apiVersion === 'v1' ? (`core/${kind}` as 'core/Pod') : kindOf(apiVersion.split('/')[0] ?? '', kind);
    const stored = project(id ?? 'core/Pod', object, TABLE);
    return stored.ok ? [{ type: 'applied', object: stored.value }] : [];
  });

export const mkState = (objects: readonly JsonObject[]): State => apply(EMPTY_STATE, batchOf(objects));

/** What `rules` say about an object; `lint` runs the rules of lint too. */
export function judgeCase(given: Case, rules?: readonly Rule[], lint = true): Judgement {
  const { object, before, cluster, world, settings }: Given =
    typeof given === 'string' ? { object: given } : given;
  const after = mkObject(object);
  const stored = before === undefined ? undefined : mkObject(before);
  const others = cluster === undefined ? [] : mkObjects(cluster);
  const view = viewOf(mkState(stored === undefined ? others : [...others, stored]));
  return judge(
    mkChange(after, stored),
    mkJudging({
      lint,
      before: view,
      after: viewAfter(view, () => batchOf([after])),
      world: mkWorld(world),
      settings: { ...DEFAULT_RULE_SETTINGS, ...settings },
      ...(rules === undefined ? {} : { rules }),
    }),
  );
}

/** The findings of one rule and of those beside it; a rule that throws fails the test. */
export function findingsOf(rule: Rule, given: Case): readonly Finding[] {
  const beside = typeof given === 'string' ? [] : (given.beside ?? []);
  const { findings, faults } = judgeCase(given, [rule, ...beside]);
  for (const { error } of faults) throw error;
  return findings;
}

/** `path: messageId`, after a severity other than deny and a code other than the rule's. */
export function lineOf(finding: Finding, rule: Pick<Rule, 'code'>): string {
  const code = finding.code === rule.code ? '' : `${finding.code} `;
  const severity = finding.severity === 'deny' ? '' : `${finding.severity} `;
  return `${severity}${code}${formatPath(finding.path)}: ${finding.messageId}`;
}

/** A finding as `kubectl` shows it. */
export function textOf({ code, path, message, hint }: Finding): string {
  return `${formatPath(path)} [${code}]: ${message}${hint === undefined ? '' : `\n  ${hint}`}`;
}

/** Declares the tests of one rule. */
export function testRule(rule: Rule, { accepts, reports, reads }: RuleCases): void {
  describe(rule.code, () => {
    describe('accepts', () => {
      it.each(Object.entries(accepts))('%s', (_, given) => {
        expect(findingsOf(rule, given).map((finding) => lineOf(finding, rule))).toEqual([]);
      });
    });

    describe('reports', () => {
      it.each(Object.entries(reports))('%s', (_, [given, ...expected]) => {
        const findings = findingsOf(rule, given);
        expect(findings.map((finding) => lineOf(finding, rule))).toEqual(expected);
        findings.forEach(expectStyle);
      });
    });

    it('says what is wrong and what to write instead', () => {
      for (const [given, text] of reads) {
        const findings = findingsOf(rule, given);
        expect(findings.map(textOf).join('\n')).toBe(text);
        findings.forEach(expectStyle);
      }
    });

    it('keeps its point in the 120 characters of a warning', () => {
      const findings = reads.flatMap(([given]) => findingsOf(rule, given));
      for (const finding of findings) {
        const warned = { ...finding, severity: 'warn' as const };
        const accepted = { ...warned, accepted: 'the migration needs it until it is done' };
        for (const given of finding.origin === 'linkerd' ? [warned] : [warned, accepted]) {
          const [text = ''] = warningsOf([given], []);
          expect({
            text,
            whole: [finding.message, finding.brief].some((point) => text.includes(point ?? '…')),
          }).toEqual({
            text,
            whole: true,
          });
        }
      }
    });

    it('has each of its messages tested', () => {
      const shown = reads.flatMap(([given]) =>
        findingsOf(rule, given).flatMap(({ code, messageId }) => (code === rule.code ? [messageId] : [])),
      );
      expect([...new Set(shown)].sort()).toEqual(Object.keys(rule.messages).sort());
    });
  });
}

/** Lower case, no full stop, no line break (style guide, section 6); names keep their capitals. */
function expectStyle({ message, hint }: Finding): void {
  for (const text of [message, ...(hint === undefined ? [] : [hint])]) {
    expect(text).toMatch(/^(?:[a-z"`[{0-9-]|Linkerd|Gatehouse|Server ")/);
    expect(text).not.toMatch(/[.\s]$|[\n\r\u0000-\u001f]/);
  }
}
