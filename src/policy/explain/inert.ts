/**
 * Policy that is about a port and has no effect on it: what people wonder at when they wrote an authorization and are
 * refused all the same (inbound-semantics A6, A10 to A12).
 */
import { nearest } from '../../model/nearest.js';
import type { ObjectRef } from '../../model/object-ref.js';
import { targets } from '../../model/target-ref.js';
import { POLICY_GROUP } from '../../schema/index.js';
import { routeKey, type CompiledAuthorizationPolicy } from '../inbound/compile/authorization-policy.js';
import type { InboundIndex } from '../inbound/inbound-index.js';
import type { Authorization, PortPolicy, Protocol, RouteRef } from '../inbound/port-policy.js';
import { acceptedBy } from '../inbound/status.js';
import type { RouteKind } from '../../schema/index.js';
import { sourceKind, type StoredKind } from '../objects/kinds.js';
import type { StoredObject, StoredOf } from '../objects/stored.js';
import { all, find, type NamespaceState } from '../state/state.js';
import { byPrecedence, type PolicyServer } from '../state/server.js';
import type { TargetEndpoint } from '../endpoints/target.js';

export type InertReason =
  /** A Server that selects the port as well, and loses it to the one that governs it. */
  | { readonly code: 'lost-port'; readonly winner: string }
  /** Linkerd cannot read it, or it names nobody. */
  | { readonly code: 'ignored' }
  | { readonly code: 'missing-authentication'; readonly ref: ObjectRef; readonly near: string | undefined }
  | { readonly code: 'ignored-authentication'; readonly ref: ObjectRef }
  /** It names something that is not there, and something of a near name is. */
  | { readonly code: 'missing-target'; readonly target: string; readonly near: string }
  | { readonly code: 'route-not-attached'; readonly route: string }
  /** A more specific kind of route is attached to the Server. */
  | { readonly code: 'route-conflicted' }
  | { readonly code: 'route-other-namespace'; readonly server: string }
  | { readonly code: 'route-protocol'; readonly protocol: Protocol };

export interface Inert {
  readonly object: ObjectRef;
  readonly reason: InertReason;
}

const SERVER = 'policy.linkerd.io/Server';
const AUTHORIZATION_POLICY = 'policy.linkerd.io/AuthorizationPolicy';
const SERVER_AUTHORIZATION = 'policy.linkerd.io/ServerAuthorization';

/** What is about the port and does nothing there: Servers, then authorizations, then routes, each by name. */
export function inertPolicy(
  index: InboundIndex,
  { ref, port }: Pick<TargetEndpoint, 'ref' | 'port'>,
  policy: PortPolicy,
): readonly Inert[] {
  const ns = index.state.namespaces.get(ref.namespace);
  if (ns === undefined || policy.server.kind === 'default') return [];
  const about: About = { index, ns, policy, server: policy.server.name };
  return [
    ...losers(about, ref.kind, ref.name, port),
    ...all(ns, AUTHORIZATION_POLICY).flatMap((stored) => inertPolicyOf(about, stored)),
    ...all(ns, SERVER_AUTHORIZATION).flatMap((stored) => inertServerAuthorization(about, stored)),
    ...index.relations.rivals(ns.name, about.server).flatMap((stored) => inertRoute(about, stored)),
  ];
}

interface About {
  readonly index: InboundIndex;
  readonly ns: NamespaceState;
  readonly policy: PortPolicy;
  /** The Server that governs the port. */
  readonly server: string;
}

const inert = (object: StoredObject, reason: InertReason): Inert[] => [{ object: refOf(object), reason }];

export function refOf({
  kind,
  namespace,
  name,
}: Pick<StoredObject, 'kind' | 'namespace' | 'name'>): ObjectRef {
  const { group, kind: short } = sourceKind(kind);
  return { group, kind: short, namespace, name };
}

function losers({ ns, server }: About, kind: StoredKind, name: string, port: number): Inert[] {
  const pod = kind === 'core/Pod' ? ns.pods.workloads.get(name) : undefined;
  const external = kind === 'core/Pod' ? undefined : ns.externalWorkloads.workloads.get(name);
  const claims: readonly PolicyServer[] =
    (pod === undefined ? undefined : ns.pods.groupOf(pod)?.claims.get(port)) ??
    (external === undefined ? undefined : ns.externalWorkloads.groupOf(external)?.claims.get(port)) ??
    [];
  return [...claims]
    .sort(byPrecedence)
    .slice(1)
    .flatMap(({ stored }) => inert(stored, { code: 'lost-port', winner: server }));
}

const effective = ({ policy }: About): readonly Authorization[] => [
  ...policy.authorizations,
  ...policy.httpRoutes.flatMap(({ authorizations }) => authorizations),
  ...policy.grpcRoutes.flatMap(({ authorizations }) => authorizations),
];

const acts = (about: About, kind: Authorization['source']['kind'], name: string): boolean =>
  effective(about).some(({ source }) => source.kind === kind && source.name === name);

function inertPolicyOf(about: About, stored: StoredOf<typeof AUTHORIZATION_POLICY>): Inert[] {
  if (acts(about, 'AuthorizationPolicy', stored.name)) return [];
  const compiled = about.index.compiler.compile(AUTHORIZATION_POLICY, stored);
  const { targetRef } = stored.spec;
  if (compiled === undefined) {
    const named = targets(targetRef ?? {}, POLICY_GROUP, 'Server') && targetRef?.name === about.server;
    return named ? inert(stored, { code: 'ignored' }) : [];
  }
  const reason = reasonOf(about, compiled);
  return reason === undefined ? [] : inert(stored, reason);
}

function reasonOf(about: About, compiled: CompiledAuthorizationPolicy): InertReason | undefined {
  const { index, ns, server } = about;
  const { target } = compiled;
  switch (target.kind) {
    case 'server':
      if (target.name !== server) return missingServer(ns, target.name, server);
      break;
    case 'namespace':
      break;
    case 'route': {
      const attached = index.relations.attachedTo(ns.name, target.key);
      const route = [...about.policy.httpRoutes, ...about.policy.grpcRoutes].find(
        ({ ref }) => keyOf(ref) === target.key,
      );
      if (route === undefined) {
        const [, , name = target.key] = target.key.split('/');
        return attached.includes(server) ? { code: 'route-not-attached', route: name } : undefined;
      }
    }
  }
  return authenticationProblem(index, compiled);
}

const keyOf = (ref: RouteRef): string =>
  ref.kind === 'default' ? '' : routeKey(ref.group, ref.kind, ref.name);

/** A name that no Server has, and nearly that of this one. */
function missingServer(ns: NamespaceState, name: string, server: string): InertReason | undefined {
  if (ns.objects.get(SERVER)?.has(name) === true || nearest(name, [server]) === undefined) return undefined;
  return { code: 'missing-target', target: name, near: server };
}

/** The first of the authentications that keeps the whole policy from having an effect (A11). */
function authenticationProblem(
  { state, compiler }: InboundIndex,
  { identities, networks }: CompiledAuthorizationPolicy,
): InertReason | undefined {
  const named = [
    ...(typeof identities === 'object'
      ? [{ kind: 'policy.linkerd.io/MeshTLSAuthentication' as const, ...identities }]
      : []),
    ...(networks === undefined
      ? []
      : [{ kind: 'policy.linkerd.io/NetworkAuthentication' as const, ...networks }]),
  ];
  for (const { kind, namespace, name } of named) {
    const found = find(state, kind, namespace, name);
    if (found === undefined) {
      const known = state.namespaces.get(namespace)?.objects.get(kind);
      const near = known === undefined ? undefined : nearest(name, [...known].map(([key]) => key).sort());
      return { code: 'missing-authentication', ref: refOf({ kind, namespace, name }), near };
    }
    if (compiler.compile(kind, found) === undefined)
      return { code: 'ignored-authentication', ref: refOf(found) };
  }
  return undefined;
}

function inertServerAuthorization(about: About, stored: StoredOf<typeof SERVER_AUTHORIZATION>): Inert[] {
  const named = stored.spec.server?.name ?? undefined;
  if (named === undefined || acts(about, 'ServerAuthorization', stored.name)) return [];
  if (named === about.server) return inert(stored, { code: 'ignored' });
  const reason = missingServer(about.ns, named, about.server);
  return reason === undefined ? [] : inert(stored, reason);
}

function inertRoute(about: About, stored: Extract<StoredObject, { readonly kind: RouteKind }>): Inert[] {
  const { index, ns, policy, server } = about;
  const { group, kind } = sourceKind(stored.kind);
  const key = routeKey(group, kind, stored.name);
  if ([...policy.httpRoutes, ...policy.grpcRoutes].some(({ ref }) => keyOf(ref) === key)) return [];
  if (stored.namespace !== ns.name) return inert(stored, { code: 'route-other-namespace', server });
  if (!index.relations.attachedTo(ns.name, key).includes(server)) return inert(stored, { code: 'ignored' });
  const rivals = index.relations.rivals(ns.name, server);
  if (acceptedBy({ namespace: ns.name, name: server }, stored.kind, rivals) !== 'Accepted')
    return inert(stored, { code: 'route-conflicted' });
  return inert(stored, { code: 'route-protocol', protocol: policy.protocol });
}
