import { completing } from '../../app/completing.js';
import { checkExpectations, type CheckedAssertion } from '../../app/expect/check.js';
import { loadExpectations } from '../../app/expect/load.js';
import { indexOf } from '../../app/inbound-index.js';
import { CLUSTER_FLAGS, CONFIG_FLAGS, SOURCE_FLAGS } from '../../app/options/common.js';
import { EXPECT_FLAGS, type EXPECT_FORMATS } from '../../app/options/expect.js';
import { openWorld } from '../../app/world.js';
import { count, escapeControls } from '../../model/text.js';
import type { ClusterSettings } from '../../model/world.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { expectJson } from '../output/expect-json.js';
import { expectJunit } from '../output/expect-junit.js';
import { expectText } from '../output/expect-text.js';
import { faultLines } from '../output/expect-wording.js';
import { withProgress } from '../progress.js';
import { readSources } from '../sources.js';

const STDIN = '-';
const FLAGS = { ...EXPECT_FLAGS, ...SOURCE_FLAGS, ...CONFIG_FLAGS, ...CLUSTER_FLAGS };

export const expectCommand = defineCommand(
  {
    name: 'expect',
    operands: 'FILE | -',
    describe:
      'Checks a file of assertions on who may call what, over manifests, a cluster, or manifests laid over a cluster. Each is decided for every client and every request that it is about, also those that nobody named.',
    epilogue:
      'Exits 0 when all hold, 1 when some fail, each with a client and a call that show it, 2 when the question could not be answered: a bad file, or a name that selects nothing.',
  },
  FLAGS,
  ({ values, operands, terminal: given }) =>
    withProgress(given, async (terminal, say) => {
      const { manifests, kubeconfig } = values;
      const faults: string[] = [];
      const [file, ...more] = operands;
      if (file === undefined || more.length > 0) faults.push('name one file of expectations');
      if (manifests.length === 0 && kubeconfig === undefined)
        faults.push('name manifests with --manifests, or a cluster with --kubeconfig');
      if (file === STDIN && manifests.includes(STDIN))
        faults.push('standard input is either the expectations or the manifests, not both');
      for (const fault of faults) terminal.err(`gatehouse expect: ${fault}\n`);
      if (file === undefined || faults.length > 0) return EXIT.failed;
      const opened = await openWorld(values);
      const document = await loadExpectations(file, terminal.stdin);
      say('reading objects');
      const read = await readSources(manifests, values, terminal);
      if (read === undefined) return EXIT.failed;
      const world = opened.worldAt(terminal.now());
      const { index, complaints } = indexOf({
        documents: read.documents,
        base: read.cluster?.objects ?? [],
        world,
        completing: completing(values, world),
      });
      for (const complaint of complaints) terminal.err(escapeControls(complaint) + '\n');
      say('checking assertions');
      const checked = checkExpectations(index, document, values.namespace);
      if (!checked.ok) {
        for (const fault of faultLines(document, checked.error)) terminal.err(escapeControls(fault) + '\n');
        terminal.err(`nothing was checked (${count(checked.error.length, 'fault')})\n`);
        return EXIT.failed;
      }
      const { settings } = world;
      terminal.out(render(checked.value, values.output, { file, settings, colour: terminal.colour }));
      return checked.value.some(({ status }) => status === 'fails') ? EXIT.findings : EXIT.fine;
    }),
);

function render(
  checked: readonly CheckedAssertion[],
  format: (typeof EXPECT_FORMATS)[number],
  options: { readonly file: string; readonly settings: ClusterSettings; readonly colour: boolean },
): string {
  switch (format) {
    case 'json':
      return expectJson(checked, options);
    case 'junit':
      return expectJunit(checked, options);
    case 'text':
      return expectText(checked, options);
  }
}
