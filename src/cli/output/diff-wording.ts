/** The parts of a difference in words, for text, JSON and CSV alike. */
import { union } from '../../algebra/index.js';
import { andList } from '../../model/text.js';
import type { ClusterSettings } from '../../model/world.js';
import type { ChangedRequests, Effect } from '../../policy/diff/changes.js';
import type { CredentialChange } from '../../policy/diff/credential-changes.js';
import type { DiffTarget, NamedChange } from '../../policy/diff/diff.js';
import type { ProbeChange, ProbeFate } from '../../policy/diff/probe-changes.js';
import type { RegionRef } from '../../policy/impact/side.js';
import type { FoundWorkload } from '../../policy/endpoints/workloads.js';
import { namedClientWords, workloadName } from './client-words.js';
import {
  answerWords,
  identityWords,
  routeWords,
  some,
  sourceWords,
  trafficWords,
} from './explain-wording.js';

export const EFFECT_WORDS: Readonly<Record<Effect, string>> = {
  opens: 'opens',
  closes: 'closes',
  'audit-starts': 'is logged now',
  'audit-ends': 'is no longer logged',
  answers: 'answers otherwise',
};

/** The targets, those of a workload together, a line each. */
export function targetLines(targets: readonly DiffTarget[]): readonly string[] {
  const byWorkload = new Map<FoundWorkload, string[]>();
  for (const target of targets) {
    const known = byWorkload.get(target.workload);
    if (known === undefined) byWorkload.set(target.workload, [portsWords(target)]);
    else known.push(portsWords(target));
  }
  return [...byWorkload].map(([workload, ports]) => `${workloadName(workload)}: ${andList(ports)}`);
}

/** `8080`, or ranges: `1-79, 81-65535`. */
export const portTexts = ({ ports }: Pick<DiffTarget, 'ports'>): readonly string[] =>
  ports.map(([low, high]) => (low === high ? String(low) : `${String(low)}-${String(high)}`));

function portsWords(target: DiffTarget): string {
  const texts = portTexts(target);
  if (!target.rest)
    return `port ${texts.join()}${target.portName === undefined ? '' : ` (${target.portName})`}`;
  const size = target.ports.reduce((sum, [low, high]) => sum + high - low + 1, 0);
  return size > MOST_PORTS
    ? 'every other port'
    : `${texts.length === 1 ? 'port' : 'ports'} ${some(texts, andList)}`;
}

/** More than half of all ports are named by what they are not. */
const MOST_PORTS = 32_768;

/** A change as people read it. */
export interface ToldChange {
  readonly effect: Effect;
  /** What is requested, with what becomes of it where that is not plain. */
  readonly requests: string;
  readonly clients: string;
  readonly workloads: NamedChange['workloads'];
  /** Empty where no authorization has a say. */
  readonly authorizations: string;
}

/**
 * The changes, those of a port for one version of HTTP together: without mesh TLS that version alone gets through, with
 * it the other one as well, so they are two.
 */
export function toldChanges(changes: readonly NamedChange[]): readonly ToldChange[] {
  const told: { change: NamedChange; meshed: boolean }[] = [];
  for (const change of changes) {
    const other = told.find(({ change: one }) => isOtherVersion(one, change));
    if (other === undefined) told.push({ change, meshed: false });
    else {
      other.change = joined(other.change, change);
      other.meshed = true;
    }
  }
  return told.map(({ change, meshed }) => tell(change, meshed));
}

export const tell = (change: NamedChange, meshed = false): ToldChange => ({
  effect: change.effect,
  requests: requestsWords(change, meshed),
  clients: namedClientWords(change),
  workloads: change.workloads,
  authorizations: some(change.authorizations.map(sourceWords), andList),
});

const isVersion = ({ traffic }: ChangedRequests): boolean => traffic === 'http1' || traffic === 'http2';

const isOtherVersion = (one: NamedChange, all: NamedChange): boolean =>
  one.requests.every(isVersion) &&
  all.requests.every(({ traffic }) => traffic === 'http') &&
  alikeBut(one) === alikeBut(all);

const alikeBut = ({ effect, transport, authorizations, answers, requests }: NamedChange): string =>
  JSON.stringify([
    effect,
    transport,
    authorizations,
    answers,
    requests.map(({ before, after }) => [before, after]),
  ]);

const joined = (a: NamedChange, b: NamedChange): NamedChange => ({
  ...a,
  clients: union(a.clients, b.clients),
  others: union(a.others, b.others),
  workloads: [...a.workloads, ...b.workloads].sort((x, y) =>
    workloadName(x.workload) < workloadName(y.workload) ? -1 : 1,
  ),
});

function requestsWords({ effect, requests, transport, answers }: NamedChange, meshed: boolean): string {
  const phrases = [...new Set(requests.map((each) => requestWords(each, effect, meshed)))];
  const way = transport === 'direct' ? ' over the proxy’s own port' : '';
  return `${some(phrases, andList)}${way}${answers === undefined ? '' : `, ${answersWords(answers)}`}`;
}

const answersWords = ({ before, after }: NonNullable<NamedChange['answers']>): string =>
  [before, after].map((answer) => answerWords(answer) || 'the workload’s answer').join(' → ');

const TRAFFIC = { any: 'everything', tcp: 'TCP', http: 'HTTP', http1: 'HTTP/1', http2: 'HTTP/2' } as const;

function requestWords(requests: ChangedRequests, effect: Effect, meshed: boolean): string {
  const { traffic, before, after, witness } = requests;
  const [was, is] = [regionWords(before), regionWords(after)];
  const shown = is ?? was;
  const example = witness?.kind === 'http' && shown !== undefined && shown !== DEFAULT;
  return [
    TRAFFIC[traffic],
    meshed ? ' (with mesh TLS any version)' : '',
    shown === undefined ? '' : shown === NO_ROUTE ? ' that no route takes' : ` of ${shown}`,
    was !== undefined && is !== undefined && was !== is ? ` (before: ${was})` : '',
    before.kind === 'unenforced' ? ' (before: not enforced)' : '',
    after.kind === 'unenforced' ? ' (not enforced now)' : '',
    effect === 'closes' ? insteadWords(after) : '',
    example ? `, e.g. ${trafficWords(witness)}` : '',
  ].join('');
}

const DEFAULT = 'the default route';
const NO_ROUTE = 'no route';

/** Undefined where the traffic says it all. */
function regionWords(ref: RegionRef): string | undefined {
  switch (ref.kind) {
    case 'rule':
      return routeWords(ref.route, ref.rule, ref.rule + 1);
    case 'no-route':
      return NO_ROUTE;
    case 'tcp':
    case 'protocol-mismatch':
    case 'no-http-policy':
    case 'unenforced':
    case 'absent':
      return undefined;
  }
}

/** What those who no longer get through are answered. */
function insteadWords(after: RegionRef): string {
  switch (after.kind) {
    case 'rule':
      return ': 403 now';
    case 'no-route':
    case 'no-http-policy':
      return ': 404 now';
    case 'tcp':
      return ': refused now';
    case 'protocol-mismatch':
      return ': refused now, of another protocol';
    case 'unenforced':
    case 'absent':
      return '';
  }
}

export function probeWords({ workload, probe, before, after }: ProbeChange): string {
  const { role, kind, port, path } = probe;
  const what = path === undefined ? kind : `${kind} ${path}`;
  const was = before === undefined ? 'is new' : `${FATES[before]} before`;
  return `${workloadName(workload)}:${String(port)} ${role} probe ${what} ${FATES[after]} now (${was})`;
}

const FATES: Readonly<Record<ProbeFate, string>> = {
  passes: 'passes',
  fails: 'fails',
  some: 'passes from some addresses only',
};

export function credentialWords(
  { workload, before, after }: CredentialChange,
  settings: ClusterSettings,
): string {
  const shown = (identities: CredentialChange['before']): string =>
    some(
      identities.map((identity) =>
        identity === undefined
          ? 'without mesh TLS'
          : identity === ''
            ? 'without an identity'
            : `as ${identityWords(identity, settings)}`,
      ),
      andList,
    );
  return `${workloadName(workload)} calls ${shown(after)} now (before: ${shown(before)})`;
}
