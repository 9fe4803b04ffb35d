/** The thread that judges what takes long: parses a body and asks the rules that need no other object. */
import { parentPort, workerData } from 'node:worker_threads';
import { decide, type Review } from '../../admission/index.js';
import type { HeavyAnswer } from '../../adapters/http/heavy.js';
import { parseReviewBody } from '../../adapters/http/review-body.js';
import { compileRustPattern } from '../../adapters/regex/rust-regex.js';
import type { World } from '../../model/world.js';
import { EMPTY_VIEW } from '../../policy/view.js';
import type { RuleSettings } from '../../rules/settings.js';

/** What a thread is started with: the world but for what cannot be sent, and the settings. */
export interface ThreadSettings {
  readonly world: Omit<World, 'semantics' | 'today'>;
  readonly semantics: string;
  readonly settings: RuleSettings;
}

export interface ThreadJob {
  readonly id: number;
  readonly bytes: Uint8Array;
  /** The calendar day of the judgement. */
  readonly today: string;
}

export interface ThreadResult {
  readonly id: number;
  readonly answer: HeavyAnswer;
}

const { world, semantics, settings } = workerData as ThreadSettings;

function judge({ bytes, today }: ThreadJob): HeavyAnswer {
  const parsed = parseReviewBody(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if (!parsed.ok) return { kind: 'problem', problem: parsed.error };
  const verdict = decide(parsed.value, {
    world: { ...world, today, semantics: { name: semantics, compilePattern: compileRustPattern } },
    settings,
    before: EMPTY_VIEW,
    cluster: false,
  });
  if (verdict.allowed && verdict.skipped.length > 0) return { kind: 'more', review: parsed.value };
  return { kind: 'verdict', review: withoutObjects(parsed.value), verdict };
}

/** Metrics and logs need no more; the objects would be copied for nothing. */
function withoutObjects(review: Review): Review {
  const head: { -readonly [K in keyof Review]: Review[K] } = { ...review };
  delete head.object;
  delete head.oldObject;
  return head;
}

parentPort?.on('message', (job: ThreadJob) => {
  let answer: HeavyAnswer;
  try {
    answer = judge(job);
  } catch (error) {
    answer = { kind: 'fault', error };
  }
  parentPort?.postMessage({ id: job.id, answer } satisfies ThreadResult);
});
parentPort?.postMessage('ready');
