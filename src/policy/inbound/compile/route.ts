/** What HTTPRoutes and GRPCRoutes have in common in inbound policy (inbound-semantics A12). */
import { definitionOf, type HubSpecs, type L7RouteKind } from '../../../schema/index.js';
import type { HostMatch, RouteFilter, RouteRef, RouteRule } from '../port-policy.js';
import { convertAll } from './convert-all.js';
import { ownServers } from './parents.js';
import type { StoredPolicyOf } from './readable.js';

/** A route that converts: what the index sends of it to each Server that accepts it. */
export interface CompiledRoute<M> {
  readonly ref: Exclude<RouteRef, { readonly kind: 'default' }>;
  readonly created: string | undefined;
  readonly hosts: readonly HostMatch[];
  readonly rules: readonly RouteRule<M>[];
  /** The Servers of its own namespace that it names. */
  readonly parents: readonly string[];
  readonly stored: StoredPolicyOf<L7RouteKind>;
}

/** The route with these rules; undefined if it has none because they do not convert, or if a parent is invalid. */
export function toRoute<M>(
  stored: StoredPolicyOf<L7RouteKind>,
  spec: HubSpecs[L7RouteKind],
  rules: readonly RouteRule<M>[] | undefined,
): CompiledRoute<M> | undefined {
  const parents = ownServers(spec.parentRefs, stored.namespace);
  if (parents === undefined || rules === undefined) return undefined;
  return {
    ref: refOf(stored),
    created: stored.created,
    hosts: (spec.hostnames ?? []).map(hostMatch),
    rules,
    parents,
    stored,
  };
}

interface SpecRule<M, F> {
  readonly matches?: readonly M[] | null;
  readonly filters?: readonly F[] | null;
}

/** A rule, or undefined if one of its matches or filters is invalid. */
export function toRule<S, F, M>(
  rule: SpecRule<S, F>,
  toMatch: (match: S) => M | undefined,
  toFilters: (filter: F) => readonly RouteFilter[] | undefined,
): RouteRule<M> | undefined {
  const matches = convertAll(rule.matches, toMatch);
  const filters = convertAll(rule.filters, toFilters);
  return matches && filters && { matches, filters: filters.flat() };
}

function refOf({ kind: id, namespace, name }: StoredPolicyOf<L7RouteKind>): CompiledRoute<never>['ref'] {
  const { group } = definitionOf(id);
  const kind = id === 'gateway.networking.k8s.io/GRPCRoute' ? 'GRPCRoute' : 'HTTPRoute';
  return { kind, group, namespace, name };
}

/** `*.x.y` is everything below `x.y`, anything else one host. */
const hostMatch = (text: string): HostMatch =>
  text.startsWith('*.') ? { kind: 'suffix', host: text.slice(2) } : { kind: 'exact', host: text };
