import type { Semantics } from '../../model/world.js';
import type {
  Authorization,
  AuthorizationSource,
  GrpcMatch,
  HttpMatch,
  PortPolicy,
  Route,
  RouteRef,
} from '../inbound/port-policy.js';
import { patternOf } from './patterns.js';

/** Why proxies refuse the policy of a port as a whole, and with it every client (B1). */
export type AnswerProblem =
  | { readonly code: 'authorization-without-networks'; readonly authorization: AuthorizationSource }
  /** A gRPC match that names neither a service nor a method. */
  | { readonly code: 'match-without-rpc'; readonly route: RouteRef; readonly rule: number }
  | { readonly code: 'empty-query-parameter'; readonly route: RouteRef; readonly rule: number }
  | {
      readonly code: 'pattern';
      readonly route: RouteRef;
      readonly rule: number;
      readonly pattern: string;
    };

/** The first thing in the policy that a proxy cannot convert; undefined in a policy that it can. */
export function answerProblem(policy: PortPolicy, semantics: Semantics): AnswerProblem | undefined {
  return (
    withoutNetworks(policy.authorizations) ??
    firstIn(policy.httpRoutes, (match, where) => httpProblem(match, where, semantics)) ??
    firstIn(policy.grpcRoutes, (match, where) => grpcProblem(match, where, semantics))
  );
}

interface Where {
  readonly route: RouteRef;
  readonly rule: number;
}

function withoutNetworks(authorizations: readonly Authorization[]): AnswerProblem | undefined {
  const found = authorizations.find(({ networks }) => networks.length === 0);
  return found && { code: 'authorization-without-networks', authorization: found.source };
}

function firstIn<M>(
  routes: readonly Route<M>[],
  problemOf: (match: M, where: Where) => AnswerProblem | undefined,
): AnswerProblem | undefined {
  for (const { ref: route, rules, authorizations } of routes) {
    const problem = withoutNetworks(authorizations);
    if (problem !== undefined) return problem;
    for (const [rule, { matches }] of rules.entries()) {
      for (const match of matches) {
        const found = problemOf(match, { route, rule });
        if (found !== undefined) return found;
      }
    }
  }
  return undefined;
}

function httpProblem(match: HttpMatch, where: Where, semantics: Semantics): AnswerProblem | undefined {
  const { path, headers, queryParams } = match;
  if (queryParams.some(({ name }) => name === '')) return { code: 'empty-query-parameter', ...where };
  return patternProblem(
    [...(path === undefined ? [] : [path]), ...headers, ...queryParams],
    where,
    semantics,
  );
}

const grpcProblem = (match: GrpcMatch, where: Where, semantics: Semantics): AnswerProblem | undefined =>
  match.rpc === undefined
    ? { code: 'match-without-rpc', ...where }
    : patternProblem(match.headers, where, semantics);

function patternProblem(
  parts: readonly { readonly kind: string; readonly value: string }[],
  where: Where,
  semantics: Semantics,
): AnswerProblem | undefined {
  const bad = parts.find(({ kind, value }) => kind === 'regex' && patternOf(semantics, value) === undefined);
  return bad && { code: 'pattern', ...where, pattern: bad.value };
}
