// typebox comes as some 350 modules, and jest links each anew for every test file: a third of the time of the unit
// tests. They get it as one file instead, made by swc's bundler from the installed version and kept until that changes.
import { bundle } from '@swc/core';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** The path of typebox as one ES module; made if it is not there. */
export async function oneFileTypebox() {
  const source = resolve(root, 'node_modules/typebox');
  const { version } = JSON.parse(readFileSync(resolve(source, 'package.json'), 'utf8'));
  const file = resolve(root, `node_modules/.cache/typebox-${version}.mjs`);
  if (existsSync(file)) return file;
  const { typebox } = await bundle({
    entry: { typebox: resolve(source, 'build/index.mjs') },
    output: { path: dirname(file), name: 'typebox.mjs' },
    module: {},
    target: 'node',
    options: { jsc: { target: 'es2023' } },
  });
  mkdirSync(dirname(file), { recursive: true });
  // Renamed into place, so that a run beside this one never reads half a file.
  writeFileSync(`${file}.${process.pid}`, typebox.code);
  renameSync(`${file}.${process.pid}`, file);
  return file;
}
