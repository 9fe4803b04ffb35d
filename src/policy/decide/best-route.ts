import { hostScore, NO_HOST } from './match-host.js';
import { compareScores, type Score } from './matcher.js';
import type { Prepared, PreparedRule } from './prepare.js';
import type { RequestReader } from './request.js';

/**
 * The rule that a request falls to (B5): that of the route whose host name fits best, then the one whose best match
 * has the highest score; of equals the first rule of the first route. Undefined where none matches.
 */
export function bestRoute({ routes, hosts }: Prepared, request: RequestReader): PreparedRule | undefined {
  const name = hosts ? request.host : '';
  let best: PreparedRule | undefined;
  let bestHost = NO_HOST;
  let bestScore: Score = [];
  for (const route of routes) {
    const host = hostScore(route.hosts, name);
    if (host === NO_HOST || host < bestHost) continue;
    for (const rule of route.rules) {
      const score = rule.always ?? scoreOf(rule, request);
      if (score === undefined) continue;
      if (host > bestHost || compareScores(score, bestScore) > 0) {
        best = rule;
        bestHost = host;
        bestScore = score;
      }
    }
  }
  return best;
}

/** That of the best match of a rule. */
function scoreOf({ matchers }: PreparedRule, request: RequestReader): Score | undefined {
  let best: Score | undefined;
  for (const matcher of matchers) {
    const score = matcher(request);
    if (score !== undefined && (best === undefined || compareScores(score, best) > 0)) best = score;
  }
  return best;
}
