/** The spec of a stored object, if Linkerd's model can read the object at all (known-gaps G-33, G-34). */
import { parseRouteDuration } from '../../../model/duration.js';
import { fitsUnsigned32 } from '../../../model/integer.js';
import type { HubSpecs, KindId, RouteKind } from '../../../schema/index.js';
import type { StoredPolicy } from '../../objects/stored.js';

/** The stored objects of any of the kinds `K`, told apart by `kind`. */
export type StoredPolicyOf<K extends KindId> = { [P in K]: StoredPolicy<P> }[K];

/** The whole spec: what is readable has been found to fit the schema. */
const specOf = <K extends KindId>({ readable, spec }: StoredPolicy<K>): HubSpecs[K] | undefined =>
  readable ? (spec as HubSpecs[K]) : undefined;

/**
 * The spec of a route. Linkerd parses the timeouts of its own HTTPRoute as it reads the object, so that an object
 * whose timeouts do not parse (DUR) is not there for it.
 */
export function readRoute<K extends RouteKind>(stored: StoredPolicy<K>): HubSpecs[K] | undefined {
  const spec = specOf(stored);
  if (spec === undefined || stored.kind !== 'policy.linkerd.io/HTTPRoute') return spec;
  const { rules } = spec as HubSpecs['policy.linkerd.io/HTTPRoute'];
  const timeouts = (rules ?? []).flatMap((rule) => [rule.timeouts?.request, rule.timeouts?.backendRequest]);
  return timeouts.every((text) => typeof text !== 'string' || parseRouteDuration(text) !== undefined)
    ? spec
    : undefined;
}

export type RateLimitKind = 'policy.linkerd.io/HTTPLocalRateLimitPolicy';

/** The spec of a rate limit; one whose limits do not fit 32 bits cannot be read (RL-8). */
export function readRateLimit(stored: StoredPolicy<RateLimitKind>): HubSpecs[RateLimitKind] | undefined {
  const spec = specOf(stored);
  if (spec === undefined) return undefined;
  const limits = [spec.total, spec.identity, ...(spec.overrides ?? [])];
  return limits.every(
    (limit) => limit === undefined || limit === null || fitsUnsigned32(limit.requestsPerSecond),
  )
    ? spec
    : undefined;
}
