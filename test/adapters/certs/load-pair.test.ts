import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadPair } from '../../../src/adapters/certs/load-pair.js';
import { handshake } from './handshake.js';
import { issue, NOW } from './issue.js';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'gatehouse-pair-'));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

const put = (name: string, text: string): void => writeFileSync(join(dir, name), text);

async function mount() {
  const ca = await issue({ name: 'corporate', isCa: true, dns: [] });
  const leaf = await issue({ by: ca });
  put('tls.crt', leaf.cert);
  put('tls.key', leaf.key);
  return { ca, leaf };
}

describe('loadPair', () => {
  it('gives the pair that is mounted, and it serves', async () => {
    const { ca, leaf } = await mount();
    const pair = await loadPair(dir, { now: NOW, names: ['localhost'] });
    expect(pair).toEqual({ cert: leaf.cert, key: leaf.key });
    expect(await handshake(pair, { ca: ca.cert, name: 'localhost' })).toBe('ok');
  });

  it('gives the CA too where there is one', async () => {
    const { ca } = await mount();
    put('ca.crt', ca.cert);
    expect((await loadPair(dir, { now: NOW })).ca).toBe(ca.cert);
  });

  it('reads the files anew each time', async () => {
    await mount();
    await loadPair(dir, { now: NOW });
    const next = await issue({});
    for (const [name, text] of [
      ['tls.crt', next.cert],
      ['tls.key', next.key],
    ] as const) {
      put(`${name}.new`, text);
      renameSync(join(dir, `${name}.new`), join(dir, name));
    }
    expect(await loadPair(dir, { now: NOW })).toEqual(next);
  });

  it.each([
    [['tls.crt'], 'has no tls.crt'],
    [['tls.key'], 'has no tls.key'],
    [['tls.crt', 'tls.key'], 'has no tls.crt and no tls.key'],
  ])('names what is missing: %j', async (missing, message) => {
    await mount();
    for (const name of missing) rmSync(join(dir, name));
    await expect(loadPair(dir, { now: NOW })).rejects.toMatchObject({
      name: 'OperationalError',
      code: 'certs-missing',
      message: `${dir} ${message}`,
      hint: expect.stringContaining('--tls self-signed'),
    });
  });

  it('says everything that is wrong with a pair', async () => {
    await mount();
    put('tls.key', (await issue({})).key);
    await expect(loadPair(dir, { now: NOW, names: ['gatehouse.svc'] })).rejects.toMatchObject({
      code: 'certs-invalid',
      message: `the pair in ${dir} cannot be served: the key does not belong to the certificate; the certificate is not for gatehouse.svc`,
    });
  });

  it('never takes an empty pair, which would fail every handshake', async () => {
    put('tls.crt', '');
    put('tls.key', '');
    await expect(loadPair(dir, { now: NOW })).rejects.toMatchObject({ code: 'certs-invalid' });
  });
});
