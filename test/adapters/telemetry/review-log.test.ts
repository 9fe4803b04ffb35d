import { describe, expect, it } from '@jest/globals';
import { observeAll } from '../../../src/adapters/telemetry/observers.js';
import { createReviewLog } from '../../../src/adapters/telemetry/review-log.js';
import { CATALOGUE } from '../../../src/rules/catalogue.js';
import { mkServer } from '../../builders.js';
import { Recorder } from '../http/harness.js';
import { mkLog, mkOutcome } from './harness.js';

const setUp = (level?: 'debug') => {
  const log = mkLog(level);
  return { ...log, reviews: createReviewLog(log.logger) };
};

describe('the log of reviews', () => {
  it('tells of a denial at info, with the fields of the contract', () => {
    const { reviews, lines } = setUp();
    const request = { userInfo: { username: 'jane', groups: ['system:masters'] }, dryRun: true };
    reviews.answered(mkOutcome({}, mkServer({ port: 0, podSelector: {} }), request));
    expect(lines()).toEqual([
      {
        time: '2026-11-22T00:00:00.000Z',
        level: 'info',
        msg: 'denied',
        component: 'webhook',
        uid: 'c5a9ff0c-0000-4000-8000-000000000001',
        operation: 'CREATE',
        group: 'policy.linkerd.io',
        version: 'v1beta3',
        kind: 'Server',
        namespace: 'app',
        name: 'web',
        dryRun: true,
        username: 'jane',
        decision: 'deny',
        code: 403,
        rule: 'selector/exactly-one,server/port',
        durationMs: 1.235,
        bodyBytes: 700,
        budgetMs: 4_500,
      },
    ]);
  });

  it('tells of every denial, and of allows only at debug', () => {
    const quiet = setUp();
    quiet.reviews.answered(mkOutcome());
    expect(quiet.lines()).toEqual([]);
    for (let i = 0; i < 3; i += 1) quiet.reviews.answered(mkOutcome({}, mkServer({ port: 0 })));
    expect(quiet.lines()).toHaveLength(3);
    const loud = setUp('debug');
    loud.reviews.answered(mkOutcome());
    expect(loud.lines()).toMatchObject([{ level: 'debug', msg: 'allowed', decision: 'allow', code: 200 }]);
  });

  it('never holds the object', () => {
    const { reviews, texts } = setUp('debug');
    for (const port of ['http', 0]) {
      reviews.answered(
        mkOutcome({}, mkServer({ port, podSelector: { matchLabels: { password: 'hunter2' } } })),
      );
    }
    expect(texts).toHaveLength(2);
    expect(texts.join('')).not.toContain('hunter2');
  });

  it('tells of a fault at error, with its stack, and of the denial it became', () => {
    const { reviews, lines } = setUp();
    reviews.answered(mkOutcome({ decision: 'deny', code: 500, fault: new Error('bug') }));
    expect(lines()).toMatchObject([
      {
        level: 'error',
        error: 'Error: bug',
        stack: expect.any(Array),
        uid: expect.any(String),
        kind: 'Server',
      },
      { level: 'info', msg: 'denied', code: 500 },
    ]);
  });

  it('tells of a rule that failed to run, once a second', () => {
    const { reviews, lines, clock } = setUp();
    const broken = {
      ...CATALOGUE.find(({ code }) => code === 'server/port')!,
      check: () => {
        throw new Error('bug');
      },
    };
    for (let i = 0; i < 3; i += 1) reviews.answered(mkOutcome({}, mkServer(), {}, { rules: [broken] }));
    expect(lines().filter(({ level }) => level === 'error')).toMatchObject([
      { rule: 'server/port', error: 'Error: bug' },
    ]);
    clock.advance(1_000);
    expect(lines()).toMatchObject([{ level: 'error', repeats: 2 }]);
  });

  it('tells of a kind that is not judged once a minute', () => {
    const { reviews, lines, clock } = setUp();
    const pod = { apiVersion: 'x/v1', kind: 'Pod', metadata: { name: 'p', namespace: 'app' } };
    for (let i = 0; i < 5; i += 1) reviews.answered(mkOutcome({}, { ...pod, kind: `Kind${String(i)}` }));
    expect(lines()).toMatchObject([{ level: 'info', kind: 'Kind0', decision: 'allow' }]);
    clock.advance(59_999);
    expect(lines()).toEqual([]);
    clock.advance(1);
    expect(lines()).toMatchObject([{ kind: 'Kind4', repeats: 4 }]);
  });

  it.each([
    [{ decision: 'retry', code: 503, shed: 'stale' }, 'stale'],
    [{ decision: 'refuse', code: 400, malformed: 'json' }, 'json'],
    [{ decision: 'abort', code: 499 }, undefined],
  ] as const)('tells of %j once a second, at warn', (over, reason) => {
    const { reviews, lines, clock } = setUp();
    for (let i = 0; i < 1_000; i += 1) reviews.answered(mkOutcome(over));
    const [line, ...more] = lines();
    expect(line).toMatchObject({ level: 'warn', decision: over.decision, code: over.code });
    expect(line!['reason']).toBe(reason);
    expect(more).toEqual([]);
    clock.advance(1_000);
    expect(lines()).toMatchObject([{ repeats: 999 }]);
  });

  it('keeps different reasons apart', () => {
    const { reviews, lines } = setUp();
    for (const shed of ['stale', 'budget', 'in-flight'] as const) {
      reviews.answered(mkOutcome({ decision: 'retry', code: 503, shed }));
    }
    expect(lines()).toHaveLength(3);
  });
});

describe('the log of connections', () => {
  it('tells at warn of what somebody can mend', () => {
    const { reviews, lines } = setUp();
    reviews.tlsFailed('client-name', 'somebody');
    reviews.tlsFailed('certificate-refused');
    reviews.tlsFailed('reset');
    reviews.httpFailed('http');
    reviews.connectionDropped();
    expect(lines()).toMatchObject([
      { level: 'warn', reason: 'client-name', names: 'somebody' },
      { level: 'warn', reason: 'certificate-refused' },
      { level: 'warn', msg: expect.stringContaining('too many') },
    ]);
  });

  it('tells of the listener, and of what fails after an answer, at error', () => {
    const { reviews, lines } = setUp();
    reviews.serverFailed(new Error('EMFILE'));
    reviews.fault(new Error('late'), 'u');
    expect(lines()).toMatchObject([
      { level: 'error', error: 'Error: EMFILE' },
      { level: 'error', error: 'Error: late', uid: 'u' },
    ]);
  });
});

describe('observeAll', () => {
  it('tells everybody everything', () => {
    const all = [new Recorder(), new Recorder()];
    const observer = observeAll(all);
    const outcome = mkOutcome();
    observer.answered(outcome);
    observer.inFlight(3);
    observer.fault('late', 'u');
    observer.tlsFailed('reset', 'x');
    observer.httpFailed('http');
    observer.connectionDropped();
    observer.serverFailed('broken');
    for (const each of all) {
      expect(each).toMatchObject({
        outcomes: [outcome],
        inFlightCounts: [3],
        faults: [{ error: 'late', uid: 'u' }],
        tls: [{ reason: 'reset', detail: 'x' }],
        http: ['http'],
        dropped: 1,
        serverErrors: ['broken'],
      });
    }
  });
});
