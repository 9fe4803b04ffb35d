/** What the page of a matrix shows, as data: words are made here, and the page only arranges them. */
import { equalN, toNetworks, type NetworkSet } from '../../algebra/index.js';
import type { AnsweredMatrix } from '../../app/matrix.js';
import { formatAddress } from '../../model/ip.js';
import { escapeControls } from '../../model/text.js';
import type { ClusterSettings } from '../../model/world.js';
import { isGrpc, type Traffic } from '../../policy/decide/request.js';
import type { Grant } from '../../policy/decide/grant.js';
import { ANYWHERE, type Addresses } from '../../policy/endpoints/addresses.js';
import type { PortPolicy } from '../../policy/inbound/port-policy.js';
import type { RegionAnswer } from '../../policy/matrix/answer.js';
import type { MatrixClient } from '../../policy/matrix/clients.js';
import type { RegionRef, TrafficRegion } from '../../policy/matrix/regions.js';
import type { MatrixColumn } from '../../policy/matrix/targets.js';
import {
  askedFor,
  identityWords,
  networkList,
  networkWords,
  sourceWords,
  trafficWords,
} from './explain-wording.js';
import {
  enforcementWords,
  markOf,
  MARKS,
  matrixClientWords,
  matrixTargetWords,
  regionWords,
  type Mark,
} from './matrix-wording.js';

/** Someone or something with the words by which `gatehouse explain` is asked for it. */
interface Named {
  readonly name: string;
  readonly ask: string;
}

interface PageClient extends Named {
  /** What it shows over mesh TLS; empty for nothing. */
  readonly identity: string;
  readonly facts: string;
}

interface PageColumn {
  readonly ports: readonly Named[];
  readonly governs: string;
  /** Of a column for one region; empty for others. */
  readonly part: string;
  readonly grants: readonly { readonly name: string; readonly admits: string }[];
  readonly regions: readonly {
    readonly name: string;
    /** A request of the region; empty where none is known. */
    readonly sample: string;
    /** Arguments that make `gatehouse explain` ask for it. */
    readonly ask: readonly string[];
    readonly refusal: string;
    /** Places among `grants`. */
    readonly grants: readonly number[];
  }[];
}

/** Of a region: how much gets through, which of the column's grants let it, and from where and whence not. */
type PageAnswer = readonly [access: string, by: readonly number[], from: string, notFrom: string];

export interface PageData {
  readonly marks: readonly { readonly mark: Mark; readonly kind: string; readonly words: string }[];
  readonly rows: readonly { readonly clients: readonly PageClient[] }[];
  readonly columns: readonly PageColumn[];
  /** For each row a mark for each column. */
  readonly cells: readonly string[];
  /** All that differ; for each row the place of each column's. */
  readonly answers: readonly (readonly PageAnswer[])[];
  readonly answerOf: readonly (readonly number[])[];
}

/** The class of a mark in the page's style. */
const KINDS: Readonly<Record<Mark, string>> = {
  '+': 'all',
  '!': 'audit',
  '~': 'some',
  ':': 'probes',
  '.': 'none',
  '?': 'unknown',
};

export function pageData(matrix: AnsweredMatrix, settings: ClusterSettings): PageData {
  const { rows, columns } = matrix;
  const pages = columns.map((column) => pageColumn(column, settings));
  const answers = new Answers();
  return {
    marks: MARKS.map(([mark, words]) => ({ mark, kind: KINDS[mark], words })),
    rows: rows.map(({ clients }) => ({ clients: clients.map((client) => pageClient(client, settings)) })),
    columns: pages.map(({ page }) => page),
    cells: rows.map((_, row) => columns.map((__, column) => markOf(matrix.code(row, column))).join('')),
    answerOf: rows.map((_, row) =>
      pages.map(({ nothing, placeOf }, column) => {
        const spread = matrix.isSpread(row, column);
        if (markOf(matrix.code(row, column)) === '.' && !spread) return answers.placeOf(nothing);
        const { regions } = matrix.answer(row, column);
        return answers.placeOf(regions.map((region) => pageAnswer(region, placeOf, spread)));
      }),
    ),
    answers: answers.all,
  };
}

class Answers {
  readonly all: (readonly PageAnswer[])[] = [];
  readonly #places = new Map<string, number>();

  placeOf(answer: readonly PageAnswer[]): number {
    const key = JSON.stringify(answer);
    let place = this.#places.get(key);
    if (place === undefined) this.#places.set(key, (place = this.all.push(answer) - 1));
    return place;
  }
}

function pageAnswer(
  { access, audited, authorizations, allowedFrom, refusedFrom }: RegionAnswer,
  placeOf: (source: string) => number,
  spread: boolean,
): PageAnswer {
  const mixed = spread && access !== 'all' && access !== 'none';
  const [from, notFrom] = mixed ? sidesWords(allowedFrom, refusedFrom) : ['', ''];
  return [
    audited === 'none' ? access : `${access} audited`,
    authorizations.map((source) => placeOf(sourceWords(source))),
    from,
    notFrom,
  ];
}

/** Two sets of addresses, the one that takes too many words as whatever the other is not. */
function sidesWords(a: NetworkSet, b: NetworkSet): readonly [string, string] {
  const [first, second] = [toNetworks(a).length, toNetworks(b).length];
  const many = Math.max(first, second) > MANY_NETWORKS;
  return [
    many && first > second ? 'everywhere else' : networkWords(a),
    many && second >= first ? 'everywhere else' : networkWords(b),
  ];
}

const MANY_NETWORKS = 6;

function addressesWords({ kind, networks }: Addresses): string {
  if (kind === 'known') return `from ${networkWords(networks)}`;
  return equalN(networks, ANYWHERE.networks)
    ? 'from anywhere, and nobody knows where'
    : `from an address that nobody knows, in ${networkWords(networks)}`;
}

function pageClient(client: MatrixClient, settings: ClusterSettings): PageClient {
  const { name, subject, tls, addresses } = client;
  const shown =
    tls.kind === 'established'
      ? tls.identity === undefined
        ? 'mesh TLS without identity'
        : `mesh TLS as ${identityWords(tls.identity, settings)}`
      : 'no mesh TLS';
  const { family, address } = addresses.sample;
  const word = subject.kind !== 'workload' && subject.kind !== 'named';
  return {
    name: escapeControls(matrixClientWords(client)),
    ask: word ? formatAddress(family, address) : escapeControls(name),
    identity: escapeControls(tls.kind === 'established' ? (tls.identity ?? '') : ''),
    facts: escapeControls(
      `${shown}, ${subject.kind === 'outside' ? 'from outside the cluster’s networks' : addressesWords(addresses)}`,
    ),
  };
}

interface BuiltColumn {
  readonly page: PageColumn;
  /** The answer to somebody whom nothing lets through. */
  readonly nothing: readonly PageAnswer[];
  readonly placeOf: (source: string) => number;
}

function pageColumn(column: MatrixColumn, settings: ClusterSettings): BuiltColumn {
  const { targets, enforcement, traffic, partial } = column;
  const places = new Map<string, number>();
  const grants: { readonly name: string; readonly admits: string }[] = [];
  const placeOf = (source: string): number => places.get(source) ?? 0;
  for (const grant of traffic.regions.flatMap((region) => region.grants)) {
    const name = sourceWords(grant.source);
    if (places.has(name)) continue;
    places.set(name, grants.length);
    grants.push({ name: escapeControls(name), admits: escapeControls(admitsWords(grant, settings)) });
  }
  const regions =
    typeof enforcement === 'string'
      ? []
      : traffic.regions.map((region) => pageRegion(region, enforcement, placeOf));
  const [first] = traffic.regions;
  const page: PageColumn = {
    ports: targets.map((target) => ({
      name: escapeControls(matrixTargetWords(target)),
      ask: escapeControls(target.name),
    })),
    governs: escapeControls(enforcementWords(column)),
    part:
      partial && first !== undefined && typeof enforcement !== 'string'
        ? escapeControls(regionWords(first.ref, enforcement))
        : '',
    grants,
    regions,
  };
  return { page, nothing: regions.map(() => ['none', [], '', '']), placeOf };
}

const pageRegion = (
  { ref, grants, sample }: TrafficRegion,
  policy: PortPolicy,
  placeOf: (source: string) => number,
): PageColumn['regions'][number] => ({
  name: escapeControls(regionWords(ref, policy)),
  sample: sample === undefined ? '' : escapeControls(trafficWords(sample)),
  ask: sample === undefined ? [] : askArguments(sample),
  refusal: refusalWords(ref, policy),
  // What the proxy adds for localhost is nobody's authorization.
  grants: [
    ...new Set(
      grants
        .filter(({ source }) => source.name !== 'localhost')
        .map(({ source }) => placeOf(sourceWords(source))),
    ),
  ],
});

function refusalWords(ref: RegionRef, { protocol }: PortPolicy): string {
  switch (ref.kind) {
    case 'rule':
      return protocol === 'gRPC' ? 'PermissionDenied' : '403';
    case 'no-route':
      return protocol === 'gRPC' ? 'NotFound' : '404';
    case 'tcp':
      return 'connection refused';
  }
}

function askArguments(traffic: Traffic): readonly string[] {
  if (traffic.kind === 'tcp') return ['--protocol', 'tcp'];
  const { method, path, host, headers } = traffic.request;
  const grpc = isGrpc(traffic);
  return [
    '--protocol',
    grpc ? 'grpc' : traffic.version === 'http1' ? 'http/1' : 'http/2',
    ...(grpc ? [] : ['--method', method]),
    '--path',
    path,
    ...(host === undefined ? [] : ['--host', host]),
    ...headers
      .filter(({ name }) => !grpc || name !== 'content-type')
      .flatMap(({ name, value }) => ['--header', `${name}:${value}`]),
  ];
}

/** Whom a grant lets through. */
function admitsWords(
  { authorization: { authentication, networks } }: Grant,
  settings: ClusterSettings,
): string {
  const everywhere = [4, 6].every((family) =>
    networks.some(({ net, except }) => net.family === family && net.prefix === 0 && except.length === 0),
  );
  const from = everywhere ? '' : ` from ${networkList(networks)}`;
  const excepted = networks.some(({ except }) => except.length > 0) ? ', with exceptions' : '';
  switch (authentication.kind) {
    case 'unauthenticated':
      return `anyone${from}${excepted}`;
    case 'mesh-tls':
      return `any client with mesh TLS${from}${excepted}`;
    case 'identities':
      return `${askedFor(authentication, settings)}${from}${excepted}`;
  }
}
