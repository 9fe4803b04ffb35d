/**
 * Who gains and who loses access to a port when its policy changes, exactly: for each two regions of requests that
 * meet, the difference of the sets of clients (architecture, 4).
 */
import {
  ALL_CLIENTS,
  contains,
  difference,
  equal,
  intersect,
  isEmpty,
  NO_CLIENTS,
  union,
  witness,
  type Client,
  type ClientSet,
} from '../../algebra/index.js';
import { jsonEqual } from '../../model/json.js';
import type { Semantics } from '../../model/world.js';
import type { Answer } from '../decide/decision.js';
import type { CreditedSource } from '../decide/grant.js';
import type { HttpRequest, Traffic } from '../decide/request.js';
import type { PortPolicy } from '../inbound/port-policy.js';
import { refine } from './request-regions.js';
import type { Region, RegionRef, Side } from './side.js';
import { waysOf, type TrafficKind, type Transport, type Way } from './ways.js';

export interface ClientChange {
  /** Never empty. */
  readonly clients: ClientSet;
  /** One of them. */
  readonly witness: Client;
  /** Those that admit any of them, in order: after the change for whom it opens, before it for whom it closes. */
  readonly authorizations: readonly CreditedSource[];
}

export interface AnswerChange {
  readonly clients: ClientSet;
  readonly witness: Client;
  /** As HTTP clients get it; a gRPC client gets the status that stands for it. */
  readonly before: Answer;
  readonly after: Answer;
}

/** What changes for the traffic that falls into one region before and into another one, or the same, after. */
export interface RegionImpact {
  readonly transport: Transport;
  readonly traffic: TrafficKind;
  readonly before: RegionRef;
  readonly after: RegionRef;
  /** Such traffic; undefined where it is not known whether there is any (`exact`). */
  readonly witness: Traffic | undefined;
  /** Clients that could not get through and can. */
  readonly opens: ClientChange | undefined;
  /** Clients that could get through and cannot. */
  readonly closes: ClientChange | undefined;
  /** Clients that get through as before, and whose traffic is logged from now on. */
  readonly auditStarts: ClientChange | undefined;
  /** Clients that get through as before, and whose traffic is no longer logged. */
  readonly auditEnds: ClientChange | undefined;
  /** Clients that get through, or do not, as before, and are answered otherwise. */
  readonly answers: readonly AnswerChange[];
}

export interface PolicyImpact {
  /** In a fixed order; none where nothing changes for anybody. */
  readonly regions: readonly RegionImpact[];
  /** Whether each region has its witness, and no pattern has a say in which requests belong to it. */
  readonly exact: boolean;
  /** Whether every change is in some region; false only where a search among very many rules was cut short. */
  readonly complete: boolean;
}

const NONE: PolicyImpact = Object.freeze({ regions: Object.freeze([]), exact: true, complete: true });

export function impactOfPolicies(before: Side, after: Side, semantics: Semantics): PolicyImpact {
  if (before === after) return NONE;
  const impacts = waysOf(before, after, semantics).map((way) => impactOfWay(way, before, after, semantics));
  return {
    regions: impacts.flatMap(({ regions }) => regions),
    exact: impacts.every(({ exact }) => exact),
    complete: impacts.every(({ complete }) => complete),
  };
}

type Changes = Pick<RegionImpact, 'opens' | 'closes' | 'auditStarts' | 'auditEnds' | 'answers'>;

function impactOfWay(way: Way, before: Side, after: Side, semantics: Semantics): PolicyImpact {
  const changes = new Map<Region, Map<Region, Changes | undefined>>();
  const changesAt = (at: number, then: number): Changes | undefined => {
    const [a, b] = [way.before.regions[at], way.after.regions[then]];
    if (a === undefined || b === undefined) return undefined;
    const row = changes.get(a) ?? new Map<Region, Changes | undefined>();
    changes.set(a, row);
    if (!row.has(b)) row.set(b, changesBetween(a, b, way.clients));
    return row.get(b);
  };
  const { pairs, exact, complete } = refine(
    way.before.kind === 'routes' ? policyOf(before) : undefined,
    way.after.kind === 'routes' ? policyOf(after) : undefined,
    (at, then) => changesAt(at, then) !== undefined,
    semantics,
  );
  const regions = pairs.flatMap(({ before: at, after: then, request }) => {
    const [a, b, found] = [way.before.regions[at], way.after.regions[then], changesAt(at, then)];
    if (a === undefined || b === undefined || found === undefined) return [];
    const { transport, traffic } = way;
    return [
      {
        transport,
        traffic,
        before: a.ref,
        after: b.ref,
        witness: toTraffic(traffic, request, [before, after]),
        ...found,
      },
    ];
  });
  return { regions, exact, complete };
}

const policyOf = (side: Side): PortPolicy | undefined => (typeof side === 'object' ? side : undefined);

function toTraffic(
  traffic: TrafficKind,
  request: HttpRequest | undefined,
  sides: readonly Side[],
): Traffic | undefined {
  if (traffic === 'tcp') return { kind: 'tcp' };
  if (request === undefined) return undefined;
  const modern = sides.some((side) => ['HTTP/2', 'gRPC'].includes(policyOf(side)?.protocol ?? ''));
  const version = traffic === 'http2' || (traffic === 'http' && modern) ? 'http2' : 'http1';
  return { kind: 'http', version, request };
}

/** What changes for the clients of `among` between two regions; undefined where nothing does. */
function changesBetween(a: Region, b: Region, among: ClientSet): Changes | undefined {
  if (a === b) return undefined;
  const within = (clients: ClientSet): ClientSet =>
    among === ALL_CLIENTS || contains(among, clients) ? clients : intersect(clients, among);
  const same = a.allowed === b.allowed || equal(a.allowed, b.allowed);
  const opened = same ? NO_CLIENTS : within(difference(b.allowed, a.allowed));
  const closed = same ? NO_CLIENTS : within(difference(a.allowed, b.allowed));
  const kept = (): ClientSet => within(same ? a.allowed : intersect(a.allowed, b.allowed));
  const audited = (now: Region, then: Region): ClientSet =>
    isEmpty(now.audited) ? NO_CLIENTS : intersect(difference(now.audited, then.audited), kept());
  const opens = changeOf(opened, b);
  const closes = changeOf(closed, a);
  const auditStarts = changeOf(audited(b, a), b);
  const auditEnds = changeOf(audited(a, b), a);
  const answers = [
    ...answersOf(a.admitted, b.admitted, kept),
    ...answersOf(a.denied, b.denied, () => difference(among, same ? a.allowed : union(a.allowed, b.allowed))),
  ];
  return (opens ?? closes ?? auditStarts ?? auditEnds ?? answers[0]) === undefined
    ? undefined
    : { opens, closes, auditStarts, auditEnds, answers };
}

/** The clients with those of the region's authorizations that admit them. */
function changeOf(clients: ClientSet, { grants }: Region): ClientChange | undefined {
  const found = witness(clients);
  if (found === undefined) return undefined;
  const authorizations = grants
    .filter((grant) => !isEmpty(intersect(grant.clients, clients)))
    .map(({ source }) => source);
  return { clients, witness: found, authorizations };
}

function answersOf(
  before: Answer | undefined,
  after: Answer | undefined,
  of: () => ClientSet,
): readonly AnswerChange[] {
  if (before === undefined || after === undefined || jsonEqual(before, after)) return [];
  const clients = of();
  const found = witness(clients);
  return found === undefined ? [] : [{ clients, witness: found, before, after }];
}
