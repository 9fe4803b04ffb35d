import type { World } from '../../../model/world.js';
import type { HubSpecs, HttpRouteKind } from '../../../schema/index.js';
import type { HttpMatch } from '../port-policy.js';
import { convertAll } from './convert-all.js';
import { gatewayHttpFilter, policyFilter } from './filter.js';
import { httpMatch } from './match.js';
import { readRoute, type StoredPolicyOf } from './readable.js';
import { toRoute, toRule, type CompiledRoute } from './route.js';

type Spec = HubSpecs[HttpRouteKind];

/**
 * An HTTPRoute of either group as inbound policy, or undefined where Linkerd's index ignores it (A12). A rule without
 * matches keeps none and matches everything; the schema's defaults have been filled in before.
 */
export function compileHttpRoute(
  stored: StoredPolicyOf<HttpRouteKind>,
  { semantics: { compilePattern } }: World,
): CompiledRoute<HttpMatch> | undefined {
  const spec: Spec | undefined = readRoute<HttpRouteKind>(stored);
  if (spec === undefined) return undefined;
  const toFilters = stored.kind === 'policy.linkerd.io/HTTPRoute' ? policyFilter : gatewayHttpFilter;
  const rules = convertAll(spec.rules, (rule) =>
    toRule(rule, (match) => httpMatch(match, compilePattern), toFilters),
  );
  return toRoute(stored, spec, rules);
}
