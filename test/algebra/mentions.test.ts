/** Which identities sets name, and who shares the fate of whom. */
import { describe, expect, it } from '@jest/globals';
import {
  ALL_NETWORKS,
  clientSet,
  complement,
  has,
  identitySet,
  Mentions,
  NO_CREDENTIALS,
  union,
  type ClientSet,
} from '../../src/algebra/index.js';

const only = (exact: readonly string[], suffixes: readonly string[] = []): ClientSet =>
  clientSet({ ...NO_CREDENTIALS, identities: identitySet({ exact, suffixes }) }, ALL_NETWORKS);

const SETS = [
  only(['web.a.example', 'spiffe://td/web']),
  only([], ['a.example']),
  only(['x'], ['b.a.example', 'c']),
  complement(only(['web.a.example', 'y.b.a.example'])),
  union(only([], ['']), only(['spiffe://td/x'])),
  only(['?', '?.a.example']),
];
const IDENTITIES = [
  ...[
    'web.a.example',
    'y.b.a.example',
    'z.b.a.example',
    'other.a.example',
    'a.example',
    'x',
    '?',
    'q.c',
    'q.q.c',
  ],
  ...['spiffe://td/web', 'spiffe://td/x', 'spiffe://td/other', 'nobody', '?.a.example'],
];

describe('Mentions', () => {
  const mentions = new Mentions(SETS);
  const has1 = (set: ClientSet, identity: string): boolean =>
    has(set, { credential: { kind: 'identity', identity }, family: 4, address: 1n });

  it.each(IDENTITIES)('%s fares as one whom nobody names, but where it is named itself', (identity) => {
    const like = mentions.unnamedLike(identity);
    const naming = mentions.naming(identity);
    expect(mentions.naming(like)).toEqual([]);
    for (const [place, set] of SETS.entries())
      if (!naming.includes(place)) expect(has1(set, identity)).toBe(has1(set, like));
  });

  it('knows by which sets an identity is named', () => {
    expect(mentions.naming('web.a.example')).toEqual([0, 3]);
    expect(mentions.naming('other.a.example')).toEqual([]);
  });
});
