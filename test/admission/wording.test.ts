import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { denyMessage, warningsOf } from '../../src/admission/index.js';
import type { Finding, Severity } from '../../src/model/finding.js';
import type { JsonPath } from '../../src/model/json.js';

const mkFinding = (over: Partial<Finding> = {}): Finding => ({
  code: 'server/port',
  severity: 'deny',
  origin: 'linkerd',
  subject: { group: 'policy.linkerd.io', kind: 'Server', namespace: 'app', name: 'web' },
  path: ['spec', 'port'],
  messageId: 'number',
  params: {},
  message: 'too small',
  related: [],
  ...over,
});
const denials = (n: number, message = 'x'.repeat(100)): Finding[] =>
  Array.from({ length: n }, (_, i) => mkFinding({ path: ['spec', i], message }));
const warnings = (n: number, message = 'too small'): Finding[] =>
  denials(n, message).map((finding) => ({ ...finding, severity: 'warn' }));

describe('the message of a refusal', () => {
  it('begins with the field and the rule, and puts the hint on a line of its own', () => {
    expect(denyMessage([mkFinding({ hint: 'write more' })])).toBe(
      'spec.port [server/port]: too small\n  write more',
    );
  });

  it('names the object by its kind where it means the whole of it', () => {
    expect(denyMessage([mkFinding({ path: [] })])).toBe('Server [server/port]: too small');
  });

  it('holds all denials', () => {
    expect(denyMessage([mkFinding(), mkFinding({ code: 'a/b', hint: 'c' })])).toBe(
      'spec.port [server/port]: too small\nspec.port [a/b]: too small\n  c',
    );
  });

  it('counts what does not fit, and cuts none in the middle', () => {
    const message = denyMessage(denials(50));
    const lines = message.split('\n');
    expect(message.length).toBeLessThanOrEqual(2_048);
    expect(
      lines.slice(0, -1).every((line, i) => line === `spec[${String(i)}] [server/port]: ${'x'.repeat(100)}`),
    ).toBe(true);
    expect(lines.at(-1)).toBe(
      `… and ${String(50 - lines.length + 1)} more problems; \`gatehouse lint\` shows all`,
    );
  });

  it('counts one in the singular', () => {
    const two = [mkFinding({ message: 'a'.repeat(1_900) }), mkFinding({ message: 'b'.repeat(200) })];
    expect(denyMessage(two).split('\n').at(-1)).toBe('… and 1 more problem; `gatehouse lint` shows all');
  });

  it('uses its last character', () => {
    const room = 2_048 - 'spec.port [server/port]: '.length;
    expect(denyMessage([mkFinding({ message: 'x'.repeat(room) })])).toHaveLength(2_048);
    expect(denyMessage([mkFinding({ message: 'x'.repeat(room) })]).endsWith('x')).toBe(true);
    expect(denyMessage([mkFinding({ message: 'x'.repeat(room + 1) })]).endsWith('x…')).toBe(true);
  });

  it('uses its last character for the last of several, and the one before for none', () => {
    const first = mkFinding({ message: 'x'.repeat(500) });
    const room = 2_048 - denyMessage([first]).length - '\nspec.port [server/port]: '.length;
    const second = (length: number): Finding => mkFinding({ message: 'y'.repeat(length) });
    expect(denyMessage([first, second(room)])).toHaveLength(2_048);
    expect(denyMessage([first, second(room)])).toMatch(/y$/);
    expect(denyMessage([first, second(room + 1)])).toMatch(/x\n… and 1 more problem/);
  });

  it('does not outgrow the limit to count the rest', () => {
    const long = mkFinding({ message: 'x'.repeat(2_040 - 'spec.port [server/port]: '.length) });
    expect(denyMessage([long, mkFinding()]).length).toBeLessThanOrEqual(2_048);
  });

  it('lets no text write lines of its own', () => {
    const text = denyMessage([
      mkFinding({
        message: 'a\nspec.port [ok]: fine\u001b[2J\u202e',
        hint: 'b\r\n  c',
        path: ['spec', 'a\nb\u009b'],
      }),
    ]);
    expect(text).toBe('spec["a\\nb\\u009b"] [server/port]: a spec.port [ok]: fine\\u001b[2J\\u202e\n  b c');
  });
});

describe('warnings', () => {
  it('are the warnings alone, in order, without their hints', () => {
    const list = (['warn', 'deny', 'info', 'warn'] as Severity[]).map((severity, i) =>
      mkFinding({ severity, path: ['spec', i], hint: 'no' }),
    );
    expect(warningsOf(list, [])).toEqual([
      'spec[0] [server/port]: too small',
      'spec[3] [server/port]: too small',
    ]);
  });

  it('say why an acceptance let something pass', () => {
    expect(warningsOf([mkFinding({ severity: 'warn', accepted: 'we migrate' })], [])).toEqual([
      'spec.port [server/port]: accepted (we migrate): too small',
    ]);
  });

  it('name the rules that failed, but for those that deny by it', () => {
    const fault = (code: string, severity: 'deny' | 'warn' | 'info') => ({
      code,
      severity,
      error: new Error('x'),
    });
    expect(warningsOf([], [fault('a/b', 'warn'), fault('c/d', 'deny'), fault('e/f', 'info')])).toEqual([
      '[a/b] this rule failed to run and was left out',
      '[e/f] this rule failed to run and was left out',
    ]);
  });

  it('are said once each', () => {
    const same = warnings(1)[0]!;
    expect(warningsOf([same, same, mkFinding({ severity: 'warn', message: 'other' })], [])).toHaveLength(2);
  });

  it('that differ only behind the cut are said once', () => {
    const list = ['a', 'b'].map((end) =>
      mkFinding({ severity: 'warn', message: `${'x'.repeat(120)}${end}` }),
    );
    expect(warningsOf(list, [])).toHaveLength(1);
  });

  const one = (over: Partial<Finding>) => warningsOf([mkFinding({ severity: 'warn', ...over })], [])[0]!;

  it('name rule and fault first, and the path behind, where the whole has no room', () => {
    const room = 120 - 'spec.port [server/port]: '.length;
    expect(one({ message: 'x'.repeat(room) })).toBe(`spec.port [server/port]: ${'x'.repeat(room)}`);
    const accepted = { message: 'x'.repeat(room - 20), accepted: 'we migrate to something else' };
    expect(one(accepted)).toBe(`[server/port] accepted: ${'x'.repeat(room - 20)} (spec.port)`);
  });

  it('leave out the middle of a path, as little as need be', () => {
    const path = ['metadata', 'annotations', 'gatehouse.dev/accept'];
    expect(one({ path, message: 'x'.repeat(70) })).toBe(
      `[server/port] ${'x'.repeat(70)} (metadata.ann…tehouse.dev/accept"])`,
    );
    expect(one({ path, message: 'x'.repeat(70) })).toHaveLength(120);
    const cut = one({ path: ['a', '\u{1f600}'.repeat(40)], message: 'x'.repeat(70) });
    expect(Buffer.from(cut).toString()).toBe(cut);
  });

  it('take the message in few words where the whole leaves no room for a path', () => {
    const brief = 'too small';
    expect(one({ message: 'x'.repeat(96), brief })).toBe('[server/port] too small (spec.port)');
    expect(
      one({ message: 'x'.repeat(200), brief, path: ['spec', 'a'.repeat(50), 'b'.repeat(50), 'c'] }),
    ).toHaveLength(120);
  });

  it('are cut at 120 characters, behind a word', () => {
    const start = '[server/port] ';
    expect(one({ message: 'x'.repeat(200) })).toBe(`${start}${'x'.repeat(119 - start.length)}…`);
    expect(one({ message: `${'x'.repeat(119 - start.length - 8)} thesewordshere` })).toBe(
      `${start}${'x'.repeat(119 - start.length - 8)} …`,
    );
    expect(one({ message: `${'x'.repeat(118 - start.length)}\u{1f600}${'x'.repeat(90)}` })).toHaveLength(119);
  });

  it('are at most ten, of which the last counts the rest', () => {
    expect(warningsOf(warnings(10), [])).toHaveLength(10);
    expect(warningsOf(warnings(10), []).at(-1)).toBe('spec[9] [server/port]: too small');
    expect(warningsOf(warnings(12), []).slice(8)).toEqual([
      'spec[8] [server/port]: too small',
      '… and 3 more warnings; `gatehouse lint` shows all',
    ]);
  });

  it('begin with no word that kubectl adds itself, and hold no control characters', () => {
    const [text] = warningsOf(
      [mkFinding({ severity: 'warn', message: 'a\n b\u0007', path: ['spec', 'x\ty'] })],
      [],
    );
    expect(text).toBe('spec["x\\ty"] [server/port]: a b\\u0007');
  });
});

it('holds the limits of the API server whatever is found', () => {
  const text = fc.string({ unit: 'binary', maxLength: 160 });
  const path = fc.array(fc.oneof(fc.constantFrom('spec', 'a.b/c'), fc.nat(9), text), { maxLength: 4 });
  const finding = fc
    .record({
      severity: fc.constantFrom<Severity>('deny', 'warn'),
      path,
      message: text,
      hint: text,
      accepted: text,
    })
    .map((over) => mkFinding(over as Partial<Finding> & { path: JsonPath }));
  fc.assert(
    fc.property(fc.array(finding, { minLength: 1, maxLength: 14 }), (findings) => {
      const message = denyMessage(findings);
      expect(message.length).toBeLessThanOrEqual(2_048);
      expect(message).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
      const list = warningsOf(findings, []);
      expect(list.length).toBeLessThanOrEqual(10);
      expect(list.join('').length).toBeLessThanOrEqual(1_200);
      expect(new Set(list).size).toBe(list.length);
      for (const warning of list) {
        expect(warning.length).toBeLessThanOrEqual(120);
        expect(warning).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]|^Warning:/);
      }
    }),
    { numRuns: 25 },
  );
});

it('takes time in proportion to the length of the texts', () => {
  const started = performance.now();
  const spaces = ' '.repeat(200_000);
  const finding = mkFinding({ severity: 'warn', path: ['spec', spaces] });
  warningsOf([finding], []);
  denyMessage([finding]);
  expect(performance.now() - started).toBeLessThan(1_000);
});
