import { difference, NO_CLIENTS, union, type ClientSet } from '../../algebra/index.js';
import type { Semantics } from '../../model/world.js';
import type { PortPolicy, RouteRef } from '../inbound/port-policy.js';
import { permitsTcp } from './consult.js';
import { isAudit, type Grant } from './grant.js';
import { prepare, type Prepared } from './prepare.js';

/** The clients that get through, and those of them whose traffic is logged since only `audit` admits them. */
export interface Access {
  readonly allowed: ClientSet;
  readonly audited: ClientSet;
}

/** A rule of a route: the requests that fall to it. */
export interface RuleRef {
  readonly route: RouteRef;
  /** Its place in the route. */
  readonly rule: number;
}

/**
 * Who gets through to a port, as sets: the same as `decide` for every client as `clientOf` sees it. On an opaque port
 * those with mesh TLS are the direct ones. Requests that fall to no rule are answered with 404, whoever sends them.
 */
export interface PortAccess {
  /** For what the proxy takes as TCP; nobody where the protocol lets none through. */
  readonly tcp: Access;
  /** For requests of a version that the protocol takes, in the order of the routes; none on opaque and TLS ports. */
  readonly rules: readonly (RuleRef & { readonly access: Access })[];
}

const NO_ACCESS: Access = Object.freeze({ allowed: NO_CLIENTS, audited: NO_CLIENTS });

const known = new WeakMap<Prepared, PortAccess>();

/** Who gets through to a port with this policy; worked out once for each value. */
export function accessOf(policy: PortPolicy, semantics: Semantics): PortAccess {
  const prepared = prepare(policy, semantics);
  let access = known.get(prepared);
  if (access === undefined) known.set(prepared, (access = portAccess(prepared)));
  return access;
}

function portAccess({ protocol, tcp, routes }: Prepared): PortAccess {
  const lists = new Map<readonly Grant[], Access>();
  const accessFor = (grants: readonly Grant[]): Access => {
    let access = lists.get(grants);
    if (access === undefined) lists.set(grants, (access = accessThrough(grants)));
    return access;
  };
  return {
    tcp: permitsTcp(protocol) ? accessFor(tcp) : NO_ACCESS,
    rules: routes.flatMap(({ rules }) =>
      rules.map(({ route, rule, grants }) => ({ route, rule, access: accessFor(grants) })),
    ),
  };
}

/** The first that admits a client is credited, so `audit` only for those that none before it admits. */
function accessThrough(grants: readonly Grant[]): Access {
  let allowed = NO_CLIENTS;
  let audited = NO_CLIENTS;
  for (const grant of grants) {
    if (isAudit(grant)) audited = union(audited, difference(grant.clients, allowed));
    allowed = union(allowed, grant.clients);
  }
  return { allowed, audited };
}

/** The clients that get through with TCP, or with requests of the rule; none where there is no such rule. */
export function allowedClients(policy: PortPolicy, target: 'tcp' | RuleRef, semantics: Semantics): ClientSet {
  return accessTo(policy, target, semantics).allowed;
}

/** Those of `allowedClients` whose traffic is logged. */
export function auditedClients(policy: PortPolicy, target: 'tcp' | RuleRef, semantics: Semantics): ClientSet {
  return accessTo(policy, target, semantics).audited;
}

function accessTo(policy: PortPolicy, target: 'tcp' | RuleRef, semantics: Semantics): Access {
  const { tcp, rules } = accessOf(policy, semantics);
  if (target === 'tcp') return tcp;
  const found = rules.find(({ route, rule }) => rule === target.rule && sameRoute(route, target.route));
  return found?.access ?? NO_ACCESS;
}

function sameRoute(a: RouteRef, b: RouteRef): boolean {
  if (a.kind === 'default' || b.kind === 'default') return a.kind === b.kind && a.name === b.name;
  return a.kind === b.kind && a.group === b.group && a.namespace === b.namespace && a.name === b.name;
}
