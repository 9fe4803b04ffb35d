import { describe, expect, it } from '@jest/globals';
import { identityProblem, isSpiffe, serviceAccountIdentity } from '../../src/model/identity.js';

describe('identityProblem', () => {
  it.each([
    '*',
    '*.app.example',
    'a',
    'a.b',
    'a-b.c-d',
    '0.1',
    'web.app.serviceaccount.identity.linkerd.cluster.local',
    '9a8.b7',
    'spiffe://td',
    'spiffe://td2.x9/ns3/a8',
    'spiffe://td./x',
    'spiffe://td-1_x.example',
    'spiffe://td/ns/a_b',
    'spiffe://td/A/b.c/...',
    `${'a'.repeat(300)}.b`,
  ])('finds none in %s', (text) => {
    expect(identityProblem(text)).toBeUndefined();
  });

  it.each([
    ['', 'dns'],
    ['app.*', 'dns'],
    ['*a.b', 'dns'],
    ['*.', 'dns'],
    ['**', 'dns'],
    ['*.*.x', 'dns'],
    ['a..b', 'dns'],
    ['.a', 'dns'],
    ['x.', 'dns'],
    ['A.b', 'dns'],
    ['a_b', 'dns'],
    ['-a', 'dns'],
    ['a-', 'dns'],
    ['a b', 'dns'],
    ['a\n', 'dns'],
    ['ä', 'dns'],
    ['SPIFFE://td', 'dns'],
    ['https://td', 'dns'],
    ['spiffe://', 'spiffe-trust-domain'],
    ['spiffe:///x', 'spiffe-trust-domain'],
    ['spiffe://TD/x', 'spiffe-trust-domain'],
    ['spiffe://Td/x', 'spiffe-trust-domain'],
    ['spiffe://td:80/x', 'spiffe-trust-domain'],
    ['spiffe://user@td', 'spiffe-trust-domain'],
    ['spiffe://td?q', 'spiffe-trust-domain'],
    ['spiffe://td/', 'spiffe-path'],
    ['spiffe://td//a', 'spiffe-path'],
    ['spiffe://td/a/', 'spiffe-path'],
    ['spiffe://td/a/./b', 'spiffe-path'],
    ['spiffe://td/a/../b', 'spiffe-path'],
    ['spiffe://td/a?q', 'spiffe-path'],
    ['spiffe://td/a%20b', 'spiffe-path'],
    ['spiffe://td/ä', 'spiffe-path'],
  ])('finds in %j a problem of kind %s', (text, problem) => {
    expect(identityProblem(text)).toBe(problem);
  });

  it('takes time in proportion to the length of the text', () => {
    const started = performance.now();
    for (const text of [
      'a'.repeat(250_000),
      'a-'.repeat(125_000),
      'a.'.repeat(125_000),
      `${'a.'.repeat(125_000)}!`,
    ]) {
      identityProblem(text);
      identityProblem(`spiffe://${text}`);
      identityProblem(`spiffe://td/${text}!`);
    }
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

it('takes a text for a SPIFFE id by its scheme alone', () => {
  expect(['spiffe://', 'spiffe://td', 'Spiffe://td', 'x.spiffe://td'].map(isSpiffe)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

it('names a service account as its proxy does', () => {
  const settings = { controlPlaneNamespace: 'mesh', identityDomain: 'example.org' };
  expect(serviceAccountIdentity('web', 'app', settings)).toBe(
    'web.app.serviceaccount.identity.mesh.example.org',
  );
});
