import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { pairProblems, type Pair } from '../../../src/adapters/certs/pair.js';
import { handshake } from './handshake.js';
import { issue, type Issued, NOW } from './issue.js';

let root: Issued;
let between: Issued;
let good: Issued;
let under: Issued;

const problems = (pair: Pair, names: readonly string[] = ['localhost'], now = NOW): readonly string[] =>
  pairProblems(pair, { names, now });

beforeAll(async () => {
  root = await issue({ name: 'root', isCa: true, dns: [] });
  between = await issue({ name: 'between', by: root, isCa: true, dns: [] });
  good = await issue({ by: root });
  under = await issue({ by: between });
});

describe('a pair that can be served', () => {
  it('has no problems, and a client that trusts the CA agrees', async () => {
    expect(problems({ ...good, ca: root.cert })).toEqual([]);
    expect(await handshake(good, { ca: root.cert, name: 'localhost' })).toBe('ok');
  });

  it('may be given without a CA', () => {
    expect(problems(good)).toEqual([]);
  });

  it('may have its chain behind the leaf', async () => {
    const pair = { cert: `${under.cert}\n${between.cert}`, key: under.key };
    expect(problems({ ...pair, ca: root.cert })).toEqual([]);
    expect(await handshake(pair, { ca: root.cert, name: 'localhost' })).toBe('ok');
  });

  it('may be in a bundle of several CAs, of which one has ended', async () => {
    const old = await issue({ name: 'root', isCa: true, dns: [], from: -90, to: -1, renews: root });
    expect(problems({ ...good, ca: old.cert })).toEqual(['the CA is not valid now']);
    expect(problems({ ...good, ca: `${old.cert}\n${root.cert}` })).toEqual([]);
  });

  it('may be its own CA', async () => {
    const own = await issue({});
    expect(problems({ ...own, ca: own.cert })).toEqual([]);
    expect(await handshake(own, { ca: own.cert, name: 'localhost' })).toBe('ok');
  });

  it('may say that it is for servers', async () => {
    const pair = await issue({ by: root, purpose: 'serverAuth' });
    expect(problems({ ...pair, ca: root.cert })).toEqual([]);
  });

  it('covers names by wildcard', async () => {
    const pair = await issue({ by: root, dns: ['*.gatehouse.svc'] });
    expect(problems(pair, ['gatehouse.gatehouse.svc'])).toEqual([]);
  });
});

describe('a pair that no client would take', () => {
  it('ended, or has not begun', async () => {
    const ended = await issue({ by: root, from: -9, to: -1 });
    expect(problems(ended)).toEqual([expect.stringMatching(/^the certificate ended on /)]);
    expect(await handshake(ended, { ca: root.cert, name: 'localhost' })).toBe('CERT_HAS_EXPIRED');
    const later = await issue({ by: root, from: 1, to: 9 });
    expect(problems(later)).toEqual([expect.stringMatching(/^the certificate begins only on /)]);
    expect(await handshake(later, { ca: root.cert, name: 'localhost' })).toBe('CERT_NOT_YET_VALID');
  });

  it('lasts to its very last second and no longer', () => {
    const end = new Date(Math.floor(NOW.getTime() / 1_000) * 1_000 + 90 * 86_400_000);
    expect(problems(good, [], end)).toEqual([]);
    expect(problems(good, [], new Date(end.getTime() + 1_000))).toHaveLength(1);
  });

  it('is for other names', async () => {
    expect(problems(good, ['localhost', 'gatehouse.svc', '127.0.0.1'])).toEqual([
      'the certificate is not for gatehouse.svc',
      'the certificate is not for 127.0.0.1',
    ]);
    expect(await handshake(good, { ca: root.cert, name: 'gatehouse.svc' })).toBe(
      'ERR_TLS_CERT_ALTNAME_INVALID',
    );
  });

  it('has a common name only', async () => {
    const pair = await issue({ name: 'localhost', by: root, dns: [] });
    expect(problems(pair)).toEqual(['the certificate has no subject alternative names']);
  });

  it('has a key of another certificate', async () => {
    const pair = { cert: good.cert, key: under.key };
    expect(problems(pair)).toEqual(['the key does not belong to the certificate']);
    expect(await handshake(pair, { ca: root.cert, name: 'localhost' })).toBe(
      'ERR_OSSL_X509_KEY_VALUES_MISMATCH',
    );
  });

  it('comes from another CA', async () => {
    const other = await issue({ name: 'root', isCa: true, dns: [] });
    expect(problems({ ...good, ca: other.cert })).toEqual([
      'the certificate is not signed by the CA beside it',
    ]);
    expect(await handshake(good, { ca: other.cert, name: 'localhost' })).not.toBe('ok');
  });

  it('lacks a link of its chain', async () => {
    expect(problems({ ...under, ca: root.cert })).toEqual([
      'the certificate is not signed by the CA beside it',
    ]);
    expect(await handshake(under, { ca: root.cert, name: 'localhost' })).not.toBe('ok');
  });

  it('has a link that is no CA', async () => {
    const pretender = await issue({ name: 'pretender', by: root });
    const pair = await issue({ by: pretender });
    const chained = { cert: `${pair.cert}\n${pretender.cert}`, key: pair.key };
    expect(problems({ ...chained, ca: root.cert })).toEqual([
      'the certificate is not signed by the CA beside it',
    ]);
    expect(await handshake(chained, { ca: root.cert, name: 'localhost' })).not.toBe('ok');
  });

  it('has a link, or a CA, that has ended', async () => {
    const endedLink = await issue({ name: 'between', by: root, isCa: true, dns: [], from: -9, to: -1 });
    const pair = await issue({ by: endedLink });
    const chained = { cert: `${pair.cert}\n${endedLink.cert}`, key: pair.key };
    expect(problems({ ...chained, ca: root.cert })).toEqual([
      'the certificate is not signed by the CA beside it',
    ]);
    expect(await handshake(chained, { ca: root.cert, name: 'localhost' })).toBe('CERT_HAS_EXPIRED');
    const endedRoot = await issue({ name: 'old root', isCa: true, dns: [], from: -9, to: -1 });
    const orphan = await issue({ by: endedRoot });
    expect(problems({ ...orphan, ca: endedRoot.cert })).toEqual(['the CA is not valid now']);
    expect(await handshake(orphan, { ca: endedRoot.cert, name: 'localhost' })).toBe('CERT_HAS_EXPIRED');
  });

  it('is for clients only', async () => {
    const pair = await issue({ by: root, purpose: 'clientAuth' });
    expect(problems(pair)).toEqual(['the certificate is not for servers']);
    expect(await handshake(pair, { ca: root.cert, name: 'localhost' })).toBe('INVALID_PURPOSE');
  });

  it.each([
    ['an empty certificate', { cert: '\n' }, 'the certificate is empty'],
    ['an empty key', { key: '' }, 'the key is empty'],
    ['a certificate that is none', { cert: 'nonsense' }, 'the certificate does not parse as PEM'],
    ['a key that is none', { key: 'nonsense' }, 'the key does not parse as PEM'],
    ['a CA that is none', { ca: 'nonsense' }, 'the CA beside it does not parse as PEM'],
  ])('has %s', (_what, part, problem) => {
    expect(problems({ ...good, ...part })).toEqual([problem]);
  });

  it('has a key that is encrypted', () => {
    const pem = createPrivateKey(good.key)
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' })
      .toString();
    expect(problems({ ...good, key: pem })).toEqual(['the key is encrypted']);
  });

  it('is told all its problems at once', async () => {
    const ended = await issue({ by: root, dns: ['a'], from: -9, to: -1 });
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const other = await issue({ name: 'other', isCa: true, dns: [] });
    expect(problems({ cert: ended.cert, key, ca: other.cert }, ['b'])).toEqual([
      'the key does not belong to the certificate',
      expect.stringMatching(/^the certificate ended on /),
      'the certificate is not for b',
      'the certificate is not signed by the CA beside it',
    ]);
  });
});
