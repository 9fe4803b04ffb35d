/** The answers without a review: who gets which, and what metrics and logs say of them. */
import type { IncomingMessage } from 'node:http';
import { retryElsewhere, retryLater, textAnswer, type Answer } from './answer.js';
import type { MalformedReason, Outcome, ShedReason } from './ports.js';

export interface Refusal {
  readonly answer: Answer;
  readonly facts: Pick<Outcome, 'decision' | 'code'> & Partial<Outcome>;
}

const refusal = (answer: Answer, facts: Partial<Outcome> = {}): Refusal => ({
  answer,
  facts: { decision: 'refuse', code: answer.status, ...facts },
});

/** Nothing is wrong with the request; this process cannot judge it now. */
export function shed(reason: ShedReason, facts: Partial<Outcome> = {}): Refusal {
  const answer = SHED[reason];
  return refusal(answer, { decision: 'retry', shed: reason, ...facts });
}

const SHED: Readonly<Record<ShedReason, Answer>> = {
  'not-ready': retryElsewhere('not ready: the objects of this cluster are not loaded yet'),
  stale: retryElsewhere('not ready: what is known of this cluster is out of date'),
  failed: retryElsewhere('this replica is about to stop after a fault'),
  budget: retryElsewhere('the time that the API server gave for this review is over'),
  'in-flight': retryLater('too many reviews at once'),
  'event-loop': retryLater('this replica is too busy'),
  'buffered-bytes': retryLater('too many large reviews at once'),
};

/** No uid can be read, so there is no review to answer. */
export const unanswerable = (message: string, reason: MalformedReason): Refusal =>
  refusal(textAnswer(400, message), { malformed: reason });

export const tooLarge = (limit: number): Refusal =>
  refusal(textAnswer(413, `the body is larger than ${String(limit)} bytes`, { close: true }));

const NOT_POST = refusal(textAnswer(405, 'only POST is served here', { headers: { Allow: 'POST' } }));
const NOT_JSON = refusal(textAnswer(415, 'Content-Type must be application/json'));
const ENCODED = refusal(
  textAnswer(415, 'Content-Encoding is not supported', { headers: { 'Accept-Encoding': 'identity' } }),
);

/** What is wrong with the form of a request: it must be a POST of JSON, and as it is. Nothing is ever inflated. */
export function wrongForm({ method, headers }: IncomingMessage): Refusal | undefined {
  if (method !== 'POST') return NOT_POST;
  if (!isJson(headers['content-type'] ?? '')) return NOT_JSON;
  const encoding = headers['content-encoding'];
  return encoding === undefined || encoding.trim().toLowerCase() === 'identity' ? undefined : ENCODED;
}

function isJson(contentType: string): boolean {
  if (contentType === 'application/json') return true;
  const [type = ''] = contentType.split(';', 1);
  return type.trim().toLowerCase() === 'application/json';
}
