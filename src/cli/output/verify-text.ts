/** What `gatehouse verify` prints for people: ports with the same differences are told of together. */
import type { Difference } from '../../adapters/grpc/compare/differences.js';
import type { WorkloadPort } from '../../adapters/grpc/port-spec.js';
import type { PortDifferences, PortFailure, VerifyResult } from '../../app/verify.js';
import { count, escapeControls } from '../../model/text.js';

/** How many ports of a group are named. */
const NAMED = 3;
/** How many failures are told. */
const TOLD = 3;

export function verifyText({ ports, answered, different, failures, unknown }: VerifyResult): string {
  const blocks = [...grouped(different).values()].map(groupText);
  const notes = [
    ...failures.slice(0, TOLD).map(failureText),
    ...(failures.length > TOLD ? [`… and ${count(failures.length - TOLD, 'more failure')}`] : []),
    ...(unknown > 0
      ? [`${count(unknown, 'answer')} with fields that this version does not know: not compared`]
      : []),
    `${count(ports, 'port')}, ${String(answered)} answered${verdict({ ports, answered, different })}`,
  ];
  return `${[...blocks, notes.join('\n')].map((block) => escapeLines(block)).join('\n\n')}\n`;
}

function verdict({
  ports,
  answered,
  different,
}: Pick<VerifyResult, 'ports' | 'answered' | 'different'>): string {
  if (different.length > 0) return `: ${String(different.length)} with differences`;
  if (answered === ports) return ': no difference';
  return answered === 0 ? '' : ': no difference in these';
}

/** The ports by what differs. */
function grouped(different: readonly PortDifferences[]): Map<string, PortDifferences[]> {
  const groups = new Map<string, PortDifferences[]>();
  for (const port of different) {
    const key = JSON.stringify(port.differences);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [port]);
    else group.push(port);
  }
  return groups;
}

function groupText(ports: readonly PortDifferences[]): string {
  const named = ports.slice(0, NAMED).map(portText).join(', ');
  const more = ports.length > NAMED ? ` and ${count(ports.length - NAMED, 'other')}` : '';
  return [`${named}${more}`, ...(ports[0]?.differences ?? []).flatMap(differenceLines)].join('\n');
}

const differenceLines = ({ path, words, ours, theirs }: Difference): string[] => [
  `  ${words}${path === '' ? '' : ` (${path})`}`,
  `    ours:   ${ours === undefined ? 'nothing' : JSON.stringify(ours)}`,
  `    theirs: ${theirs === undefined ? 'nothing' : JSON.stringify(theirs)}`,
];

const failureText = (failure: PortFailure): string =>
  `${portText(failure)} could not be asked for: ${failure.code}: ${failure.details}`;

const portText = ({ workload: { kind, namespace, name }, port }: WorkloadPort): string =>
  `${kind === 'core/Pod' ? '' : 'external workload '}${namespace}/${name}:${String(port)}`;

/** A controller's text writes no lines and no colours of its own. */
const escapeLines = (block: string): string => block.split('\n').map(escapeControls).join('\n');
