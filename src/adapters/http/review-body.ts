/** From the bytes of a body to a review, or to what is wrong with them (webhook-operations, section 1). */
import { isUtf8 } from 'node:buffer';
import { decodeReview, type Review, type ReviewVersion } from '../../admission/index.js';
import { fail, type Result } from '../../model/result.js';
import { readEnvelope } from './envelope.js';
import { MAX_NESTING, nestsDeeperThan } from './nesting.js';
import type { MalformedReason } from './ports.js';

/** A body that cannot be judged. With a uid it is answered by a deny, without one by a plain 400. */
export interface BodyProblem {
  readonly uid?: string;
  readonly apiVersion: ReviewVersion;
  readonly reason: MalformedReason;
  readonly message: string;
}

export function parseReviewBody(bytes: Buffer): Result<Review, BodyProblem> {
  // Strict: a lenient decoder would put U+FFFD where two different names differ. A byte order mark stays where it
  // is, and JSON.parse refuses it.
  if (!isUtf8(bytes)) return unparsed(bytes, 'utf8', 'the body is not valid UTF-8');
  if (nestsDeeperThan(MAX_NESTING, bytes)) {
    return unparsed(bytes, 'depth', `the body nests more than ${String(MAX_NESTING)} levels deep`);
  }
  let body: unknown;
  try {
    body = JSON.parse(bytes.toString('utf8'));
  } catch {
    // The parser's own text quotes the body, which may hold anything.
    return unparsed(bytes, 'json', 'the body is not valid JSON');
  }
  return decodeReview(body);
}

/** A problem with the whole body; its envelope may still be readable, by the same rules as a parsed one. */
export function unparsed(
  bytes: Uint8Array,
  reason: MalformedReason,
  message: string,
): { readonly ok: false; readonly error: BodyProblem } {
  const { apiVersion, uid } = readEnvelope(bytes);
  const decoded = decodeReview({ apiVersion, request: { uid } });
  // Without `kind` it cannot be a review, so this is always a problem; it says whether the uid is usable.
  if (decoded.ok) throw new Error('a review without a kind was decoded');
  const problem = decoded.error;
  return fail({
    apiVersion: problem.apiVersion,
    reason,
    message,
    ...(problem.uid === undefined ? {} : { uid: problem.uid }),
  });
}
