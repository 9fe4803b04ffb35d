import type { Semantics } from '../../model/world.js';
import type {
  GrpcMatch,
  HttpMatch,
  PortPolicy,
  Protocol,
  Route,
  RouteFilter,
  RouteRef,
} from '../inbound/port-policy.js';
import { answerProblem, type AnswerProblem } from './answer-problem.js';
import { grantOf, LOCALHOST, type Grant } from './grant.js';
import { compileGrpc, EVERY_CALL } from './match-grpc.js';
import { compileHost, type HostMatcher } from './match-host.js';
import { compileHttp, EVERY_PATH } from './match-http.js';
import type { Compile, Matcher, Score } from './matcher.js';
import { patternOf } from './patterns.js';

export interface PreparedRule {
  readonly route: RouteRef;
  /** Its place in the route. */
  readonly rule: number;
  readonly matchers: readonly Matcher[];
  /** Its score for every request where it has no matches. */
  readonly always: Score | undefined;
  readonly filters: readonly RouteFilter[];
  /** What is asked for a request of this rule, in order: of the route, of the Server, then localhost. */
  readonly grants: readonly Grant[];
}

export interface PreparedRoute {
  readonly hosts: readonly HostMatcher[];
  readonly rules: readonly PreparedRule[];
}

/** A policy as a proxy holds it: compiled, and with what the proxy adds (B1). */
export interface Prepared {
  readonly problem: AnswerProblem | undefined;
  /** Of a policy with a problem: that of the one which stands in for it. */
  readonly protocol: Protocol;
  /** What is asked for a TCP connection, in order. */
  readonly tcp: readonly Grant[];
  /** Those of the protocol; empty where it knows no HTTP. */
  readonly routes: readonly PreparedRoute[];
  /** Whether any route names hosts. */
  readonly hosts: boolean;
}

const prepared = new WeakMap<Semantics, WeakMap<PortPolicy, Prepared>>();

/** The policy as a proxy holds it, prepared once for each value. */
export function prepare(policy: PortPolicy, semantics: Semantics): Prepared {
  let known = prepared.get(semantics);
  if (known === undefined) prepared.set(semantics, (known = new WeakMap<PortPolicy, Prepared>()));
  let found = known.get(policy);
  if (found === undefined) known.set(policy, (found = compilePolicy(policy, semantics)));
  return found;
}

function compilePolicy(policy: PortPolicy, semantics: Semantics): Prepared {
  const problem = answerProblem(policy, semantics);
  if (problem !== undefined) {
    return { problem, protocol: 'detect', tcp: [], routes: [catchAll([])], hosts: false };
  }
  const tcp = [...policy.authorizations.map(grantOf), LOCALHOST];
  const routes = routesOf(policy, tcp, semantics);
  const hosts = routes.some((route) => route.hosts.length > 0);
  return { problem, protocol: policy.protocol, tcp, routes, hosts };
}

function routesOf(
  policy: PortPolicy,
  server: readonly Grant[],
  semantics: Semantics,
): readonly PreparedRoute[] {
  const compile: Compile = (source) => {
    const pattern = patternOf(semantics, source);
    if (pattern === undefined)
      throw new Error(`a policy was prepared whose pattern ${source} does not compile`);
    return pattern;
  };
  const { protocol, httpRoutes, grpcRoutes } = policy;
  if (protocol === 'opaque' || protocol === 'TLS') return [];
  const routes =
    protocol === 'gRPC'
      ? grpcRoutes.map((route) => compileRoute<GrpcMatch>(route, server, compile, compileGrpc, EVERY_CALL))
      : httpRoutes.map((route) => compileRoute<HttpMatch>(route, server, compile, compileHttp, EVERY_PATH));
  return routes.length === 0 ? [catchAll(server)] : routes;
}

function compileRoute<M>(
  route: Route<M>,
  server: readonly Grant[],
  compile: Compile,
  compileMatch: (match: M, compile: Compile) => Matcher,
  everything: Score,
): PreparedRoute {
  const grants =
    route.authorizations.length === 0 ? server : [...route.authorizations.map(grantOf), ...server];
  const rules = route.rules.map(({ matches, filters }, rule) => ({
    route: route.ref,
    rule,
    matchers: matches.map((match) => compileMatch(match, compile)),
    always: matches.length === 0 ? everything : undefined,
    filters,
    grants,
  }));
  return { hosts: route.hosts.map(compileHost), rules };
}

/** What a proxy assumes where it is told no route, or has no use for what it is told. */
const catchAll = (grants: readonly Grant[]): PreparedRoute => ({
  hosts: [],
  rules: [
    {
      route: { kind: 'default', name: 'default' },
      rule: 0,
      matchers: [],
      always: EVERY_PATH,
      filters: [],
      grants,
    },
  ],
});
