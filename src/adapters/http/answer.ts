/** Writes answers: an AdmissionReview, or a line of plain text. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Gate } from './ports.js';

export interface Answer {
  readonly status: number;
  /** The content type. */
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether the connection ends with this answer. */
  readonly close?: true;
}

export const jsonAnswer = (value: unknown): Answer => ({
  status: 200,
  type: 'application/json',
  body: JSON.stringify(value),
});

export const textAnswer = (status: number, line: string, extra: Partial<Answer> = {}): Answer => ({
  status,
  type: 'text/plain; charset=utf-8',
  body: `${line}\n`,
  ...extra,
});

/** The API server asks again at once, over a new connection and so probably another replica. */
export const retryElsewhere = (line: string): Answer =>
  textAnswer(503, line, { headers: { 'Retry-After': '0' }, close: true });

/** The API server asks again in a second. Never at once when overloaded: that would be eleven times the load. */
export const retryLater = (line: string): Answer =>
  textAnswer(429, line, { headers: { 'Retry-After': '1' } });

/** How long, and for how many bytes, a sender is listened to that has been answered before it finished. */
const LINGER_MS = 1_000;
const LINGER_BYTES = 8 * 1_048_576;

/**
 * Sends `answer`. While draining the connection ends with it, decided now and not when the request came. So it does
 * when the request has not been read to its end; then the connection stays open a little longer, because closing a
 * socket with unread bytes resets it, and the sender would lose the answer.
 */
export function send(request: IncomingMessage, response: ServerResponse, answer: Answer, gate: Gate): void {
  const unread = !request.complete;
  const close = answer.close === true || unread || gate.state === 'draining' || gate.state === 'failed';
  response.writeHead(answer.status, {
    'Content-Type': answer.type,
    'Content-Length': Buffer.byteLength(answer.body),
    ...answer.headers,
    ...(close ? { Connection: 'close' } : {}),
  });
  if (!unread || request.destroyed) {
    response.end(answer.body);
    return;
  }
  response.write(answer.body);
  linger(request, () => response.end());
}

/** Discards what still comes, and calls `done` once: at the end, after a while, or when it is too much. */
function linger(request: IncomingMessage, done: () => void): void {
  let bytes = 0;
  const timer = setTimeout(finish, LINGER_MS);
  timer.unref();
  const discard = (chunk: Uint8Array): void => {
    bytes += chunk.length;
    if (bytes > LINGER_BYTES) finish();
  };
  function finish(): void {
    clearTimeout(timer);
    request.off('data', discard).off('end', finish).off('close', finish);
    done();
  }
  request.on('data', discard).on('end', finish).on('close', finish);
}
