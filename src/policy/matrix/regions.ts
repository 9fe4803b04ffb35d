/**
 * Into which regions the traffic that a port takes falls: the requests of each rule of a route, those of none, and what
 * is not HTTP. Requests are of the version that the protocol takes, and calls on a gRPC port; on opaque and TLS ports
 * all is TCP. What no traffic falls to is left out.
 */
import { NO_CLIENTS } from '../../algebra/index.js';
import type { Semantics } from '../../model/world.js';
import { accessOf, type Access, type RuleRef } from '../decide/access.js';
import { permitsTcp } from '../decide/consult.js';
import type { Grant } from '../decide/grant.js';
import { prepare } from '../decide/prepare.js';
import type { HttpRequest, Traffic } from '../decide/request.js';
import { cutOf } from '../impact/request-cut.js';
import { refine } from '../impact/request-regions.js';
import type { PortPolicy } from '../inbound/port-policy.js';

export type RegionRef =
  | ({ readonly kind: 'rule' } & RuleRef)
  /** Requests that fall to no rule. */
  | { readonly kind: 'no-route' }
  | { readonly kind: 'tcp' };

export interface TrafficRegion {
  readonly ref: RegionRef;
  readonly access: Access;
  /** Whose clients get through, in the order in which they are asked. */
  readonly grants: readonly Grant[];
  /** Such traffic; undefined where patterns leave it open whether there is any. */
  readonly sample: Traffic | undefined;
}

export interface PortTraffic {
  /** In the order of the routes, then `no-route`, then `tcp`; never empty. */
  readonly regions: readonly TrafficRegion[];
  /** Whether no pattern has a say in which requests belong to which region. */
  readonly exact: boolean;
}

const known = new WeakMap<Semantics, WeakMap<PortPolicy, PortTraffic>>();

/** The regions of a port with this policy; worked out once for each value. */
export function trafficTo(policy: PortPolicy, semantics: Semantics): PortTraffic {
  let table = known.get(semantics);
  if (table === undefined) known.set(semantics, (table = new WeakMap<PortPolicy, PortTraffic>()));
  let traffic = table.get(policy);
  if (traffic === undefined) table.set(policy, (traffic = cut(policy, semantics)));
  return traffic;
}

function cut(policy: PortPolicy, semantics: Semantics): PortTraffic {
  const { protocol, routes, tcp: grants } = prepare(policy, semantics);
  const { tcp } = accessOf(policy, semantics);
  const raw: readonly TrafficRegion[] = permitsTcp(protocol)
    ? [{ ref: { kind: 'tcp' }, access: tcp, grants, sample: { kind: 'tcp' } }]
    : [];
  if (routes.length === 0) return { regions: raw, exact: true };
  const { regions, exact } = requestRegions(policy, semantics);
  return { regions: [...regions, ...raw], exact };
}

/** Every gRPC call falls to its one rule, and nothing else does. */
const CALLS: PortPolicy = {
  server: { kind: 'default', word: 'deny' },
  protocol: 'gRPC',
  authorizations: [],
  httpRoutes: [],
  grpcRoutes: [
    {
      ref: { kind: 'default', name: 'default' },
      hosts: [],
      authorizations: [],
      rules: [{ matches: [{ rpc: { service: undefined, method: undefined }, headers: [] }], filters: [] }],
    },
  ],
  rateLimit: undefined,
};

function requestRegions(policy: PortPolicy, semantics: Semantics): PortTraffic {
  const { protocol, routes } = prepare(policy, semantics);
  const prepared = routes.flatMap((route) => route.rules);
  const calls = protocol === 'gRPC';
  const among = calls ? CALLS : undefined;
  const { pairs, exact, complete } = refine(policy, among, (_, inside) => inside === 0, semantics);
  const { rules } = accessOf(policy, semantics);
  const requests = new Map(pairs.map(({ before, request }) => [before, request]));
  // Where the search ended before all was tried, nobody knows of the rest.
  const places = complete ? [...requests.keys()] : [...rules.keys(), rules.length];
  const { regionOf } = cutOf(policy, semantics);
  const sampleOf = (place: number): Traffic | undefined => {
    const request = requests.get(place);
    if (request === undefined) return undefined;
    const version = calls || protocol === 'HTTP/2' ? 'http2' : 'http1';
    const call = asCall(request);
    return {
      kind: 'http',
      version,
      // A header more may make it fall to another rule.
      request: calls && regionOf(call) === place ? call : request,
    };
  };
  const regions = places.map((place): TrafficRegion => {
    const found = rules[place];
    const sample = sampleOf(place);
    if (found === undefined) return { ref: { kind: 'no-route' }, access: NO_ACCESS, grants: [], sample };
    const { route, rule, access } = found;
    return { ref: { kind: 'rule', route, rule }, access, grants: prepared[place]?.grants ?? [], sample };
  });
  return { regions, exact };
}

const NO_ACCESS: Access = { allowed: NO_CLIENTS, audited: NO_CLIENTS };

const asCall = (request: HttpRequest): HttpRequest => ({
  ...request,
  headers: [...request.headers, { name: 'content-type', value: 'application/grpc' }],
});
