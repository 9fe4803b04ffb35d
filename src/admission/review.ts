/**
 * Decodes an AdmissionReview (webhook-operations, section 1). What is wrong with a request whose uid can be read is
 * a deny with that uid, so that the user sees our text; without a uid there is nothing to answer.
 */
import { isObject, member, type JsonObject } from '../model/json.js';
import { quote } from '../model/text.js';
import { fail, ok, type Result } from '../model/result.js';

export const REVIEW_VERSIONS = ['admission.k8s.io/v1', 'admission.k8s.io/v1beta1'] as const;
export type ReviewVersion = (typeof REVIEW_VERSIONS)[number];

export const OPERATIONS = ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'] as const;
export type ReviewOperation = (typeof OPERATIONS)[number];

export interface Review {
  readonly apiVersion: ReviewVersion;
  /** Copied byte for byte into the answer; 1..128 characters. */
  readonly uid: string;
  readonly operation: ReviewOperation;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly subResource: string;
  readonly dryRun: boolean;
  readonly username: string;
  readonly object?: JsonObject;
  readonly oldObject?: JsonObject;
}

/** Why a review cannot be judged. With a uid it can still be answered. */
export interface Malformed {
  readonly uid?: string;
  readonly apiVersion: ReviewVersion;
  /** A word for metrics. */
  readonly reason: 'not-a-review' | 'no-request' | 'no-uid' | 'request' | 'object';
  readonly message: string;
}

const MAX_UID = 128;

/** Reads a parsed body. Unknown members are ignored at every depth. */
export function decodeReview(body: unknown): Result<Review, Malformed> {
  const apiVersion =
    REVIEW_VERSIONS.find((version) => version === member(body, 'apiVersion')) ?? REVIEW_VERSIONS[0];
  const request = member(body, 'request');
  const uid = member(request, 'uid');
  const answerable = typeof uid === 'string' && uid.length >= 1 && uid.length <= MAX_UID;
  const malformed = (reason: Malformed['reason'], message: string): Result<Review, Malformed> =>
    fail({ apiVersion, reason, message, ...(answerable ? { uid } : {}) });
  if (!isObject(body)) return malformed('not-a-review', 'the body is no JSON object');
  if (!isObject(request)) return malformed('no-request', 'the review has no `request`');
  if (!answerable) {
    return malformed('no-uid', `\`request.uid\` must be a string of 1 to ${String(MAX_UID)} characters`);
  }
  if (member(body, 'kind') !== 'AdmissionReview') {
    return malformed('not-a-review', `\`kind\` must be AdmissionReview, not ${quote(member(body, 'kind'))}`);
  }
  if (member(body, 'apiVersion') !== apiVersion) {
    const given = quote(member(body, 'apiVersion'));
    return malformed(
      'not-a-review',
      `\`apiVersion\` must be one of ${REVIEW_VERSIONS.join(', ')}, not ${given}`,
    );
  }
  const operation = OPERATIONS.find((word) => word === member(request, 'operation'));
  if (operation === undefined) {
    return malformed('request', `\`request.operation\` must be one of ${OPERATIONS.join(', ')}`);
  }
  const gvk = member(request, 'kind');
  const [group, version, kind] = ['group', 'version', 'kind'].map((name) => member(gvk, name));
  if (typeof group !== 'string' || typeof version !== 'string' || typeof kind !== 'string') {
    return malformed('request', '`request.kind` must name a group, a version and a kind');
  }
  const object = member(request, 'object') ?? undefined;
  const oldObject = member(request, 'oldObject') ?? undefined;
  for (const [name, value] of [
    ['object', object],
    ['oldObject', oldObject],
  ] as const) {
    if (value !== undefined && !isObject(value))
      return malformed('object', `\`request.${name}\` must be an object`);
  }
  const metadata = member(object ?? oldObject, 'metadata');
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return ok({
    apiVersion,
    uid,
    operation,
    group,
    version,
    kind,
    // The object's own names come first (REV-9); a generated name is there, but not yet in the request.
    namespace: text(member(metadata, 'namespace')) || text(member(request, 'namespace')),
    name: text(member(metadata, 'name')) || text(member(request, 'name')),
    subResource: text(member(request, 'subResource')),
    dryRun: member(request, 'dryRun') === true,
    username: text(member(member(request, 'userInfo'), 'username')),
    ...(isObject(object) ? { object } : {}),
    ...(isObject(oldObject) ? { oldObject } : {}),
  });
}
