// Runs jest with native ES modules; every argument is jest's own, and node's own arguments are passed on.
import { spawnSync } from 'node:child_process';

const run = spawnSync(
  process.execPath,
  [
    ...process.execArgv,
    '--experimental-vm-modules',
    '--no-warnings=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);
process.exit(run.status ?? 1);
