import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { type ManifestDocument, parseDocuments } from '../../../src/adapters/manifests/yaml-documents.js';
import { tokenSoup } from './arbitrary-yaml.js';

const name = fc.stringMatching(/^[a-z][a-z0-9./-]{0,6}[a-z]$|^[0-9]{1,4}$/);
const text = fc.stringMatching(/^[a-z]{2,9}( [a-z0-9]{2,9}){0,5}$/);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.array(tie('value'), { minLength: 1, maxLength: 3 }),
    fc.dictionary(name, tie('value'), { minKeys: 1, maxKeys: 3 }),
  ),
}));
const documents = fc.array(fc.dictionary(name, value, { minKeys: 1, maxKeys: 4 }), {
  minLength: 1,
  maxLength: 3,
});

const SLOW = 60_000;

type Path = (string | number)[];

function* paths(node: unknown, path: Path = []): Generator<[Path, unknown]> {
  yield [path, node];
  if (Array.isArray(node)) for (const [index, item] of node.entries()) yield* paths(item, [...path, index]);
  else if (typeof node === 'object' && node !== null) {
    for (const [key, member] of Object.entries(node)) yield* paths(member, [...path, key]);
  }
}

/** What may stand where the node at `path` is said to be. */
function spellings(path: Path, node: unknown): string[] {
  const last = path.at(-1);
  if (typeof last === 'string') return quoted(last);
  if (Array.isArray(node)) return ['[', '-'];
  if (typeof node === 'string') return ['>', '|', ...quoted(node.slice(0, 2))];
  return ['{', ...Object.keys(node as object).flatMap(quoted)];
}

const quoted = (word: string): string[] => [word, `"${word}`, `'${word}`];

function expectPositions(
  source: string,
  { documents: read }: { documents: readonly ManifestDocument[] },
): void {
  const lines = source.split('\n');
  const wrong: unknown[] = [];
  for (const document of read) {
    for (const [path, node] of paths(document.value)) {
      const { line, column } = document.position(path);
      const rest = lines[line - 1]?.slice(column - 1) ?? '';
      if (!spellings(path, node).some((word) => rest.startsWith(word)))
        wrong.push({ path, line, column, rest });
    }
  }
  expect(wrong).toEqual([]);
}

describe('the position of every node', () => {
  it.each([
    ['blocks', { collectionStyle: 'block' }],
    ['folded lines', { collectionStyle: 'block', lineWidth: 20, minContentWidth: 0 }],
    ['double quotes', { defaultStringType: 'QUOTE_DOUBLE' }],
    ['flow collections', { collectionStyle: 'flow', lineWidth: 20 }],
  ] as const)(
    'in YAML with %s is where its key or value is written',
    (_style, options) => {
      fc.assert(
        fc.property(documents, (values) => {
          const source = values
            .map((document) => stringify(document, { version: '1.1', ...options }))
            .join('---\n');
          const read = parseDocuments(source, { file: 'a.yaml' });
          expect(read.documents.map((document) => document.value)).toEqual(values);
          expectPositions(source, read);
        }),
        { numRuns: 100 },
      );
    },
    SLOW,
  );

  it(
    'in JSON is where its key or value is written',
    () => {
      fc.assert(
        fc.property(documents, fc.constantFrom(0, 2, '\t'), (values, indent) => {
          const source = values.map((document) => JSON.stringify(document, null, indent)).join('\n');
          const read = parseDocuments(source, { file: 'a.json' });
          expect(read.documents.map((document) => document.value)).toEqual(values);
          expectPositions(source, read);
        }),
        { numRuns: 100 },
      );
    },
    SLOW,
  );

  it(
    'of an item of a list is where its key or value is written',
    () => {
      fc.assert(
        fc.property(documents, fc.boolean(), (items, json) => {
          const list = { kind: 'List', items };
          const source = json ? JSON.stringify(list, null, 2) : stringify(list, { version: '1.1' });
          const read = parseDocuments(source, { file: 'a' });
          expect(read.documents.map((document) => document.value)).toEqual(items);
          expectPositions(source, read);
        }),
        { numRuns: 100 },
      );
    },
    SLOW,
  );
});

describe('text of any kind', () => {
  const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));

  it.each([
    [
      'bytes',
      fc.oneof(
        bytes.map((b) => b.toString('latin1')),
        bytes.map((b) => b.toString('utf8')),
      ),
    ],
    ['characters', fc.string({ unit: 'binary', maxLength: 200 })],
    ['tokens', tokenSoup],
    [
      'almost JSON',
      fc.tuple(fc.json(), fc.nat(), fc.string({ maxLength: 2 })).map(([json, at, extra]) => {
        const cut = at % (json.length + 1);
        return `{"a": ${json.slice(0, cut)}${extra}${json.slice(cut)}}`;
      }),
    ],
  ])(
    'is read or named as a problem, never thrown at the caller: %s',
    (_kind, texts) => {
      fc.assert(
        fc.property(texts, fc.constantFrom('a.yaml', 'a.json'), (source, file) => {
          const { documents: read, problems } = parseDocuments(source, { file });
          const lineCount = source.split(/\r\n?|\n/).length;
          // A message must not drive the terminal.
          const bad = problems.filter(
            ({ line, column, message }) =>
              line < 1 || line > lineCount + 1 || column < 1 || /[\u0000-\u001f\u007f-\u009f]/.test(message),
          );
          expect(bad).toEqual([]);
          for (const document of read) {
            expect(JSON.parse(JSON.stringify(document.value))).toEqual(document.value);
            expect(document.position([]).line).toBeGreaterThanOrEqual(1);
          }
        }),
        { numRuns: 500 },
      );
    },
    SLOW,
  );
});
