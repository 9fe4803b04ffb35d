import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readManifests } from '../../../src/adapters/manifests/read-manifests.js';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'gatehouse-manifests-'));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function write(name: string, content: string | Buffer = `kind: ${name.replace(/\W/g, '')}\n`): string {
  const path = join(dir, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

async function read(paths: readonly string[], stdin?: NodeJS.ReadableStream) {
  const { documents, problems, files, missing } = await readManifests(
    paths,
    stdin === undefined ? {} : { stdin },
  );
  const local = (file: string): string => (file === '-' ? file : relative(dir, file));
  return {
    documents: documents.map(({ file }) => local(file)),
    problems: problems.map(({ file, line, message }) => `${local(file)}:${String(line)} ${message}`),
    files,
    missing,
  };
}

describe('readManifests', () => {
  it('reads files in the order given', async () => {
    const paths = [write('z.yaml'), write('a.json', '{"kind": "A"}')];
    expect(await read(paths)).toEqual({
      documents: ['z.yaml', 'a.json'],
      problems: [],
      files: 2,
      missing: false,
    });
  });

  it('reads a named file whatever it is called', async () => {
    expect((await read([write('.hidden.txt')])).documents).toEqual(['.hidden.txt']);
  });

  it('reads a directory and all below it, sorted', async () => {
    for (const name of ['b.yaml', 'a/z.yml', 'a/B.JSON', 'a/a.yaml', 'c/d/e.YAML', 'a.yaml']) {
      write(name, name.endsWith('JSON') ? '{"kind": "A"}' : 'kind: A\n');
    }
    const { documents, files } = await read([dir]);
    expect(documents).toEqual(['a/B.JSON', 'a/a.yaml', 'a/z.yml', 'a.yaml', 'b.yaml', 'c/d/e.YAML']);
    expect(files).toBe(6);
  });

  it('leaves out hidden entries, node_modules and files of other kinds', async () => {
    for (const name of [
      '.git/a.yaml',
      'x/.b.yaml',
      'node_modules/c/d.yaml',
      'README.md',
      'values.yaml.bak',
      'e.yaml',
    ])
      write(name);
    expect((await read([dir])).documents).toEqual(['e.yaml']);
  });

  it('finds nothing in an empty directory, which is no problem', async () => {
    expect(await read([dir])).toEqual({ documents: [], problems: [], files: 0, missing: false });
  });

  it('follows links, but not in circles, and reads no file twice', async () => {
    write('real/a.yaml');
    symlinkSync('..', join(dir, 'real/up'));
    symlinkSync('real', join(dir, 'again'));
    symlinkSync('real/a.yaml', join(dir, 'b.yaml'));
    symlinkSync('c.yaml', join(dir, 'c.yaml'));
    symlinkSync('nowhere', join(dir, 'other'));
    expect(await read([dir, join(dir, 'real'), join(dir, 'real/a.yaml'), dir])).toEqual({
      documents: ['again/a.yaml'],
      problems: ['c.yaml:0 a symbolic link leads back to itself'],
      files: 1,
      missing: false,
    });
  });

  it('reads a mounted ConfigMap, whose files are links into a hidden directory', async () => {
    write('..2026_11_22/policy.yaml');
    symlinkSync('..2026_11_22', join(dir, '..data'));
    symlinkSync('..data/policy.yaml', join(dir, 'policy.yaml'));
    expect((await read([dir])).documents).toEqual(['policy.yaml']);
  });

  it('names a path that does not exist and reads the rest', async () => {
    expect(await read([join(dir, 'no.yaml'), write('a.yaml')])).toEqual({
      documents: ['a.yaml'],
      problems: ['no.yaml:0 there is no such file or directory'],
      files: 1,
      missing: true,
    });
  });

  it('names a dangling link that is called like a manifest, but nobody asked for it by name', async () => {
    symlinkSync('nowhere', join(dir, 'a.yaml'));
    expect(await read([dir])).toMatchObject({
      problems: ['a.yaml:0 there is no such file or directory'],
      missing: false,
    });
  });

  it('reads standard input once for `-`', async () => {
    const stdin = Readable.from([Buffer.from('kind: '), Buffer.from('É\n---\nkind: B\n')]);
    expect(await read(['-', write('a.yaml'), '-'], stdin)).toEqual({
      documents: ['-', '-', 'a.yaml'],
      problems: [],
      files: 2,
      missing: false,
    });
  });

  it('says so when there is no standard input, or when it breaks', async () => {
    expect((await read(['-'])).problems).toEqual(['-:0 there is no standard input to read']);
    const gone: NodeJS.ErrnoException = new Error('gone');
    gone.code = 'EPIPE';
    const broken = new Readable({
      read() {
        this.destroy(gone);
      },
    });
    expect((await read(['-'], broken)).problems).toEqual(['-:0 it cannot be read (EPIPE)']);
  });

  it('reads a named pipe', async () => {
    const pipe = join(dir, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reading = read([pipe]);
    await writeFile(pipe, 'kind: A\n');
    expect((await reading).documents).toEqual(['pipe']);
  });

  it('names the line with bytes that are not UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from('a: é\nb: '), Buffer.from([0xe9]), Buffer.from('\nc: 1\n')]);
    expect((await read([write('a.yaml', bytes)])).problems).toEqual([
      'a.yaml:2 the line holds bytes that are not UTF-8',
    ]);
    const last = Buffer.concat([Buffer.from('a: 1\nb: '), Buffer.from([0xc3])]);
    expect((await read([write('b.yaml', last)])).problems).toEqual([
      'b.yaml:2 the line holds bytes that are not UTF-8',
    ]);
  });

  it('names a file in UTF-16', async () => {
    const bytes = Buffer.from('\ufeffa: 1\n', 'utf16le');
    expect((await read([write('a.yaml', bytes)])).problems).toEqual([
      'a.yaml:1 the file is UTF-16 text, not UTF-8',
    ]);
  });

  it('refuses a file and an input of more than 64 MiB by name', async () => {
    const big = write('big.yaml', '');
    truncateSync(big, 64 * 1024 * 1024 + 1);
    const chunk = Buffer.alloc(1024 * 1024, 0x20);
    const endless = Readable.from(
      (function* () {
        for (;;) yield chunk;
      })(),
    );
    expect(await read([big, '-', write('a.yaml')], endless)).toEqual({
      documents: ['a.yaml'],
      problems: ['big.yaml:0 the file is larger than 64 MiB', '-:0 the file is larger than 64 MiB'],
      files: 1,
      missing: true,
    });
  });

  it('reports syntax problems with the file they are in', async () => {
    write('a.yaml', 'a: [\n');
    write('b.yaml');
    expect(await read([dir])).toMatchObject({
      documents: ['b.yaml'],
      problems: ['a.yaml:1 `]` is missing: what was opened before is not closed here'],
      files: 2,
    });
  });

  it('gives the documents of many files in a fixed order', async () => {
    const names = Array.from({ length: 60 }, (_, i) => `${String(i).padStart(3, '0')}.yaml`);
    for (const name of names.toReversed())
      write(name, `${'# filler\n'.repeat((Number.parseInt(name, 10) * 37) % 500)}kind: A\n`);
    expect((await read([dir])).documents).toEqual(names);
  }, 60_000);
});
