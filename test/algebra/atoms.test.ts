import { describe, expect, it } from '@jest/globals';
import { atomsOf } from '../../src/algebra/atoms.js';
import {
  ALL_CLIENTS,
  clientSet,
  contains,
  difference,
  intersect,
  isEmpty,
  key,
  NO_CLIENTS,
} from '../../src/algebra/client-set.js';
import type { ClientSet } from '../../src/algebra/client-set.js';
import { ALL_CREDENTIALS, NO_CREDENTIALS } from '../../src/algebra/credential-set.js';
import { formatClients } from '../../src/algebra/describe.js';
import { ALL_DNS, identitySet } from '../../src/algebra/identity-set.js';
import { ALL_NETWORKS, networkSet } from '../../src/algebra/network-set.js';
import { mkNetwork } from './random.js';

const from = (text: string) => networkSet([{ net: mkNetwork(text), except: [] }]);
const named = (entries: { exact?: string[]; suffixes?: string[] }, networks = ALL_NETWORKS): ClientSet =>
  clientSet({ ...NO_CREDENTIALS, identities: identitySet(entries) }, networks);
const plain = (networks = ALL_NETWORKS) => clientSet({ ...NO_CREDENTIALS, plain: true }, networks);
const anonymous = clientSet({ ...NO_CREDENTIALS, anonymous: true }, ALL_NETWORKS);
const dns = clientSet({ ...NO_CREDENTIALS, identities: ALL_DNS }, ALL_NETWORKS);

describe('atoms', () => {
  it('are all clients if no set tells any apart', () => {
    expect(atomsOf([])).toEqual([ALL_CLIENTS]);
    expect(atomsOf([NO_CLIENTS, ALL_CLIENTS])).toEqual([ALL_CLIENTS]);
  });

  it('are a set and the others', () => {
    expect(atomsOf([plain()]).map(formatClients)).toEqual([
      'unmeshed clients from anywhere',
      'any mesh TLS client from anywhere',
    ]);
  });

  it('come in the order of their first credential, and then of their first address', () => {
    const sets = [
      dns,
      named({ suffixes: ['b', 'a', 'c.a'] }),
      named({ suffixes: ['c.a'] }),
      named({ exact: ['spiffe://s', 'q.a'] }),
      named({ exact: ['p'] }, from('10.0.0.0/8')),
      anonymous,
      plain(from('10.0.0.0/8')),
    ];
    const expected = [
      // Without mesh TLS from elsewhere: no set has those, nor other SPIFFE ids.
      'any SPIFFE id except (spiffe://s) from anywhere; unmeshed clients from 0.0.0.0/0 except (10.0.0.0/8), ::/0',
      'unmeshed clients from 10.0.0.0/8',
      'mesh TLS clients without identity from anywhere',
      'any DNS-form identity except (p, *.a, *.b) from anywhere; p from 0.0.0.0/0 except (10.0.0.0/8), ::/0',
      'p from 10.0.0.0/8',
      'q.a from anywhere',
      'spiffe://s from anywhere',
      '*.a except (q.a, *.c.a), *.b from anywhere',
      '*.c.a from anywhere',
    ];
    expect(atomsOf(sets).map(formatClients)).toEqual(expected);
    expect(atomsOf([...sets].reverse()).map(key)).toEqual(atomsOf(sets).map(key));
  });

  it('put together products that the same sets have', () => {
    // Who is `web` or comes from inside is in one of the two sets, but not in the same one.
    const sets = [named({ exact: ['web'] }), clientSet(ALL_CREDENTIALS, from('10.0.0.0/8'))];
    expect(atomsOf(sets).map(formatClients)).toEqual([
      'anyone except (web) from 0.0.0.0/0 except (10.0.0.0/8), ::/0',
      'anyone except (web) from 10.0.0.0/8',
      'web from 0.0.0.0/0 except (10.0.0.0/8), ::/0',
      'web from 10.0.0.0/8',
    ]);
    const either = [plain(from('10.0.0.0/8')), named({ exact: ['web'] }, from('11.0.0.0/8'))];
    expect(atomsOf(either)).toHaveLength(3);
  });

  it('have the normal form of a set made otherwise', () => {
    // Outside of the network, `*.b.a` is as `*.a` is, and only `*.c.b.a` within is not.
    const inside = from('10.0.0.0/8');
    const [a, ba, cba] = ['a', 'b.a', 'c.b.a'].map((suffix) => named({ suffixes: [suffix] }, inside));
    const atoms = atomsOf([difference(a!, ba!), difference(ba!, cba!)]);
    for (const atom of atoms) expect(intersect(ALL_CLIENTS, atom)).toEqual(atom);
    expect(atoms.map(formatClients)).toContain(
      'anyone except (*.a), *.c.b.a from anywhere; *.a except (*.c.b.a) from 0.0.0.0/0 except (10.0.0.0/8), ::/0',
    );
  });

  it('do not grow beyond what many sets tell apart', () => {
    const names = Array.from({ length: 300 }, (_, n) => `sa${String(n)}.ns${String(n % 40)}.local`);
    const networks = Array.from({ length: 100 }, (_, n) =>
      from(`10.${String(n)}.0.0/${String(12 + (n % 12))}`),
    );
    const sets = Array.from({ length: 200 }, (_, n) =>
      named(
        {
          exact: names.filter((_name, m) => m % 200 === n),
          suffixes: n % 4 === 0 ? [`ns${String(n / 4)}.local`] : [],
        },
        networks[n % 100],
      ),
    );
    const atoms = atomsOf(sets);
    // Two names of a set that no other tells apart share an atom, so there are fewer than names and suffixes.
    expect(atoms.length).toBeLessThan(350);
    for (const set of sets) {
      const cut = atoms.filter((atom) => !contains(set, atom) && !isEmpty(intersect(set, atom)));
      expect(cut).toEqual([]);
    }
  });
});
