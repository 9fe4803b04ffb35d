// Format, lint, layers, types and unit tests, two at a time; prints what failed and how long each took.
import { spawn } from 'node:child_process';

const node = process.execPath;
// Both tools keep what they found by a file's content. eslint's cache does not see that a type changed in another file:
// a fresh clone, as CI has, lints everything.
const cached = ['--cache', '--cache-strategy', 'content'];
// The long ones first, so that both cores have work to the end.
const steps = [
  ['unit', ['scripts/jest.mjs', '-c', 'jest.unit.config.mjs']],
  [
    'lint',
    [
      'node_modules/eslint/bin/eslint.js',
      'src',
      'test',
      ...cached,
      '--cache-location',
      'node_modules/.cache/eslint/',
    ],
  ],
  ['format', ['node_modules/prettier/bin/prettier.cjs', '--check', '.', '--log-level', 'warn', ...cached]],
  ['types', ['node_modules/@typescript/native/bin/tsc', '-p', 'tsconfig.json']],
  [
    'layers',
    [
      'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
      '--config',
      '.dependency-cruiser.cjs',
      'src',
    ],
  ],
];

const run = ([name, args]) =>
  new Promise((done) => {
    const started = process.hrtime.bigint();
    const child = spawn(node, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.on('close', (code) => {
      const seconds = Number((process.hrtime.bigint() - started) / 1_000_000n) / 1000;
      const text = Buffer.concat(output).toString();
      if (code !== 0 || name === 'unit') process.stdout.write(text);
      process.stdout.write(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds.toFixed(1)} s)\n`);
      done(code === 0);
    });
  });

const queue = [...steps];
const results = [];
const worker = async () => {
  for (let step = queue.shift(); step !== undefined; step = queue.shift()) results.push(await run(step));
};
await Promise.all([worker(), worker()]);
process.exitCode = results.every(Boolean) ? 0 : 1;
