import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DirectoryWatch } from '../../../src/adapters/manifests/directory-watch.js';

describe('a watch of directories', () => {
  let dir: string;
  let watch: DirectoryWatch;
  let notices: number;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'gatehouse-watch-'));
    notices = 0;
    watch = new DirectoryWatch(() => notices++);
  });

  afterEach(() => {
    watch.close();
    rmSync(dir, { recursive: true });
  });

  const mkdir = (name: string): string => {
    mkdirSync(join(dir, name));
    return join(dir, name);
  };

  /** Writes into a directory until that is noticed; false when it never is. */
  async function isNoticed(directory: string, attempts: number): Promise<boolean> {
    // What was done before may be told late.
    await delay(20);
    notices = 0;
    for (let i = 0; i < attempts && notices === 0; i++) {
      writeFileSync(join(directory, 'a.yaml'), String(i));
      await delay(20);
    }
    return notices > 0;
  }
  const noticed = (directory: string) => isNoticed(directory, 250);
  const unnoticed = async (directory: string) => !(await isNoticed(directory, 3));

  it('notices what happens in each of them', async () => {
    const [a, b] = [mkdir('a'), mkdir('b')];
    watch.follow(
      new Map([
        [a, '1'],
        [b, '2'],
      ]),
    );
    expect(await noticed(a)).toBe(true);
    expect(await noticed(b)).toBe(true);
  });

  it('leaves those that it is no longer to follow', async () => {
    const [a, b] = [mkdir('a'), mkdir('b')];
    watch.follow(
      new Map([
        [a, '1'],
        [b, '2'],
      ]),
    );
    watch.follow(new Map([[b, '2']]));
    expect(await unnoticed(a)).toBe(true);
    expect(await noticed(b)).toBe(true);
  });

  it('follows the directory that took the place of another', async () => {
    const a = mkdir('a');
    watch.follow(new Map([[a, '1']]));
    renameSync(a, join(dir, 'old'));
    mkdir('a');
    watch.follow(new Map([[a, '2']]));
    expect(await noticed(a)).toBe(true);
    expect(await unnoticed(join(dir, 'old'))).toBe(true);
  });

  it('notices nothing once it is closed, however often it was told to follow', async () => {
    const a = mkdir('a');
    for (let i = 0; i < 3; i++) watch.follow(new Map([[a, '1']]));
    watch.close();
    expect(await unnoticed(a)).toBe(true);
  });

  it('bears with a directory that is not there, and finds it later', async () => {
    const directories = new Map([[join(dir, 'a'), '1']]);
    watch.follow(directories);
    const a = mkdir('a');
    watch.follow(directories);
    expect(await noticed(a)).toBe(true);
  });
});
