/** What can go wrong between us and an API server. */
import { isObject, member } from '../../model/json.js';
import { OperationalError } from '../../model/operational-error.js';

/** Longer texts of servers are cut. */
const TEXT_LIMIT = 256;

export const cut = (text: string): string =>
  text.length > TEXT_LIMIT ? `${text.slice(0, TEXT_LIMIT - 1)}…` : text;

const textMember = (value: unknown, name: string): string | undefined => {
  const found = member(value, name);
  return typeof found === 'string' ? found : undefined;
};

/** What a thrown thing says, be it an error or not. */
export const messageOf = (error: unknown): string => textMember(error, 'message') ?? String(error);

/** The code of a system error, `ECONNRESET`; empty for others. */
export const codeOf = (error: unknown): string => textMember(error, 'code') ?? '';

export type KubeErrorCode =
  /** Neither an answer nor a refusal: connection, DNS, TLS, a connection that was cut. */
  | 'kube-network'
  /** No answer in time. */
  | 'kube-timeout'
  /** The answer is not what the API serves. */
  | 'kube-malformed'
  /** The answer is larger than we are ready to hold. */
  | 'kube-too-large'
  /** The credentials of the kubeconfig cannot be had. */
  | 'kube-credentials'
  /** The caller wanted no answer any more. */
  | 'kube-aborted';

export class KubeError extends OperationalError {
  override readonly code: KubeErrorCode;

  constructor(code: KubeErrorCode, message: string, cause?: unknown) {
    super(code, message, cause === undefined ? {} : { cause });
    this.name = 'KubeError';
    this.code = code;
  }
}

/** An answer other than success. */
export class KubeHttpError extends OperationalError {
  readonly status: number;
  /** Of the `Status` in its body, if there is one: `NotFound`, `Expired`. */
  readonly reason: string | undefined;
  readonly retryAfterMs: number | undefined;
  /** The `Status` in its body. */
  readonly body: unknown;

  constructor(call: string, status: number, body: unknown, retryAfter: string | undefined) {
    super('kube-http', `${call}: ${String(status)} ${describeBody(body)}`.trimEnd());
    this.name = 'KubeHttpError';
    this.status = status;
    this.body = body;
    this.reason = textMember(body, 'reason');
    this.retryAfterMs = readRetryAfter(body, retryAfter);
  }
}

function describeBody(body: unknown): string {
  const text =
    typeof body === 'string' ? body : (textMember(body, 'message') ?? textMember(body, 'reason') ?? '');
  return cut(text.replace(/\s+/g, ' ').trim());
}

/** Whole seconds, in the header or in the status; a date, which API servers do not send, is not read. */
function readRetryAfter(body: unknown, header: string | undefined): number | undefined {
  if (header !== undefined && /^\s*\d{1,9}\s*$/.test(header)) return Number(header) * 1_000;
  const seconds = member(member(body, 'details'), 'retryAfterSeconds');
  return typeof seconds === 'number' && seconds > 0 ? seconds * 1_000 : undefined;
}

/** Whether a `Status` says that the resource version we named lies in the server's future, as after a restored backup. */
export function isVersionTooLarge(status: unknown): boolean {
  const causes = member(member(status, 'details'), 'causes');
  if (
    Array.isArray(causes) &&
    causes.some((item) => textMember(item, 'reason') === 'ResourceVersionTooLarge')
  )
    return true;
  return textMember(status, 'message')?.startsWith('Too large resource version') === true;
}

/** Whether a 404 speaks of one object; otherwise of a resource that is not served. */
export const isObjectNotFound = (error: KubeHttpError): boolean =>
  error.status === 404 &&
  isObject(error.body) &&
  textMember(member(error.body, 'details'), 'name') !== undefined;

const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** A short name for metrics and logs; there are few of them, whatever a server sends. */
export function errorName(error: unknown): string {
  if (error instanceof KubeHttpError) return String(error.status);
  if (error instanceof KubeError && error.code === 'kube-network') {
    const code = codeOf(error.cause);
    return NETWORK_CODES.has(code) ? code.toLowerCase() : 'network';
  }
  return error instanceof KubeError ? error.code.slice('kube-'.length) : 'bug';
}
