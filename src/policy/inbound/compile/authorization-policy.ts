/** AuthorizationPolicies as the index uses them (inbound-semantics A11). */
import { serviceAccountIdentity } from '../../../model/identity.js';
import { asciiLower } from '../../../model/text.js';
import type { ClusterSettings } from '../../../model/world.js';
import { targets, type TargetRef } from '../../../model/target-ref.js';
import { GATEWAY_GROUP, POLICY_GROUP } from '../../../schema/index.js';
import type { StoredPolicy } from '../../objects/stored.js';
import type { Authentication, Authorization, AuthorizedNetwork } from '../port-policy.js';
import { EVERYWHERE, settingNetworks } from './networks.js';

/** Another object that an AuthorizationPolicy names. */
export interface NamedRef {
  readonly namespace: string;
  readonly name: string;
}

export type PolicyTarget =
  | { readonly kind: 'server'; readonly name: string }
  /** Every Server of the policy's own namespace, whatever namespace it names. */
  | { readonly kind: 'namespace' }
  /** A route of the policy's own namespace, by `routeKey`. */
  | { readonly kind: 'route'; readonly key: string };

export interface CompiledAuthorizationPolicy {
  readonly namespace: string;
  readonly name: string;
  readonly target: PolicyTarget;
  /** A MeshTLSAuthentication, the identity of a service account, or undefined where none is asked for. */
  readonly identities: NamedRef | string | undefined;
  /** A NetworkAuthentication, or undefined for all networks. */
  readonly networks: NamedRef | undefined;
}

/** Names of routes are compared ignoring case, and so are their group and kind (A11). */
export const routeKey = (group: string, kind: string, name: string): string =>
  asciiLower(`${group}/${kind}/${name}`);

const ROUTE_TARGETS = [
  [POLICY_GROUP, 'HTTPRoute'],
  [GATEWAY_GROUP, 'HTTPRoute'],
  [GATEWAY_GROUP, 'GRPCRoute'],
] as const;

/** Undefined for one that Linkerd ignores: unreadable, a target or an authentication of a foreign kind, two of a kind. */
export function compileAuthorizationPolicy(
  { readable, spec, namespace, name }: StoredPolicy<'policy.linkerd.io/AuthorizationPolicy'>,
  settings: ClusterSettings,
): CompiledAuthorizationPolicy | undefined {
  const target = readable ? compileTarget(spec.targetRef ?? {}) : undefined;
  if (target === undefined) return undefined;
  let identities: NamedRef | string | undefined;
  let networks: NamedRef | undefined;
  for (const item of spec.requiredAuthenticationRefs ?? []) {
    const ref: TargetRef = item ?? {};
    const named = { namespace: ref.namespace ?? namespace, name: ref.name ?? '' };
    if (targets(ref, POLICY_GROUP, 'NetworkAuthentication')) {
      if (networks !== undefined) return undefined;
      networks = named;
      continue;
    }
    const found = targets(ref, POLICY_GROUP, 'MeshTLSAuthentication')
      ? named
      : targets(ref, '', 'ServiceAccount')
        ? serviceAccountIdentity(named.name, named.namespace, settings)
        : undefined;
    if (found === undefined || identities !== undefined) return undefined;
    identities = found;
  }
  return { namespace, name, target, identities, networks };
}

function compileTarget(ref: TargetRef): PolicyTarget | undefined {
  const name = ref.name ?? '';
  if (targets(ref, POLICY_GROUP, 'Server')) return { kind: 'server', name };
  if (targets(ref, '', 'Namespace')) return { kind: 'namespace' };
  const route = ROUTE_TARGETS.find(([group, kind]) => targets(ref, group, kind));
  return route === undefined ? undefined : { kind: 'route', key: routeKey(route[0], route[1], name) };
}

/** What an AuthorizationPolicy may name, as it is now; undefined for what does not exist or is itself invalid. */
export interface Authentications {
  readonly identities: (ref: NamedRef) => Authentication | undefined;
  readonly networks: (ref: NamedRef) => readonly AuthorizedNetwork[] | undefined;
}

/** The authorization; undefined while something that the policy names is missing: then all of it has no effect. */
export function resolve(
  policy: CompiledAuthorizationPolicy,
  found: Authentications,
): Authorization | undefined {
  const authentication = resolveIdentities(policy.identities, found);
  const networks =
    policy.networks === undefined ? settingNetworks(EVERYWHERE) : found.networks(policy.networks);
  if (authentication === undefined || networks === undefined) return undefined;
  const { namespace, name } = policy;
  return { source: { kind: 'AuthorizationPolicy', namespace, name }, networks, authentication };
}

function resolveIdentities(
  identities: NamedRef | string | undefined,
  found: Authentications,
): Authentication | undefined {
  if (identities === undefined) return { kind: 'unauthenticated' };
  if (typeof identities === 'string') return { kind: 'identities', exact: [identities], suffixes: [] };
  return found.identities(identities);
}
