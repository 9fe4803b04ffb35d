/** Outcomes as the webhook reports them, and a log that can be read. */
import type { Level } from 'pino';
import { decide, decodeReview } from '../../../src/admission/index.js';
import type { Outcome } from '../../../src/adapters/http/ports.js';
import { createLogger, type Logger } from '../../../src/adapters/telemetry/logger.js';
import type { JsonObject } from '../../../src/model/json.js';
import type { Judging } from '../../../src/rules/run.js';
import { mkJudging, mkReview, mkServer } from '../../builders.js';
import { ManualClock } from '../http/harness.js';

export function mkOutcome(
  over: Partial<Outcome> = {},
  object: JsonObject = mkServer(),
  request: JsonObject = {},
  judging: Partial<Judging> = {},
): Outcome {
  const decoded = decodeReview(mkReview(object, request));
  if (!decoded.ok) throw new Error(decoded.error.message);
  const review = decoded.value;
  const verdict = decide(review, mkJudging(judging));
  return {
    decision: verdict.allowed ? 'allow' : 'deny',
    code: verdict.allowed ? 200 : (verdict.code ?? 403),
    durationMs: 1.23456,
    budgetMs: 4_500,
    bodyBytes: 700,
    uid: review.uid,
    review,
    verdict,
    ...over,
  };
}

export interface TestLog {
  readonly logger: Logger;
  readonly clock: ManualClock;
  readonly texts: string[];
  /** The lines so far, parsed; the list is empty again afterwards. */
  readonly lines: () => Record<string, unknown>[];
}

export function mkLog(level: Level = 'info'): TestLog {
  const texts: string[] = [];
  const clock = new ManualClock();
  const logger = createLogger({
    level,
    component: 'webhook',
    clock,
    sink: { write: (line) => texts.push(line) },
  });
  return {
    logger,
    clock,
    texts,
    lines: () => texts.splice(0).map((text) => JSON.parse(text) as Record<string, unknown>),
  };
}
