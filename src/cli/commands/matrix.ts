import { completing } from '../../app/completing.js';
import { indexOf } from '../../app/inbound-index.js';
import { matrix } from '../../app/matrix.js';
import { CLUSTER_FLAGS, CONFIG_FLAGS, SOURCE_FLAGS } from '../../app/options/common.js';
import { MATRIX_FLAGS } from '../../app/options/matrix.js';
import { openWorld } from '../../app/world.js';
import { escapeControls } from '../../model/text.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { problemText } from '../output/explain-problem.js';
import { matrixJson } from '../output/matrix-json.js';
import { matrixText } from '../output/matrix-text.js';
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
    const complain = (complaint: string): typeof EXIT.failed => {
      terminal.err(`gatehouse matrix: ${escapeControls(complaint)}\n`);
      return EXIT.failed;
    };
    const { manifests, kubeconfig, from, to, namespace, perRoute } = values;
    if (manifests.length === 0 && kubeconfig === undefined)
      return complain('name manifests with --manifests, or a cluster with --kubeconfig');
    const opened = await openWorld(values);
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
    const answer = matrix(index, { from, to, namespace, perRoute });
    if (!answer.ok) return complain(problemText(answer.error));
    terminal.out(
      values.output === 'json'
        ? matrixJson(answer.value)
        : matrixText(answer.value, { colour: terminal.colour }),
    );
    return EXIT.fine;
  },
);
