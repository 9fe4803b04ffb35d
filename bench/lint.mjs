// How long `gatehouse lint` takes over 1,000 files of 5,000 objects, start-up included (product description, section
// 8), beside what parsing the same text with the `yaml` library alone takes, in one run.
//
//   node bench/lint.mjs [--rounds 7]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeCorpus } from './lint-corpus.mjs';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '7' } } });
const FILES = 1_000;
const GATEHOUSE = resolve(import.meta.dirname, '../dist/cli/main.js');
const directory = mkdtempSync(join(tmpdir(), 'gatehouse-lint-'));

const PARSE_ALONE = `
  import { parseAllDocuments } from 'yaml';
  import { readdirSync, readFileSync } from 'node:fs';
  import { join } from 'node:path';
  let documents = 0;
  for (const file of readdirSync(process.argv[1], { recursive: true }))
    if (file.endsWith('.yaml'))
      for (const document of parseAllDocuments(readFileSync(join(process.argv[1], file), 'utf8')))
        documents += document.toJS() === null ? 0 : 1;
  console.log(documents + ' policy objects');
`;

// A run says at its end how much processor time it took, which a busy machine changes less than the wait.
const SAY_USAGE =
  'data:text/javascript,process.on("exit",()=>{const u=process.resourceUsage();process.stderr.write(`usage=${u.userCPUTime+u.systemCPUTime}\\n`)})';

/** Wall and processor seconds of one run of node, and what it printed. */
function measure(args) {
  const started = process.hrtime.bigint();
  const run = spawnSync(process.execPath, ['--import', SAY_USAGE, ...args], {
    encoding: 'utf8',
    cwd: resolve(import.meta.dirname, '..'),
  });
  const wall = Number(process.hrtime.bigint() - started) / 1e9;
  if (run.status !== 0) throw new Error(`${args.join(' ')}: ${run.stdout}${run.stderr}`);
  return { wall, processor: Number(/usage=(\d+)/.exec(run.stderr)[1]) / 1e6, output: run.stdout.trim() };
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

try {
  writeCorpus(directory, FILES);
  const cases = {
    'gatehouse --version: start-up alone': [GATEHOUSE, '--version'],
    'yaml alone: parse and convert': ['--input-type=module', '-e', PARSE_ALONE, directory],
    'gatehouse lint': [GATEHOUSE, 'lint', directory],
  };
  const runs = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [name, args] of Object.entries(cases)) runs[name].push(measure(args));
  }
  console.log(`${FILES} files, ${FILES * 5} objects; seconds, median (least) of ${values.rounds} rounds`);
  console.log(`${''.padEnd(40)} wall           processor`);
  for (const [name, taken] of Object.entries(runs)) {
    const column = (key) => {
      const times = taken.map((run) => run[key]);
      return `${median(times).toFixed(2)} (${Math.min(...times).toFixed(2)})`.padEnd(15);
    };
    console.log(`${name.padEnd(40)} ${column('wall')}${column('processor')}${taken[0].output}`);
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
