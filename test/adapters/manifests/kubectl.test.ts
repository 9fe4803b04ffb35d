/**
 * `kubectl.json` holds what kubectl's own reader (k8s.io/apimachinery 0.34.2 over sigs.k8s.io/yaml 1.6.0) makes of some
 * four hundred small texts. We read the same, but for the texts named below.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parseDocuments } from '../../../src/adapters/manifests/yaml-documents.js';

interface Answer {
  readonly yaml: string;
  readonly documents?: readonly unknown[];
  readonly error?: string;
}

const answers = JSON.parse(readFileSync(new URL('kubectl.json', import.meta.url), 'utf8')) as Answer[];
const titled = (answer: Answer): Answer & { title: string } => ({
  ...answer,
  title: JSON.stringify(answer.yaml),
});

const STRICTER = new Map([
  [
    'a key twice: kubectl silently takes the last',
    [
      '{a: 1, a: 2}',
      '{"a": 1, "a": 2}',
      'true: 1\n"true": 2',
      '1: a\n"1": b',
      '1: a\n1.0: b',
      'a: 1\na: 2',
      'true: 1\nyes: 2',
      'a: 1\n"a": 2',
      'a: {b: 1, b: 2}',
      '- {a: 1, a: 1}',
    ],
  ],
  ['what follows `...` or a list: kubectl silently drops it', ['a: 1\n...\nb: 2', '[1]\n[2]']],
  [
    'indented less than the YAML specification wants',
    ['a: [\n1,\n2\n]', 'a: {\nb: 1\n}', 'a: "x\ny"', "a: 'x'# y", 'a: [-]'],
  ],
]);

const LAXER = new Map([
  [
    'YAML 1.2 knows these, go-yaml does not',
    ['a: "\\/"', 'a: "\\uD83D\\uDE00"', 'a: "\\ud800"', '-\ta', 'a: [:x]', 'a: \u2028x'],
  ],
  ['a key beyond 64 bits', ['12345678901234567890: a']],
]);

const stricter = new Set([...STRICTER.values()].flat());
const laxer = new Set([...LAXER.values()].flat());
const sameAs = (yaml: string): boolean => !stricter.has(yaml) && !laxer.has(yaml);

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

describe('a text that kubectl reads', () => {
  it.each(answers.filter(({ yaml, documents }) => documents !== undefined && sameAs(yaml)).map(titled))(
    'means the same here: $title',
    ({ yaml, documents = [] }) => {
      const read = parseDocuments(yaml, { file: 'a.yaml' });
      expect(read.documents.map(({ value }) => value)).toEqual(documents.filter(isObject));
      const noObjects = documents.filter((document) => document !== null && !isObject(document));
      expect(read.problems.map(({ message }) => message)).toEqual(
        noObjects.map(() => expect.stringMatching(/^a manifest is an object/)),
      );
    },
  );

  it.each([...stricter].map((yaml) => titled({ yaml })))('is refused all the same: $title', ({ yaml }) => {
    expect(answers.find((answer) => answer.yaml === yaml)?.documents).toBeDefined();
    expect(parseDocuments(yaml, { file: 'a.yaml' }).problems).not.toEqual([]);
  });
});

describe('a text that kubectl refuses', () => {
  it.each(answers.filter(({ yaml, error }) => error !== undefined && sameAs(yaml)).map(titled))(
    'is a problem here too: $title',
    ({ yaml }) => {
      expect(parseDocuments(yaml, { file: 'a.yaml' }).problems).not.toEqual([]);
    },
  );

  it.each([...laxer].map((yaml) => titled({ yaml })))('is read all the same: $title', ({ yaml }) => {
    expect(answers.find((answer) => answer.yaml === yaml)?.error).toBeDefined();
    const { problems } = parseDocuments(yaml, { file: 'a.yaml' });
    expect(problems.filter(({ message }) => !message.startsWith('a manifest is an object'))).toEqual([]);
  });
});
