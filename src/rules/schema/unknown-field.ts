import { isObject, type JsonPath } from '../../model/json.js';
import { nearest } from '../../model/nearest.js';
import { backticks } from '../../model/text.js';
import {
  definitionOf,
  fieldsOf,
  hubVersion,
  KIND_IDS,
  versionOf,
  type FieldShape,
} from '../../schema/index.js';
import { defineRule, gatehouse } from '../rule.js';

const TOP = ['apiVersion', 'kind', 'metadata', 'spec', 'status'];

/** A field that the API server will prune without a word. `lint` only: at admission it is already gone. */
export const schemaUnknownField = defineRule({
  code: 'schema/unknown-field',
  summary: 'a field that this version of the kind does not know and the API server will prune silently',
  severity: 'warn',
  kinds: KIND_IDS,
  lintOnly: true,
  messages: {
    unknown: gatehouse(
      ({
        name,
        kind,
        version,
        near,
      }: {
        name: string;
        kind: string;
        version: string;
        near?: string | undefined;
      }) => ({
        message: `${backticks(name)} is no field here; the API server will drop it without a word`,
        hint:
          near === undefined ? `remove it; ${kind} ${version} does not know it` : `did you mean \`${near}\`?`,
      }),
    ),
    newer: gatehouse(({ name, version, newest }: { name: string; version: string; newest: string }) => ({
      message: `${version} does not know \`${name}\`; the API server will drop it without a word`,
      hint: `write \`apiVersion: ${newest}\``,
    })),
  },
  check({ subject }, report) {
    const definition = definitionOf(subject.kind);
    const hub = hubVersion(definition);
    const version = versionOf(definition, subject.version) ?? hub;
    for (const name of Object.keys(subject.raw)) {
      if (!TOP.includes(name)) unknown(name, [], TOP);
    }
    walk(subject.raw['spec'], fieldsOf(version.spec), fieldsOf(hub.spec), ['spec']);

    function walk(value: unknown, shape: FieldShape, newest: FieldShape, path: JsonPath): void {
      if (Array.isArray(value)) {
        const [inner, innerNewest] = [shape.items, newest.items];
        if (inner !== undefined)
          for (const [i, item] of value.entries()) walk(item, inner, innerNewest ?? inner, [...path, i]);
        return;
      }
      if (shape.fields === undefined || !isObject(value)) return;
      for (const [name, item] of Object.entries(value)) {
        const field = shape.fields.get(name);
        if (field !== undefined) walk(item, field, newest.fields?.get(name) ?? field, [...path, name]);
        else if (newest.fields?.has(name) === true) {
          report('newer', [...path, name], {
            name,
            version: subject.version,
            newest: `${definition.group}/${hub.name}`,
          });
        } else
          unknown(
            name,
            path,
            [...shape.fields.keys()].filter((known) => !Object.hasOwn(value, known)),
          );
      }
    }

    function unknown(name: string, path: JsonPath, candidates: readonly string[]): void {
      report('unknown', [...path, name], {
        name,
        kind: definition.kind,
        version: version.name,
        near: nearest(name, candidates),
      });
    }
  },
});
