import { completing } from '../../app/completing.js';
import { twoStates, type StateSource } from '../../app/diff-states.js';
import { indexOf, laidOver, type IndexResult } from '../../app/inbound-index.js';
import { CLUSTER_FLAGS, CONFIG_FLAGS, SOURCE_FLAGS } from '../../app/options/common.js';
import { DIFF_FLAGS, type DIFF_FORMATS } from '../../app/options/diff.js';
import { openWorld } from '../../app/world.js';
import { escapeControls } from '../../model/text.js';
import type { ClusterSettings } from '../../model/world.js';
import { diff, isSame, type Diff } from '../../policy/diff/diff.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { diffCsv } from '../output/diff-csv.js';
import { diffJson } from '../output/diff-json.js';
import { diffText } from '../output/diff-text.js';
import { withProgress } from '../progress.js';
import { readSources } from '../sources.js';

const FLAGS = { ...DIFF_FLAGS, ...SOURCE_FLAGS, ...CONFIG_FLAGS, ...CLUSTER_FLAGS };

export const diffCommand = defineCommand(
  {
    name: 'diff',
    operands: 'OLD NEW | PATH…',
    describe:
      'Says who may talk to whom in one state and not in another one: what opens, what closes, by which authorization, and which probes fail. OLD and NEW are manifests: files, directories or standard input (-). With --manifests or --kubeconfig, the PATHs are laid over those, as if applied. With --to-manifests or --to-kubeconfig, the second state is that alone.',
    epilogue:
      'Exits 0, with --exit-code 1 if the states differ, 2 when it could not run. Nothing is taken away by laying manifests over a state: to see what a deletion does, name both states.',
  },
  FLAGS,
  ({ values, operands, terminal: given }) =>
    withProgress(given, async (terminal, say) => {
      const states = twoStates(operands, values);
      if (!states.ok) {
        for (const fault of states.error) terminal.err(`gatehouse diff: ${fault}\n`);
        return EXIT.failed;
      }
      const opened = await openWorld(values);
      const world = opened.worldAt(terminal.now());
      const settings = completing(values, world);
      const read = ({ paths, kubeconfig, context }: StateSource): ReturnType<typeof readSources> =>
        readSources(paths, { kubeconfig, context }, terminal);
      const indexed = (result: IndexResult): IndexResult['index'] => {
        for (const complaint of result.complaints) terminal.err(escapeControls(complaint) + '\n');
        return result.index;
      };
      say('reading objects');
      const { first, second } = states.value;
      const [one, two] = [
        await read(first),
        await read(
          second.kind === 'own'
            ? second.source
            : { paths: second.paths, kubeconfig: undefined, context: undefined },
        ),
      ];
      if (one === undefined || two === undefined) return EXIT.failed;
      const indexOfSources = ({ documents, cluster }: typeof one): IndexResult =>
        indexOf({ documents, base: cluster?.objects ?? [], world, completing: settings });
      const before = indexed(indexOfSources(one));
      const after = indexed(
        second.kind === 'own'
          ? indexOfSources(two)
          : laidOver(before, { documents: two.documents, completing: settings }),
      );
      say('comparing every port');
      const result = diff(before, after);
      terminal.out(render(result, values.output, { settings: world.settings, colour: terminal.colour }));
      return values.exitCode && !isSame(result) ? EXIT.findings : EXIT.fine;
    }),
);

function render(
  result: Diff,
  format: (typeof DIFF_FORMATS)[number],
  options: { readonly settings: ClusterSettings; readonly colour: boolean },
): string {
  switch (format) {
    case 'json':
      return diffJson(result, options.settings);
    case 'csv':
      return diffCsv(result, options.settings);
    case 'text':
      return diffText(result, options);
  }
}
