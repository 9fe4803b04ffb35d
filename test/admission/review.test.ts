import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeReview } from '../../src/admission/index.js';
import type { JsonObject } from '../../src/model/json.js';
import { mkReview, mkServer } from '../builders.js';

const UID = 'c5a9ff0c-0000-4000-8000-000000000001';
const review = (request: JsonObject = {}, envelope: JsonObject = {}): JsonObject => ({
  ...mkReview(mkServer(), request),
  ...envelope,
});
const decoded = (body: unknown) => {
  const result = decodeReview(body);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};
const refused = (body: unknown) => {
  const result = decodeReview(body);
  return result.ok ? undefined : result.error;
};

describe('decodeReview', () => {
  it('reads what a review says', () => {
    expect(decoded(review({ dryRun: true, subResource: 'status' }))).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      uid: UID,
      operation: 'CREATE',
      group: 'policy.linkerd.io',
      version: 'v1beta3',
      kind: 'Server',
      namespace: 'app',
      name: 'web',
      subResource: 'status',
      dryRun: true,
      username: 'admin',
      object: mkServer(),
    });
  });

  it('reads v1beta1 too, and remembers it', () => {
    expect(decoded(review({}, { apiVersion: 'admission.k8s.io/v1beta1' })).apiVersion).toBe(
      'admission.k8s.io/v1beta1',
    );
  });

  it('ignores members that it does not know', () => {
    expect(decoded(review({ extra: { a: 1 } }, { more: 1 }))).toEqual(decoded(review()));
  });

  it('takes the names from the object first, then from the request (REV-9)', () => {
    const named = (metadata: JsonObject | undefined, request: JsonObject) => {
      const { namespace, name } = decoded(
        review({ ...request, object: metadata === undefined ? {} : { metadata } }),
      );
      return `${namespace}/${name}`;
    };
    expect(named({ namespace: 'a', name: 'b' }, { namespace: 'x', name: 'y' })).toBe('a/b');
    expect(named({}, { namespace: 'x', name: 'y' })).toBe('x/y');
    expect(named(undefined, { namespace: 'x', name: 'y' })).toBe('x/y');
    expect(named({ generateName: 'b-' }, { namespace: 'x', name: '' })).toBe('x/');
    expect(named({ namespace: 5, name: null }, { namespace: 6, name: 'web' })).toBe('/web');
  });

  it('takes the names of a deleted object from the old one', () => {
    const { name, object, oldObject } = decoded(
      review({ operation: 'DELETE', object: null, oldObject: mkServer(), name: '' }),
    );
    expect([name, object, oldObject]).toEqual(['web', undefined, mkServer()]);
  });

  it.each([
    ['a missing user', { userInfo: null }],
    ['a missing resource', { resource: null }],
    ['a dry run that is no boolean', { dryRun: 'true' }],
    ['a subresource that is none', { subResource: null }],
  ])('lets pass %s', (_, request) => {
    expect(refused(review(request))).toBeUndefined();
  });

  it.each<[string, unknown, string]>([
    ['null', null, 'the body is no JSON object'],
    ['a list', [], 'the body is no JSON object'],
    ['a text', 'review', 'the body is no JSON object'],
    ['nothing', {}, 'the review has no `request`'],
    ['a null request (REV-2)', { request: null }, 'the review has no `request`'],
    ['a request that is a list', { request: [] }, 'the review has no `request`'],
    ['no uid', review({ uid: null }), '`request.uid` must be a string of 1 to 128 characters'],
    ['an empty uid', review({ uid: '' }), '`request.uid` must be a string of 1 to 128 characters'],
    ['a uid that is a number', review({ uid: 1 }), '`request.uid` must be a string of 1 to 128 characters'],
    [
      'an endless uid',
      review({ uid: 'x'.repeat(129) }),
      '`request.uid` must be a string of 1 to 128 characters',
    ],
  ])('cannot answer %s', (_, body, message) => {
    expect(refused(body)).toMatchObject({ apiVersion: 'admission.k8s.io/v1', message });
    expect(refused(body)?.reason).toBe(
      message.includes('uid') ? 'no-uid' : message.includes('request') ? 'no-request' : 'not-a-review',
    );
    expect(refused(body)?.uid).toBeUndefined();
  });

  it.each<[string, unknown, string]>([
    ['another kind', review({}, { kind: 'Review' }), '`kind` must be AdmissionReview, not "Review"'],
    ['no kind', review({}, { kind: null }), '`kind` must be AdmissionReview, not null'],
    [
      'another version',
      review({}, { apiVersion: 'admission.k8s.io/v2' }),
      '`apiVersion` must be one of admission.k8s.io/v1, admission.k8s.io/v1beta1, not "admission.k8s.io/v2"',
    ],
    [
      'another operation',
      review({ operation: 'PATCH' }),
      '`request.operation` must be one of CREATE, UPDATE, DELETE, CONNECT',
    ],
    [
      'an operation in lower case',
      review({ operation: 'create' }),
      '`request.operation` must be one of CREATE, UPDATE, DELETE, CONNECT',
    ],
    ['no kind of object', review({ kind: null }), '`request.kind` must name a group, a version and a kind'],
    [
      'half a kind of object',
      review({ kind: { group: 'a', kind: 'b' } }),
      '`request.kind` must name a group, a version and a kind',
    ],
    ['an object that is a list', review({ object: [] }), '`request.object` must be an object'],
    ['an object that is a text', review({ object: 'x' }), '`request.object` must be an object'],
    ['an old object that is a number', review({ oldObject: 5 }), '`request.oldObject` must be an object'],
  ])('answers %s by its uid', (_, body, message) => {
    const reason = /^`(?:kind|apiVersion)/.test(message)
      ? 'not-a-review'
      : /bject` must/.test(message)
        ? 'object'
        : 'request';
    expect(refused(body)).toEqual({ apiVersion: 'admission.k8s.io/v1', uid: UID, message, reason });
  });

  it('answers in the version that came, if it is one', () => {
    const apiVersion = 'admission.k8s.io/v1beta1';
    expect(refused(review({ operation: 'X' }, { apiVersion }))?.apiVersion).toBe(apiVersion);
    expect(refused(review({ operation: 'X' }, { apiVersion: 'constructor' }))?.apiVersion).toBe(
      'admission.k8s.io/v1',
    );
  });

  it('keeps a uid of 128 characters as it is', () => {
    const uid = '\u{1f600}"\\'.repeat(32);
    expect(decoded(review({ uid })).uid).toBe(uid);
  });

  it('reads members of its own only', () => {
    expect(refused(JSON.parse('{"__proto__": {"request": {"uid": "x"}}}'))?.message).toBe(
      'the review has no `request`',
    );
  });

  it('never throws', () => {
    const members = fc.constantFrom(
      'apiVersion',
      'kind',
      'request',
      'uid',
      'operation',
      'object',
      'metadata',
      '__proto__',
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom<unknown>('admission.k8s.io/v1', 'AdmissionReview', 'CREATE', 'x', 1, null, true),
        fc.array(tie('value'), { maxLength: 2 }),
        fc.dictionary(members, tie('value'), { maxKeys: 6 }),
      ),
    }));
    fc.assert(
      fc.property(value, (body) => {
        const result = decodeReview(body);
        expect(result.ok || result.error.message.length > 0).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
