/** Builds the AdmissionReview that answers a request, in the version it came in. */
import type { ReviewVersion } from './review.js';
import type { Verdict } from './decide.js';

const REASONS = { 400: 'BadRequest', 403: 'Forbidden', 500: 'InternalError' } as const;

export interface AdmissionReviewResponse {
  readonly apiVersion: ReviewVersion;
  readonly kind: 'AdmissionReview';
  readonly response: {
    readonly uid: string;
    readonly allowed: boolean;
    readonly status?: { readonly code: number; readonly reason: string; readonly message: string };
    readonly warnings?: readonly string[];
    readonly auditAnnotations?: Readonly<Record<string, string>>;
  };
}

/** The answer to the request `uid`; never with a patch. */
export function toResponse(
  apiVersion: ReviewVersion,
  uid: string,
  verdict: Verdict,
): AdmissionReviewResponse {
  const { allowed, code = 403, message = '', warnings, auditAnnotations } = verdict;
  return {
    apiVersion,
    kind: 'AdmissionReview',
    response: {
      uid,
      allowed,
      ...(allowed ? {} : { status: { code, reason: REASONS[code], message } }),
      ...(warnings.length === 0 ? {} : { warnings }),
      ...(Object.keys(auditAnnotations).length === 0 ? {} : { auditAnnotations }),
    },
  };
}
