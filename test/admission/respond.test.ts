import { expect, it } from '@jest/globals';
import { malformed, toResponse, type Verdict } from '../../src/admission/index.js';

const verdict = (over: Partial<Verdict> = {}): Verdict => ({
  allowed: true,
  warnings: [],
  auditAnnotations: {},
  findings: [],
  faults: [],
  skipped: [],
  ...over,
});

it('says of an admitted object nothing but that', () => {
  expect(toResponse('admission.k8s.io/v1', 'u', verdict())).toEqual({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: { uid: 'u', allowed: true },
  });
});

it('answers in the version and with the uid that came', () => {
  const answer = toResponse('admission.k8s.io/v1beta1', 'u"\u{1f600}', verdict());
  expect([answer.apiVersion, answer.response.uid]).toEqual(['admission.k8s.io/v1beta1', 'u"\u{1f600}']);
});

it.each([
  [403, 'Forbidden'],
  [400, 'BadRequest'],
  [500, 'InternalError'],
] as const)('refuses by %i %s', (code, reason) => {
  const { response } = toResponse(
    'admission.k8s.io/v1',
    'u',
    verdict({ allowed: false, code, message: 'why' }),
  );
  expect(response).toEqual({ uid: 'u', allowed: false, status: { code, reason, message: 'why' } });
});

it('refuses by 403 where nothing else is said', () => {
  const { response } = toResponse('admission.k8s.io/v1', 'u', verdict({ allowed: false }));
  expect(response.status).toEqual({ code: 403, reason: 'Forbidden', message: '' });
});

it('carries warnings and audit annotations with either answer', () => {
  const carried = { warnings: ['w'], auditAnnotations: { rule: 'server/port' } };
  for (const allowed of [true, false]) {
    const { response } = toResponse('admission.k8s.io/v1', 'u', verdict({ allowed, ...carried }));
    expect(response).toMatchObject(carried);
  }
});

it('never patches', () => {
  const text = JSON.stringify(toResponse('admission.k8s.io/v1', 'u', verdict({ warnings: ['w'] })));
  expect(text).not.toContain('patch');
});

it('refuses what is malformed by 400', () => {
  expect(malformed('why')).toEqual({ ...verdict({ allowed: false }), code: 400, message: 'why' });
});
