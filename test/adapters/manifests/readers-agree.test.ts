/** The quick block reader may leave a text to the full parser, but what it reads means and stands where that one says. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readBlocks } from '../../../src/adapters/manifests/block-reader.js';
import { Outline } from '../../../src/adapters/manifests/position.js';
import { readYaml } from '../../../src/adapters/manifests/yaml-reader.js';
import { editedYaml, tokenSoup, writtenYaml } from './arbitrary-yaml.js';

const SLOW = 60_000;

const lines = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);

function offsets(outline: Outline, node: number): unknown[] {
  return [outline.offset(node), outline.children(node).map((child) => offsets(outline, child))];
}

function bothReaders(text: string) {
  const span = { start: 0, end: text.length };
  const quick = new Outline(text);
  const { document } = readBlocks(text, span, quick);
  if (document === undefined) return undefined;
  const full = new Outline(text);
  const { documents, faults } = readYaml(text, span, full);
  return {
    quick: { value: document.value, offsets: offsets(quick, document.root), faults: [] },
    full: { value: documents[0]?.value, offsets: offsets(full, documents[0]?.root ?? 0), faults },
  };
}

// The yaml library drops white space that a block scalar has beyond its indentation in a line of nothing else;
// kubectl keeps it, and so does the block reader. And documents are split before either reader sees them.
const isComparable = (text: string): boolean => !/\n +\n/.test(text) && !/^---/m.test(text);

describe('the block reader and the full parser', () => {
  it.each([
    ['written by a program', writtenYaml, 600],
    ['edited by hand', editedYaml, 600],
    ['without any sense', tokenSoup, 1_500],
  ])(
    'agree on YAML %s',
    (_name, texts, numRuns) => {
      fc.assert(
        fc.property(texts.map(lines).filter(isComparable), (text) => {
          const read = bothReaders(text);
          // Comparing as text first, because most of the time would go into `toEqual`.
          if (read !== undefined && JSON.stringify(read.quick) !== JSON.stringify(read.full)) {
            expect(read.quick).toEqual(read.full);
          }
        }),
        { numRuns },
      );
    },
    SLOW,
  );

  it(
    'do not both have to work on what people write: the block reader reads it alone',
    () => {
      const texts = fc.sample(writtenYaml, 500).map(lines);
      const quick = texts.filter((text) => bothReaders(text) !== undefined);
      expect(quick.length).toBeGreaterThan(250);
    },
    SLOW,
  );
});

describe('the block reader', () => {
  const reads = (text: string): unknown => {
    const { document } = readBlocks(text, { start: 0, end: text.length }, new Outline(text));
    return document?.value;
  };

  it.each([
    ['a: |\n  x\n    \n', { a: 'x\n  \n' }],
    ['a: >\n  a\n  b\n\n  c\n   d\n  e\n\n', { a: 'a b\nc\n d\ne\n' }],
    ['a: "x\\ \n  y"\n', { a: 'x  y' }],
    ['a: "x \\\n   y\\\n   \\ z"\n', { a: 'x y z' }],
    ["a: 'it''s\n\n  x'\n", { a: "it's\nx" }],
    ['a: x\n  - y\n\n  z # c\nb:\n- 1\n-\n', { a: 'x - y\nz', b: [1, null] }],
    ['a: {b: [1, "c", {}], "d": c:d} # e\n', { a: { b: [1, 'c', {}], d: 'c:d' } }],
    ['- - a\n  - b\n-   c: |2\n         d\n', [['a', 'b'], { c: '   d\n' }]],
  ])('reads %j without help', (text, value) => {
    expect(reads(text)).toEqual(value);
  });

  it.each([
    'a: &x 1\n',
    'a: !!str 1\n',
    '<<: {}\n',
    'a: [\n1]\n',
    'a:\tb\n',
    '? a\n',
    'a: b: c\n',
    'a: 1\na: 2\n',
    'a\n',
    'a: .nan\n',
    'a: "b\n',
    'a: 1\n b: 2\n',
    '...\n',
    'a: "\\/"\n',
    'a: "x\\\n\n  y"\n',
    'a: *x\n',
  ])('leaves %j to the full parser', (text) => {
    expect(reads(text)).toBeUndefined();
  });
});
