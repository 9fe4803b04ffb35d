/** What adapters use of admission: decode, decide, respond. */
export {
  decide,
  malformed,
  stored,
  type DenyCode,
  type Judging,
  type Passed,
  type Verdict,
} from './decide.js';
export { RESERVATION_MS, Reservations } from './reservations.js';
export { toResponse, type AdmissionReviewResponse } from './respond.js';
export {
  decodeReview,
  type Malformed,
  type Review,
  type ReviewOperation,
  type ReviewVersion,
} from './review.js';
export { denyMessage, warningsOf } from './wording.js';
