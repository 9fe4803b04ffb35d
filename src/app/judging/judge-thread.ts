/** The thread that judges what takes long: parses a body and asks the rules that need no other object. */
import { parentPort, workerData } from 'node:worker_threads';
import { decide, type Review } from '../../admission/index.js';
import type { HeavyAnswer } from '../../adapters/http/heavy.js';
import { parseReviewBody } from '../../adapters/http/review-body.js';
import { compileRustPattern } from '../../adapters/regex/rust-regex.js';
import { isObject, type JsonObject } from '../../model/json.js';
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
  if (verdict.allowed && verdict.skipped.length > 0) return { kind: 'more', review: reduced(parsed.value) };
  return { kind: 'verdict', review: withoutObjects(parsed.value), verdict };
}

/** With what rules that look at other objects read: what else there is would be copied for nothing, and held twice. */
function reduced({ object, oldObject, ...review }: Review): Review {
  return {
    ...review,
    ...(object === undefined ? {} : { object: essential(object) }),
    ...(oldObject === undefined ? {} : { oldObject: essential(oldObject) }),
  };
}

function essential(object: JsonObject): JsonObject {
  const { metadata } = object;
  const kept = isObject(metadata)
    ? Object.fromEntries(Object.entries(metadata).filter(([name]) => name !== 'managedFields'))
    : metadata;
  const members = Object.entries({ ...object, metadata: kept });
  return Object.fromEntries(
    members.filter(([name, value]) => ESSENTIAL.includes(name) && value !== undefined),
  );
}

const ESSENTIAL: readonly string[] = ['apiVersion', 'kind', 'metadata', 'spec'];

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
