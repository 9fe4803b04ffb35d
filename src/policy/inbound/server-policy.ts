/** The part of a policy that a Server alone determines, whatever workload it selects (inbound-semantics A9 to A15). */
import { POLICY_WORDS, type RouteStatus } from '../../model/world.js';
import type { StoredOf } from '../objects/stored.js';
import {
  resolve,
  routeKey,
  type Authentications,
  type CompiledAuthorizationPolicy,
} from './compile/authorization-policy.js';
import { ofPolicyWord } from './compile/default-policy.js';
import { byRouteOrder } from './compile/order.js';
import type { CompiledRoute } from './compile/route.js';
import type { PolicyWorld } from './compiler.js';
import type { Authorization, PortPolicy, Protocol, RateLimit, Route } from './port-policy.js';
import type { RateLimitCandidate, Relations } from './relations.js';
import { acceptedBy, acceptedRateLimit, observedAccepted, observedRateLimit } from './status.js';

/** A policy without what the workload adds: its routes are those attached, perhaps none. */
export type ServerPolicy = PortPolicy;

const PROTOCOLS: ReadonlyMap<string, Protocol> = new Map([
  ['unknown', 'detect'],
  ['HTTP/1', 'HTTP/1'],
  ['HTTP/2', 'HTTP/2'],
  ['gRPC', 'gRPC'],
  ['opaque', 'opaque'],
  ['TLS', 'TLS'],
]);

export function serverPolicy(
  server: StoredOf<'policy.linkerd.io/Server'>,
  {
    relations,
    authentications,
    world,
  }: {
    readonly relations: Relations;
    readonly authentications: Authentications;
    readonly world: PolicyWorld;
  },
): ServerPolicy {
  const { namespace, name } = server;
  const protocol = PROTOCOLS.get(server.spec.proxyProtocol ?? 'unknown') ?? 'detect';
  const resolved = (policies: readonly CompiledAuthorizationPolicy[]): Authorization[] =>
    policies.flatMap((policy) => resolve(policy, authentications) ?? []);
  const rivals = relations.rivals(namespace, name);
  const isAccepted = ({ stored }: CompiledRoute<unknown>): boolean =>
    world.routeStatus === 'observed'
      ? observedAccepted(stored, name)
      : acceptedBy(server, stored.kind, rivals) === 'Accepted';
  const attached = <M>(routes: readonly CompiledRoute<M>[]): Route<M>[] =>
    routes
      .filter(isAccepted)
      .sort(byRouteOrder)
      .map(({ ref, hosts, rules }) => {
        const key = routeKey(ref.group, ref.kind, ref.name);
        const own = relations.policies(namespace, { kind: 'route', key });
        return { ref, hosts, rules, authorizations: resolved(own) };
      });
  const http = protocol === 'detect' || protocol === 'HTTP/1' || protocol === 'HTTP/2';
  return {
    server: { kind: 'server', namespace, name },
    protocol,
    authorizations: [
      ...byName([
        ...resolved(relations.policies(namespace, { kind: 'server', name })),
        ...resolved(relations.policies(namespace, { kind: 'namespace' })),
      ]),
      ...relations.serverAuthorizations(namespace, server).map(({ authorization }) => authorization),
      ...accessPolicyOf(server, world),
    ],
    httpRoutes: http ? attached(relations.httpRoutes(namespace, name)) : [],
    grpcRoutes: protocol === 'gRPC' ? attached(relations.grpcRoutes(namespace, name)) : [],
    rateLimit: http ? rateLimitOf(relations.rateLimits(namespace, name), world.routeStatus) : undefined,
  };
}

/** Where the status accepts several, which nothing but a status being behind brings about, the pick is the oldest (A15). */
const rateLimitOf = (candidates: readonly RateLimitCandidate[], status: RouteStatus): RateLimit | undefined =>
  acceptedRateLimit(
    status === 'observed' ? candidates.filter(({ stored }) => observedRateLimit(stored)) : candidates,
  )?.compiled?.limit;

/** A floor, not an override: one more alternative; a word that is none adds nothing (A9). */
function accessPolicyOf(
  { spec: { accessPolicy } }: StoredOf<'policy.linkerd.io/Server'>,
  { settings }: PolicyWorld,
): Authorization[] {
  const word = POLICY_WORDS.find((known) => known === accessPolicy);
  const authorization = word === undefined ? undefined : ofPolicyWord(word, settings);
  return authorization === undefined ? [] : [authorization];
}

const byName = (authorizations: readonly Authorization[]): Authorization[] =>
  [...authorizations].sort((a, b) => (a.source.name < b.source.name ? -1 : 1));
