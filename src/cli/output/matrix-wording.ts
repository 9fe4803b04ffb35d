/** The parts of a matrix in words, for all its formats alike. */
import { formatAddress } from '../../model/ip.js';
import type { PortPolicy } from '../../policy/inbound/port-policy.js';
import type { CellAnswer, Witness } from '../../policy/matrix/answer.js';
import { accessOfCode, auditedOfCode, isProbesOnly, type CellCode } from '../../policy/matrix/cells.js';
import type { CreditedSource } from '../../policy/decide/grant.js';
import type { MatrixClient } from '../../policy/matrix/clients.js';
import type { RegionRef } from '../../policy/matrix/regions.js';
import type { MatrixColumn, MatrixTarget } from '../../policy/matrix/targets.js';
import { answerWords, routeWords, sourceWords, trafficWords } from './explain-wording.js';

/** What a cell says, as one of a few marks. */
export function markOf(code: CellCode): Mark {
  switch (accessOfCode(code)) {
    case 'none':
      return '.';
    case 'all':
      return auditedOfCode(code) === 'all' ? '!' : '+';
    case 'some':
      return isProbesOnly(code) ? ':' : '~';
    case 'unknown-address':
    case 'unknown-traffic':
      return '?';
  }
}

/** In the order of a legend. */
export const MARKS = [
  ['+', 'all'],
  ['!', 'all, by audit alone'],
  ['~', 'some'],
  [':', 'probes alone'],
  ['.', 'none'],
  ['?', 'unknown'],
] as const;
export type Mark = (typeof MARKS)[number][0];

const SPECIAL = {
  outside: 'anyone outside',
  unmeshed: 'unmeshed pods',
  kubelet: 'the kubelet',
};

/** A client in a few words. */
export function matrixClientWords({ name, subject }: MatrixClient): string {
  switch (subject.kind) {
    case 'outside':
    case 'unmeshed':
    case 'kubelet':
      return SPECIAL[subject.kind];
    case 'workload':
      return `${name}${podWords(subject.workload.members.length, subject.pods)}`;
    case 'named':
      return name;
  }
}

export const matrixTargetWords = ({ name, portName, refs, pods }: MatrixTarget): string =>
  `${name}${portName === undefined ? '' : ` (${portName})`}${podWords(refs.length, pods)}`;

const podWords = (of: number, pods: number): string =>
  of === pods ? '' : ` (${String(of)} of ${String(pods)} pods)`;

/** Who governs the ports of a column. */
export function enforcementWords({ enforcement }: MatrixColumn): string {
  if (enforcement === 'no-proxy') return 'not enforced: no proxy';
  if (enforcement === 'skip-inbound-ports') return 'not enforced: the proxy skips it';
  const { server, protocol } = enforcement;
  return `${server.kind === 'server' ? `Server ${server.name}` : `default ${server.word}`}, ${protocol}`;
}

/** A region of the traffic to a port of this policy. */
export function regionWords(ref: RegionRef, policy: PortPolicy): string {
  switch (ref.kind) {
    case 'rule':
      return routeWords(ref.route, ref.rule, rulesOf(ref, policy));
    case 'no-route':
      return 'requests of no route';
    case 'tcp':
      return policy.protocol === 'detect' ? 'what is not HTTP' : 'TCP';
  }
}

const rulesOf = ({ route }: Extract<RegionRef, { kind: 'rule' }>, policy: PortPolicy): number =>
  [...policy.httpRoutes, ...policy.grpcRoutes].find(
    ({ ref }) => ref.kind === route.kind && ref.name === route.name,
  )?.rules.length ?? 1;

/** One call and what becomes of it; `from` says where it comes from. */
export function witnessWords({ address, traffic, decision }: Witness, from: boolean): string {
  const where = from ? ` from ${formatAddress(address.family, address.address)}` : '';
  const { authorization, outcome, answer } = decision;
  const got =
    authorization === undefined
      ? answerWords(answer)
      : `${sourceWords(authorization)}${outcome === 'audit' ? ', logged' : ''}`;
  return `${trafficWords(traffic)}${where} (${got})`;
}

/** Why a cell is neither all nor none; empty where it is. `from` says that addresses matter. */
export function mixedWords({ access, allowed, refused }: CellAnswer, from: boolean): string {
  const yes = allowed && witnessWords(allowed, from || access === 'unknown-address');
  const no = refused && witnessWords(refused, from || access === 'unknown-address');
  switch (access) {
    case 'none':
    case 'all':
      return '';
    case 'some':
      return `allowed ${yes ?? ''}; refused ${no ?? ''}`;
    case 'unknown-address':
      return `nobody knows the client’s address: allowed ${yes ?? ''}; refused ${no ?? ''}`;
    case 'unknown-traffic': {
      const known = yes === undefined ? no && `refused ${no}` : `allowed ${yes}`;
      return `patterns leave open whether other requests exist: ${known ?? 'no request is known'}`;
    }
  }
}

/** What a cell says in a word or two. */
export function accessWords({ access, probesOnly }: CellAnswer): string {
  if (access === 'unknown-address' || access === 'unknown-traffic') return 'unknown';
  return access === 'some' && probesOnly ? 'probes' : access;
}

/** Whoever lets the client through with anything, each once. */
export function sourcesOf({ regions }: CellAnswer): readonly CreditedSource[] {
  const sources = regions.flatMap(({ authorizations }) => authorizations);
  return [...new Map(sources.map((source) => [sourceWords(source), source])).values()];
}
