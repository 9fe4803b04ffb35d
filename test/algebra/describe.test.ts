import { describe, expect, it } from '@jest/globals';
import {
  ALL_CLIENTS,
  clientSet,
  complement,
  difference,
  NO_CLIENTS,
  union,
} from '../../src/algebra/client-set.js';
import { ALL_CREDENTIALS, NO_CREDENTIALS } from '../../src/algebra/credential-set.js';
import { describeClients, formatClients } from '../../src/algebra/describe.js';
import { ALL_DNS, ALL_IDENTITIES, differenceI, identitySet, unionI } from '../../src/algebra/identity-set.js';
import type { IdentitySet } from '../../src/algebra/identity-set.js';
import { ALL_NETWORKS, networkSet } from '../../src/algebra/network-set.js';
import { mkNetwork } from './random.js';

const who = (identities: IdentitySet, flags: { plain?: boolean; anonymous?: boolean } = {}) =>
  clientSet({ ...NO_CREDENTIALS, ...flags, identities }, ALL_NETWORKS);
const identities = (...exact: string[]) => identitySet({ exact });
const from = (net: string, ...except: string[]) =>
  networkSet([{ net: mkNetwork(net), except: except.map(mkNetwork) }]);

describe('clients in words', () => {
  it.each([
    [ALL_CLIENTS, 'anyone from anywhere'],
    [NO_CLIENTS, 'nobody'],
    [clientSet({ ...NO_CREDENTIALS, plain: true }, ALL_NETWORKS), 'unmeshed clients from anywhere'],
    [who(ALL_IDENTITIES, { anonymous: true }), 'any mesh TLS client from anywhere'],
    [who(ALL_IDENTITIES), 'any mesh identity from anywhere'],
    [who(ALL_IDENTITIES, { plain: true }), 'unmeshed clients, any mesh identity from anywhere'],
    [who(ALL_DNS), 'any DNS-form identity from anywhere'],
    [
      who(ALL_DNS, { anonymous: true }),
      'mesh TLS clients without identity, any DNS-form identity from anywhere',
    ],
    [complement(who(identities('a', 'spiffe://s'))), 'anyone except (a, spiffe://s) from anywhere'],
    [
      difference(who(ALL_IDENTITIES), who(unionI(ALL_DNS, identities('spiffe://s')))),
      'any SPIFFE id except (spiffe://s) from anywhere',
    ],
    [
      who(
        differenceI(
          identitySet({ exact: ['q'], suffixes: ['a'] }),
          identitySet({ exact: ['x.a'], suffixes: ['b.a'] }),
        ),
      ),
      'q, *.a except (x.a, *.b.a) from anywhere',
    ],
    [
      who(unionI(differenceI(ALL_DNS, identitySet({ suffixes: ['a'] })), identities('x.a'))),
      'any DNS-form identity except (*.a), x.a from anywhere',
    ],
  ])('are told apart (%#)', (set, text) => expect(formatClients(set)).toBe(text));

  it('names the exceptions of each suffix with it', () => {
    const wide = differenceI(
      identitySet({ suffixes: ['a', 'b'] }),
      identitySet({ suffixes: ['x.b', 'y.a'] }),
    );
    const set = unionI(wide, identitySet({ suffixes: ['z.y.a'] }));
    expect(formatClients(who(set))).toBe('*.a except (*.y.a), *.z.y.a, *.b except (*.x.b) from anywhere');
  });

  it('says whence in the fewest words', () => {
    const text = (networks: ReturnType<typeof from>) => formatClients(clientSet(ALL_CREDENTIALS, networks));
    expect(text(from('10.0.0.0/8'))).toBe('anyone from 10.0.0.0/8');
    expect(text(from('10.0.0.0/8', '10.1.0.0/16'))).toBe('anyone from 10.0.0.0/8 except (10.1.0.0/16)');
    expect(text(from('10.0.0.0/8', '10.0.0.0/16'))).toBe('anyone from 10.0.0.0/8 except (10.0.0.0/16)');
    expect(text(from('10.0.0.0/30', '10.0.0.0'))).toBe('anyone from 10.0.0.1/32, 10.0.0.2/31');
    expect(text(from('10.0.0.0/8', '10.0.0.0/9'))).toBe('anyone from 10.128.0.0/9');
    expect(text(from('::/0', 'fd00::/8'))).toBe('anyone from ::/0 except (fd00::/8)');
    expect(text(from('0.0.0.0/0'))).toBe('anyone from 0.0.0.0/0');
  });

  it('spells out six, and says how many more there are', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    expect(formatClients(who(identities(...names.slice(0, 6))))).toBe('a, b, c, d, e, f from anywhere');
    expect(formatClients(who(identities(...names)))).toBe('a, b, c, d, e, f and 2 more from anywhere');
    expect(describeClients(who(identities(...names)))).toEqual([
      { credentials: names, networks: ['anywhere'] },
    ]);
  });

  it('gives a part for each set of networks', () => {
    const set = union(
      clientSet({ ...NO_CREDENTIALS, plain: true }, from('10.0.0.0/8')),
      clientSet({ ...NO_CREDENTIALS, identities: identities('web') }, from('11.0.0.0/8')),
    );
    expect(formatClients(set)).toBe('unmeshed clients from 10.0.0.0/8; web from 11.0.0.0/8');
  });

  it('writes no lines of its own for a crafted name', () => {
    expect(formatClients(who(identities('a\nb')))).toBe('a\\u000ab from anywhere');
    expect(formatClients(complement(who(identities('a\nb'))))).toBe(
      'anyone except (a\\u000ab) from anywhere',
    );
    expect(formatClients(who(identitySet({ suffixes: ['\u001b'] })))).toBe('*.\\u001b from anywhere');
  });
});
