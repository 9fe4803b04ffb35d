/** `diff -o text`: for people; coloured on a terminal only. */
import pc from 'picocolors';
import { count, escapeControls } from '../../model/text.js';
import type { ClusterSettings } from '../../model/world.js';
import type { Effect } from '../../policy/diff/changes.js';
import { isSame, type Diff, type DiffGroup } from '../../policy/diff/diff.js';
import { kindOfWorkload, workloadName } from './client-words.js';
import {
  credentialWords,
  EFFECT_WORDS,
  probeWords,
  targetLines,
  toldChanges,
  type ToldChange,
} from './diff-wording.js';

type Colours = ReturnType<typeof pc.createColors>;

export function diffText(
  diff: Diff,
  { settings, colour }: { readonly settings: ClusterSettings; readonly colour: boolean },
): string {
  const colours = pc.createColors(colour);
  if (isSame(diff)) return `${colours.green('no difference in who may talk to whom')}\n`;
  const blocks = [
    diff.disappeared.map((workload) =>
      colours.red(`- ${line(`${kindOfWorkload(workload)} ${workloadName(workload)}`)}`),
    ),
    diff.appeared.map((workload) =>
      colours.green(`+ ${line(`${kindOfWorkload(workload)} ${workloadName(workload)}`)}`),
    ),
    ...diff.groups.map((group) => groupLines(group, colours)),
    diff.probes.map((probe) =>
      (probe.after === 'passes' ? colours.green : colours.red)(line(probeWords(probe))),
    ),
    diff.credentials.map((change) => line(credentialWords(change, settings))),
    [
      summary(diff),
      ...(diff.complete ? [] : ['there may be more: the routes are too many to compare them all']),
    ],
  ];
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => `${block.join('\n')}\n`)
    .join('\n');
}

const line = (words: string): string => escapeControls(words);

/** Of more workloads that change alike it is said how many they are. */
const SHOWN = 12;

function groupLines({ targets, changes }: DiffGroup, colours: Colours): string[] {
  const heads = targetLines(targets);
  const more = heads.length > SHOWN + 1 ? [`and ${String(heads.length - SHOWN)} more workloads`] : [];
  const shown = more.length === 0 ? heads : [...heads.slice(0, SHOWN), ...more];
  return [
    ...shown.map((head) => colours.bold(line(head))),
    ...toldChanges(changes).flatMap((change) => changeLines(change, colours)),
  ];
}

const MARKS: Readonly<Record<Effect, string>> = {
  opens: '+',
  closes: '-',
  'audit-starts': '~',
  'audit-ends': '~',
  answers: '~',
};

function changeLines({ effect, requests, clients, authorizations }: ToldChange, colours: Colours): string[] {
  const mark = MARKS[effect];
  const paint = mark === '+' ? colours.green : mark === '-' ? colours.red : colours.yellow;
  const was = effect === 'closes' || effect === 'audit-ends' ? 'was ' : '';
  return [
    `  ${paint(`${mark} ${EFFECT_WORDS[effect]}`)} ${line(requests)}`,
    `      for ${line(clients)}`,
    ...(authorizations === '' ? [] : [`      ${was}by ${line(authorizations)}`]),
  ];
}

/** `2 ports differ: 1 opens, 1 closes; 1 probe fails`. */
function summary({ groups, probes, appeared, disappeared }: Diff): string {
  const ports = groups.reduce((sum, { targets }) => sum + targets.length, 0);
  const having = (effect: Effect): number =>
    groups
      .filter(({ changes }) => changes.some((change) => change.effect === effect))
      .reduce((sum, { targets }) => sum + targets.length, 0);
  const effects = (['opens', 'closes'] as const).flatMap((effect) => {
    const n = having(effect);
    return n === 0 ? [] : [`${String(n)} ${n === 1 ? effect : effect.replace(/s$/, '')}`];
  });
  const failing = probes.filter(({ after }) => after !== 'passes').length;
  const parts = [
    `${count(ports, 'workload port')} ${ports === 1 ? 'differs' : 'differ'}${effects.length === 0 ? '' : `: ${effects.join(', ')}`}`,
    ...(failing === 0 ? [] : [`${count(failing, 'probe')} ${failing === 1 ? 'fails' : 'fail'}`]),
    ...(appeared.length === 0 ? [] : [`${count(appeared.length, 'workload')} more`]),
    ...(disappeared.length === 0 ? [] : [`${count(disappeared.length, 'workload')} less`]),
  ];
  return parts.join('; ');
}
