/** Rate limits (inbound-semantics A15). */
import { serviceAccountIdentity } from '../../../model/identity.js';
import { targets } from '../../../model/target-ref.js';
import type { World } from '../../../model/world.js';
import { POLICY_GROUP, type HubSpecs } from '../../../schema/index.js';
import type { StoredPolicy } from '../../objects/stored.js';
import type { RateLimit } from '../port-policy.js';
import { convertAll } from './convert-all.js';
import { readRateLimit, type RateLimitKind } from './readable.js';

export interface CompiledRateLimit {
  /** A Server of the same namespace. */
  readonly server: string;
  readonly created: string | undefined;
  readonly limit: RateLimit;
}

/**
 * The Server that a rate limit is for, as the status controller looks at it: also of one that the index ignores for
 * its clients. Undefined where Linkerd cannot read the object or its target is no Server.
 */
export function rateLimitTarget(stored: StoredPolicy<RateLimitKind>): string | undefined {
  const ref = readRateLimit(stored)?.targetRef;
  return ref !== undefined && targets(ref, POLICY_GROUP, 'Server') ? ref.name : undefined;
}

/** A rate limit as inbound policy; undefined where its target is no Server or a client no ServiceAccount. */
export function compileRateLimit(
  stored: StoredPolicy<RateLimitKind>,
  { settings }: World,
): CompiledRateLimit | undefined {
  const spec = readRateLimit(stored);
  const server = rateLimitTarget(stored);
  if (spec === undefined || server === undefined) return undefined;
  const { namespace, name, created } = stored;
  const identityOf = (ref: ClientRef): string | undefined =>
    targets(ref, 'core', 'ServiceAccount')
      ? serviceAccountIdentity(ref.name, ref.namespace ?? namespace, settings)
      : undefined;
  const overrides = convertAll(spec.overrides, ({ requestsPerSecond, clientRefs }) => {
    const clients = convertAll(clientRefs, identityOf);
    return clients && { requestsPerSecond, clients };
  });
  if (overrides === undefined) return undefined;
  const total = spec.total?.requestsPerSecond;
  const identity = spec.identity?.requestsPerSecond;
  return { server, created, limit: { namespace, name, total, identity, overrides } };
}

type ClientRef = NonNullable<HubSpecs[RateLimitKind]['overrides']>[number]['clientRefs'][number];
