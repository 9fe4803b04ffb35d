import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { survey } from '../../../src/adapters/manifests/path-survey.js';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'gatehouse-survey-'));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function write(name: string, content = ''): string {
  const path = join(dir, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

const print = async (paths: readonly string[] = [dir]) => (await survey(paths)).fingerprint;
const files = async (paths: readonly string[] = [dir]) =>
  (await print(paths))
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [relative(dir, line.split('\t')[0] ?? '')]));

describe('a survey', () => {
  it('is of the files that could be manifests', async () => {
    const names = ['a.yaml', 'sub/b.YML', 'sub/sub/c.json'];
    for (const name of [
      ...names,
      '.a.yaml.swp',
      'a.yaml~',
      'notes.txt',
      '.git/x.yaml',
      'node_modules/y.yaml',
    ])
      write(name);
    expect(await files()).toEqual(names);
  });

  it('is of a named file whatever it is called', async () => {
    expect(await files([write('.notes')])).toEqual(['.notes']);
  });

  it('passes standard input by', async () => {
    expect(await survey(['-'])).toEqual({ fingerprint: '', directories: new Map() });
  });

  it('is the same while nothing changes, in whatever order', async () => {
    const [a, b] = [write('a.yaml'), write('b.yaml')];
    expect(await print([a, b])).toBe(await print([b, a]));
  });

  it.each<[string, (file: string) => void]>([
    ['is written', (file) => writeFileSync(file, 'more')],
    ['is written with as much', (file) => writeFileSync(file, 'b')],
    ['is touched', (file) => utimesSync(file, 1, 1)],
    ['is removed', (file) => rmSync(file)],
    ['is renamed', (file) => renameSync(file, join(dirname(file), 'c.yaml'))],
  ])('changes when a file %s', async (_, change) => {
    const file = write('sub/a.yaml', 'a');
    const before = await print();
    change(file);
    expect(await print()).not.toBe(before);
  });

  it('tells a path that is not there from one that cannot be followed', async () => {
    const path = join(dir, 'loop');
    const before = await print([path]);
    symlinkSync('loop', path);
    expect([before, await print([path])]).toEqual([`${path}\tENOENT`, `${path}\tELOOP`]);
  });

  it('ends where links lead in circles', async () => {
    write('sub/a.yaml');
    symlinkSync('..', join(dir, 'sub', 'up'));
    symlinkSync('.', join(dir, 'here'));
    expect(await files()).toEqual(['sub/a.yaml']);
  });

  it('follows always the same one of several links to a directory', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'gatehouse-survey-'));
    try {
      writeFileSync(join(elsewhere, 'a.yaml'), '');
      for (const name of ['c', 'a', 'b']) symlinkSync(elsewhere, join(dir, name));
      for (let i = 0; i < 20; i++) expect(await files()).toEqual(['a/a.yaml']);
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  it.each([
    ['one/a.yaml', ['one']],
    ['two', ['two', 'two/sub']],
    ['link', ['', 'link', 'link/sub']],
    ['absent', ['']],
    ['absent/a.yaml', []],
  ])('names the directories where changes of %s show', async (path, expected) => {
    write('one/a.yaml');
    mkdirSync(join(dir, 'two', 'sub'), { recursive: true });
    symlinkSync('two', join(dir, 'link'));
    const { directories } = await survey([join(dir, path)]);
    expect([...directories.keys()].map((directory) => relative(dir, directory))).toEqual(expected);
  });

  it('tells a directory from another in its place', async () => {
    const identity = async () => (await survey([dir])).directories.get(join(dir, 'sub'));
    mkdirSync(join(dir, 'sub'));
    const before = await identity();
    renameSync(join(dir, 'sub'), join(dir, 'old'));
    mkdirSync(join(dir, 'sub'));
    expect(await identity()).not.toBe(before);
  });
});
