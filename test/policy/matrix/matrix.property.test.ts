/**
 * Matrices of random worlds against brute force: every cell by the evaluator, for each of its clients at each of some
 * addresses with each of some requests, and by asking `explain`; each witness is what it is said to be; and neither
 * grouping nor the choice of ports changes an answer.
 */
import { expect, test } from '@jest/globals';
import {
  atomsOf,
  clientSet,
  hasAddress,
  identitySet,
  intersect,
  isEmpty,
  NO_CREDENTIALS,
} from '../../../src/algebra/index.js';
import { explain } from '../../../src/app/explain.js';
import { matrix, type AnsweredMatrix, type MatrixQuestion } from '../../../src/app/matrix.js';
import { formatAddress, parseAddress } from '../../../src/model/ip.js';
import { clientOf } from '../../../src/policy/decide/connection.js';
import { decide } from '../../../src/policy/decide/decide.js';
import type { HttpRequest, Traffic } from '../../../src/policy/decide/request.js';
import { contactOf } from '../../../src/policy/endpoints/connection.js';
import type { InboundIndex } from '../../../src/policy/inbound/inbound-index.js';
import type { PortPolicy } from '../../../src/policy/inbound/port-policy.js';
import type { CellAnswer, Witness } from '../../../src/policy/matrix/answer.js';
import { tlsTo, type MatrixClient } from '../../../src/policy/matrix/clients.js';
import type { MatrixTarget } from '../../../src/policy/matrix/targets.js';
import { mkChance, type Chance } from '../../oracle/random.js';
import { randomIndex, world } from './random-matrix.js';

const WORLDS = Number(process.env['GATEHOUSE_WORLDS'] ?? 40);
const { semantics } = world;

const EVERYTHING: MatrixQuestion = { from: [], to: [], namespace: 'a', perRoute: false };

function matrixOf(index: InboundIndex, question: Partial<MatrixQuestion> = {}): AnsweredMatrix {
  const answered = matrix(index, { ...EVERYTHING, ...question });
  if (!answered.ok) throw new Error(JSON.stringify(answered.error));
  return answered.value;
}

const ADDRESSES = [
  ...['10.1.0.7', '10.1.9.9', '10.200.0.1', '192.168.0.1', '192.168.7.7', '100.64.0.9', '203.0.113.9'],
  ...['2001:db8::1', 'fd00::7'],
].map((text) => parseAddress(text)!);

const http = (version: 'http1' | 'http2', request: HttpRequest): Traffic => ({
  kind: 'http',
  version,
  request,
});

const PATHS = ['/', '/api', '/api/v1', '/api/x', '/abc', '/live', '/b d', '*'];
const REQUESTS: readonly HttpRequest[] = PATHS.flatMap((path) =>
  ['GET', 'POST', 'PUT'].flatMap((method) =>
    ['other', 'a.example.com'].flatMap((host) =>
      [[], [{ name: 'x-a', value: '1' }]].map((headers) => ({ method, path, host, headers })),
    ),
  ),
);
const CALLS: readonly HttpRequest[] = ['/a.B/Get', '/a.B/Set', '/z.Z/Get'].map((path) => ({
  method: 'POST',
  path,
  headers: [],
}));
const TCP: Traffic = { kind: 'tcp' };

/** Traffic that a port of the protocol takes. */
function trafficTo({ protocol }: PortPolicy): readonly Traffic[] {
  switch (protocol) {
    case 'opaque':
    case 'TLS':
      return [TCP];
    case 'gRPC':
      return CALLS.map((call) => http('http2', call));
    case 'HTTP/1':
      return REQUESTS.map((request) => http('http1', request));
    case 'HTTP/2':
      return REQUESTS.map((request) => http('http2', request));
    case 'detect':
      return [TCP, ...REQUESTS.flatMap((request) => [http('http1', request), http('http2', request)])];
  }
}

const allows = (outcome: string): boolean => outcome === 'allow' || outcome === 'audit';

interface Fate {
  readonly allowed: boolean;
  readonly refused: boolean;
  readonly audited: boolean;
  readonly unaudited: boolean;
  /** Whether anything gets through that is not of the automatic route for probes. */
  readonly beyondProbes: boolean;
}

/** What becomes of a client's traffic, at each address. */
function fates(client: MatrixClient, { port }: MatrixTarget, policy: PortPolicy): readonly Fate[] {
  const { networks, sample } = client.addresses;
  const here = [sample, ...ADDRESSES].filter(({ family, address }) => hasAddress(networks, family, address));
  return here.map((address) => {
    const decisions = trafficTo(policy).map((sent) => {
      const { connection, traffic } = contactOf({ tls: tlsTo(client, port) }, address, {
        protocol: policy.protocol,
        traffic: sent,
      });
      return decide(policy, connection, traffic, semantics);
    });
    const outcomes = decisions.map(({ outcome }) => outcome);
    return {
      allowed: outcomes.some(allows),
      refused: !outcomes.every(allows),
      audited: outcomes.includes('audit'),
      unaudited: outcomes.includes('allow'),
      beyondProbes: decisions.some(({ outcome, route }) => allows(outcome) && route?.name !== 'probe'),
    };
  });
}

const seen = {
  cells: 0,
  some: 0,
  addressUnknown: 0,

  audited: 0,
  probesOnly: 0,
  explained: 0,
  alone: 0,
};

const explained = (index: InboundIndex, from: string, to: string, over: object = {}): string => {
  const answer = explain(index, {
    from,
    to,
    denial: undefined,
    unmeshed: false,
    clientIp: undefined,
    namespace: 'a',
    request: { spoken: undefined, method: undefined, path: undefined, host: undefined, headers: [] },
    ...over,
  });
  if (!answer.ok) throw new Error(`${from} to ${to}: ${JSON.stringify(answer.error)}`);
  return answer.value.outcome;
};

function judgeCell(answer: CellAnswer, client: MatrixClient, target: MatrixTarget): void {
  const { access } = answer;
  const policy = target.enforcement;
  seen.cells += 1;
  if (typeof policy === 'string') {
    expect([access, answer.audited]).toEqual(['all', 'none']);
    return;
  }
  const all = fates(client, target, policy);
  const words = all.map(({ allowed, refused }) => (!allowed ? 'none' : refused ? 'some' : 'all'));
  const different = new Set(words).size > 1;
  const through = all.some(({ allowed }) => allowed);
  const stopped = all.some(({ refused }) => refused);
  if (access === 'all') expect(stopped).toBe(false);
  if (access === 'none') expect(through).toBe(false);
  if (client.addresses.kind === 'assumed' && different)
    expect(['unknown-address', 'unknown-traffic']).toContain(access);
  else if (through && stopped) expect(access).not.toMatch(/^(all|none)$/);
  if (all.some(({ audited }) => audited)) expect(answer.audited).not.toBe('none');
  if (all.some(({ unaudited }) => unaudited)) expect(answer.audited).not.toBe('all');
  if (answer.probesOnly) {
    expect(all.some(({ beyondProbes }) => beyondProbes)).toBe(false);
    seen.probesOnly += 1;
  }
  if (answer.audited === 'all') seen.audited += 1;
  if (access === 'some') seen.some += 1;
  if (access === 'unknown-address') seen.addressUnknown += 1;
}

/** The witnesses of a cell, which are calls of its first client. */
function judgeWitnesses(
  index: InboundIndex,
  answer: CellAnswer,
  client: MatrixClient,
  target: MatrixTarget,
): void {
  const { access, allowed, refused } = answer;
  const policy = target.enforcement;
  if (typeof policy === 'string') return;
  expect(allowed !== undefined).toBe(
    access !== 'none' && (access !== 'unknown-traffic' || allowed !== undefined),
  );
  if (access === 'some') expect([allowed === undefined, refused === undefined]).toEqual([false, false]);
  if (access === 'none') expect(refused).toBeDefined();
  if (access === 'unknown-address' && refused !== undefined && allowed !== undefined)
    expect([allowed.decision.outcome, refused.decision.outcome].map(allows)).toEqual([true, false]);
  for (const [witness, expected] of [
    [allowed, true],
    [refused, false],
  ] as const) {
    if (witness === undefined) continue;
    const { address, connection, traffic } = witness;
    expect(hasAddress(client.addresses.networks, address.family, address.address)).toBe(true);
    expect(connection).toEqual({ ...connection, ...address, tls: tlsTo(client, target.port) });
    expect(allows(decide(policy, connection, traffic, semantics).outcome)).toBe(expected);
    judgeByExplain(index, witness, client, target);
  }
  const some = client.addresses.kind === 'assumed' && access === 'some';
  if (some) expect(allowed?.address).toEqual(refused?.address);
}

/** What `explain` says of the same call. */
function judgeByExplain(
  index: InboundIndex,
  witness: Witness,
  client: MatrixClient,
  target: MatrixTarget,
): void {
  if (client.subject.kind !== 'workload') return;
  const { address, traffic, decision } = witness;
  const request =
    traffic.kind === 'tcp'
      ? { spoken: 'tcp', method: undefined, path: undefined, host: undefined, headers: [] }
      : {
          ...traffic.request,
          host: traffic.request.host,
          spoken: traffic.version === 'http2' ? 'http/2' : 'http/1',
        };
  const clientIp = formatAddress(address.family, address.address);
  expect(explained(index, client.name, target.name, { clientIp, request })).toBe(decision.outcome);
  seen.explained += 1;
}

function judgeMatrix(index: InboundIndex, random: Chance): void {
  const whole = matrixOf(index);
  for (const [row, { clients }] of whole.rows.entries()) {
    for (const [column, { targets }] of whole.columns.entries()) {
      const answer = whole.answer(row, column);
      judgeWitnesses(index, answer, clients[0], targets[0]);
      for (const client of clients) {
        for (const target of targets) {
          judgeCell(answer, client, target);
          judgePair(index, answer, client, target);
          if (random.chance(0.05)) judgeAlone(index, answer, client, target);
        }
      }
    }
  }
  judgeRows(whole);
  judgeRegions(index, whole);
}

/** `explain` with its own request. */
function judgePair(
  index: InboundIndex,
  { access }: CellAnswer,
  client: MatrixClient,
  target: MatrixTarget,
): void {
  if (client.subject.kind !== 'workload') return;
  const outcome = explained(index, client.name, target.name);
  if (outcome === 'depends') expect(['some', 'unknown-address', 'unknown-traffic']).toContain(access);
  else expect(access).not.toBe(allows(outcome) ? 'none' : 'all');
}

/** The cell of a matrix of one client and one port. */
function judgeAlone(
  index: InboundIndex,
  answer: CellAnswer,
  client: MatrixClient,
  target: MatrixTarget,
): void {
  const alone = matrixOf(index, { from: [client.name], to: [target.name] });
  const cells = alone.rows.flatMap((_, row) => alone.columns.map((__, column) => alone.answer(row, column)));
  expect(cells.map(({ access, audited }) => ({ access, audited }))).toEqual([
    { access: answer.access, audited: answer.audited },
  ]);
  seen.alone += 1;
}

/** Two clients share a row exactly if they fall into the same atoms, on ports where they show the same. */
function judgeRows({ rows, columns }: AnsweredMatrix): void {
  const policies = columns.flatMap(({ enforcement }) =>
    typeof enforcement === 'string' ? [] : [enforcement],
  );
  const sets = columns.flatMap(({ traffic }) =>
    traffic.regions.flatMap(({ access }) => [access.allowed, access.audited]),
  );
  const atoms = atomsOf(sets);
  const opaque = policies.some(({ protocol }) => protocol === 'opaque');
  const seesTls = policies.some(({ protocol }) => protocol !== 'opaque');
  const touched = (client: MatrixClient, protocol: 'opaque' | 'detect'): readonly number[] => {
    const { connection } = contactOf(client, client.addresses.sample, { protocol, traffic: TCP });
    const { credential } = clientOf(connection, protocol);
    const credentials =
      credential.kind === 'identity'
        ? { ...NO_CREDENTIALS, identities: identitySet({ exact: [credential.identity] }) }
        : { ...NO_CREDENTIALS, [credential.kind]: true };
    const itself = clientSet(credentials, client.addresses.networks);
    return atoms.flatMap((atom, place) => (isEmpty(intersect(atom, itself)) ? [] : [place]));
  };
  const keyOf = (client: MatrixClient): string => {
    const where = [
      ...(seesTls ? [touched(client, 'detect')] : []),
      ...(opaque ? [touched(client, 'opaque')] : []),
    ];
    return JSON.stringify([where, where.some(({ length }) => length > 1) ? client.addresses.kind : '']);
  };
  const comparable = (client: MatrixClient): boolean =>
    client.subject.kind === 'workload' && client.skipped.length === 0;
  const rowsByKey = new Map<string, Set<number>>();
  for (const [row, { clients }] of rows.entries()) {
    const keys = new Set(clients.filter(comparable).map(keyOf));
    expect(keys.size).toBeLessThanOrEqual(1);
    for (const key of keys) rowsByKey.set(key, (rowsByKey.get(key) ?? new Set()).add(row));
  }
  for (const places of rowsByKey.values()) expect(places.size).toBe(1);
}

/** The columns of the regions, put together, are the columns of the ports. */
function judgeRegions(index: InboundIndex, whole: AnsweredMatrix): void {
  const cut = matrixOf(index, { perRoute: true });
  const byPort = new Map<string, string[][]>();
  for (const [column, { targets }] of cut.columns.entries()) {
    const name = targets[0].name;
    const cells = cut.rows.flatMap(({ clients }, row) =>
      clients.map((client) => `${client.name} ${cut.answer(row, column).access}`),
    );
    byPort.set(name, [...(byPort.get(name) ?? []), cells]);
  }
  for (const [column, { targets }] of whole.columns.entries()) {
    const regions = byPort.get(targets[0].name) ?? [];
    for (const [row, { clients }] of whole.rows.entries()) {
      const { access } = whole.answer(row, column);
      for (const { name } of clients) {
        const parts = regions.map((cells) =>
          cells.find((cell) => cell.startsWith(`${name} `))?.slice(name.length + 1),
        );
        if (access === 'all' || access === 'none') expect(new Set(parts)).toEqual(new Set([access]));
      }
    }
  }
}

test('the matrix of a random world is what the evaluator and explain say, cell by cell', () => {
  const { seed } = mkChance();
  process.stderr.write(`matrix: seed ${String(seed)}\n`);
  for (let n = 0; n < WORLDS; n += 1) {
    const random = mkChance(seed + n);
    try {
      judgeMatrix(randomIndex(random), random);
    } catch (error) {
      throw new Error(`world ${String(n)} of GATEHOUSE_SEED=${String(seed)}`, { cause: error });
    }
  }
  process.stderr.write(`${JSON.stringify(seen)}\n`);
  // The comparison says something only where there is something to see.
  for (const count of [seen.some, seen.explained, seen.alone]) expect(count).toBeGreaterThan(WORLDS / 4);
  expect(seen.addressUnknown).toBeGreaterThan(0);
  expect(seen.audited).toBeGreaterThan(0);
  expect(seen.probesOnly).toBeGreaterThan(0);
});
