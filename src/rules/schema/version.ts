import { nearest } from '../../model/nearest.js';
import { quote } from '../../model/text.js';
import { definitionOf, KIND_IDS, POLICY_GROUP, versionOf } from '../../schema/index.js';
import { defineRule, gatehouse } from '../rule.js';

/** A version of a policy.linkerd.io kind that we do not know is judged by the newest one that we do. */
export const schemaVersion = defineRule({
  code: 'schema/version',
  summary: 'an API version of a policy.linkerd.io kind that Gatehouse does not know',
  severity: 'warn',
  kinds: KIND_IDS,
  messages: {
    unknown: gatehouse(
      ({ version, known, near }: { version: string; known: string; near?: string | undefined }) => ({
        message: `Gatehouse does not know the version ${quote(version)} of this kind and judges it as ${known}`,
        hint: near === undefined ? 'a newer Gatehouse may know it' : `did you mean ${near}?`,
      }),
    ),
  },
  check({ subject }, report) {
    const definition = definitionOf(subject.kind);
    if (definition.group !== POLICY_GROUP || versionOf(definition, subject.version) !== undefined) return;
    const versions = definition.versions.map(({ name }) => name);
    const known = versions[versions.length - 1] ?? '';
    report('unknown', ['apiVersion'], {
      version: subject.version,
      known,
      near: nearest(subject.version, versions),
    });
  },
});
