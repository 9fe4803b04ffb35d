import { completing } from '../../app/completing.js';
import { indexOf } from '../../app/inbound-index.js';
import { matrix, type AnsweredMatrix } from '../../app/matrix.js';
import { CLUSTER_FLAGS, CONFIG_FLAGS, SOURCE_FLAGS } from '../../app/options/common.js';
import { MATRIX_FLAGS, type MATRIX_FORMATS } from '../../app/options/matrix.js';
import { openWorld } from '../../app/world.js';
import { escapeControls } from '../../model/text.js';
import type { ClusterSettings } from '../../model/world.js';
import { defineCommand, type Terminal } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { problemText } from '../output/explain-problem.js';
import { matrixCsv } from '../output/matrix-csv.js';
import { matrixDot } from '../output/matrix-dot.js';
import { matrixHtml } from '../output/matrix-html.js';
import { matrixJson } from '../output/matrix-json.js';
import { matrixText } from '../output/matrix-text.js';
import { startProgress } from '../progress.js';
import { readSources } from '../sources.js';

const FLAGS = { ...MATRIX_FLAGS, ...SOURCE_FLAGS, ...CONFIG_FLAGS, ...CLUSTER_FLAGS };

export const matrixCommand = defineCommand(
  {
    name: 'matrix',
    operands: '',
    describe:
      'Says which clients may call which ports: all workloads, pods without a proxy, the kubelet and anyone outside against all workload ports. Over manifests, a cluster, or manifests laid over a cluster.',
    epilogue:
      'A cell is all, none, some (with a call that gets through and one that does not) or unknown (nobody knows the client’s address yet). Exits 0, or 2 when the question could not be answered.',
  },
  FLAGS,
  async ({ values, terminal }) => {
    const progress = startProgress(terminal);
    const told: Terminal = { ...terminal, err: progress.err };
    const complain = (complaint: string): typeof EXIT.failed => {
      told.err(`gatehouse matrix: ${escapeControls(complaint)}\n`);
      return EXIT.failed;
    };
    const { manifests, kubeconfig, from, to, namespace, perRoute } = values;
    if (manifests.length === 0 && kubeconfig === undefined)
      return complain('name manifests with --manifests, or a cluster with --kubeconfig');
    try {
      const opened = await openWorld(values);
      progress.say(kubeconfig === undefined ? 'reading manifests' : 'reading the cluster');
      const read = await readSources(manifests, values, told);
      if (read === undefined) return EXIT.failed;
      const world = opened.worldAt(terminal.now());
      progress.say('working out policies');
      const { index, complaints } = indexOf({
        documents: read.documents,
        base: read.cluster?.objects ?? [],
        world,
        completing: completing(values, world),
      });
      for (const complaint of complaints) told.err(escapeControls(complaint) + '\n');
      const onProgress = (done: number, all: number): void =>
        progress.say(`filling cells: ${String(done)} of ${String(all)}`);
      const answer = matrix(index, { from, to, namespace, perRoute, onProgress });
      if (!answer.ok) return complain(problemText(answer.error));
      progress.say('writing');
      const text = render(answer.value, values.output, { colour: terminal.colour, settings: world.settings });
      progress.end();
      terminal.out(text);
      return EXIT.fine;
    } finally {
      progress.end();
    }
  },
);

function render(
  answer: AnsweredMatrix,
  format: (typeof MATRIX_FORMATS)[number],
  { colour, settings }: { readonly colour: boolean; readonly settings: ClusterSettings },
): string {
  switch (format) {
    case 'text':
      return matrixText(answer, { colour });
    case 'json':
      return matrixJson(answer);
    case 'csv':
      return matrixCsv(answer);
    case 'dot':
      return matrixDot(answer);
    case 'html':
      return matrixHtml(answer, settings);
  }
}
