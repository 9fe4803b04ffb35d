/** The protocol rows of webhook-operations, section 1, over both ways to the review handler. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { createApp, createWebhookListener } from '../../../src/adapters/http/app.js';
import type { ReviewDeps } from '../../../src/adapters/http/validate-handler.js';
import { mkReview, mkServer } from '../../builders.js';
import { mkDeps } from './harness.js';

const UID = 'c5a9ff0c-0000-4000-8000-000000000001';
const GOOD = JSON.stringify(mkReview(mkServer()));
const BAD = JSON.stringify(mkReview(mkServer({ port: 0 })));

const ways = [
  { way: 'through express', mount: createApp },
  { way: 'past express', mount: createWebhookListener },
] as const;

describe.each(ways)('$way', ({ mount }) => {
  const ask = (over: Partial<ReviewDeps> = {}) => supertest(mount(mkDeps(over)));
  const review = (body: string | Buffer, path = '/validate', over: Partial<ReviewDeps> = {}) =>
    ask(over)
      .post(path)
      .set('Content-Type', 'application/json')
      // superagent would encode text again as JSON
      .serialize((sent) => sent as string)
      .send(body);

  describe('a review', () => {
    it.each(['/validate', '/', '/validate?timeout=5s', '/?timeout=5s', '/validate?timeout=odd'])(
      'is answered on %s',
      async (path) => {
        const answer = await review(GOOD, path);
        expect([answer.status, answer.type]).toEqual([200, 'application/json']);
        expect(answer.body).toEqual({
          apiVersion: 'admission.k8s.io/v1',
          kind: 'AdmissionReview',
          response: { uid: UID, allowed: true },
        });
      },
    );

    it('is denied with code, reason and message, and without a patch', async () => {
      const answer = await review(BAD);
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({
        apiVersion: 'admission.k8s.io/v1',
        kind: 'AdmissionReview',
        response: {
          uid: UID,
          allowed: false,
          status: {
            code: 403,
            reason: 'Forbidden',
            message: expect.stringMatching(/^spec\.port \[server\/port\]/),
          },
          auditAnnotations: { rule: 'server/port' },
        },
      });
    });

    it('is answered in the version it came in', async () => {
      const old = { ...mkReview(mkServer()), apiVersion: 'admission.k8s.io/v1beta1' };
      const answer = await review(JSON.stringify(old));
      expect(answer.body).toMatchObject({
        apiVersion: 'admission.k8s.io/v1beta1',
        response: { allowed: true },
      });
    });

    it.each(['u', 'x'.repeat(128), 'ü"\\/\u2028 𝄞', '__proto__'])('keeps the uid %j', async (uid) => {
      const answer = await review(JSON.stringify(mkReview(mkServer(), { uid })));
      expect(answer.body).toMatchObject({ response: { uid, allowed: true } });
    });
  });

  describe('a body that is no review', () => {
    it.each<[string, string | Buffer]>([
      ['is empty', ''],
      ['is no JSON', '{"request":'],
      ['is null', 'null'],
      ['is a list', '[]'],
      ['is text', '"x"'],
      ['has no request', '{"kind":"AdmissionReview"}'],
      ['has no uid', JSON.stringify(mkReview(mkServer(), { uid: undefined }))],
      ['has an empty uid', JSON.stringify(mkReview(mkServer(), { uid: '' }))],
      ['has a uid of 129 characters', JSON.stringify(mkReview(mkServer(), { uid: 'x'.repeat(129) }))],
      ['has a uid that is a number', JSON.stringify(mkReview(mkServer(), { uid: 5 }))],
      ['begins with a byte order mark', `\ufeff${GOOD}`],
      ['is no UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
      ['nests deeply and has no uid', '['.repeat(10_000) + ']'.repeat(10_000)],
      ['is prototype trickery', '{"__proto__":{"request":{"uid":"u"}},"constructor":{}}'],
    ])('is answered by a plain 400 when it %s', async (_why, body) => {
      const answer = await review(body);
      expect([answer.status, answer.type]).toEqual([400, 'text/plain']);
      expect(answer.text).toMatch(/^[^\n]{10,}\n$/);
    });

    const withUid = (rest: string): string => `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview",
      "request":{"uid":"u",${rest}}}`;
    const bomb = '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000);

    it.each<[string, string | Buffer, RegExp]>([
      ['is cut short', withUid('"operation":"CREATE"').slice(0, -2), /^the body is not valid JSON$/],
      ['has more after its end', `${withUid('"operation":"CREATE"')}{}`, /^the body is not valid JSON$/],
      [
        'is no UTF-8',
        Buffer.concat([
          Buffer.from(withUid('"name":"').slice(0, -2)),
          Buffer.from([0xff]),
          Buffer.from('"}}'),
        ]),
        /^the body is not valid UTF-8$/,
      ],
      ['nests 10,000 levels deep', withUid(`"object":${bomb}`), /^the body nests more than 256 levels deep$/],
      [
        'nests deeply before its uid',
        `{"request":{"object":${bomb},"uid":"u"}}`,
        /^the body nests more than 256/,
      ],
      ['has no operation', withUid('"kind":{}'), /^`request\.operation` must be one of/],
      [
        'has another kind',
        withUid('"operation":"CREATE"').replace('AdmissionReview', 'Pod'),
        /^`kind` must be/,
      ],
      [
        'has an unknown version',
        withUid('"a":1').replace('k8s.io/v1', 'k8s.io/v2'),
        /^`apiVersion` must be one of/,
      ],
      [
        'has an object that is a list',
        withUid('"operation":"CREATE","kind":{"group":"g","version":"v","kind":"k"},"object":[]'),
        /^`request\.object` must be an object$/,
      ],
    ])('is denied with its uid when it %s', async (_why, body, message) => {
      const answer = await review(body);
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({
        apiVersion: 'admission.k8s.io/v1',
        response: {
          uid: 'u',
          allowed: false,
          status: { code: 400, reason: 'BadRequest', message: expect.stringMatching(message) },
        },
      });
    });

    it('is denied in its own version too', async () => {
      const body = `{"apiVersion":"admission.k8s.io/v1beta1","request":{"uid":"u","object":${bomb}}}`;
      expect((await review(body)).body).toMatchObject({ apiVersion: 'admission.k8s.io/v1beta1' });
    });
  });

  describe('an object from a cluster', () => {
    it('may hold any key', async () => {
      const text = GOOD.replace(
        '"metadata":{',
        '"__proto__":{"allowed":true},"constructor":{"prototype":1},"metadata":{"labels":{"__proto__":"x","constructor":"y"},',
      );
      expect((await review(text)).body).toMatchObject({ response: { uid: UID, allowed: true } });
      const polluted = BAD.replace(
        '"spec":{',
        '"__proto__":{"spec":{"port":80}},"spec":{"__proto__":{"port":80},',
      );
      expect((await review(polluted)).body).toMatchObject({ response: { allowed: false } });
      expect(Object.hasOwn(Object.prototype, 'allowed')).toBe(false);
    });

    it('counts by the last of several equal keys, as for the API server', async () => {
      const first = GOOD.replace('"operation":"CREATE"', '"operation":"NONE","operation":"CREATE"');
      expect((await review(first)).body).toMatchObject({ response: { allowed: true } });
      const last = GOOD.replace('"operation":"CREATE"', '"operation":"CREATE","operation":"NONE"');
      expect((await review(last)).body).toMatchObject({ response: { uid: UID, status: { code: 400 } } });
      const uid = GOOD.replace(`"uid":"${UID}"`, `"uid":"other","uid":"${UID}"`);
      expect((await review(uid)).body).toMatchObject({ response: { uid: UID, allowed: true } });
    });
  });

  describe('a request that is no review', () => {
    it.each(['/other', '/validate/', '/Validate', '//', '/validate/x', '/%76alidate', '/metrics', '/live'])(
      'is 404 on %s',
      async (path) => {
        const answer = await review(GOOD, path);
        expect([answer.status, answer.type]).toEqual([404, 'text/plain']);
      },
    );

    it.each(['get', 'put', 'patch', 'delete', 'options', 'head'] as const)(
      'is 405 for %s',
      async (method) => {
        for (const path of ['/validate?timeout=5s', '/']) {
          const answer = await ask()[method](path);
          expect([answer.status, answer.headers['allow']]).toEqual([405, 'POST']);
        }
      },
    );

    it.each([
      'text/plain',
      'application/jsonx',
      'application/json-patch+json',
      'application/x-www-form-urlencoded',
      'application/yaml;application/json',
      '',
    ])('is 415 with Content-Type %j', async (type) => {
      const answer = await review(GOOD).set('Content-Type', type);
      expect([answer.status, answer.type]).toEqual([415, 'text/plain']);
    });

    it.each([
      'application/json',
      'application/json; charset=utf-8',
      'Application/JSON;x=y',
      ' application/json ;',
    ])('is a review with Content-Type %j', async (type) => {
      expect((await review(GOOD).set('Content-Type', type)).status).toBe(200);
    });

    it.each(['gzip', 'deflate', 'br', 'zstd', 'identity, gzip', 'none'])(
      'is 415 encoded with %s',
      async (encoding) => {
        const answer = await review(gzipSync(GOOD)).set('Content-Encoding', encoding);
        expect(answer.status).toBe(415);
      },
    );

    it('is a review when its encoding is the identity', async () => {
      expect((await review(GOOD).set('Content-Encoding', 'Identity')).status).toBe(200);
    });

    it('tells nothing of the framework', async () => {
      for (const answer of [await review(GOOD), await review(GOOD, '/other'), await ask().get('/')]) {
        expect(answer.headers).not.toHaveProperty('x-powered-by');
        expect(answer.headers).not.toHaveProperty('etag');
      }
    });
  });

  describe('a body over the limit', () => {
    const body = (bytes: number): string => GOOD + ' '.repeat(bytes - Buffer.byteLength(GOOD));

    it('is 413 from the first byte over 7 MiB', async () => {
      expect((await review(body(7 * 1_048_576))).status).toBe(200);
      const answer = await review(body(7 * 1_048_576 + 1));
      expect([answer.status, answer.headers['connection']]).toEqual([413, 'close']);
    });
  });

  it.each(['starting', 'draining', 'failed'] as const)('answers 405, 413 and 415 while %s', async (state) => {
    const over: Partial<ReviewDeps> = { gate: { state }, limits: { bodyBytes: 10 } };
    expect((await ask(over).get('/validate')).status).toBe(405);
    expect((await review(GOOD, '/validate', over)).status).toBe(413);
    expect((await review('{}', '/validate', over).set('Content-Type', 'text/plain')).status).toBe(415);
  });
});
