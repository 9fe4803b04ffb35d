import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseReviewBody } from '../../../src/adapters/http/review-body.js';
import { mkReview, mkServer } from '../../builders.js';

const UID = 'c5a9ff0c-0000-4000-8000-000000000001';
const GOOD = Buffer.from(JSON.stringify(mkReview(mkServer())));
const afterUid = GOOD.indexOf(UID) + UID.length + 1;

describe('parseReviewBody', () => {
  it('throws at nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(parseReviewBody(Buffer.from(bytes)).ok).toBe(false);
      }),
    );
  });

  it('keeps the uid whatever is damaged behind it', () => {
    const damage = fc.tuple(
      fc.integer({ min: afterUid, max: GOOD.length - 1 }),
      fc.uint8Array({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(damage, ([at, bytes]) => {
        const body = Buffer.concat([GOOD.subarray(0, at), bytes, GOOD.subarray(at + bytes.length)]);
        // Another key "uid" or "request" behind the first would rightly win; four bytes do not make one.
        const parsed = parseReviewBody(body);
        expect(parsed.ok ? parsed.value.uid : parsed.error.uid).toBe(UID);
      }),
      { numRuns: 1_000 },
    );
  });

  it('keeps the uid though a colon stands where the comma behind it should be', () => {
    const body = Buffer.concat([GOOD.subarray(0, afterUid), Buffer.from(':'), GOOD.subarray(afterUid + 1)]);
    expect(parseReviewBody(body)).toMatchObject({ error: { uid: UID, reason: 'json' } });
  });

  it('takes no key for the uid where that is no text', () => {
    const body = Buffer.from(`{"request": {"uid": 5, "name": "a"}, "apiVersion": "admission.k8s.io/v1"`);
    expect(parseReviewBody(body)).toMatchObject({ error: { reason: 'json' } });
    expect(parseReviewBody(body)).not.toHaveProperty('error.uid');
  });

  it('keeps the uid wherever the body is cut off behind it', () => {
    for (let end = afterUid; end < GOOD.length; end += 1) {
      expect(parseReviewBody(GOOD.subarray(0, end))).toMatchObject({ error: { uid: UID, reason: 'json' } });
    }
  });
});
