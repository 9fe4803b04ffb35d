/**
 * The recorded scenarios hold objects as an API server with Linkerd's own CRDs stored them: whatever it pruned and
 * defaulted, our schemas must know and not want to change.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/model/json.js';
import { applyDefaults, prune } from '../../src/schema/defaults.js';
import { definitionOf, externalWorkload, kindOf, type KindDefinition } from '../../src/schema/index.js';

const FILE = new URL('../fixtures/inbound-scenarios-rich.jsonl', import.meta.url);

function definitionFor(group: string, kind: string): KindDefinition | undefined {
  if (kind === externalWorkload.kind) return externalWorkload;
  const id = kindOf(group, kind);
  return id === undefined ? undefined : definitionOf(id);
}

describe('objects that Linkerd’s own CRDs made', () => {
  const stored = readFileSync(FILE, 'utf8')
    .trim()
    .split('\n')
    .flatMap((line) =>
      (
        JSON.parse(line) as { objects: (JsonObject & { apiVersion: string; kind: string })[] }
      ).objects.flatMap((object) => {
        const [group = '', version = ''] = object.apiVersion.split('/');
        const definition = definitionFor(group, object.kind);
        return definition === undefined ? [] : [{ definition, version, object }];
      }),
    );

  it('are many, of most kinds', () => {
    expect(stored.length).toBeGreaterThan(500);
    expect(new Set(stored.map(({ definition }) => definition)).size).toBeGreaterThan(8);
  });

  it('have no field that we do not know', () => {
    for (const { definition, version, object } of stored) {
      expect(prune(definition, version, object)).toBe(object);
    }
  });

  it('have every default that we know', () => {
    for (const { definition, version, object } of stored) {
      expect(applyDefaults(definition, version, object)).toBe(object);
    }
  });
});
