import { X509Certificate } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pairProblems } from '../../../src/adapters/certs/pair.js';
import { ensureSelfSigned, makePair, type SelfSignedNeeds } from '../../../src/adapters/certs/self-signed.js';
import { OperationalError } from '../../../src/model/operational-error.js';
import { handshake } from './handshake.js';
import { issue, NOW } from './issue.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const FILES = ['ca.crt', 'tls.crt', 'tls.key'];

const needs = (more: Partial<SelfSignedNeeds> = {}): SelfSignedNeeds => ({
  dnsNames: ['gatehouse.gatehouse.svc'],
  ipAddresses: [],
  now: NOW,
  ...more,
});

let parent: string;
let dir: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'gatehouse-certs-'));
  dir = join(parent, 'some', 'certs');
});

afterEach(() => {
  rmSync(parent, { recursive: true, force: true });
});

const put = (name: string, text: string): void => {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, name), text);
};
const contents = (): Record<string, string> =>
  Object.fromEntries(readdirSync(dir).map((name) => [name, readFileSync(join(dir, name), 'utf8')]));

describe('a pair that is made', () => {
  it('is written as three files, of which only the owner reads the key', async () => {
    const { cert, key, ca, made } = await ensureSelfSigned(dir, needs());
    expect(made).toBe('there was none');
    expect(contents()).toEqual({ 'tls.crt': cert, 'tls.key': key, 'ca.crt': ca });
    expect(statSync(join(dir, 'tls.key')).mode & 0o777).toBe(0o600);
  });

  it('is a P-256 leaf of a CA of its own, from an hour ago for a year', async () => {
    const pair = await makePair(needs({ ipAddresses: ['10.1.2.3'] }));
    const leaf = new X509Certificate(pair.cert);
    const ca = new X509Certificate(pair.ca);
    for (const certificate of [leaf, ca]) {
      expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
      expect(Date.parse(certificate.validFrom)).toBeCloseTo(NOW.getTime() - HOUR_MS, -4);
      expect(Date.parse(certificate.validTo)).toBeCloseTo(NOW.getTime() + 365 * DAY_MS, -4);
    }
    expect(ca.subject).toMatch(/^CN=Gatehouse self-signed CA /);
    expect([ca.ca, leaf.ca]).toEqual([true, false]);
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(leaf.subjectAltName).toBe(
      'DNS:gatehouse.gatehouse.svc, DNS:localhost, IP Address:10.1.2.3, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
    );
    expect(pairProblems(pair, { names: ['gatehouse.gatehouse.svc', '::1'], now: NOW })).toEqual([]);
  });

  it('has a CA whose subject no other CA has', async () => {
    const [one, two] = await Promise.all([makePair(needs()), makePair(needs())]);
    expect(new X509Certificate(one.ca).subject).not.toBe(new X509Certificate(two.ca).subject);
  });

  it('takes names that are too long for a common name', async () => {
    const name = `${'a'.repeat(60)}.${'b'.repeat(60)}.svc`;
    const pair = await makePair(needs({ dnsNames: [name] }));
    expect(new X509Certificate(pair.cert).subject).toBe('CN=gatehouse');
    expect(await handshake(pair, { ca: pair.ca, name })).toBe('ok');
  });

  it('serves clients that trust its CA, and no others', async () => {
    const pair = await ensureSelfSigned(dir, needs());
    for (const name of ['gatehouse.gatehouse.svc', 'localhost', '127.0.0.1']) {
      expect(await handshake(pair, { ca: pair.ca, name })).toBe('ok');
    }
    expect(await handshake(pair, { ca: pair.ca, name: 'elsewhere.svc' })).toBe(
      'ERR_TLS_CERT_ALTNAME_INVALID',
    );
    const other = await makePair(needs());
    expect(await handshake(pair, { ca: other.ca, name: 'localhost' })).not.toBe('ok');
  });
});

describe('a pair of ours that is there', () => {
  it('is kept while it is good', async () => {
    const first = await ensureSelfSigned(dir, needs());
    const later = new Date(NOW.getTime() + 364 * DAY_MS);
    expect(await ensureSelfSigned(dir, needs({ dnsNames: [], now: later }))).toEqual({
      ...first,
      made: undefined,
    });
  });

  it.each([
    ['has ended', { now: new Date(NOW.getTime() + 366 * DAY_MS) }, /^the certificate ended on /],
    ['lacks a name', { dnsNames: ['other.svc'] }, /^the certificate is not for other\.svc$/],
    ['lacks an address', { ipAddresses: ['10.0.0.1'] }, /^the certificate is not for 10\.0\.0\.1$/],
  ])('is made anew when it %s', async (_why, changed, reason) => {
    const first = await ensureSelfSigned(dir, needs());
    const second = await ensureSelfSigned(dir, needs(changed));
    expect(second.made).toMatch(reason);
    expect(second.ca).not.toBe(first.ca);
    expect(contents()).toEqual({ 'tls.crt': second.cert, 'tls.key': second.key, 'ca.crt': second.ca });
    expect(await ensureSelfSigned(dir, needs(changed))).toEqual({ ...second, made: undefined });
  });

  it('is made anew when its parts do not belong together', async () => {
    const other = await makePair(needs());
    for (const [name, text, reason] of [
      ['tls.key', other.key, 'the key does not belong to the certificate'],
      ['ca.crt', other.ca, 'the certificate is not signed by the CA beside it'],
    ] as const) {
      await ensureSelfSigned(dir, needs());
      put(name, text);
      expect((await ensureSelfSigned(dir, needs())).made).toBe(reason);
    }
  });

  it.each(FILES)('is made anew when %s is gone', async (name) => {
    await ensureSelfSigned(dir, needs());
    rmSync(join(dir, name));
    expect((await ensureSelfSigned(dir, needs())).made).toBe(`${name} is missing`);
    expect(readdirSync(dir).toSorted()).toEqual(FILES);
  });

  it('gets a private key file even if the old one was open to all', async () => {
    await ensureSelfSigned(dir, needs());
    chmodSync(join(dir, 'tls.key'), 0o644);
    await ensureSelfSigned(dir, needs({ dnsNames: ['other.svc'] }));
    expect(statSync(join(dir, 'tls.key')).mode & 0o777).toBe(0o600);
  });
});

describe('a pair of somebody else', () => {
  async function expectLeftAlone(file: string): Promise<OperationalError> {
    const before = contents();
    const error: unknown = await ensureSelfSigned(dir, needs({ dnsNames: [] })).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(OperationalError);
    expect(error).toMatchObject({ code: 'certs-foreign', hint: expect.stringContaining(join(dir, file)) });
    expect(contents()).toEqual(before);
    return error as OperationalError;
  }

  it('is served if it is good', async () => {
    const ca = await issue({ name: 'corporate', isCa: true, dns: [] });
    const leaf = await issue({ by: ca, dns: ['localhost'], addresses: ['127.0.0.1', '::1'] });
    put('tls.crt', leaf.cert);
    put('tls.key', leaf.key);
    put('ca.crt', ca.cert);
    const served = await ensureSelfSigned(dir, needs({ dnsNames: [] }));
    expect(served).toEqual({ ...leaf, ca: ca.cert, made: undefined });
  });

  it('is never overwritten when it has ended', async () => {
    const ca = await issue({ name: 'corporate', isCa: true, dns: [] });
    const leaf = await issue({ by: ca, from: -9, to: -1 });
    put('tls.crt', leaf.cert);
    put('tls.key', leaf.key);
    put('ca.crt', ca.cert);
    const { message } = await expectLeftAlone('tls.crt');
    expect(message).toMatch(/the certificate ended on /);
  });

  it('is never overwritten beside a CA of ours', async () => {
    await ensureSelfSigned(dir, needs());
    const leaf = await issue({});
    put('tls.crt', leaf.cert);
    put('tls.key', leaf.key);
    await expectLeftAlone('tls.crt');
  });

  it('is never overwritten when it names us somewhere else than in front', async () => {
    const ca = await issue({ name: 'Not a Gatehouse self-signed CA', isCa: true, dns: [] });
    const leaf = await issue({ by: ca, dns: ['elsewhere'] });
    put('tls.crt', leaf.cert);
    put('tls.key', leaf.key);
    put('ca.crt', ca.cert);
    await expectLeftAlone('tls.crt');
  });

  it.each([
    ['tls.crt', 'nonsense'],
    ['tls.crt', ''],
    ['ca.crt', 'nonsense'],
  ])('of which %s holds %j is never overwritten', async (name, text) => {
    await ensureSelfSigned(dir, needs());
    put(name, text);
    await expectLeftAlone(name);
  });

  it('that was added to a CA of ours is never overwritten', async () => {
    const { ca } = await ensureSelfSigned(dir, needs({ now: new Date(NOW.getTime() - 400 * DAY_MS) }));
    put('ca.crt', ca + (await issue({ name: 'corporate', isCa: true, dns: [] })).cert);
    await expectLeftAlone('ca.crt');
  });

  it('of which there is only a key is never overwritten', async () => {
    put('tls.key', (await issue({})).key);
    const { message } = await expectLeftAlone('tls.key');
    expect(message).toMatch(/tls\.crt is missing; ca\.crt is missing$/);
  });

  it('whose CA is not there is never overwritten', async () => {
    const leaf = await issue({});
    put('tls.crt', leaf.cert);
    put('tls.key', leaf.key);
    await expectLeftAlone('tls.crt');
  });
});

describe('a folder', () => {
  it('that cannot be written is named, with the flag to change', async () => {
    const nowhere = join(parent, 'dangling');
    symlinkSync('nowhere', nowhere);
    await expect(ensureSelfSigned(nowhere, needs())).rejects.toMatchObject({
      name: 'OperationalError',
      code: 'certs-unwritable',
      message: expect.stringContaining(nowhere),
      hint: expect.stringContaining('--certs'),
      cause: expect.anything(),
    });
  });

  it('of which a file is a folder is named', async () => {
    mkdirSync(join(dir, 'tls.crt'), { recursive: true });
    await expect(ensureSelfSigned(dir, needs())).rejects.toMatchObject({
      code: 'certs-unreadable',
      message: `${join(dir, 'tls.crt')} cannot be read`,
    });
  });
});
