import { readManifests } from '../../adapters/manifests/read-manifests.js';
import { lint } from '../../app/lint.js';
import { CLUSTER_FLAGS, CONFIG_FLAGS, SOURCE_FLAGS } from '../../app/options/common.js';
import { oneOf } from '../../app/options/flag.js';
import { version } from '../../app/version.js';
import { completing } from '../../app/source.js';
import { openWorld } from '../../app/world.js';
import { atLeast, SEVERITIES } from '../../model/finding.js';
import { count } from '../../model/text.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { lintJson } from '../output/lint-json.js';
import { lintSarif } from '../output/lint-sarif.js';
import { lintText } from '../output/lint-text.js';

const FORMATS = ['text', 'json', 'sarif'] as const;

const FLAGS = {
  output: {
    name: 'output',
    short: 'o',
    placeholder: 'FORMAT',
    describe: `how findings are printed: ${FORMATS.join(', ')}`,
    defaultText: 'text',
    parse: oneOf(FORMATS, 'text'),
  },
  failOn: {
    name: 'fail-on',
    placeholder: 'SEVERITY',
    describe: `exit 1 on findings at or above it: ${SEVERITIES.join(', ')}`,
    defaultText: 'deny',
    parse: oneOf(SEVERITIES, 'deny'),
  },
  ...SOURCE_FLAGS,
  ...CONFIG_FLAGS,
  ...CLUSTER_FLAGS,
};

export const lintCommand = defineCommand(
  {
    name: 'lint',
    operands: 'PATH… | -',
    describe: 'Judges the policy in YAML and JSON files, directories or standard input (-).',
    epilogue: 'Exits 0 when all is fine, 1 on findings at or above --fail-on, 2 when it could not run.',
  },
  FLAGS,
  async ({ values, operands, terminal }) => {
    const paths = [...operands, ...values.manifests];
    if (paths.length === 0) {
      terminal.err('gatehouse lint: name a file or directory, or - for standard input\n');
      return EXIT.failed;
    }
    const world = await openWorld(values);
    const { documents, problems, missing } = await readManifests(paths, { stdin: terminal.stdin });
    for (const { file, line, column, message, hint } of problems) {
      const place = line === 0 ? file : `${file}:${String(line)}:${String(column)}`;
      terminal.err(`${place}: ${message}${hint === undefined ? '' : `; ${hint}`}\n`);
    }
    const judgedIn = world.worldAt(terminal.now());
    const result = lint({
      documents,
      world: judgedIn,
      settings: world.settings,
      completing: completing(values, judgedIn),
    });
    for (const complaint of result.complaints) terminal.err(`${complaint}\n`);
    if (missing || (problems.length > 0 && documents.length === 0)) return EXIT.failed;
    if (problems.length > 0)
      terminal.err(`${count(problems.length, 'problem')} above: what does not parse was skipped\n`);
    terminal.out(
      values.output === 'json'
        ? lintJson(result)
        : values.output === 'sarif'
          ? lintSarif(result, version())
          : lintText(result, terminal.colour),
    );
    const failed = result.findings.some(({ finding }) => atLeast(finding.severity, values.failOn));
    return failed ? EXIT.findings : EXIT.fine;
  },
);
