import { expect, test } from '@jest/globals';
import { parseDocuments } from '../../../src/adapters/manifests/yaml-documents.js';
import { crdsYaml, printYaml } from '../../../src/adapters/manifests/print-yaml.js';

test('prints documents in their order, after a comment', () => {
  expect(printYaml([{ b: 1, a: [true] }, { c: 'x' }], 'First.\n\nSecond.')).toBe(
    '# First.\n#\n# Second.\n---\nb: 1\na:\n  - true\n---\nc: x\n',
  );
});

test('quotes what kubectl would take for a boolean', () => {
  expect(printYaml([{ a: 'on', b: 'yes', c: 'True' }], 'x')).toBe('# x\n---\na: "on"\nb: "yes"\nc: "True"\n');
});

test('folds no long line and shares nothing by reference', () => {
  const shared = { text: 'word '.repeat(60).trim() };
  expect(printYaml([{ a: shared, b: shared }], 'x')).not.toMatch(/[&*]a1|\n {4}word/);
});

test('our own reader reads it', () => {
  const { documents, problems } = parseDocuments(crdsYaml({ strict: true }), { file: 'crds.yaml' });
  expect(problems).toEqual([]);
  expect(documents).toHaveLength(8);
});
