/** What a route names as its parents. */
import { targets } from '../../../model/target-ref.js';
import { POLICY_GROUP, type HubSpecs, type RouteKind } from '../../../schema/index.js';
import { isPort } from '../../objects/read.js';
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
export const serverParents = (stored: StoredPolicyOf<RouteKind>): readonly ServerParent[] =>
  routeParents(stored).flatMap((parent) =>
    parent.kind === 'Server' ? [{ namespace: parent.namespace, name: parent.name }] : [],
  );

/** What a route may have for a parent; others get no status. */
export type RouteParent =
  | ({ readonly kind: 'Server' } & ServerParent)
  | ({ readonly kind: 'Service' | 'EgressNetwork'; readonly port: number | undefined } & ServerParent);

const PARENT_KINDS = [
  [POLICY_GROUP, 'Server'],
  ['core', 'Service'],
  [POLICY_GROUP, 'EgressNetwork'],
] as const;

/** Every parent that the status controller writes of, in the order of the refs; a port that is none leaves one out. */
export function routeParents(stored: StoredPolicyOf<RouteKind>): readonly RouteParent[] {
  return (readRoute(stored)?.parentRefs ?? []).flatMap((ref): RouteParent[] => {
    const kind = PARENT_KINDS.find(([group, name]) => targets(ref, group, name))?.[1];
    const { name } = ref;
    const namespace = ref.namespace ?? stored.namespace;
    const port = ref.port ?? undefined;
    if (kind === undefined) return [];
    if (kind === 'Server') return [{ kind, namespace, name }];
    return port === undefined || isPort(port) ? [{ kind, namespace, name, port }] : [];
  });
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
