/**
 * Twelve ways of replacing a pair on disk, under a server that is called all the time (webhook-operations, section 4):
 * every handshake succeeds, the old pair serves until the new one is whole, and a whole one serves within 5 s.
 */
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rename, rm, symlink, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FileCertificates } from '../../../src/adapters/certs/file-certificates.js';
import { SYSTEM_CLOCK } from '../../../src/adapters/http/clock.js';
import { createHttpsServer, type HttpsServer } from '../../../src/adapters/http/server.js';
import type { Listening } from '../../../src/adapters/http/listen.js';
import { Recorder, sleep } from '../http/harness.js';
import { issue, NOW, type Issued } from './issue.js';

const SERVICE = 'gatehouse.gatehouse.svc';
const WITHIN_MS = 5_000;

let ca: Issued;
let oldPair: Issued;
let newPair: Issued;
let foreign: Issued;
let expired: Issued;
let misnamed: Issued;
beforeAll(async () => {
  ca = await issue({ name: 'ca', isCa: true, dns: [] });
  const leaf = { by: ca, dns: [SERVICE] };
  [oldPair, newPair, expired, misnamed] = await Promise.all([
    issue({ ...leaf, name: 'old' }),
    issue({ ...leaf, name: 'new' }),
    issue({ ...leaf, name: 'expired', from: -3, to: -1 }),
    issue({ ...leaf, name: 'misnamed', dns: ['elsewhere.gatehouse.svc'] }),
  ]);
  foreign = await issue({ name: 'foreign', by: await issue({ isCa: true, dns: [] }), dns: [SERVICE] });
});

let home: string;
let dir: string;
let https: HttpsServer;
let listening: Listening;
let files: FileCertificates;
let calls: Caller;
let told: { failed: string[]; reloaded: number; ok: boolean };

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gatehouse-replacing-'));
  dir = join(home, 'certs');
  told = { failed: [], reloaded: 0, ok: false };
});
afterEach(async () => {
  await calls.stop();
  await files.stop();
  await listening.close();
  await rm(home, { recursive: true, force: true });
});

async function eventually(holds: () => boolean): Promise<void> {
  const end = performance.now() + 2 * WITHIN_MS;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`waited in vain: ${JSON.stringify([told, calls.changes])}`);
    await sleep(5);
  }
}

const at = (file: string): string => join(dir, file);

/** Serves what lies in `dir`, and calls it without a pause. */
async function serve(): Promise<void> {
  https = createHttpsServer({ listener: (_, response) => response.end(), observer: new Recorder() });
  files = new FileCertificates({
    dir,
    names: [SERVICE],
    clock: SYSTEM_CLOCK,
    sink: { serve: https.setCertificate, withdraw: () => https.setCertificate(undefined) },
    observer: {
      status: (ok) => (told.ok = ok),
      reloaded: () => (told.reloaded += 1),
      reloadFailed: (reason) => told.failed.push(reason),
      expires: () => undefined,
    },
  });
  await files.start();
  listening = await https.listen('127.0.0.1', 0);
  calls = new Caller(listening.port);
}

/** Makes one handshake after the other and remembers whose certificate it saw. */
class Caller {
  readonly seen: string[] = [];
  readonly #ended: Promise<void>;
  #stopping = false;

  constructor(port: number) {
    this.#ended = this.#run(port);
  }

  get last(): string | undefined {
    return this.seen.at(-1);
  }

  /** What was seen, each only where it changed. */
  get changes(): string[] {
    return this.seen.filter((subject, i) => subject !== this.seen[i - 1]);
  }

  stop(): Promise<void> {
    this.#stopping = true;
    return this.#ended;
  }

  async #run(port: number): Promise<void> {
    while (!this.#stopping) {
      const socket = connect({ host: '127.0.0.1', port, ca: ca.cert, servername: SERVICE });
      try {
        await once(socket, 'secureConnect');
        this.seen.push(socket.getPeerX509Certificate()?.subject ?? 'nobody');
      } catch (error) {
        this.seen.push(`failed: ${String(error)}`);
      }
      socket.destroy();
      await sleep(15);
    }
  }
}

async function put(pair: Issued, bundle = ca.cert): Promise<void> {
  await mkdir(dir, { recursive: true });
  await writeFile(at('tls.crt'), pair.cert);
  await writeFile(at('tls.key'), pair.key);
  await writeFile(at('ca.crt'), bundle);
}

async function begin(): Promise<void> {
  await put(oldPair);
  await serve();
  await eventually(() => calls.last === 'CN=old');
}

/** The new pair is seen within 5 s, and nothing but the old one before. */
async function expectNew(): Promise<void> {
  const from = performance.now();
  await eventually(() => calls.last === 'CN=new');
  expect(performance.now() - from).toBeLessThan(WITHIN_MS);
  expect(calls.changes).toEqual(['CN=old', 'CN=new']);
  expect(told.ok).toBe(true);
}

/** The new pair is refused for `reason`, the old one serves on; a good one that follows is taken. */
async function expectRefused(reason: string): Promise<void> {
  await eventually(() => told.failed.length > 0);
  await sleep(100);
  expect(new Set(told.failed)).toEqual(new Set([reason]));
  expect(calls.changes).toEqual(['CN=old']);
  expect(told.ok).toBe(true);
  await put(newPair);
  await expectNew();
}

/** As `mv` does: readers see the old file or the new one. */
async function move(file: string, text: string): Promise<void> {
  await writeFile(join(home, 'moving'), text);
  await rename(join(home, 'moving'), at(file));
}

describe('a pair on disk that is replaced', () => {
  it('1: by renaming', async () => {
    await begin();
    await move('tls.key', newPair.key);
    await move('tls.crt', newPair.cert);
    await expectNew();
  });

  it('2: in place, truncated and then written', async () => {
    await begin();
    await truncate(at('tls.crt'));
    await truncate(at('tls.key'));
    await sleep(400);
    expect(calls.changes).toEqual(['CN=old']);
    await writeFile(at('tls.crt'), newPair.cert);
    await writeFile(at('tls.key'), newPair.key);
    await expectNew();
  });

  it('3: the key first, the certificate a while later', async () => {
    await begin();
    await writeFile(at('tls.key'), newPair.key);
    await eventually(() => told.failed.length > 0);
    expect(told.failed[0]).toBe('key');
    expect(calls.changes).toEqual(['CN=old']);
    await writeFile(at('tls.crt'), newPair.cert);
    await expectNew();
  });

  it('4: the certificate first, the key a while later', async () => {
    await begin();
    await writeFile(at('tls.crt'), newPair.cert);
    await eventually(() => told.failed.length > 0);
    expect(told.failed[0]).toBe('key');
    expect(calls.changes).toEqual(['CN=old']);
    await writeFile(at('tls.key'), newPair.key);
    await expectNew();
  });

  it('5: by the swap of a symlink, as the kubelet does', async () => {
    const generation = async (name: string, pair: Issued): Promise<void> => {
      await mkdir(join(dir, name), { recursive: true });
      for (const [file, text] of [
        ['tls.crt', pair.cert],
        ['tls.key', pair.key],
        ['ca.crt', ca.cert],
      ] as const)
        await writeFile(join(dir, name, file), text);
    };
    await generation('..2026_11_22', oldPair);
    await symlink('..2026_11_22', at('..data'));
    for (const file of ['tls.crt', 'tls.key', 'ca.crt']) await symlink(`..data/${file}`, at(file));
    await serve();
    await eventually(() => calls.last === 'CN=old');
    await generation('..2026_11_23', newPair);
    await symlink('..2026_11_23', at('..data_tmp'));
    await rename(at('..data_tmp'), at('..data'));
    await rm(at('..2026_11_22'), { recursive: true });
    await expectNew();
    expect(told.failed).toEqual([]);
  });

  it('6: by an empty file', async () => {
    await begin();
    await writeFile(at('tls.crt'), '');
    await expectRefused('empty');
  });

  it('7: by half a file', async () => {
    await begin();
    await move('tls.crt', newPair.cert.slice(0, newPair.cert.length / 2));
    await expectRefused('unparsable');
  });

  it('8: by a pair whose key is of another', async () => {
    await begin();
    await move('tls.key', foreign.key);
    await expectRefused('key');
  });

  it('9: by a pair that has ended', async () => {
    await begin();
    await move('tls.key', expired.key);
    await move('tls.crt', expired.cert);
    await expectRefused('validity');
  });

  it('10: by a pair for another name', async () => {
    await begin();
    await move('tls.key', misnamed.key);
    await move('tls.crt', misnamed.cert);
    await expectRefused('names');
  });

  it('11: deleted, and made anew', async () => {
    await begin();
    await Promise.all(['tls.crt', 'tls.key', 'ca.crt'].map((file) => unlink(at(file))));
    await eventually(() => told.failed.length > 0);
    expect(told.failed[0]).toBe('missing');
    expect(calls.changes).toEqual(['CN=old']);
    await put(newPair);
    await expectNew();
  });

  it('12: with its whole directory', async () => {
    await begin();
    await rename(dir, join(home, 'before'));
    await sleep(300);
    expect(calls.changes).toEqual(['CN=old']);
    await put(newPair);
    await expectNew();
    // And the new directory is followed like the first.
    await put(oldPair);
    await eventually(() => calls.last === 'CN=old');
  });

  it('by a pair of a CA that is not beside it', async () => {
    await begin();
    await move('tls.key', foreign.key);
    await move('tls.crt', foreign.cert);
    await expectRefused('chain');
  });

  it('by itself: nothing is taken anew', async () => {
    await begin();
    await put(oldPair);
    await sleep(500);
    expect(told.reloaded).toBe(1);
    expect(told.failed).toEqual([]);
  });

  it('by none: what has ended is served no longer, and the replica is not ready', async () => {
    const brief = await issue({
      name: 'brief',
      by: ca,
      dns: [SERVICE],
      to: (Date.now() - NOW.getTime() + 3_000) / 86_400_000,
    });
    await put(brief);
    await serve();
    await eventually(() => calls.last === 'CN=brief');
    const end = Date.parse(new X509Certificate(brief.cert).validTo);
    await sleep(end - Date.now() + 1_100);
    await put(brief);
    await eventually(() => !told.ok);
    await eventually(() => calls.last?.startsWith('failed: ') === true);
    await put(newPair);
    await eventually(() => calls.last === 'CN=new');
    expect(told.ok).toBe(true);
  });
});
