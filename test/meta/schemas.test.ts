/** The published JSON Schemas are those of the sources; `make generate` writes them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { CONFIG_SCHEMA } from '../../src/app/config/schema.js';
import { EXPECT_SCHEMA } from '../../src/app/expect/schema.js';
import { DIFF_SCHEMA } from '../../src/cli/output/diff-schema.js';
import { DOCTOR_SCHEMA } from '../../src/cli/output/doctor-schema.js';
import { EXPECT_RESULT_SCHEMA } from '../../src/cli/output/expect-schema.js';
import { EXPLAIN_SCHEMA } from '../../src/cli/output/explain-schema.js';
import { LINT_SCHEMA } from '../../src/cli/output/lint-schema.js';
import { MATRIX_SCHEMA } from '../../src/cli/output/matrix-schema.js';
import { VERIFY_SCHEMA } from '../../src/cli/output/verify-schema.js';

const published = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../schemas/${name}`, import.meta.url), 'utf8'));

describe('schemas/', () => {
  it('publishes the configuration’s schema', () => {
    expect(published('config.v0.schema.json')).toEqual(JSON.parse(JSON.stringify(CONFIG_SCHEMA)));
  });

  it('publishes the schema of diff’s JSON', () => {
    expect(published('diff.v0.schema.json')).toEqual(JSON.parse(JSON.stringify(DIFF_SCHEMA)));
  });

  it('publishes the schema of doctor’s JSON', () => {
    expect(published('doctor.v0.schema.json')).toEqual(JSON.parse(JSON.stringify(DOCTOR_SCHEMA)));
  });

  it('publishes the schemas of expectations and of what expect prints', () => {
    expect(published('expect.v0.schema.json')).toEqual(JSON.parse(JSON.stringify(EXPECT_SCHEMA)));
    expect(published('expect-result.v0.schema.json')).toEqual(
      JSON.parse(JSON.stringify(EXPECT_RESULT_SCHEMA)),
    );
  });

  it('publishes the schema of explain’s JSON', () => {
    expect(published('explain.v0.schema.json')).toEqual(JSON.parse(JSON.stringify(EXPLAIN_SCHEMA)));
  });

  it('publishes the schema of lint’s JSON', () => {
    expect(published('lint.v0.schema.json')).toEqual(JSON.parse(JSON.stringify(LINT_SCHEMA)));
  });

  it('publishes the schema of matrix’s JSON', () => {
    expect(published('matrix.v0.schema.json')).toEqual(JSON.parse(JSON.stringify(MATRIX_SCHEMA)));
  });

  it('publishes the schema of verify’s JSON', () => {
    expect(published('verify.v0.schema.json')).toEqual(JSON.parse(JSON.stringify(VERIFY_SCHEMA)));
  });
});
