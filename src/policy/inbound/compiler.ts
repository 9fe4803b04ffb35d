/**
 * Compiles stored objects as Linkerd reads them, each once: a stored object is immutable, and so is what it means in
 * one world. A compiler belongs to one index and to all values that follow from it.
 */
import type { World } from '../../model/world.js';
import type { StoredObject, StoredOf } from '../objects/stored.js';
import { compileMeshTLSAuthentication, compileNetworkAuthentication } from './compile/authentications.js';
import { compileAuthorizationPolicy } from './compile/authorization-policy.js';
import { compileGrpcRoute } from './compile/grpc-route.js';
import { compileHttpRoute } from './compile/http-route.js';
import { compileRateLimit } from './compile/rate-limit.js';
import { compileServerAuthorization } from './compile/server-authorization.js';

/** The part of a world that policy depends on. */
export type PolicyWorld = Pick<World, 'settings' | 'semantics' | 'routeStatus'>;

const COMPILE = {
  'policy.linkerd.io/ServerAuthorization': (
    stored: StoredOf<'policy.linkerd.io/ServerAuthorization'>,
    world: PolicyWorld,
  ) => compileServerAuthorization(stored, world.settings),
  'policy.linkerd.io/AuthorizationPolicy': (
    stored: StoredOf<'policy.linkerd.io/AuthorizationPolicy'>,
    world: PolicyWorld,
  ) => compileAuthorizationPolicy(stored, world.settings),
  'policy.linkerd.io/MeshTLSAuthentication': (
    stored: StoredOf<'policy.linkerd.io/MeshTLSAuthentication'>,
    world: PolicyWorld,
  ) => compileMeshTLSAuthentication(stored, world.settings),
  'policy.linkerd.io/NetworkAuthentication': compileNetworkAuthentication,
  'policy.linkerd.io/HTTPRoute': compileHttpRoute,
  'gateway.networking.k8s.io/HTTPRoute': compileHttpRoute,
  'gateway.networking.k8s.io/GRPCRoute': compileGrpcRoute,
  'policy.linkerd.io/HTTPLocalRateLimitPolicy': compileRateLimit,
};

/** The kinds of which a compiled form takes part in policy, Servers aside. */
export type CompiledKind = keyof typeof COMPILE;
export type Compiled<K extends CompiledKind> = NonNullable<ReturnType<(typeof COMPILE)[K]>>;

export class Compiler {
  readonly world: PolicyWorld;
  readonly #memos = new WeakMap<StoredObject, { readonly value: unknown }>();

  constructor(world: PolicyWorld) {
    this.world = world;
  }

  /** What the object means; undefined for one that Linkerd ignores. */
  compile<K extends CompiledKind>(kind: K, stored: StoredOf<K>): Compiled<K> | undefined {
    let memo = this.#memos.get(stored);
    if (memo === undefined) {
      const compile = COMPILE[kind] as unknown as (
        stored: StoredOf<K>,
        world: PolicyWorld,
      ) => Compiled<K> | undefined;
      memo = { value: compile(stored, this.world) };
      this.#memos.set(stored, memo);
    }
    return memo.value as Compiled<K> | undefined;
  }
}
