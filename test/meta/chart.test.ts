/** deploy/chart is what src/app/manifests says; `make generate` writes it. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { chartFiles } from '../../src/app/manifests/chart.js';

const FOLDER = new URL('../../deploy/chart/gatehouse/', import.meta.url);
const files = chartFiles();

describe('deploy/chart/gatehouse', () => {
  it('holds what is generated, and its notes', () => {
    const found = readdirSync(FOLDER, { recursive: true }).filter((name) => name !== 'templates');
    expect(found.sort()).toEqual([...files.map(({ path }) => path), 'templates/NOTES.txt'].sort());
  });

  it.each(files)('$path is what the sources say', ({ path, text }) => {
    expect(readFileSync(new URL(path, FOLDER), 'utf8')).toBe(text);
  });
});
