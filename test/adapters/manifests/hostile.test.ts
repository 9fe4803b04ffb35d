import { describe, expect, it } from '@jest/globals';
import { parseDocuments } from '../../../src/adapters/manifests/yaml-documents.js';

const problems = (text: string): string[] =>
  parseDocuments(text, { file: 'a.yaml' }).problems.map(
    ({ line, column, message }) => `${String(line)}:${String(column)} ${message}`,
  );
describe('hostile text', () => {
  it('of very many documents and faults is no trouble', () => {
    expect(problems('a: 1\n...\n'.repeat(130_000)).length).toBeLessThanOrEqual(101);
    expect(problems('k: v\n'.repeat(130_000)).length).toBeLessThanOrEqual(101);
    expect(problems(`{${Array(130_000).fill('"k":1').join(',')}}`).length).toBeLessThanOrEqual(101);
    expect(problems('---x\n'.repeat(130_000)).length).toBeLessThanOrEqual(101);
    expect(problems(`kind: List\nitems:\n${'- x\n'.repeat(130_000)}`).length).toBeLessThanOrEqual(101);
  }, 60_000);

  it('of many tokens is not turned into a tree that fills the memory', () => {
    const [problem] = problems('k: v\n'.repeat(600_000));
    expect(problem).toMatch(/^\d{6}:\d the document is too large for YAML: it is read up to here at most$/);
    expect(problems(`{${Array.from({ length: 600_000 }, (_, i) => `"k${String(i)}":1`).join(',')}}`)).toEqual(
      [],
    );
  }, 60_000);
});
