/**
 * The judged admission cases and the recorded reviews. We admit exactly what Linkerd admits, less what
 * Gatehouse's own rules refuse; and a refusal names the rules that the case breaks.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { decide, decodeReview, toResponse } from '../../src/admission/index.js';
import { mkJudging } from '../builders.js';

interface Case {
  readonly id: number;
  readonly review: unknown;
  readonly stricter: readonly string[];
  readonly linkerd: boolean;
}

/** The fixtures' short names and the codes that they stand for. */
const CODES: Readonly<Record<string, readonly string[]>> = {
  'selector-exactly-one': ['selector/exactly-one'],
  'selector-label-syntax': ['selector/requirement'],
  'selector-values-required': ['selector/requirement'],
  'selector-values-forbidden': ['selector/requirement'],
  'workload-exactly-one': ['server/workload-selector'],
  'port-name-syntax': ['server/port'],
  'server-exactly-one': ['server-authorization/server'],
  'client-exactly-one': ['server-authorization/client'],
  'meshTLS-exactly-one': ['server-authorization/mesh-tls'],
  'identities-exactly-one': ['meshtls-authentication/exactly-one'],
  'identities-empty': ['meshtls-authentication/exactly-one', 'server-authorization/mesh-tls'],
  'identity-syntax': ['identity/syntax'],
};

/** Cases where we differ on purpose: id and reason. None so far. */
const EXCEPTIONS: Readonly<Record<string, string>> = {};

const FIXTURES = new URL('../fixtures/', import.meta.url);

function verdictOf(review: unknown) {
  const decoded = decodeReview(review);
  if (!decoded.ok) throw new Error(decoded.error.message);
  return { review: decoded.value, verdict: decide(decoded.value, mkJudging()) };
}

describe.each(['admission-cases.jsonl', 'admission-cases-rich.jsonl'])('%s', (file) => {
  const cases = readFileSync(new URL(file, FIXTURES), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Case);

  it('holds cases of both verdicts', () => {
    expect(cases.length).toBeGreaterThan(200);
    expect(new Set(cases.map(({ linkerd }) => linkerd)).size).toBe(2);
  });

  it.each(cases)('decides case $id as its judges did', ({ id, review, stricter, linkerd }) => {
    if (Object.hasOwn(EXCEPTIONS, `${file}#${String(id)}`)) return;
    const { verdict } = verdictOf(review);
    expect({ allowed: verdict.allowed, message: verdict.message }).toEqual({
      allowed: linkerd && stricter.length === 0,
      message: linkerd && stricter.length === 0 ? undefined : expect.any(String),
    });
    const codes = new Set(verdict.findings.map(({ code }) => code));
    for (const name of stricter) {
      expect({ name, named: CODES[name]?.some((code) => codes.has(code)) }).toEqual({ name, named: true });
    }
    expect(verdict.faults).toEqual([]);
    if (!linkerd) {
      const theirs = verdict.findings.some(
        ({ severity, origin }) => severity === 'deny' && origin === 'linkerd',
      );
      expect(theirs).toBe(true);
    }
  });
});

describe('recorded reviews', () => {
  const files = readdirSync(new URL('reviews/', FIXTURES)).sort();
  const bad = [
    'bad-protocol',
    'both-selectors',
    'empty-selector',
    'two-clients',
    'bad-identity',
    'negated',
    'wrong-namespace',
  ];

  it.each(files)('answers %s', (file) => {
    const { review, verdict } = verdictOf(
      JSON.parse(readFileSync(new URL(`reviews/${file}`, FIXTURES), 'utf8')),
    );
    const answer = toResponse(review.apiVersion, review.uid, verdict);
    expect(answer.response.uid).toBe(review.uid);
    expect({ file, allowed: answer.response.allowed, why: verdict.message }).toMatchObject({
      allowed: !bad.some((word) => file.includes(word)),
    });
  });
});
