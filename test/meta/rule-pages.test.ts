/**
 * Every rule has a page, a test and a line in the tables, and nothing else has; and the manifests of the pages do what
 * they say. `node scripts/rule-table.mjs` writes what is generated.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { parseDocuments } from '../../src/adapters/manifests/yaml-documents.js';
import { completing } from '../../src/app/completing.js';
import { lint } from '../../src/app/lint.js';
import { CATALOGUE, CODES } from '../../src/rules/catalogue.js';
import { DEFAULT_RULE_SETTINGS } from '../../src/rules/settings.js';
import { mkWorld } from '../builders.js';
import { blockOf, factsOf, ruleTable, withBlock } from './rule-docs.js';

const ROOT = new URL('../../', import.meta.url);
const pathOf = (path: string): URL => new URL(path, ROOT);
const read = (path: string): string => readFileSync(pathOf(path), 'utf8');

/** `family/name` of all files `folder/family/name<ending>`. */
function namesIn(folder: string, ending: string): string[] {
  const families = readdirSync(pathOf(folder), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  return families
    .flatMap(({ name: family }) =>
      readdirSync(pathOf(`${folder}/${family}`)).map((file) => `${family}/${file}`),
    )
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .sort();
}

const TABLES = [
  { file: 'docs/rules/README.md', pages: '' },
  { file: 'README.md', pages: 'docs/rules/' },
].filter(({ file }) => existsSync(pathOf(file)));
const pageOf = (code: string): string => `docs/rules/${code}.md`;

if (process.env['GATEHOUSE_WRITE_RULE_DOCS'] === '1') {
  for (const { file, pages } of TABLES)
    writeFileSync(pathOf(file), withBlock(read(file), 'rules', ruleTable(pages)));
  for (const rule of CATALOGUE) {
    const file = pageOf(rule.code);
    if (existsSync(pathOf(file))) writeFileSync(pathOf(file), withBlock(read(file), 'facts', factsOf(rule)));
  }
}

describe('every rule', () => {
  const codes = [...CODES].sort();

  it('has a page, and every page a rule', () => {
    expect(namesIn('docs/rules', '.md')).toEqual(codes);
  });

  it('has a test, and every test a rule', () => {
    expect(namesIn('test/rules', '.test.ts')).toEqual(codes);
  });

  it('has a file of its name', () => {
    const files = namesIn('src/rules', '.ts');
    expect(codes.filter((code) => !files.includes(code))).toEqual([]);
  });

  it.each(TABLES)('stands in the table of $file', ({ file, pages }) => {
    expect({ table: blockOf(read(file), 'rules'), run: 'node scripts/rule-table.mjs' }).toEqual({
      table: ruleTable(pages),
      run: 'node scripts/rule-table.mjs',
    });
  });
});

interface Example {
  readonly kind: string;
  readonly text: string;
}

/** The fenced YAML of a page: `wrong`, `right`, or `` for a piece of configuration. */
const examplesOf = (page: string): Example[] =>
  [...page.matchAll(/^```yaml ?(\w*)\n(.*?)^```$/gms)].map(([, kind = '', text = '']) => ({ kind, text }));

/** The codes that `gatehouse lint` finds in a manifest, each once. */
function codesIn(text: string): string[] {
  const { documents, problems } = parseDocuments(text, { file: 'example.yaml' });
  expect(problems).toEqual([]);
  const world = mkWorld();
  const { findings, complaints } = lint({
    documents,
    world,
    settings: DEFAULT_RULE_SETTINGS,
    completing: completing({ namespace: 'default', assumeMeshed: false }, world),
  });
  expect(complaints).toEqual([]);
  return [...new Set(findings.map(({ finding }) => finding.code))];
}

describe.each(CATALOGUE.map((rule) => ({ code: rule.code, rule })))('the page of $code', ({ code, rule }) => {
  const page = existsSync(pathOf(pageOf(code))) ? read(pageOf(code)) : '';
  const examples = examplesOf(page);

  it('has the parts that every page has, in order', () => {
    const headings = [...page.matchAll(/^#+ .*$/gm)].map(([line]) => line);
    expect(headings).toEqual([`# ${code}`, '## Wrong', '## Right', '## What breaks', '## Switching it off']);
  });

  it('says of the rule what the rule says', () => {
    expect({ facts: blockOf(page, 'facts'), run: 'node scripts/rule-table.mjs' }).toEqual({
      facts: factsOf(rule),
      run: 'node scripts/rule-table.mjs',
    });
  });

  it('shows wrong manifests, in which this rule and no other finds something', () => {
    const wrong = examples.filter(({ kind }) => kind === 'wrong');
    expect(wrong.length).toBeGreaterThan(0);
    for (const { text } of wrong) expect({ text, codes: codesIn(text) }).toEqual({ text, codes: [code] });
  });

  it('shows right manifests, in which no rule finds anything', () => {
    const right = examples.filter(({ kind }) => kind === 'right');
    expect(right.length).toBeGreaterThan(0);
    for (const { text } of right) expect({ text, codes: codesIn(text) }).toEqual({ text, codes: [] });
  });

  it('shows how to switch it off', () => {
    const switches = examples.filter(({ kind }) => kind === '').map(({ text }) => parse(text) as unknown);
    expect(switches).toContainEqual({ rules: { [code]: 'off' } });
  });

  it('is written for somebody in a hurry', () => {
    const prose = page.replace(/^```.*?^```$/gms, '').replace(/^(?:\||- |<!--|#).*$/gm, '');
    const sentences = prose.split(/(?<=[.:])\s+/).map((sentence) => sentence.trim());
    const long = sentences.filter((sentence) => sentence.split(/\s+/).length > 32);
    expect(long).toEqual([]);
  });
});
