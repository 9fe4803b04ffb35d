// Writes what is generated about rules: the tables in README.md and docs/rules/README.md, and the facts of each page.
import { spawnSync } from 'node:child_process';

const run = spawnSync(process.execPath, ['scripts/jest.mjs', 'test/meta/rule-pages.test.ts', '--silent'], {
  stdio: 'inherit',
  env: { ...process.env, GATEHOUSE_WRITE_RULE_DOCS: '1' },
});
process.exit(run.status ?? 1);
