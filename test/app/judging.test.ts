/** The thread that judges what takes long: the real one, on the sources. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { createReviewHandler } from '../../src/adapters/http/validate-handler.js';
import { hasPatterns, LARGE_BYTES } from '../../src/adapters/http/heavy.js';
import { SYSTEM_CLOCK } from '../../src/adapters/http/clock.js';
import { decodeReview, type Review } from '../../src/admission/index.js';
import type { JsonObject } from '../../src/model/json.js';
import { ThreadJudge, threadSettings, type HeavyJudgeOptions } from '../../src/app/judging/heavy-judge.js';
import { DEFAULT_RULE_SETTINGS } from '../../src/rules/settings.js';
import { mkReview, mkServer, mkWorld } from '../builders.js';
import { judgeForReal, mkDeps, Recorder, serve, sleep } from '../adapters/http/harness.js';

const THREAD = {
  url: new URL('../../src/app/judging/judge-thread.ts', import.meta.url),
  execArgv: ['--import', new URL('../ts-loader.mjs', import.meta.url).href],
};

const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

function mkThread(over: Partial<HeavyJudgeOptions> = {}): ThreadJudge {
  const judge = new ThreadJudge({
    settings: threadSettings(mkWorld(), DEFAULT_RULE_SETTINGS),
    today: () => '2026-11-22',
    clock: SYSTEM_CLOCK,
    thread: THREAD,
    ...over,
  });
  cleanUp.push(judge.stop);
  return judge;
}

const mkRoute = (patterns: readonly string[]) => ({
  apiVersion: 'policy.linkerd.io/v1beta3',
  kind: 'HTTPRoute',
  metadata: { name: 'route', namespace: 'emojivoto' },
  spec: {
    parentRefs: [{ group: 'policy.linkerd.io', kind: 'Server', name: 'web' }],
    rules: [{ matches: patterns.map((value) => ({ path: { type: 'RegularExpression', value } })) }],
  },
});

const bodyOf = (object: JsonObject): Buffer => Buffer.from(JSON.stringify(mkReview(object)));
const soon = () => ({ at: SYSTEM_CLOCK.now() + 60_000 });
/** Each takes the engine a tenth of a second and more. */
const heavyPatterns = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `\\w{${String(150 + (i % 40))}}x{${String(1 + i)}}`);

function mkReviewOf(object: JsonObject): Review {
  const decoded = decodeReview(mkReview(object));
  if (!decoded.ok) throw new Error(decoded.error.message);
  return decoded.value;
}

describe('a review is judged elsewhere', () => {
  it('when it has patterns, and only then', () => {
    expect(hasPatterns(mkReviewOf(mkRoute(['/a.*'])))).toBe(true);
    expect(hasPatterns(mkReviewOf(mkRoute([])))).toBe(false);
    expect(hasPatterns(mkReviewOf(mkServer({ type: 'RegularExpression' })))).toBe(false);
    const hidden = { ...mkRoute([]), spec: { rules: Array.from({ length: 10_001 }, () => 1) } };
    expect(hasPatterns(mkReviewOf(hidden))).toBe(true);
  });
});

describe('the judging thread', () => {
  it('says what judging here would say', async () => {
    const { judge } = mkThread();
    for (const object of [mkRoute(['/a.*']), mkRoute(['(']), mkRoute(['a'.repeat(5_000)])]) {
      const { auditAnnotations, ...verdict } = judgeForReal(mkReviewOf(object));
      const answer = await judge(bodyOf(object), soon());
      expect(Object.keys((answer as any).review as object)).not.toContain('object');
      expect(answer).toMatchObject({
        kind: 'verdict',
        review: { uid: mkReviewOf(object).uid, kind: 'HTTPRoute' },
        verdict: JSON.parse(JSON.stringify(verdict)),
      });
      expect(auditAnnotations).toBeDefined();
    }
  });

  it('leaves to us what needs other objects, and what cannot be read it names', async () => {
    const { judge } = mkThread();
    expect(await judge(bodyOf(mkServer()), soon())).toEqual({ kind: 'more', review: mkReviewOf(mkServer()) });
    const extra = { ...mkServer({}, { managedFields: [{ manager: 'kubectl' }] }), status: {}, more: [] };
    expect(await judge(bodyOf(extra), soon())).toEqual({ kind: 'more', review: mkReviewOf(mkServer()) });
    expect(await judge(Buffer.from('{'), soon())).toMatchObject({
      kind: 'problem',
      problem: { reason: 'json' },
    });
  });

  it('ends one that takes too long, and judges the next', async () => {
    const { judge } = mkThread({ runMs: 1_000 });
    const [heavy, light] = await Promise.all([
      judge(bodyOf(mkRoute(heavyPatterns(300))), soon()),
      judge(bodyOf(mkRoute(['/a.*'])), soon()),
    ]);
    expect(heavy).toEqual({ kind: 'too-heavy' });
    expect(light).toMatchObject({ kind: 'verdict', verdict: { allowed: true } });
  });

  it('is late for who has no time left', async () => {
    const { judge } = mkThread();
    await judge(bodyOf(mkRoute([])), soon());
    expect(await judge(bodyOf(mkRoute([])), { at: SYSTEM_CLOCK.now() + 10 })).toEqual({ kind: 'late' });
  });
});

describe('a crafted object', () => {
  it('is denied, and nobody else waits for it', async () => {
    const observer = new Recorder();
    const { judge } = mkThread({ runMs: 1_500 });
    const handler = createReviewHandler(mkDeps({ observer, heavy: judge, judge: judgeForReal }));
    const { port, close } = await serve(handler);
    cleanUp.push(close);
    const send = async (object: JsonObject): Promise<{ ms: number; response: any }> => {
      const from = performance.now();
      const answer = await fetch(`http://127.0.0.1:${String(port)}/validate?timeout=10s`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(mkReview(object)),
      });
      const { response } = (await answer.json()) as { response: unknown };
      return { ms: performance.now() - from, response };
    };
    await send(mkRoute(['/warm']));
    const heavy = send(mkRoute(heavyPatterns(300)));
    await sleep(100);
    const times: number[] = [];
    for (let i = 0; i < 20; i++) times.push((await send(mkServer())).ms);
    expect(times.sort((a, b) => a - b).at(-2)).toBeLessThan(300);
    expect((await heavy).response).toMatchObject({ allowed: false, status: { code: 500 } });
    expect((await heavy).response.status.message).toContain('takes too long to judge');
    expect(observer.outcomes.at(-1)?.decision).toBeDefined();
  });

  it('of more than 512 kB is parsed elsewhere, and judged like any other', async () => {
    const { judge } = mkThread();
    const seen: number[] = [];
    const handler = createReviewHandler(
      mkDeps({
        heavy: (bytes, deadline) => {
          seen.push(bytes.length);
          return judge(bytes, deadline);
        },
      }),
    );
    const { port, close } = await serve(handler);
    cleanUp.push(close);
    const large = { annotations: { note: 'x'.repeat(LARGE_BYTES) } };
    for (const [object, allowed] of [
      [mkServer(), true],
      [mkServer({}, large), true],
      [mkServer({ port: 0 }, large), false],
    ] as const) {
      const answer = await fetch(`http://127.0.0.1:${String(port)}/validate`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(mkReview(object)),
      });
      expect(await answer.json()).toMatchObject({ response: { allowed } });
    }
    expect(seen).toHaveLength(2);
  });
});
