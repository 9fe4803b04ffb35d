import { describe, expect, it } from '@jest/globals';
import type { Severity } from '../../src/model/finding.js';
import { formatPath, type JsonPath } from '../../src/model/json.js';
import { CATALOGUE, CODES, ruleOf } from '../../src/rules/catalogue.js';
import {
  defineRule,
  gatehouse,
  linkerd,
  type NoParams,
  type Rule,
  type RuleContext,
  type Scope,
} from '../../src/rules/rule.js';
import { judge, toFinding, type Judging } from '../../src/rules/run.js';
import { DEFAULT_RULE_SETTINGS, type RuleSettings } from '../../src/rules/settings.js';
import { mkJudging } from '../builders.js';
import { judgeCase, mkChange, mkObject, type Case } from './harness.js';

const server = (spec: string, metadata = '{}'): string =>
  `{kind: Server, metadata: ${metadata}, spec: ${spec}}`;
const accept = (text: string): string => `{annotations: {gatehouse.dev/accept: ${JSON.stringify(text)}}}`;
const FINE = '{podSelector: {matchLabels: {}}, port: 80}';
const EMPTY = '{podSelector: {}, port: 80}';
const ZERO = '{podSelector: {matchLabels: {}}, port: 0}';

const lines = (given: Case, rules?: readonly Rule[], lint = false): string[] =>
  judgeCase(given, rules, lint).findings.map(
    ({ severity, code, path, messageId }) => `${severity} ${code} ${formatPath(path)}: ${messageId}`,
  );

interface Told {
  readonly check: (
    context: RuleContext<'policy.linkerd.io/Server'>,
    report: (id: 'theirs' | 'ours' | 'mild', path: JsonPath, params: NoParams) => void,
  ) => void;
  readonly severity?: Severity;
  readonly scope?: Scope;
}

/** A rule for Servers that does as it is told. */
const mkRule = ({ severity = 'deny', scope = 'object', check }: Told): Rule =>
  defineRule({
    code: 'test/rule',
    summary: 'a rule for tests',
    kinds: ['policy.linkerd.io/Server'],
    messages: {
      theirs: linkerd(() => ({ message: 'theirs' })),
      ours: gatehouse(() => ({ message: 'ours' })),
      mild: gatehouse(() => ({ message: 'mild' }), 'info'),
    },
    severity,
    scope,
    check,
  });

describe('the catalogue', () => {
  it('names each code once, and finds a rule by it', () => {
    expect(new Set(CODES).size).toBe(CODES.length);
    for (const rule of CATALOGUE) expect(ruleOf(rule.code)).toBe(rule);
    expect(ruleOf('constructor')).toBeUndefined();
  });

  it('cannot be changed', () => {
    expect(Object.isFrozen(CATALOGUE) && CATALOGUE.every((rule) => Object.isFrozen(rule))).toBe(true);
  });

  it('describes each rule by a line of its own', () => {
    for (const { code, summary } of CATALOGUE) {
      expect(code).toMatch(/^[a-z-]+\/[a-z-]+$/);
      expect(summary).not.toMatch(/[.\n]$|^[A-Z](?![A-Z])(?!LSRoute)/);
    }
    expect(new Set(CATALOGUE.map(({ summary }) => summary)).size).toBe(CATALOGUE.length);
  });
});

describe('judging', () => {
  it('reports all findings of an object together, the gravest first, then in order of the catalogue', () => {
    const spec = '{podSelector: {}, port: 0, proxyProtocol: x, accessPolicy: y}';
    expect(lines({ object: server(spec, accept('selector/exactly-one why not\nx y')) })).toEqual([
      'deny server/port spec.port: number',
      'deny server/proxy-protocol spec.proxyProtocol: unknown',
      'deny server/access-policy spec.accessPolicy: unknown',
      'warn selector/exactly-one spec.podSelector: none',
      'warn accept/annotation metadata.annotations["gatehouse.dev/accept"]: unknown',
    ]);
  });

  it('asks the rules of lint only for lint', () => {
    const object = server('{podSelector: {matchLabels: {}}, port: 80, color: red}');
    expect(lines(object)).toEqual([]);
    expect(lines(object, undefined, true)).toEqual(['warn schema/unknown-field spec.color: unknown']);
  });

  it('asks no other rule about a gateway route that Linkerd cannot read', () => {
    const route =
      '{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, spec: {rules: [{matches: [{path: {value: a}}]}], parentRefs: 5}}';
    expect(lines(route)).toEqual(['warn schema/type spec.parentRefs: unreadable']);
  });

  it('says nothing of an object that is deleted', () => {
    const change = { ...mkChange(mkObject(server(ZERO))), operation: 'DELETE' as const };
    expect(judge(change, mkJudging()).findings).toEqual([]);
    expect(judge({ operation: 'DELETE' }, mkJudging()).findings).toEqual([]);
  });

  it('reports at most 100 findings of one rule, whatever the object holds', () => {
    const identities = Array.from({ length: 5_000 }, (_, i) => `A${String(i)}`);
    const object = `{kind: MeshTLSAuthentication, spec: {identities: ${JSON.stringify(identities)}}}`;
    const { findings } = judgeCase(object);
    expect(findings.length).toBe(100);
    expect(findings.at(-1)?.path).toEqual(['spec', 'identities', 99]);
  });

  it('gives the same answer to the same question', () => {
    const object = server('{podSelector: {}, port: 0}', accept('x y'));
    expect(judgeCase(object)).toEqual(judgeCase(object));
  });
});

describe('severities', () => {
  const given = (over: Partial<RuleSettings>, namespace = 'app'): Case => ({
    object: server(EMPTY, `{namespace: ${namespace}}`),
    settings: over,
  });
  const set = (severity: 'deny' | 'warn' | 'info' | 'off') => new Map([['selector/exactly-one', severity]]);

  it.each(['deny', 'warn', 'info'] as const)('can be set to %s', (severity) => {
    expect(lines(given({ rules: set(severity) }))).toEqual([
      `${severity} selector/exactly-one spec.podSelector: none`,
    ]);
  });

  it('can be switched off', () => {
    expect(lines(given({ rules: set('off') }))).toEqual([]);
  });

  it('of a namespace come before those of all', () => {
    const over = { rules: set('off'), namespaces: new Map([['app', { rules: set('info') }]]) };
    expect(lines(given(over))).toEqual(['info selector/exactly-one spec.podSelector: none']);
    expect(lines(given(over, 'other'))).toEqual([]);
  });

  it('can make a refusal of a rule that only warns', () => {
    const object = server(FINE, accept('x y'));
    const rules = new Map([['accept/annotation', 'deny' as const]]);
    expect(lines({ object, settings: { rules } })).toEqual([
      'deny accept/annotation metadata.annotations["gatehouse.dev/accept"]: unknown',
    ]);
  });

  it('of a milder message stay milder, unless the rule is milder still', () => {
    const rule = mkRule({ severity: 'warn', check: (_, report) => report('mild', [], {}) });
    const asked = (severity: 'deny' | 'warn' | 'info' | 'off'): string[] =>
      lines({ object: server(FINE), settings: { rules: new Map([['test/rule', severity]]) } }, [rule]);
    expect(
      [asked('deny'), asked('warn'), asked('info'), asked('off')].flat().map((line) => line.split(' ')[0]),
    ).toEqual(['info', 'info', 'info']);
  });

  it('of a gateway route that cannot be read stay a warning', () => {
    const object = '{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, spec: 5}';
    expect(lines({ object, settings: { rules: new Map([['schema/type', 'deny']]) } })).toEqual([
      'warn schema/type spec: unreadable',
    ]);
    expect(lines({ object, settings: { rules: new Map([['schema/type', 'info']]) } })).toEqual([
      'info schema/type spec: unreadable',
    ]);
  });

  describe('under `enforce: warn`', () => {
    it('are warnings for all', () => {
      expect(lines(given({ enforce: 'warn' }))).toEqual(['warn selector/exactly-one spec.podSelector: none']);
    });

    it('are warnings for Linkerd’s own rules too', () => {
      expect(lines({ object: server(ZERO), settings: { enforce: 'warn' } })).toEqual([
        'warn server/port spec.port: number',
      ]);
    });

    it('are warnings for a rule that was set to deny', () => {
      expect(lines(given({ enforce: 'warn', rules: set('deny') }))).toEqual([
        'warn selector/exactly-one spec.podSelector: none',
      ]);
    });

    it('of info and off stay so', () => {
      expect(lines(given({ enforce: 'warn', rules: set('info') }))).toEqual([
        'info selector/exactly-one spec.podSelector: none',
      ]);
      expect(lines(given({ enforce: 'warn', rules: set('off') }))).toEqual([]);
    });

    it('hold for the namespaces that say so, and not for those that say otherwise', () => {
      const over = {
        enforce: 'warn' as const,
        namespaces: new Map([['strict', { enforce: 'deny' as const }]]),
      };
      expect(lines(given(over))).toEqual(['warn selector/exactly-one spec.podSelector: none']);
      expect(lines(given(over, 'strict'))).toEqual(['deny selector/exactly-one spec.podSelector: none']);
      expect(lines(given({ namespaces: new Map([['app', { enforce: 'warn' }]]) }))).toEqual([
        'warn selector/exactly-one spec.podSelector: none',
      ]);
    });

    it('are not looked up on a prototype', () => {
      expect(lines(given({}, 'constructor'))).toEqual(['deny selector/exactly-one spec.podSelector: none']);
    });
  });
});

// Which acceptances there are and what each kind of line does: accept/annotation.test.ts.
describe('acceptance', () => {
  it('keeps its reason with the finding', () => {
    for (const line of [
      'selector/exactly-one all pods are meant',
      'selector/exactly-one until 2026-12-01 all  pods are meant',
    ]) {
      const [finding] = judgeCase(server(EMPTY, accept(line))).findings;
      expect([finding?.severity, finding?.accepted]).toEqual(['warn', 'all pods are meant']);
    }
  });

  it('is by default allowed for two codes, in every namespace', () => {
    expect(DEFAULT_RULE_SETTINGS.accept).toEqual([
      { codes: ['server/overlap', 'selector/exactly-one'], namespaces: ['*'] },
    ]);
  });

  it('leaves a finding that is no refusal as grave as it is', () => {
    const given = { object: server(EMPTY, accept('selector/exactly-one all pods are meant')) };
    const rules = new Map([['selector/exactly-one', 'info' as const]]);
    const [finding] = judgeCase({ ...given, settings: { rules } }).findings;
    expect([finding?.severity, finding?.accepted]).toEqual(['info', 'all pods are meant']);
  });

  it('covers only what Gatehouse adds where a rule is Linkerd’s too', () => {
    const rule = mkRule({
      check(_, report) {
        report('theirs', [], {});
        report('ours', [], {});
      },
    });
    const object = server(FINE, accept('test/rule because'));
    const accepting = [{ codes: ['test/rule'], namespaces: ['*'] }];
    expect(lines({ object, settings: { accept: accepting } }, [rule])).toEqual([
      'deny test/rule : theirs',
      'warn test/rule : ours',
    ]);
  });

  it('does not excuse a rule that failed to run', () => {
    const rule = mkRule({
      check() {
        throw new Error('bug');
      },
    });
    const object = server(FINE, accept('test/rule because'));
    const accepting = [{ codes: ['test/rule'], namespaces: ['*'] }];
    expect(lines({ object, settings: { accept: accepting } }, [rule])).toEqual(['deny test/rule : fault']);
  });
});

describe('an update', () => {
  const update = (before: string, object: string): string[] => lines({ before, object });

  describe('that changes the spec', () => {
    it('is refused for what did not hold before', () => {
      expect(update(server(FINE), server(ZERO))).toEqual(['deny server/port spec.port: number']);
    });

    it('is warned of what held before', () => {
      expect(update(server(ZERO), server('{podSelector: {matchLabels: {a: b}}, port: 0}'))).toEqual([
        'warn server/port spec.port: number',
      ]);
    });

    it('is refused for a fault of the same rule with another value', () => {
      expect(update(server(ZERO), server('{podSelector: {matchLabels: {}}, port: 70000}'))).toEqual([
        'deny server/port spec.port: number',
      ]);
    });

    it('is warned of what held and refused for what is new, at once', () => {
      expect(update(server(ZERO), server('{podSelector: {}, port: 0}'))).toEqual([
        'deny selector/exactly-one spec.podSelector: none',
        'warn server/port spec.port: number',
      ]);
    });

    it('is not refused for the order of a list', () => {
      const identities = (...list: string[]): string =>
        `{kind: MeshTLSAuthentication, spec: {identities: ${JSON.stringify(list)}}}`;
      expect(update(identities('A', 'b', 'C'), identities('C', 'A'))).toEqual([
        'warn identity/syntax spec.identities[0]: identity',
        'warn identity/syntax spec.identities[1]: identity',
      ]);
    });

    it('is refused for one more fault that looks like an old one', () => {
      const overrides = (n: number): string =>
        `{kind: HTTPLocalRateLimitPolicy, spec: {targetRef: {group: policy.linkerd.io, kind: Server, name: web}, overrides: [${Array.from({ length: n }, () => '{requestsPerSecond: 0, clientRefs: []}').join(', ')}]}}`;
      expect(update(overrides(2), overrides(3))).toEqual([
        'deny rate-limit/limits spec.overrides[2].requestsPerSecond: zero',
        'warn rate-limit/limits spec.overrides[0].requestsPerSecond: zero',
        'warn rate-limit/limits spec.overrides[1].requestsPerSecond: zero',
      ]);
    });

    it('may repair one of several faults', () => {
      expect(update(server('{podSelector: {}, port: 0}'), server(EMPTY))).toEqual([
        'warn selector/exactly-one spec.podSelector: none',
      ]);
    });
  });

  describe('that changes nothing that rules read', () => {
    it('passes without judgement', () => {
      expect(update(server(ZERO), server(ZERO))).toEqual([]);
    });

    it('passes when members of the spec only changed places', () => {
      expect(update(server(ZERO), server('{port: 0, podSelector: {matchLabels: {}}}'))).toEqual([]);
    });

    it('passes with new finalizers, a new status and annotations that no rule reads', () => {
      const after = `{kind: Server, metadata: {finalizers: [x], annotations: {note: y}}, spec: ${ZERO}, status: {a: 1}}`;
      expect(update(server(ZERO), after)).toEqual([]);
    });

    it('passes with an annotation that no rule reads beside one that a rule would warn of', () => {
      const bad = 'gatehouse.dev/accept: x';
      expect(
        update(server(FINE, `{annotations: {${bad}}}`), server(FINE, `{annotations: {${bad}, note: y}}`)),
      ).toEqual([]);
    });

    it('passes with new labels on a kind whose labels no rule reads', () => {
      const route = (metadata: string): string =>
        `{kind: HTTPRoute, metadata: ${metadata}, spec: {rules: 5}}`;
      expect(update(route('{}'), route('{labels: {a: b}}'))).toEqual([]);
    });

    it('passes whether labels are absent, null or empty', () => {
      expect(update(server(ZERO), server(ZERO, '{labels: {}, annotations: null}'))).toEqual([]);
    });
  });

  describe('that changes labels alone', () => {
    it('gets warnings', () => {
      expect(update(server(ZERO), server(ZERO, '{labels: {a: b}}'))).toEqual([
        'warn server/port spec.port: number',
      ]);
    });

    it('gets warnings even of what is new', () => {
      const rule = mkRule({
        check({ subject }, report) {
          if (subject.labels.has('a')) report('ours', ['metadata', 'labels', 'a'], {});
        },
      });
      const given = { before: server(FINE), object: server(FINE, '{labels: {a: b}}') };
      expect(lines(given, [rule])).toEqual(['warn test/rule metadata.labels.a: ours']);
      expect(lines({ ...given, object: server(ZERO, '{labels: {a: b}}') }, [rule])).toEqual([
        'deny test/rule metadata.labels.a: ours',
      ]);
    });
  });

  describe('that changes annotations alone', () => {
    const route = (limit: string, path = '/a'): string =>
      `{kind: HTTPRoute, metadata: {annotations: {retry.linkerd.io/limit: "${limit}"}}, spec: {parentRefs: [{group: core, kind: Service, name: s}], rules: [{matches: [{path: {value: ${path}}}]}]}}`;

    it('gets the rules that read annotations, and no others', () => {
      expect(update(route('1', 'a'), route('x', 'a'))).toEqual([
        'deny route/annotations metadata.annotations["retry.linkerd.io/limit"]: value',
      ]);
    });

    it('is warned of an annotation that was bad before', () => {
      const after = route('x').replace('annotations: {', 'annotations: {timeout.linkerd.io/idle: 1s, ');
      expect(update(route('x'), after)).toEqual([
        'warn route/annotations metadata.annotations["retry.linkerd.io/limit"]: value',
      ]);
    });

    it('may add an acceptance of what it does not judge', () => {
      expect(update(server(EMPTY), server(EMPTY, accept('selector/exactly-one all pods are meant')))).toEqual(
        [],
      );
    });

    it('is told of an acceptance that is none', () => {
      expect(update(server(EMPTY), server(EMPTY, accept('selector/exactly-one')))).toEqual([
        'warn accept/annotation metadata.annotations["gatehouse.dev/accept"]: malformed',
      ]);
    });
  });

  it('that changes labels and annotations is warned of its spec and refused for its annotations', () => {
    const route = (metadata: string): string => `{kind: Server, metadata: ${metadata}, spec: ${ZERO}}`;
    const rules = new Map([['accept/annotation', 'deny' as const]]);
    const given = {
      before: route('{}'),
      object: route('{labels: {a: b}, annotations: {gatehouse.dev/accept: x}}'),
    };
    expect(lines({ ...given, settings: { rules } })).toEqual([
      'deny accept/annotation metadata.annotations["gatehouse.dev/accept"]: malformed',
      'warn server/port spec.port: number',
    ]);
  });

  it('without the old object is judged as if it were new', () => {
    const change = { ...mkChange(mkObject(server(ZERO))), operation: 'UPDATE' as const };
    expect(judge(change, mkJudging()).findings.map(({ severity }) => severity)).toEqual(['deny']);
  });
});

describe('a rule that throws', () => {
  const bug = new Error('bug');
  const throwing = (over: { severity?: Severity } = {}): Rule =>
    mkRule({
      ...over,
      check(_, report) {
        report('ours', ['spec'], {});
        throw bug;
      },
    });
  const asked = (rule: Rule, over: Partial<Judging> = {}, object = server(FINE)) =>
    judge(mkChange(mkObject(object)), mkJudging({ rules: [rule], ...over }));

  it('denies by a fault of ours, if it is a rule that denies', () => {
    const { findings, faults } = asked(throwing());
    const fault = findings.find((finding) => finding.fault === true);
    expect(fault).toMatchObject({
      code: 'test/rule',
      severity: 'deny',
      origin: 'gatehouse',
      messageId: 'fault',
      path: [],
      message: 'this rule failed to run, so the object cannot be judged',
      hint: 'this is a fault of Gatehouse; switch the rule off in its configuration to go on, and report it',
    });
    expect(faults).toEqual([{ code: 'test/rule', severity: 'deny', error: bug }]);
  });

  it.each(['warn', 'info'] as const)(
    'is listed and otherwise left out, if it is a rule of severity %s',
    (severity) => {
      const { findings, faults } = asked(throwing({ severity }));
      expect(findings.filter((finding) => finding.fault === true || finding.severity === 'deny')).toEqual([]);
      expect(faults).toEqual([{ code: 'test/rule', severity, error: bug }]);
    },
  );

  it('is left out under `enforce: warn`', () => {
    const { findings, faults } = asked(throwing(), {
      settings: { ...DEFAULT_RULE_SETTINGS, enforce: 'warn' },
    });
    expect(findings.some(({ severity }) => severity === 'deny')).toBe(false);
    expect(faults.map(({ severity }) => severity)).toEqual(['warn']);
  });

  it('is not asked when it is switched off', () => {
    const off = { ...DEFAULT_RULE_SETTINGS, rules: new Map([['test/rule', 'off' as const]]) };
    expect(asked(throwing(), { settings: off })).toMatchObject({ findings: [], faults: [] });
  });

  it('denies an update too, although it threw for the old object as well', () => {
    const change = mkChange(mkObject(server(ZERO)), mkObject(server(FINE)));
    const { findings, faults } = judge(change, mkJudging({ rules: [throwing()] }));
    expect(findings.some(({ severity, fault }) => severity === 'deny' && fault === true)).toBe(true);
    expect(faults.length).toBe(1);
  });

  it('does not keep the others from being asked', () => {
    const { findings } = judge(
      mkChange(mkObject(server(ZERO))),
      mkJudging({ rules: [throwing({ severity: 'warn' }), ruleOf('server/port')!] }),
    );
    expect(findings.map(({ code }) => code)).toContain('server/port');
  });
});

describe('rules that look at other objects', () => {
  const rule = mkRule({ scope: 'cluster', check: (_, report) => report('ours', [], {}) });

  it('are named, not asked, while there is no cluster to look at', () => {
    const { findings, skipped } = judge(
      mkChange(mkObject(server(FINE))),
      mkJudging({ rules: [rule], cluster: false }),
    );
    expect([findings, skipped]).toEqual([[], ['test/rule']]);
  });

  it('are asked otherwise', () => {
    const { findings, skipped } = judge(mkChange(mkObject(server(FINE))), mkJudging({ rules: [rule] }));
    expect([findings.length, skipped]).toEqual([1, []]);
  });

  it('make no acceptance unused by not being asked', () => {
    const object = mkObject(server(FINE, accept('server/overlap replaces web')));
    expect(judge(mkChange(object), mkJudging({ cluster: false })).findings).toEqual([]);
  });
});

it('a rule that reports what it has no message for is a bug', () => {
  const rule = mkRule({ check: () => undefined });
  expect(() =>
    toFinding(rule, 'constructor', [], {}, DEFAULT_RULE_SETTINGS, { ref: { group: '', kind: '', name: '' } }),
  ).toThrow('test/rule has no message constructor');
});
