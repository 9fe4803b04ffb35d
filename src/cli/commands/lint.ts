import type { ManifestDocument } from '../../adapters/manifests/yaml-documents.js';
import { lint, type LintResult } from '../../app/lint.js';
import { CLUSTER_FLAGS, CONFIG_FLAGS, SOURCE_FLAGS } from '../../app/options/common.js';
import { oneOf } from '../../app/options/flag.js';
import { version } from '../../app/version.js';
import { completing } from '../../app/completing.js';
import { openWorld } from '../../app/world.js';
import { atLeast, SEVERITIES, type Finding } from '../../model/finding.js';
import type { JsonObject } from '../../model/json.js';
import { defineCommand, type Terminal } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { lintGithub } from '../output/lint-github.js';
import { lintJson } from '../output/lint-json.js';
import { lintJunit } from '../output/lint-junit.js';
import { lintSarif } from '../output/lint-sarif.js';
import { lintText } from '../output/lint-text.js';
import { withProgress } from '../progress.js';
import { readSources } from '../sources.js';

const FORMATS = ['text', 'json', 'sarif', 'junit', 'github'] as const;

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
    describe:
      'Judges the policy in YAML and JSON files, directories or standard input (-). With --kubeconfig they are judged as if applied to that cluster; without paths, the cluster as it stands.',
    epilogue: 'Exits 0 when all is fine, 1 on findings at or above --fail-on, 2 when it could not run.',
  },
  FLAGS,
  ({ values, operands, terminal: given }) =>
    withProgress(given, async (terminal, say) => {
      const paths = [...operands, ...values.manifests];
      if (paths.length === 0 && values.kubeconfig === undefined) {
        terminal.err(
          'gatehouse lint: name a file or directory, - for standard input, or a cluster with --kubeconfig\n',
        );
        return EXIT.failed;
      }
      const opened = await openWorld(values);
      say('reading objects');
      const read = await readSources(paths, values, terminal);
      if (read === undefined) return EXIT.failed;
      const { documents, cluster } = read;
      const world = opened.worldAt(terminal.now());
      say('judging');
      const result = lint({
        // Without paths, the cluster as it stands is judged.
        documents: paths.length === 0 ? (cluster?.policies.map(clusterDocument) ?? []) : documents,
        base: cluster?.objects ?? [],
        world,
        settings: opened.settings,
        completing: completing(values, world),
      });
      for (const complaint of result.complaints) terminal.err(`${complaint}\n`);
      const fails = ({ severity }: Finding): boolean => atLeast(severity, values.failOn);
      terminal.out(render(result, values.output, { fails, terminal }));
      const failed = result.findings.some(({ finding }) => fails(finding));
      return failed ? EXIT.findings : EXIT.fine;
    }),
);

function render(
  result: LintResult,
  format: (typeof FORMATS)[number],
  { fails, terminal }: { readonly fails: (finding: Finding) => boolean; readonly terminal: Terminal },
): string {
  switch (format) {
    case 'json':
      return lintJson(result);
    case 'sarif':
      return lintSarif(result, version());
    case 'junit':
      return lintJunit(result, fails);
    case 'github':
      return lintGithub(result, terminal.env['GITHUB_WORKSPACE'] ?? '.');
    case 'text':
      return lintText(result, terminal.colour);
  }
}

/** An object of a cluster stands in no file. */
const clusterDocument = (value: JsonObject, index: number): ManifestDocument => ({
  file: 'cluster',
  index,
  value,
  position: () => ({ line: 0, column: 0 }),
});
