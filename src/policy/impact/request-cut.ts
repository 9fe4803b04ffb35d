/** How the routes of a policy cut requests: into those that fall to each rule, and those that fall to none (B5). */
import type { Semantics } from '../../model/world.js';
import { bestRoute } from '../decide/best-route.js';
import { prepare, type Prepared, type PreparedRule } from '../decide/prepare.js';
import { RequestReader, type HttpRequest } from '../decide/request.js';
import type {
  GrpcMatch,
  HostMatch,
  HttpMatch,
  NamedMatch,
  PathMatch,
  PortPolicy,
  Route,
} from '../inbound/port-policy.js';

/** What one match of a rule, together with one host name of its route, asks of a request. */
export interface Demand {
  /** The place of the rule among the regions of the cut. */
  readonly region: number;
  readonly host: HostMatch | undefined;
  readonly path: PathMatch | undefined;
  /** Of a gRPC match; an undefined part is any. */
  readonly call: { readonly service: string | undefined; readonly method: string | undefined } | undefined;
  readonly method: string | undefined;
  readonly headers: readonly NamedMatch[];
  readonly params: readonly NamedMatch[];
}

export interface RequestCut {
  /** The rules in the order of the routes, then, as undefined, what falls to none of them. */
  readonly regions: readonly (PreparedRule | undefined)[];
  /** In the order of routes, rules, host names and matches; the last asks nothing and stands for `undefined`. */
  readonly demands: readonly Demand[];
  /** Whether any route names hosts. */
  readonly hosts: boolean;
  /** The regular expressions of all matches. */
  readonly patterns: ReadonlySet<string>;
  /** Into which region a request falls. */
  readonly regionOf: (request: HttpRequest) => number;
}

const ANYTHING: Omit<Demand, 'region'> = Object.freeze({
  host: undefined,
  path: undefined,
  call: undefined,
  method: undefined,
  headers: [],
  params: [],
});

/** The cut of those that do not look at requests: all are in one region. */
export const WHOLE: RequestCut = Object.freeze({
  regions: [undefined],
  demands: [{ ...ANYTHING, region: 0 }],
  hosts: false,
  patterns: new Set<string>(),
  regionOf: () => 0,
});

/** The cut of a policy whose protocol knows HTTP. */
export function cutOf(policy: PortPolicy, semantics: Semantics): RequestCut {
  const prepared = prepare(policy, semantics);
  const rules = prepared.routes.flatMap((route) => route.rules);
  const places = new Map(rules.map((rule, place) => [rule, place]));
  const demands = [...demandsOf(policy, prepared), { ...ANYTHING, region: rules.length }];
  return {
    regions: [...rules, undefined],
    demands,
    hosts: prepared.hosts,
    patterns: new Set(demands.flatMap(patternsOf)),
    regionOf: (request) => {
      const rule = bestRoute(prepared, new RequestReader(request));
      return (rule === undefined ? undefined : places.get(rule)) ?? rules.length;
    },
  };
}

function demandsOf(policy: PortPolicy, { protocol, problem, routes }: Prepared): readonly Demand[] {
  // What a proxy assumes where it is told no route, or nothing that it can convert, is one rule for everything.
  const told = protocol === 'gRPC' ? policy.grpcRoutes : policy.httpRoutes;
  if (problem !== undefined || told.length === 0)
    return routes.flatMap(({ rules }) => rules.map((_, region) => ({ ...ANYTHING, region })));
  return protocol === 'gRPC' ? ofRoutes(policy.grpcRoutes, ofCall) : ofRoutes(policy.httpRoutes, ofHttp);
}

function ofRoutes<M>(
  routes: readonly Route<M>[],
  ofMatch: (match: M) => Omit<Demand, 'region' | 'host'>,
): readonly Demand[] {
  let region = -1;
  return routes.flatMap(({ hosts, rules }) =>
    rules.flatMap(({ matches }) => {
      region += 1;
      const asked = matches.length === 0 ? [ANYTHING] : matches.map(ofMatch);
      const names = hosts.length === 0 ? [undefined] : hosts;
      return names.flatMap((host) => asked.map((match) => ({ ...match, host, region })));
    }),
  );
}

const ofHttp = ({ path, method, headers, queryParams }: HttpMatch): Omit<Demand, 'region' | 'host'> => ({
  path: path?.kind === 'prefix' && path.value === '/' ? undefined : path,
  call: undefined,
  method,
  headers,
  params: queryParams,
});

const ofCall = ({ rpc, headers }: GrpcMatch): Omit<Demand, 'region' | 'host'> => ({
  path: undefined,
  call: { service: named(rpc?.service), method: named(rpc?.method) },
  method: 'POST',
  headers,
  params: [],
});

/** On the wire an empty name is an absent one. */
const named = (name: string | undefined): string | undefined => (name === '' ? undefined : name);

const patternsOf = ({ path, headers, params }: Demand): string[] =>
  [...(path === undefined ? [] : [path]), ...headers, ...params].flatMap(({ kind, value }) =>
    kind === 'regex' ? [value] : [],
  );
