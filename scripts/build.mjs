// Compiles src/ into dist/ and makes the command executable, so that `npx gatehouse` works in a built checkout.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, rmSync } from 'node:fs';

// All of it, each time: an incremental build does not notice what is missing from dist/, and takes no less time.
rmSync('dist', { recursive: true, force: true });
const tsc = spawnSync(
  process.execPath,
  ['node_modules/@typescript/native/bin/tsc', '-p', 'tsconfig.build.json'],
  {
    stdio: 'inherit',
  },
);
if (tsc.status !== 0) process.exit(tsc.status ?? 1);
// What a page is made of is read as it is.
cpSync('src/cli/output/page', 'dist/cli/output/page', { recursive: true });
chmodSync('dist/cli/main.js', 0o755);
