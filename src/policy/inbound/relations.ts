/**
 * What policy objects say of Servers, filed under the Server that they are about, so that a change finds what depends
 * on it without a scan. An immutable value.
 *
 *   ServerAuthorization ── name or selector ──> Server <── parentRefs ── routes <── target ── AuthorizationPolicy
 *   AuthorizationPolicy ── target ──> Server, namespace or route; it names ──> Mesh-TLS-, NetworkAuthentication
 */
import { PersistentMap } from '../../model/persistent-map.js';
import { SelectorIndex, type LabelRecord, type Selector } from '../../selector/index.js';
import type { RouteKind } from '../../schema/index.js';
import type { StoredObject, StoredOf } from '../objects/stored.js';
import {
  routeKey,
  type CompiledAuthorizationPolicy,
  type NamedRef,
  type PolicyTarget,
} from './compile/authorization-policy.js';
import { serverParents } from './compile/parents.js';
import { rateLimitTarget, type CompiledRateLimit } from './compile/rate-limit.js';
import type { CompiledRoute } from './compile/route.js';
import type { CompiledServerAuthorization } from './compile/server-authorization.js';
import type { Compiler } from './compiler.js';
import { MultiMap } from './multi-map.js';
import type { GrpcMatch, HttpMatch } from './port-policy.js';

/** The kinds that an AuthorizationPolicy may require. */
export type AuthenticationKind =
  'policy.linkerd.io/MeshTLSAuthentication' | 'policy.linkerd.io/NetworkAuthentication';

/** A rate limit that names a Server, valid or not: the status controller looks at both (inbound-api, section 6). */
export interface RateLimitCandidate {
  readonly name: string;
  readonly created: string | undefined;
  readonly stored: StoredOf<'policy.linkerd.io/HTTPLocalRateLimitPolicy'>;
  readonly compiled: CompiledRateLimit | undefined;
}

/** What is filed, by the first word of the key that it stands under. */
interface Relation {
  /** ServerAuthorizations that name a Server. */
  saz: CompiledServerAuthorization;
  /** AuthorizationPolicies by their target. */
  ap: CompiledAuthorizationPolicy;
  /** Routes that are to be attached to a Server of their namespace. */
  http: CompiledRoute<HttpMatch>;
  grpc: CompiledRoute<GrpcMatch>;
  /** The Servers of its namespace that a route names. */
  attached: readonly string[];
  limit: RateLimitCandidate;
  /** All routes, of any namespace and valid or not, that name a Server as their parent. */
  rival: StoredRoute;
  /** AuthorizationPolicies that require an authentication. */
  requiring: CompiledAuthorizationPolicy;
}
type Of = keyof Relation;

/** One place where an object is filed. */
interface Filing {
  readonly key: string;
  readonly value: Relation[Of];
}

/** Namespaces and names hold no space; what is separated by one is therefore never confused. */
const keyOf = (of: Of, ...parts: readonly string[]): string => `${of} ${parts.join(' ')}`;

const targetKey = (namespace: string, target: PolicyTarget): string => {
  switch (target.kind) {
    case 'server':
      return keyOf('ap', namespace, 'server', target.name);
    case 'namespace':
      return keyOf('ap', namespace, 'namespace');
    case 'route':
      return keyOf('ap', namespace, 'route', target.key);
  }
};

export class Relations {
  readonly #filed: MultiMap<Relation[Of]>;
  /** By namespace: the ServerAuthorizations that select Servers by their labels. */
  readonly #selecting: PersistentMap<SelectorIndex<CompiledServerAuthorization>>;

  private constructor(
    filed: MultiMap<Relation[Of]>,
    selecting: PersistentMap<SelectorIndex<CompiledServerAuthorization>>,
  ) {
    this.#filed = filed;
    this.#selecting = selecting;
  }

  static empty(): Relations {
    return new Relations(MultiMap.empty(), PersistentMap.empty());
  }

  /** The valid ServerAuthorizations that select a Server of these labels, by name. */
  serverAuthorizations(
    namespace: string,
    server: { readonly name: string; readonly labels: LabelRecord },
  ): readonly CompiledServerAuthorization[] {
    const named = this.#list('saz', namespace, server.name);
    const selecting = this.#selecting.get(namespace)?.candidates(server.labels) ?? [];
    return [...named, ...selecting.map(({ value }) => value)].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The AuthorizationPolicies of a target, by name. */
  policies(namespace: string, target: PolicyTarget): readonly CompiledAuthorizationPolicy[] {
    return this.#filed
      .get(targetKey(namespace, target))
      .map(({ value }) => value as CompiledAuthorizationPolicy);
  }

  httpRoutes(namespace: string, server: string): readonly CompiledRoute<HttpMatch>[] {
    return this.#list('http', namespace, server);
  }

  grpcRoutes(namespace: string, server: string): readonly CompiledRoute<GrpcMatch>[] {
    return this.#list('grpc', namespace, server);
  }

  rateLimits(namespace: string, server: string): readonly RateLimitCandidate[] {
    return this.#list('limit', namespace, server);
  }

  /** The routes that name a Server as their parent. */
  rivals(namespace: string, server: string): readonly StoredRoute[] {
    return this.#list('rival', namespace, server);
  }

  /** The AuthorizationPolicies, of any namespace, that require an authentication. */
  requiring(
    kind: AuthenticationKind,
    namespace: string,
    name: string,
  ): readonly CompiledAuthorizationPolicy[] {
    return this.#list('requiring', kind, namespace, name);
  }

  /** The Servers that a route, by its key, is to be attached to. */
  attachedTo(namespace: string, route: string): readonly string[] {
    return this.#list('attached', namespace, route).flat();
  }

  #list<K extends Of>(of: K, ...parts: readonly string[]): readonly Relation[K][] {
    return this.#filed.get(keyOf(of, ...parts)).map(({ value }) => value) as Relation[K][];
  }

  /** With one object in place of another of the same kind and name. */
  changed(before: StoredObject | undefined, after: StoredObject | undefined, compiler: Compiler): Relations {
    const old = before === undefined ? [] : filingsOf(before, compiler);
    const now = after === undefined ? [] : filingsOf(after, compiler);
    const id = idOf((after ?? before) as StoredObject);
    let filed = this.#filed;
    for (const { key } of old) filed = filed.without(key, id);
    for (const { key, value } of now) filed = filed.with(key, id, value);
    const selecting = this.#selectingAfter(before, after, compiler);
    return filed === this.#filed && selecting === this.#selecting ? this : new Relations(filed, selecting);
  }

  #selectingAfter(
    before: StoredObject | undefined,
    after: StoredObject | undefined,
    compiler: Compiler,
  ): PersistentMap<SelectorIndex<CompiledServerAuthorization>> {
    const old = before === undefined ? undefined : selectorOf(before, compiler);
    const now = after === undefined ? undefined : selectorOf(after, compiler);
    if (old === undefined && now === undefined) return this.#selecting;
    const namespace = ((after ?? before) as StoredObject).namespace;
    let index = this.#selecting.get(namespace) ?? SelectorIndex.empty<CompiledServerAuthorization>();
    if (old !== undefined) index = index.without(old.compiled.name);
    if (now !== undefined) index = index.with(now.compiled.name, now.selector, now.compiled);
    return index.entries.length === 0
      ? this.#selecting.without(namespace)
      : this.#selecting.with(namespace, index);
  }
}

/** Names that sort as the order of evaluation wants it: by name inside one kind. */
const idOf = ({ name, namespace, kind }: StoredObject): string => `${name} ${namespace} ${kind}`;

function selectorOf(
  object: StoredObject,
  compiler: Compiler,
): { readonly selector: Selector; readonly compiled: CompiledServerAuthorization } | undefined {
  if (object.kind !== 'policy.linkerd.io/ServerAuthorization') return undefined;
  const compiled = compiler.compile(object.kind, object);
  return compiled?.servers.kind === 'selector'
    ? { selector: compiled.servers.selector, compiled }
    : undefined;
}

/** Where an object is filed; selectors aside. */
function filingsOf(object: StoredObject, compiler: Compiler): readonly Filing[] {
  const { namespace } = object;
  switch (object.kind) {
    case 'policy.linkerd.io/ServerAuthorization': {
      const value = compiler.compile(object.kind, object);
      return value?.servers.kind === 'name'
        ? [{ key: keyOf('saz', namespace, value.servers.name), value }]
        : [];
    }
    case 'policy.linkerd.io/AuthorizationPolicy': {
      const value = compiler.compile(object.kind, object);
      if (value === undefined) return [];
      return [
        { key: targetKey(namespace, value.target), value },
        ...requirementsOf(value).map(([kind, ref]) => ({
          key: keyOf('requiring', kind, ref.namespace, ref.name),
          value,
        })),
      ];
    }
    case 'policy.linkerd.io/HTTPRoute':
    case 'gateway.networking.k8s.io/HTTPRoute':
      return [...rivalsOf(object), ...routeFilings('http', object, compiler.compile(object.kind, object))];
    case 'gateway.networking.k8s.io/GRPCRoute':
      return [...rivalsOf(object), ...routeFilings('grpc', object, compiler.compile(object.kind, object))];
    case 'gateway.networking.k8s.io/TLSRoute':
    case 'gateway.networking.k8s.io/TCPRoute':
      return rivalsOf(object);
    case 'policy.linkerd.io/HTTPLocalRateLimitPolicy': {
      const target = rateLimitTarget(object);
      if (target === undefined) return [];
      const { name, created } = object;
      const compiled = compiler.compile(object.kind, object);
      return [{ key: keyOf('limit', namespace, target), value: { name, created, stored: object, compiled } }];
    }
    default:
      return [];
  }
}

function requirementsOf({
  identities,
  networks,
}: CompiledAuthorizationPolicy): [AuthenticationKind, NamedRef][] {
  const refs: [AuthenticationKind, NamedRef][] = [];
  if (typeof identities === 'object') refs.push(['policy.linkerd.io/MeshTLSAuthentication', identities]);
  if (networks !== undefined) refs.push(['policy.linkerd.io/NetworkAuthentication', networks]);
  return refs;
}

type StoredRoute = Extract<StoredObject, { readonly kind: RouteKind }>;

const rivalsOf = (object: StoredRoute): Filing[] =>
  serverParents(object).map(({ namespace, name }) => ({
    key: keyOf('rival', namespace, name),
    value: object,
  }));

function routeFilings(
  of: 'http' | 'grpc',
  { namespace, kind, name }: StoredRoute,
  value: CompiledRoute<HttpMatch> | CompiledRoute<GrpcMatch> | undefined,
): Filing[] {
  if (value === undefined) return [];
  const [group = '', short = ''] = kind.split('/');
  return [
    ...value.parents.map((server) => ({ key: keyOf(of, namespace, server), value })),
    { key: keyOf('attached', namespace, routeKey(group, short, name)), value: value.parents },
  ];
}
