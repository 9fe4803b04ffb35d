// Writes what is generated from the sources; test/meta compares it. Build first: this runs dist/.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { crdFiles } from '../dist/adapters/manifests/print-yaml.js';
import { chartFiles } from '../dist/app/manifests/chart.js';
import { CONFIG_SCHEMA } from '../dist/app/config/schema.js';
import { EXPECT_SCHEMA } from '../dist/app/expect/schema.js';
import { DIFF_SCHEMA } from '../dist/cli/output/diff-schema.js';
import { DOCTOR_SCHEMA } from '../dist/cli/output/doctor-schema.js';
import { EXPECT_RESULT_SCHEMA } from '../dist/cli/output/expect-schema.js';
import { EXPLAIN_SCHEMA } from '../dist/cli/output/explain-schema.js';
import { LINT_SCHEMA } from '../dist/cli/output/lint-schema.js';
import { VERIFY_SCHEMA } from '../dist/cli/output/verify-schema.js';
import { MATRIX_SCHEMA } from '../dist/cli/output/matrix-schema.js';

/** Makes `folder` hold these files and no other of that suffix. */
function writeAll(folder, suffix, files) {
  mkdirSync(folder, { recursive: true });
  const names = new Set(files.map(({ name }) => name));
  for (const name of readdirSync(folder))
    if (name.endsWith(suffix) && !names.has(name)) rmSync(path.join(folder, name));
  for (const { name, text } of files) writeFileSync(path.join(folder, name), text);
  process.stdout.write(`${folder}: ${files.length} files\n`);
}

writeAll('deploy/crds', '.yaml', crdFiles());

const CHART = 'deploy/chart/gatehouse';
for (const name of readdirSync(path.join(CHART, 'templates')))
  if (name.endsWith('.yaml')) rmSync(path.join(CHART, 'templates', name));
for (const file of chartFiles()) {
  mkdirSync(path.dirname(path.join(CHART, file.path)), { recursive: true });
  writeFileSync(path.join(CHART, file.path), file.text);
}
process.stdout.write(`${CHART}: ${chartFiles().length} files\n`);

const json = (schema) => `${JSON.stringify(schema, undefined, 2)}\n`;
writeAll('schemas', '.json', [
  { name: 'config.v0.schema.json', text: json(CONFIG_SCHEMA) },
  { name: 'diff.v0.schema.json', text: json(DIFF_SCHEMA) },
  { name: 'doctor.v0.schema.json', text: json(DOCTOR_SCHEMA) },
  { name: 'expect.v0.schema.json', text: json(EXPECT_SCHEMA) },
  { name: 'expect-result.v0.schema.json', text: json(EXPECT_RESULT_SCHEMA) },
  { name: 'explain.v0.schema.json', text: json(EXPLAIN_SCHEMA) },
  { name: 'lint.v0.schema.json', text: json(LINT_SCHEMA) },
  { name: 'verify.v0.schema.json', text: json(VERIFY_SCHEMA) },
  { name: 'matrix.v0.schema.json', text: json(MATRIX_SCHEMA) },
]);
