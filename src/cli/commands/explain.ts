import { text as readAll } from 'node:stream/consumers';
import { parseDenialLine } from '../../adapters/proxy-log/denial-line.js';
import { completing } from '../../app/completing.js';
import { explain } from '../../app/explain.js';
import { indexOf } from '../../app/inbound-index.js';
import { CLUSTER_FLAGS, CONFIG_FLAGS, SOURCE_FLAGS } from '../../app/options/common.js';
import { EXPLAIN_FLAGS } from '../../app/options/explain.js';
import { openWorld } from '../../app/world.js';
import { escapeControls } from '../../model/text.js';
import type { Denial } from '../../policy/endpoints/denial.js';
import { defineCommand, type Terminal } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { explainJson } from '../output/explain-json.js';
import { problemText } from '../output/explain-problem.js';
import { explainText } from '../output/explain-text.js';
import { readSources } from '../sources.js';

const STDIN = '-';
const FLAGS = { ...EXPLAIN_FLAGS, ...SOURCE_FLAGS, ...CONFIG_FLAGS, ...CLUSTER_FLAGS };

export const explainCommand = defineCommand(
  {
    name: 'explain',
    operands: '',
    describe:
      'Says whether a client may call a port of a workload, and why: what decided, what did not apply, and the smallest change that would allow it. Over manifests, a cluster, or manifests laid over a cluster.',
    epilogue:
      'Exits 0 when the call is allowed, 1 when it is not or depends on an address that nobody knows, 2 when the question could not be answered.',
  },
  FLAGS,
  async ({ values, terminal }) => {
    const complain = (complaint: string): typeof EXIT.failed => {
      terminal.err(`gatehouse explain: ${escapeControls(complaint)}\n`);
      return EXIT.failed;
    };
    const { manifests, kubeconfig, log } = values;
    if (manifests.length === 0 && kubeconfig === undefined)
      return complain('name manifests with --manifests, or a cluster with --kubeconfig');
    if (log === STDIN && manifests.includes(STDIN))
      return complain('standard input is either the log line or the manifests, not both');
    const denial = log === undefined ? undefined : await readDenial(log, terminal);
    if (typeof denial === 'string') return complain(`--log: the line ${denial}`);
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
    const { from, to, unmeshed, clientIp, namespace, headers, method, path, host, protocol } = values;
    const request = { spoken: protocol, method, path, host, headers };
    const answer = explain(index, { from, to, denial, unmeshed, clientIp, namespace, request });
    if (!answer.ok) return complain(problemText(answer.error));
    terminal.out(
      values.output === 'json'
        ? explainJson(answer.value, world.settings)
        : explainText(answer.value, { settings: world.settings, colour: terminal.colour }),
    );
    const { outcome } = answer.value;
    return outcome === 'allow' || outcome === 'audit' ? EXIT.fine : EXIT.findings;
  },
);

/** The denial in the flag, or in the first line of standard input that tells of one; a text says what is wrong. */
async function readDenial(log: string, terminal: Terminal): Promise<Denial | string> {
  const lines = (log === STDIN ? await readAll(terminal.stdin) : log)
    .split('\n')
    .filter((line) => line.trim() !== '');
  let problem = 'is empty';
  for (const line of lines) {
    const denial = parseDenialLine(line);
    if (denial.ok) return denial.value;
    problem = denial.error;
  }
  return problem;
}
