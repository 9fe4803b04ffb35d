// Compiles src/ into dist/ and makes the command executable, so that `npx gatehouse` works in a built checkout.
import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';

const tsc = spawnSync(
  process.execPath,
  ['node_modules/@typescript/native/bin/tsc', '-p', 'tsconfig.build.json'],
  {
    stdio: 'inherit',
  },
);
if (tsc.status !== 0) process.exit(tsc.status ?? 1);
chmodSync('dist/cli/main.js', 0o755);
