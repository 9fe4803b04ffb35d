/**
 * What the image would contain, as another user in a folder that cannot be written: dist and the production
 * dependencies, copied out of this checkout.
 */
import { spawn, spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { waitFor } from './cluster.js';
import { hasProgram, makeCerts, ROOT } from './gatehouse.js';

const UID = '65532';
const isRoot = process.getuid?.() === 0;
const describeImage = isRoot && hasProgram('setpriv') ? describe : describe.skip;
const asUser = ['--reuid', UID, '--regid', UID, '--clear-groups', '--no-new-privs', '--bounding-set=-all'];

describeImage('the image', () => {
  let dir = '';

  beforeAll(async () => {
    dir = await mkdtemp(path.join(os.tmpdir(), 'gatehouse-image-'));
    for (const name of ['package.json', 'package-lock.json', '.npmrc', 'dist', 'deploy/demo'])
      await cp(path.join(ROOT, name), path.join(dir, name), { recursive: true });
    // As `npm prune --omit=dev` does it, without asking a registry.
    const listed = spawnSync('npm', ['ls', '--omit=dev', '--all', '--parseable'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    const packages = listed.stdout.split('\n').filter((line) => line.startsWith(`${ROOT}node_modules`));
    expect(packages.length).toBeGreaterThan(20);
    for (const each of packages)
      await cp(each, path.join(dir, path.relative(ROOT, each)), { recursive: true, dereference: true });
    await makeCerts(path.join(dir, 'certs'), ['localhost']);
    for (const args of [
      ['-R', 'a+rX,a-w', dir],
      ['a+r', path.join(dir, 'certs/tls.key')],
    ])
      expect(spawnSync('chmod', args).status).toBe(0);
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  const entry = async (): Promise<string[]> => {
    const dockerfile = await readFile(path.join(ROOT, 'Dockerfile'), 'utf8');
    const [, words = '[]'] = /^ENTRYPOINT (\[.*\])$/m.exec(dockerfile) ?? [];
    return JSON.parse(words) as string[];
  };

  test('starts as a user without rights, and is ready', async () => {
    const [, ...args] = await entry();
    const ports = ['--listen=127.0.0.1:0', '--admin-listen=127.0.0.1:0', '--grpc-listen=127.0.0.1:0'];
    const serve = ['serve', '--manifests=deploy/demo', '--tls=files', '--certs=certs', ...ports];
    const child = spawn('setpriv', [...asUser, process.execPath, ...args, ...serve], { cwd: dir });
    let text = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    child.stdout.resume();
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    try {
      const admin = await waitFor(
        () => /^admin +(http\S+)$/m.exec(text)?.[1] ?? (child.exitCode !== null && `it ended: ${text}`),
        { what: 'its addresses' },
      );
      await waitFor(async () => (await fetch(admin)).status === 200, { what: 'it to be ready' });
    } finally {
      child.kill('SIGKILL');
      await ended;
    }
  });

  test('cannot write where it is', () => {
    const { status, stderr } = spawnSync('setpriv', [...asUser, 'touch', path.join(dir, 'dist/x')], {
      encoding: 'utf8',
    });
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/denied/i);
  });
});
