/** The difference of two policies by brute force: one client and one request after the other, each side by `decide`. */
import { expect } from '@jest/globals';
import { has, type Client, type ClientSet } from '../../../src/algebra/index.js';
import type { Semantics } from '../../../src/model/world.js';
import type { Connection } from '../../../src/policy/decide/connection.js';
import { decide } from '../../../src/policy/decide/decide.js';
import type { Answer, Decision } from '../../../src/policy/decide/decision.js';
import type { Traffic } from '../../../src/policy/decide/request.js';
import type { PolicyImpact, RegionImpact } from '../../../src/policy/impact/impact-of-policies.js';
import type { RegionRef, Side } from '../../../src/policy/impact/side.js';

interface Fate {
  readonly ref: RegionRef;
  readonly allowed: boolean;
  readonly audited: boolean;
  readonly answer: Answer | undefined;
}

function fateOf(side: Side, connection: Connection, traffic: Traffic, semantics: Semantics): Fate {
  if (side === 'absent') return { ref: { kind: side }, allowed: false, audited: false, answer: undefined };
  if (side === 'unenforced')
    return { ref: { kind: side }, allowed: true, audited: false, answer: { kind: 'forward' } };
  const decision = decide(side, connection, traffic, semantics);
  return {
    ref: refOf(decision),
    allowed: decision.outcome === 'allow' || decision.outcome === 'audit',
    audited: decision.outcome === 'audit',
    answer: asHttp(decision.answer),
  };
}

function refOf({ route, rule, reason }: Decision): RegionRef {
  if (route !== undefined) return { kind: 'rule', route, rule: rule! };
  if (reason === 'no-route' || reason === 'protocol-mismatch' || reason === 'no-http-policy')
    return { kind: reason };
  return { kind: 'tcp' };
}

const asHttp = (answer: Answer): Answer =>
  answer.kind === 'grpc' ? { kind: 'http', status: answer.code === 'NotFound' ? 404 : 403 } : answer;

/** The client as it presents itself, whether or not the proxy looks. */
export function presented({ tls, family, address }: Connection): Client {
  if (tls.kind !== 'established') return { credential: { kind: 'plain' }, family, address };
  const { identity } = tls;
  return {
    credential: identity === undefined ? { kind: 'anonymous' } : { kind: 'identity', identity },
    family,
    address,
  };
}

/** The connection that such a client of a region makes. */
export function connectionOf(client: Client, direct: boolean): Connection {
  const { credential, family, address } = client;
  if (credential.kind === 'plain') return { family, address, tls: { kind: 'none' }, direct };
  const identity = credential.kind === 'identity' ? credential.identity : undefined;
  return { family, address, tls: { kind: 'established', identity }, direct };
}

/** Whether traffic over the connection comes in the way that the region tells. */
function comesSo(
  { transport, traffic: kind }: RegionImpact,
  connection: Connection,
  traffic: Traffic,
): boolean {
  if (transport !== 'any' && (transport === 'direct') !== connection.direct) return false;
  if (kind === 'any') return true;
  // In somebody else's TLS everything is TCP.
  if (traffic.kind === 'tcp' || connection.tls.kind === 'passthru') return kind === 'tcp';
  if (kind === 'tcp') return false;
  return kind === 'http' || kind === traffic.version;
}

const inside = (change: { readonly clients: ClientSet } | undefined, client: Client): boolean =>
  change !== undefined && has(change.clients, client);

/** What the impact says of one client and its traffic; regions of other requests aside. */
function foretold(
  impact: PolicyImpact,
  connection: Connection,
  traffic: Traffic,
  refs: readonly RegionRef[],
) {
  const client = presented(connection);
  const told = impact.regions.filter(
    (region) =>
      comesSo(region, connection, traffic) &&
      JSON.stringify([region.before, region.after]) === JSON.stringify(refs),
  );
  const any = (of: (region: RegionImpact) => boolean): boolean => told.some(of);
  return {
    opens: any(({ opens }) => inside(opens, client)),
    closes: any(({ closes }) => inside(closes, client)),
    auditStarts: any(({ auditStarts }) => inside(auditStarts, client)),
    auditEnds: any(({ auditEnds }) => inside(auditEnds, client)),
    answers: any(({ answers }) => answers.some((change) => inside(change, client))),
  };
}

export interface Case {
  readonly before: Side;
  readonly after: Side;
  readonly semantics: Semantics;
}

/** Fails unless the impact says of this client and traffic what two decisions say. Returns whether anything differs. */
export function expectForetold(
  { before, after, semantics }: Case,
  impact: PolicyImpact,
  connection: Connection,
  traffic: Traffic,
): boolean {
  // Nobody comes directly without an identity, nor to a workload without a proxy.
  const { tls, direct } = connection;
  if (direct && (tls.kind !== 'established' || tls.identity === undefined)) return false;
  if (direct && (before === 'unenforced' || after === 'unenforced')) return false;
  const a = fateOf(before, connection, traffic, semantics);
  const b = fateOf(after, connection, traffic, semantics);
  const kept = a.allowed && b.allowed;
  const same = a.allowed === b.allowed && a.answer !== undefined && b.answer !== undefined;
  const expected = {
    opens: !a.allowed && b.allowed,
    closes: a.allowed && !b.allowed,
    auditStarts: kept && !a.audited && b.audited,
    auditEnds: kept && a.audited && !b.audited,
    answers: same && JSON.stringify(a.answer) !== JSON.stringify(b.answer),
  };
  const told = foretold(impact, connection, traffic, [a.ref, b.ref]);
  if (JSON.stringify(told) !== JSON.stringify(expected))
    expect({ told, connection, traffic, refs: [a.ref, b.ref] }).toEqual({
      told: expected,
      connection,
      traffic,
      refs: [a.ref, b.ref],
    });
  return Object.values(expected).includes(true);
}

/** Fails unless the witnesses of the region show what they are witnesses of. */
export function expectWitnessed({ before, after, semantics }: Case, region: RegionImpact): void {
  const { opens, closes, auditStarts, auditEnds, answers, witness: traffic } = region;
  const changes = [opens, closes, auditStarts, auditEnds, ...answers].filter(
    (change) => change !== undefined,
  );
  expect(changes.length).toBeGreaterThan(0);
  for (const { clients, witness } of changes) expect(has(clients, witness)).toBe(true);
  if (traffic === undefined) return;
  for (const { witness } of changes) {
    const connection = connectionOf(witness, region.transport === 'direct');
    const a = fateOf(before, connection, traffic, semantics);
    const b = fateOf(after, connection, traffic, semantics);
    expect([a.ref, b.ref]).toEqual([region.before, region.after]);
    if (witness === opens?.witness) expect([a.allowed, b.allowed]).toEqual([false, true]);
    if (witness === closes?.witness) expect([a.allowed, b.allowed]).toEqual([true, false]);
    if (witness === auditStarts?.witness) expect([a.audited, b.audited]).toEqual([false, true]);
    if (witness === auditEnds?.witness) expect([a.audited, b.audited]).toEqual([true, false]);
    const answered = answers.find((change) => change.witness === witness);
    if (answered !== undefined) expect([a.answer, b.answer]).toEqual([answered.before, answered.after]);
  }
}
