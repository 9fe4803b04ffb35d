/** What a route names as its parents. */
import { targets } from '../../../model/target-ref.js';
import { POLICY_GROUP, type HubSpecs, type RouteKind } from '../../../schema/index.js';
import { readRoute, type StoredPolicyOf } from './readable.js';

type ParentRef = NonNullable<HubSpecs[RouteKind]['parentRefs']>[number];

export interface ServerParent {
  readonly namespace: string;
  readonly name: string;
}

/**
 * Every Server that a route names, as the status controller looks at it: in any namespace (the route's own unless
 * set), with a port or a section or without, and also where the index ignores the route (inbound-api, section 6). A
 * route that Linkerd cannot read names none.
 */
export function serverParents(stored: StoredPolicyOf<RouteKind>): readonly ServerParent[] {
  return serverRefs(readRoute(stored)?.parentRefs).map(({ namespace, name }) => ({
    namespace: namespace ?? stored.namespace,
    name,
  }));
}

/**
 * The Servers of its own namespace that a route names, each once; undefined if the index ignores the whole route: one
 * of the refs to a Server has another namespace, a port or a section (A12).
 */
export function ownServers(
  refs: readonly ParentRef[] | null | undefined,
  namespace: string,
): readonly string[] | undefined {
  const named = serverRefs(refs);
  const valid = named.every(
    (ref) =>
      (ref.namespace ?? namespace) === namespace &&
      (ref.port ?? undefined) === undefined &&
      (ref.sectionName ?? undefined) === undefined,
  );
  return valid ? [...new Set(named.map(({ name }) => name))] : undefined;
}

/** An absent kind names no Server; a ref without a name is skipped (A12). */
const serverRefs = (refs: readonly ParentRef[] | null | undefined): readonly ParentRef[] =>
  (refs ?? []).filter((ref) => targets(ref, POLICY_GROUP, 'Server') && ref.name !== '');
