/** What changes at a port for whom: the regions of an impact, those together that change alike for the same clients. */
import {
  difference,
  intersect,
  key as keyOfSet,
  witness as witnessOf,
  type Client,
  type ClientSet,
} from '../../algebra/index.js';
import type { Semantics } from '../../model/world.js';
import { accessOf } from '../decide/access.js';
import type { Answer } from '../decide/decision.js';
import type { CreditedSource } from '../decide/grant.js';
import type { Traffic } from '../decide/request.js';
import { EVERYBODY } from '../endpoints/elsewhere.js';
import { WITH_IDENTITY } from '../endpoints/known-clients.js';
import { impactOfPolicies, type ClientChange, type RegionImpact } from '../impact/impact-of-policies.js';
import type { RegionRef, Side } from '../impact/side.js';
import type { TrafficKind, Transport } from '../impact/ways.js';
import type { PortPolicy } from '../inbound/port-policy.js';
import type { SidePair } from './presence.js';

export const EFFECTS = ['opens', 'closes', 'audit-starts', 'audit-ends', 'answers'] as const;
/**
 * `opens`: clients that could not get through and can; `audit-…`: that get through as before and whose traffic is
 * logged from now on, or no longer; `answers`: that get through, or do not, as before and are answered otherwise.
 */
export type Effect = (typeof EFFECTS)[number];

/** Requests, or connections, that are treated in one way before and in one way after. */
export interface ChangedRequests {
  readonly traffic: TrafficKind;
  readonly before: RegionRef;
  readonly after: RegionRef;
  /** Such traffic; undefined where it is not known whether there is any. */
  readonly witness: Traffic | undefined;
}

export interface SetChange {
  readonly effect: Effect;
  readonly transport: Transport;
  /** Never empty; the host itself, which always gets through, is not among them. */
  readonly clients: ClientSet;
  readonly witness: Client;
  /** Who let them through, or lets them through, in the order in which they are asked. */
  readonly authorizations: readonly CreditedSource[];
  /** Of `answers`. */
  readonly answers: { readonly before: Answer; readonly after: Answer } | undefined;
  readonly requests: readonly ChangedRequests[];
}

export interface PortChanges {
  readonly changes: readonly SetChange[];
  /** Whether each has its request, and no pattern has a say in which requests those are. */
  readonly exact: boolean;
  /** Whether these are all. */
  readonly complete: boolean;
}

/** By effect, then in the order of the regions. */
export function changesOf([before, after]: SidePair, semantics: Semantics): PortChanges {
  const { regions, exact, complete } = impactOfPolicies(before, after, semantics);
  const found = new Map<string, SetChange & { requests: ChangedRequests[] }>();
  const add = (change: SetChange): void => {
    const key = keyOf(change);
    const known = found.get(key);
    if (known === undefined) found.set(key, { ...change, requests: [...change.requests] });
    else known.requests.push(...change.requests);
  };
  for (const region of regions) for (const change of ofRegion(region)) add(change);
  for (const change of toOpaque(before, after, semantics)) add(change);
  const changes = [...found.values()].sort((a, b) => EFFECTS.indexOf(a.effect) - EFFECTS.indexOf(b.effect));
  return { changes, exact, complete };
}

const keyOf = ({ effect, transport, clients, authorizations, answers }: SetChange): string =>
  JSON.stringify([effect, transport, keyOfSet(clients), authorizations, answers]);

function* ofRegion(region: RegionImpact): Generator<SetChange> {
  const { transport, traffic, before, after, witness, opens, closes, auditStarts, auditEnds } = region;
  const requests = [{ traffic, before, after, witness }];
  const change = (
    effect: Effect,
    of: Pick<ClientChange, 'clients'> | undefined,
    authorizations: readonly CreditedSource[] = [],
    answers?: SetChange['answers'],
  ): SetChange[] => {
    const clients = of === undefined ? undefined : intersect(of.clients, EVERYBODY);
    const one = clients === undefined ? undefined : witnessOf(clients);
    return clients === undefined || one === undefined
      ? []
      : [
          {
            effect,
            transport,
            clients,
            witness: one,
            // The proxy's own authorization is for the host alone.
            authorizations: authorizations.filter(
              ({ name, kind }) => kind !== 'default' || name !== 'localhost',
            ),
            answers,
            requests,
          },
        ];
  };
  yield* change('opens', opens, opens?.authorizations);
  yield* change('closes', closes, closes?.authorizations);
  yield* change('audit-starts', auditStarts, auditStarts?.authorizations);
  yield* change('audit-ends', auditEnds, auditEnds?.authorizations);
  for (const answer of region.answers) {
    const { before: was, after: is } = answer;
    yield* change('answers', answer, [], { before: was, after: is });
  }
}

/**
 * An opaque port in place of one that nothing enforces, or the other way round. To it clients with an identity come over
 * the proxy's own port, which shows it; an impact knows no such clients where there is no proxy.
 */
function* toOpaque(before: Side, after: Side, semantics: Semantics): Generator<SetChange> {
  const opaque = isOpaque(after) ? after : isOpaque(before) ? before : undefined;
  if (opaque === undefined || (before !== 'unenforced' && after !== 'unenforced')) return;
  const clients = difference(intersect(WITH_IDENTITY, EVERYBODY), accessOf(opaque, semantics).tcp.allowed);
  const one = witnessOf(clients);
  const [was, is] = [before, after].map((side): RegionRef => ({
    kind: side === 'unenforced' ? 'unenforced' : 'tcp',
  }));
  if (one === undefined || was === undefined || is === undefined) return;
  yield {
    effect: before === 'unenforced' ? 'closes' : 'opens',
    transport: 'direct',
    clients,
    witness: one,
    authorizations: [],
    answers: undefined,
    requests: [{ traffic: 'tcp', before: was, after: is, witness: { kind: 'tcp' } }],
  };
}

export const isOpaque = (side: Side): side is PortPolicy =>
  typeof side === 'object' && side.protocol === 'opaque';
