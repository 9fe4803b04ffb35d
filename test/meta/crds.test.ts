/** deploy/crds is what the schemas say; `make generate` writes it. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { crdFiles, crdsYaml } from '../../src/adapters/manifests/print-yaml.js';
import { definitionOf, POLICY_KINDS, toCrd } from '../../src/schema/index.js';

const FOLDER = new URL('../../deploy/crds/', import.meta.url);
const files = crdFiles();

const documents = (text: string): unknown[] =>
  parseAllDocuments(text, { version: '1.1' }).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as unknown;
  });

describe('deploy/crds', () => {
  it('holds a file for every kind, and no other', () => {
    const found = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
    expect(found.sort()).toEqual(files.map(({ name }) => name).sort());
    expect(found).toHaveLength(POLICY_KINDS.length);
  });

  it.each(files)('$name is what the schemas say', ({ name, text }) => {
    expect(readFileSync(new URL(name, FOLDER), 'utf8')).toBe(text);
  });

  it.each(files)('$name says whom it is for', ({ name }) => {
    const text = readFileSync(new URL(name, FOLDER), 'utf8');
    expect(text).toMatch(/^# CustomResourceDefinitions of policy\.linkerd\.io/);
    expect(text).toContain('API servers without Linkerd');
  });
});

describe('gatehouse crds', () => {
  it.each([false, true])('prints every kind as YAML that reads back as the CRD (strict: %j)', (strict) => {
    const crds = POLICY_KINDS.map((kind) => toCrd(definitionOf(kind), { strict }));
    expect(documents(crdsYaml({ strict }))).toEqual(JSON.parse(JSON.stringify(crds)));
  });

  it('says which of the two it prints', () => {
    expect(crdsYaml({ strict: false })).toContain('# They accept all that');
    expect(crdsYaml({ strict: true })).toContain('# They refuse what OpenAPI and CEL can refuse');
  });
});
