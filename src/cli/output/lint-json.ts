/** `lint -o json`: one array, stable; its JSON Schema is schemas/lint.v0.schema.json. */
import type { LintResult, LocatedFinding } from '../../app/lint.js';
import { formatPath } from '../../model/json.js';

/** One finding as JSON; `hint` is absent where there is none. */
export function toJson({ finding, apiVersion, file, line, column }: LocatedFinding): Record<string, unknown> {
  const { code, severity, message, hint, path, subject, related, accepted } = finding;
  return {
    code,
    severity,
    message,
    ...(hint === undefined ? {} : { hint }),
    path: formatPath(path),
    file,
    line,
    column,
    object: { apiVersion, kind: subject.kind, namespace: subject.namespace, name: subject.name },
    related,
    ...(accepted === undefined ? {} : { accepted }),
  };
}

export const lintJson = ({ findings }: LintResult): string =>
  `${JSON.stringify(findings.map(toJson), undefined, 2)}\n`;
