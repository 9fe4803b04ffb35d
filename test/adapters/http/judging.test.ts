/** What becomes of a judgement: verdicts, retryable answers, faults; and what is told of each. */
import { describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { malformed, type Verdict } from '../../../src/admission/index.js';
import { createWebhookListener } from '../../../src/adapters/http/app.js';
import type { Gate, Judge, RequestObserver } from '../../../src/adapters/http/ports.js';
import type { ReviewDeps } from '../../../src/adapters/http/validate-handler.js';
import { mkReview, mkServer } from '../../builders.js';
import { judgeForReal, mkDeps, Recorder, sleep } from './harness.js';

const GOOD = JSON.stringify(mkReview(mkServer()));

async function ask(over: Partial<ReviewDeps>, body = GOOD) {
  const observer = new Recorder();
  const answer = await supertest(createWebhookListener(mkDeps({ observer, ...over })))
    .post('/validate?timeout=5s')
    .set('Content-Type', 'application/json')
    .send(body);
  return { answer, observer, outcome: observer.outcomes[0] };
}

const throwing = (error: Error): Judge[] => [
  () => {
    throw error;
  },
  () => Promise.reject(error),
];

describe('a judgement that fails', () => {
  it.each([0, 1])('is a deny with code 500 and the uid, never an HTTP error (%#)', async (which) => {
    const fault = new Error('a rule of ours is broken: secret');
    const { answer, outcome } = await ask({ judge: throwing(fault)[which]! });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: {
        uid: 'c5a9ff0c-0000-4000-8000-000000000001',
        allowed: false,
        status: { code: 500, reason: 'InternalError', message: expect.stringMatching(/fault of Gatehouse/) },
      },
    });
    expect(answer.text).not.toContain('secret');
    expect(outcome).toMatchObject({ decision: 'deny', code: 500, fault });
  });

  it.each([undefined, null, 5, {}, { allowed: false }, { retry: 'no such reason' }])(
    'is a deny with code 500 too when its result is %j',
    async (nonsense) => {
      for (const judge of [
        () => nonsense as unknown as Verdict,
        () => Promise.resolve(nonsense as unknown as Verdict),
      ]) {
        const { answer } = await ask({ judge });
        expect(answer.status).toBe(200);
        expect(answer.body).toMatchObject({ response: { allowed: false, status: { code: 500 } } });
      }
    },
  );

  it('that comes after the answer is told of', async () => {
    const observer = new Recorder();
    const broken: RequestObserver = {
      answered: () => {
        throw new Error('observer');
      },
      inFlight: observer.inFlight,
      fault: observer.fault,
    };
    await supertest(createWebhookListener(mkDeps({ observer: broken })))
      .post('/')
      .set('Content-Type', 'application/json')
      .send(GOOD)
      .expect(200);
    expect(observer.faults).toEqual([
      { error: new Error('observer'), uid: 'c5a9ff0c-0000-4000-8000-000000000001' },
    ]);
  });
});

describe('a judgement that must be made elsewhere', () => {
  it.each(['not-ready', 'stale'] as const)(
    '(%s) is a plain 503 that the API server repeats at once',
    async (retry) => {
      for (const judge of [() => ({ retry }), () => Promise.resolve({ retry })]) {
        const { answer, outcome } = await ask({ judge });
        expect([answer.status, answer.type]).toEqual([503, 'text/plain']);
        expect(answer.headers).toMatchObject({ 'retry-after': '0', connection: 'close' });
        expect(outcome).toMatchObject({
          decision: 'retry',
          code: 503,
          shed: retry,
          review: { kind: 'Server' },
        });
      }
    },
  );

  it('is left to the judge while the process starts', async () => {
    const gate: Gate = { state: 'starting' };
    expect((await ask({ gate })).answer.status).toBe(200);
  });

  it('is every one after an exception that nobody caught', async () => {
    const { answer, outcome } = await ask({ gate: { state: 'failed' } });
    expect(answer.status).toBe(503);
    expect(answer.headers).toMatchObject({ 'retry-after': '0', connection: 'close' });
    expect(outcome).toMatchObject({ decision: 'retry', shed: 'failed' });
  });
});

describe('what is told of a request', () => {
  it('is all that was known of it', async () => {
    const { outcome } = await ask({ judge: judgeForReal });
    expect(outcome).toEqual({
      decision: 'allow',
      code: 200,
      uid: 'c5a9ff0c-0000-4000-8000-000000000001',
      review: expect.objectContaining({ kind: 'Server', name: 'web', operation: 'CREATE' }),
      verdict: expect.objectContaining({ allowed: true }),
      durationMs: expect.any(Number),
      budgetMs: 4_500,
      bodyBytes: Buffer.byteLength(GOOD),
    });
    expect(outcome!.durationMs).toBeGreaterThan(0);
  });

  it('is the code in the status of a deny', async () => {
    const { outcome } = await ask({ judge: () => ({ ...malformed('no'), code: 403 }) });
    expect(outcome).toMatchObject({ decision: 'deny', code: 403 });
  });

  it('is why a body could not be read', async () => {
    expect((await ask({}, '{')).outcome).toMatchObject({ decision: 'refuse', code: 400, malformed: 'json' });
    const deny = await ask({}, '{"request":{"uid":"u"}}');
    expect(deny.outcome).toMatchObject({ decision: 'deny', code: 400, uid: 'u', malformed: 'not-a-review' });
  });

  it('counts requests in work up and down again', async () => {
    const { observer } = await ask({});
    expect(observer.inFlightCounts).toEqual([1, 0]);
  });

  it('says when the answer is due', async () => {
    const due: number[] = [];
    const clock = { now: () => 1_000, wall: () => 0, after: () => () => undefined };
    await ask({
      clock,
      judge: async (review, { at }) => {
        due.push(at);
        await sleep(1);
        return judgeForReal(review);
      },
    });
    expect(due).toEqual([5_500]);
  });
});
