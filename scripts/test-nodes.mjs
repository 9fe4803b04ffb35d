// Runs the unit suite under other Node versions, taken from the npm package `node`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const majors = process.argv.slice(2);
const failed = [];
for (const major of majors) {
  const prefix = resolve('node_modules/.cache/nodes', major);
  const node = join(prefix, 'node_modules/node/bin/node');
  if (!existsSync(node)) {
    mkdirSync(prefix, { recursive: true });
    // The package's install script puts the binary in place; engine-strict is about our own dependencies.
    const npm = spawnSync(
      'npm',
      [
        'install',
        '--prefix',
        prefix,
        '--no-save',
        '--no-audit',
        '--no-fund',
        '--engine-strict=false',
        `node@${major}`,
      ],
      { stdio: 'inherit' },
    );
    if (npm.status !== 0) process.exit(npm.status ?? 1);
  }
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
  console.log(`\n== ${version}`);
  const run = spawnSync(node, ['scripts/jest.mjs', '--silent'], { stdio: 'inherit' });
  if (run.status !== 0) failed.push(version);
}
if (failed.length > 0) {
  console.error(`failed under ${failed.join(', ')}`);
  process.exitCode = 1;
}
