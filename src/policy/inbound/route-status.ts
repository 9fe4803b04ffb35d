/**
 * The whole status that Linkerd's status controller would write of a route (inbound-api, section 6): what the cluster
 * says can be compared with it. Inbound policy itself needs only `acceptedBy`.
 */
import { targets } from '../../model/target-ref.js';
import { POLICY_GROUP, type HubSpecs, type RouteKind } from '../../schema/index.js';
import type { StoredService } from '../objects/stored.js';
import { routeParents, type RouteParent, type ServerParent } from './compile/parents.js';
import { readRoute, type StoredPolicyOf } from './compile/readable.js';
import { acceptedBy, type ParentReason } from './status.js';

/** The reason of the condition ResolvedRefs, which is true of the first only. */
export type BackendReason = 'ResolvedRefs' | 'BackendNotFound' | 'InvalidKind';

export interface PredictedParentStatus {
  readonly parent: RouteParent;
  readonly accepted: ParentReason;
  /** Absent of Servers, which have no backends. */
  readonly resolvedRefs: BackendReason | undefined;
}

/** What a route's status depends on besides the route. */
export interface StatusFacts {
  /** A Server that Linkerd can read. */
  readonly server: (namespace: string, name: string) => ServerParent | undefined;
  readonly service: (
    namespace: string,
    name: string,
  ) => Pick<StoredService, 'type' | 'clusterIP'> | undefined;
  /** Whether it is accepted itself. */
  readonly egressNetwork: (namespace: string, name: string) => { readonly accepted: boolean } | undefined;
  /** The routes of all namespaces that name this parent, port included (`routeParents`). */
  readonly rivals: (parent: RouteParent) => Iterable<{ readonly kind: RouteKind }>;
}

/** One status for each ref to a Server, Service or EgressNetwork, in their order; none of a route that cannot be read. */
export function predictedStatus(
  stored: StoredPolicyOf<RouteKind>,
  facts: StatusFacts,
): readonly PredictedParentStatus[] {
  const backends = backendsOf(stored);
  return routeParents(stored).map((parent) => ({
    parent,
    accepted: acceptedBy(existing(parent, facts), stored.kind, facts.rivals(parent)),
    resolvedRefs: parent.kind === 'Server' ? undefined : resolvedRefs(parent, backends, facts),
  }));
}

/** The parent, if it is there and can be one. */
function existing(parent: RouteParent, facts: StatusFacts): ServerParent | undefined {
  const { kind, namespace, name } = parent;
  switch (kind) {
    case 'Server':
      return facts.server(namespace, name);
    case 'Service': {
      const service = facts.service(namespace, name);
      return service !== undefined && hasClusterIP(service) ? parent : undefined;
    }
    case 'EgressNetwork':
      return facts.egressNetwork(namespace, name)?.accepted === true ? parent : undefined;
  }
}

/** One that is not written yet will be given by the cluster. */
const hasClusterIP = ({ type, clusterIP }: Pick<StoredService, 'type' | 'clusterIP'>): boolean =>
  type !== 'ExternalName' && clusterIP !== 'None';

interface Backend {
  readonly kind: 'Service' | 'EgressNetwork' | 'other';
  readonly namespace: string;
  readonly name: string;
}

type BackendRef = NonNullable<
  NonNullable<HubSpecs['policy.linkerd.io/HTTPRoute']['rules']>[number]['backendRefs']
>[number];

function backendsOf(stored: StoredPolicyOf<RouteKind>): readonly Backend[] {
  const backends: Backend[] = [];
  for (const rule of readRoute(stored)?.rules ?? [])
    for (const ref of rule.backendRefs ?? [])
      backends.push({
        kind: backendKind(ref),
        namespace: ref.namespace ?? stored.namespace,
        name: ref.name,
      });
  return backends;
}

function backendKind({ group, kind }: BackendRef): Backend['kind'] {
  const ref = { group, kind: kind ?? 'Service' };
  if (targets(ref, 'core', 'Service')) return 'Service';
  return targets(ref, POLICY_GROUP, 'EgressNetwork') ? 'EgressNetwork' : 'other';
}

/** The reason of the first backend that has one against it. */
function resolvedRefs(parent: RouteParent, backends: readonly Backend[], facts: StatusFacts): BackendReason {
  for (const { kind, namespace, name } of backends) {
    if (kind === 'other') return 'InvalidKind';
    if (kind === 'Service') {
      if (facts.service(namespace, name) === undefined) return 'BackendNotFound';
      continue;
    }
    if (facts.egressNetwork(namespace, name) === undefined) return 'BackendNotFound';
    const same = parent.kind === kind && parent.namespace === namespace && parent.name === name;
    if (!same) return 'InvalidKind';
  }
  return 'ResolvedRefs';
}
