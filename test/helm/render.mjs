// Builds the Go program beside this file, once, and renders a chart with it.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const moduleDir = path.dirname(fileURLToPath(import.meta.url));
const binDir = path.join(moduleDir, 'bin');
const SOURCES = ['main.go', 'go.mod', 'go.sum'];

/** @type {import('./render.d.mts').renderChart} */
export async function renderChart(chartDir, cases) {
  const binary = await build();
  if (binary === undefined) return undefined;
  return JSON.parse(await run(binary, [chartDir], { stdin: JSON.stringify(cases) }));
}

/** The path of the program, which is named after its sources; undefined where there is no Go. */
async function build() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const name of SOURCES) hash.update(await fs.readFile(path.join(moduleDir, name)));
  const binary = path.join(binDir, `helm-${hash.digest('hex').slice(0, 16)}`);
  if (await exists(binary)) return binary;
  process.stderr.write('building the chart renderer with Go; the first time takes a minute or more\n');
  const output = `${binary}.${process.pid}.tmp`;
  const args = ['build', '-trimpath', '-ldflags', '-s -w', '-o', output, '.'];
  const env = { CGO_ENABLED: '0', GOWORK: 'off', GOTOOLCHAIN: process.env.GOTOOLCHAIN ?? 'local' };
  try {
    await run('go', args, { cwd: moduleDir, env });
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return undefined;
    throw error;
  }
  await fs.rename(output, binary);
  return binary;
}

const exists = (/** @type {string} */ file) =>
  fs.access(file).then(
    () => true,
    () => false,
  );

/**
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, stdin?: string }} options
 * @returns {Promise<string>} what it printed
 */
function run(program, args, { cwd, env, stdin }) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env } });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => (stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk) => (stderr += chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0
        ? resolve(stdout)
        : reject(new Error(`${program} ended with ${code}\n${stderr.slice(-4_000)}`)),
    );
    child.stdin.on('error', () => {});
    child.stdin.end(stdin);
  });
}
