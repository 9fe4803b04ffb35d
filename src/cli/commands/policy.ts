import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { completing } from '../../app/completing.js';
import { CLUSTER_FLAGS, CONFIG_FLAGS, SOURCE_FLAGS } from '../../app/options/common.js';
import { optionalText } from '../../app/options/flag.js';
import { parseQueries } from '../../app/policy-queries.js';
import { policy } from '../../app/policy.js';
import { openWorld } from '../../app/world.js';
import { OperationalError } from '../../model/operational-error.js';
import { count, escapeControls, quote } from '../../model/text.js';
import { defineCommand, type Terminal } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { policyLines } from '../output/policy-json.js';
import { readSources } from '../sources.js';

const STDIN = '-';

const FLAGS = {
  queries: {
    name: 'queries',
    placeholder: 'FILE',
    describe: 'the questions, one JSON object a line, or - for standard input',
    defaultText: '',
    parse: optionalText,
  },
  ...SOURCE_FLAGS,
  ...CONFIG_FLAGS,
  ...CLUSTER_FLAGS,
};

export const policyCommand = defineCommand(
  {
    name: 'policy',
    operands: '',
    describe:
      'Prints the inbound policy of workload ports as Linkerd’s controller would send it to their proxies: for each line {"ns", "pod" or "external_workload", "port"} of the queries one line, the Server message of the inbound API as proto3 JSON, or {"error":"NOT_FOUND"}. With --kubeconfig the manifests are laid over that cluster.',
    epilogue: 'Exits 0 when every query was answered, 2 when it could not run.',
  },
  FLAGS,
  async ({ values, terminal }) => {
    const { queries: file, manifests, kubeconfig } = values;
    const missing: string[] = [];
    if (file === undefined)
      missing.push('name the file of the questions with --queries, or - for standard input');
    if (manifests.length === 0 && kubeconfig === undefined)
      missing.push('name manifests with --manifests, or a cluster with --kubeconfig');
    if (file === STDIN && manifests.includes(STDIN))
      missing.push('standard input is either the questions or the manifests, not both');
    for (const complaint of missing) terminal.err(`gatehouse policy: ${complaint}\n`);
    if (file === undefined || missing.length > 0) return EXIT.failed;
    const queries = parseQueries(await readQueries(file, terminal));
    if (!queries.ok) {
      for (const fault of queries.error) terminal.err(escapeControls(`${file}: ${fault}`) + '\n');
      terminal.err(`nothing was answered (${count(queries.error.length, 'bad line')})\n`);
      return EXIT.failed;
    }
    const opened = await openWorld(values);
    const read = await readSources(manifests, values, terminal);
    if (read === undefined) return EXIT.failed;
    const world = opened.worldAt(terminal.now());
    const { answers, complaints } = policy({
      documents: read.documents,
      base: read.cluster?.objects ?? [],
      world,
      completing: completing(values, world),
      queries: queries.value,
    });
    for (const complaint of complaints) terminal.err(escapeControls(complaint) + '\n');
    terminal.out(policyLines(answers));
    return EXIT.fine;
  },
);

async function readQueries(file: string, terminal: Terminal): Promise<string> {
  try {
    return file === STDIN ? await readAll(terminal.stdin) : await readFile(file, 'utf8');
  } catch (cause) {
    throw new OperationalError('queries-unreadable', `the questions ${quote(file)} cannot be read`, {
      hint: 'check the path given with --queries',
      cause,
    });
  }
}
