/** `lint -o sarif`: SARIF 2.1.0, as code-scanning services read it. */
import { pathToFileURL } from 'node:url';
import { isAbsolute } from 'node:path';
import type { LintResult, LocatedFinding } from '../../app/lint.js';
import { fingerprint, type Severity } from '../../model/finding.js';
import { formatPath } from '../../model/json.js';
import { formatRef } from '../../model/object-ref.js';
import { ruleOf } from '../../rules/catalogue.js';

const LEVEL: Record<Severity, 'error' | 'warning' | 'note'> = {
  deny: 'error',
  warn: 'warning',
  info: 'note',
};

export function lintSarif({ findings }: LintResult, version: string): string {
  const codes = [...new Set(findings.map(({ finding }) => finding.code))].sort();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'gatehouse',
            version,
            rules: codes.map((code) => ({
              id: code,
              shortDescription: { text: ruleOf(code)?.summary ?? code },
              help: { text: `docs/rules/${code}.md` },
              defaultConfiguration: { level: LEVEL[ruleOf(code)?.severity ?? 'warn'] },
            })),
          },
        },
        results: findings.map((located) => toResult(located, codes)),
        columnKind: 'utf16CodeUnits',
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function toResult({ finding, file, line, column }: LocatedFinding, codes: readonly string[]) {
  const { code, severity, subject, path, message, hint, accepted } = finding;
  const where = path.length === 0 ? '' : `${formatPath(path)}: `;
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: LEVEL[severity],
    message: { text: `${where}${message}${hint === undefined ? '' : `\n${hint}`}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: toUri(file) },
          // An object of a cluster stands in no line.
          ...(line === 0 ? {} : { region: { startLine: line, startColumn: column } }),
        },
        logicalLocations: [{ fullyQualifiedName: formatRef(subject), kind: 'object' }],
      },
    ],
    partialFingerprints: { 'gatehouse/v1': fingerprint(finding) },
    ...(accepted === undefined ? {} : { suppressions: [{ kind: 'inSource', justification: accepted }] }),
  };
}

/** A relative path stays relative, so that a service finds the file in the repository. */
const toUri = (file: string): string =>
  isAbsolute(file) ? pathToFileURL(file).href : file.split(/[\\/]/).map(encodeURIComponent).join('/');
