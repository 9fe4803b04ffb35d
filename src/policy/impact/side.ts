/** One side of a comparison: what becomes of traffic to a port, as regions and the clients that get through in each. */
import { ALL_CLIENTS, ALL_CREDENTIALS, clientSet, NO_CLIENTS, type ClientSet } from '../../algebra/index.js';
import type { Semantics } from '../../model/world.js';
import { accessOf } from '../decide/access.js';
import type { Connection } from '../decide/connection.js';
import { consult } from '../decide/consult.js';
import { answerOf } from '../decide/decide.js';
import type { Answer } from '../decide/decision.js';
import type { CreditedSource, Grant } from '../decide/grant.js';
import { prepare, type PreparedRule } from '../decide/prepare.js';
import type { Traffic } from '../decide/request.js';
import type { PortPolicy, RouteRef } from '../inbound/port-policy.js';

/** A workload that is there without a proxy lets everybody through; one that is not there lets nobody through. */
export type Side = PortPolicy | 'unenforced' | 'absent';

/** The requests or connections that are treated alike. */
export type RegionRef =
  | { readonly kind: 'rule'; readonly route: RouteRef; readonly rule: number }
  /** HTTP that falls to no rule. */
  | { readonly kind: 'no-route' }
  /** What is taken for TCP. */
  | { readonly kind: 'tcp' }
  /** TCP where the protocol permits none, or another version of HTTP. */
  | { readonly kind: 'protocol-mismatch' }
  /** HTTP on the proxy's own port, for a port whose policy knows no HTTP. */
  | { readonly kind: 'no-http-policy' }
  | { readonly kind: 'unenforced' }
  | { readonly kind: 'absent' };

export interface Region {
  readonly ref: RegionRef;
  readonly allowed: ClientSet;
  /** Those of `allowed` whose traffic is logged. */
  readonly audited: ClientSet;
  /** Who lets them through. */
  readonly grants: readonly { readonly source: CreditedSource; readonly clients: ClientSet }[];
  /** What those who get through are answered, as HTTP; undefined where nobody does. */
  readonly admitted: Answer | undefined;
  /** What the others are answered, as HTTP; undefined where there are none, or nobody to answer. */
  readonly denied: Answer | undefined;
}

/** How one kind of traffic is treated: `routes` says that it is HTTP, and that the regions are those of its rules. */
export interface Treatment {
  readonly kind: RegionRef['kind'] | 'routes';
  /** In the order of the rules, then what falls to none; one region where routes have no say. */
  readonly regions: readonly Region[];
}

const FORWARD: Answer = Object.freeze({ kind: 'forward' });
const REFUSED: Answer = Object.freeze({ kind: 'refused' });
const FORBIDDEN: Answer = Object.freeze({ kind: 'http', status: 403 });
const NOT_FOUND: Answer = Object.freeze({ kind: 'http', status: 404 });

const nobody = (
  kind: 'no-route' | 'protocol-mismatch' | 'no-http-policy' | 'absent',
  denied: Answer | undefined,
): Region => ({
  ref: { kind },
  allowed: NO_CLIENTS,
  audited: NO_CLIENTS,
  grants: [],
  admitted: undefined,
  denied,
});

const UNENFORCED: Treatment = {
  kind: 'unenforced',
  regions: [
    {
      ref: { kind: 'unenforced' },
      allowed: ALL_CLIENTS,
      audited: NO_CLIENTS,
      grants: [],
      admitted: FORWARD,
      denied: undefined,
    },
  ],
};
const ABSENT: Treatment = { kind: 'absent', regions: [nobody('absent', undefined)] };
const NO_ROUTE = nobody('no-route', NOT_FOUND);

/** How a side treats traffic over connections of this kind; whoever the client is, and whatever it requests. */
export function treatmentOf(
  side: Side,
  connection: Connection,
  traffic: Traffic,
  semantics: Semantics,
): Treatment {
  if (side === 'unenforced') return UNENFORCED;
  if (side === 'absent') return ABSENT;
  const prepared = prepare(side, semantics);
  const consulted = consult(prepared, connection, traffic);
  if (consulted.kind === 'tcp') {
    const hidden = prepared.protocol === 'opaque' && !connection.direct;
    return { kind: 'tcp', regions: [tcpRegion(side, prepared.tcp, hidden, semantics)] };
  }
  if (consulted.kind === 'rule' || consulted.reason === 'no-route')
    return { kind: 'routes', regions: routeRegions(side, semantics) };
  const { reason } = consulted;
  if (reason === 'direct-needs-identity')
    throw new Error('a direct connection was compared that shows no identity');
  const answer = reason === 'no-http-policy' ? NOT_FOUND : REFUSED;
  return { kind: reason, regions: [nobody(reason, answer)] };
}

function tcpRegion(
  policy: PortPolicy,
  grants: readonly Grant[],
  hidden: boolean,
  semantics: Semantics,
): Region {
  const { allowed, audited } = accessOf(policy, semantics).tcp;
  const seen = hidden ? asPlain : (clients: ClientSet) => clients;
  return {
    ref: { kind: 'tcp' },
    allowed: seen(allowed),
    audited: seen(audited),
    grants: hidden ? grants.map(({ source, clients }) => ({ source, clients: seen(clients) })) : grants,
    admitted: FORWARD,
    denied: REFUSED,
  };
}

/** Whoever comes from where clients without mesh TLS are admitted: the proxy does not look at what they show (B2). */
function asPlain({ parts }: ClientSet): ClientSet {
  const plain = parts.find(({ credentials }) => credentials.plain);
  return plain === undefined ? NO_CLIENTS : clientSet(ALL_CREDENTIALS, plain.networks);
}

const known = new WeakMap<PreparedRule, Region>();

function routeRegions(policy: PortPolicy, semantics: Semantics): readonly Region[] {
  const { routes } = prepare(policy, semantics);
  const { rules } = accessOf(policy, semantics);
  const regions = routes
    .flatMap((route) => route.rules)
    .map((prepared, at): Region => {
      let region = known.get(prepared);
      const access = rules[at]?.access;
      if (region === undefined && access !== undefined) {
        const { route, rule, grants } = prepared;
        const ref = { kind: 'rule' as const, route, rule };
        region = { ref, ...access, grants, admitted: answerOf(prepared), denied: FORBIDDEN };
        known.set(prepared, region);
      }
      return region ?? NO_ROUTE;
    });
  return [...regions, NO_ROUTE];
}
