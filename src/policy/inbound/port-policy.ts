/**
 * The effective inbound policy of a workload port: what Linkerd's controller would tell the proxy, in our own words
 * (inbound-semantics, part A). Everything that decides, prints or compares policy reads this; only `to-proto` knows
 * the shapes on the wire.
 *
 *   PortPolicy ─┬─ authorizations            of the Server, or of the default policy
 *               ├─ httpRoutes ── rules        detect, HTTP/1 and HTTP/2
 *               ├─ grpcRoutes ── rules        gRPC
 *               └─ rateLimit
 *
 * Values are immutable and shared: two ports with the same policy hold the same value as long as nothing that it
 * depends on changes, so that "unchanged" is identity (architecture, 1).
 */
import type { IpNetwork } from '../../model/ip.js';
import type { PolicyWord } from '../../model/world.js';

/** How the proxy treats connections to the port (A9); `unknown` and absent are `detect`. */
export type Protocol = 'detect' | 'HTTP/1' | 'HTTP/2' | 'gRPC' | 'opaque' | 'TLS';

/** The Server that governs a port, or the default policy word where there is none (A8). */
export type ServerRef =
  | { readonly kind: 'server'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'default'; readonly word: PolicyWord };

/** What an authorization was written as. */
export type AuthorizationSource =
  /** `accessPolicy`, the default policy, or the probes of the workload. */
  | { readonly kind: 'default'; readonly name: PolicyWord | 'probe' }
  | {
      readonly kind: 'AuthorizationPolicy' | 'ServerAuthorization';
      readonly namespace: string;
      readonly name: string;
    };

/** A network without its exceptions (A14); duplicates and host bits are kept as written. */
export interface AuthorizedNetwork {
  readonly net: IpNetwork;
  readonly except: readonly IpNetwork[];
}

/** What a client must show (B3). */
export type Authentication =
  | { readonly kind: 'unauthenticated' }
  /** Mesh TLS, with a client identity or without. */
  | { readonly kind: 'mesh-tls' }
  /** Mesh TLS and one of these identities; the suffix `''` is every DNS identity. Duplicates are kept as written. */
  | {
      readonly kind: 'identities';
      readonly exact: readonly string[];
      readonly suffixes: readonly string[];
    };

/** One alternative: a client that is in one of the networks and shows the authentication is authorized. */
export interface Authorization {
  readonly source: AuthorizationSource;
  /** Never empty: absent networks are already the cluster's, or all (A10, A11). */
  readonly networks: readonly AuthorizedNetwork[];
  readonly authentication: Authentication;
}

/** A route of a Server, or one of the two that stand in for it (A12). */
export type RouteRef =
  | { readonly kind: 'default'; readonly name: 'default' | 'probe' }
  | {
      readonly kind: 'HTTPRoute' | 'GRPCRoute';
      readonly group: string;
      readonly namespace: string;
      readonly name: string;
    };

/** A host name of a route: as it stands, or what follows `*.`. */
export interface HostMatch {
  readonly kind: 'exact' | 'suffix';
  readonly host: string;
}

/** How a text is compared; a `regex` is in the dialect of Rust's `regex` and must match all of it (B5). */
export interface ValueMatch {
  readonly kind: 'exact' | 'regex';
  readonly value: string;
}

export interface NamedMatch extends ValueMatch {
  /** Of a header: in lower case. */
  readonly name: string;
}

export interface PathMatch {
  readonly kind: 'exact' | 'prefix' | 'regex';
  readonly value: string;
}

/** All parts that are present must hold. */
export interface HttpMatch {
  readonly path: PathMatch | undefined;
  readonly method: string | undefined;
  readonly headers: readonly NamedMatch[];
  readonly queryParams: readonly NamedMatch[];
}

export interface GrpcMatch {
  /** Absent where the match names no method: proxies refuse such an answer as a whole (known-gaps G-2). */
  readonly rpc: { readonly service: string | undefined; readonly method: string | undefined } | undefined;
  readonly headers: readonly NamedMatch[];
}

export interface Header {
  readonly name: string;
  readonly value: string;
}

export interface HeaderModifierFilter {
  readonly kind: 'requestHeaderModifier';
  readonly add: readonly Header[];
  readonly set: readonly Header[];
  readonly remove: readonly string[];
}

export interface RedirectFilter {
  readonly kind: 'redirect';
  readonly scheme: 'http' | 'https' | undefined;
  readonly host: string | undefined;
  readonly path: { readonly kind: 'full' | 'prefix'; readonly value: string } | undefined;
  /** 1..65535. */
  readonly port: number | undefined;
  /** 301 or 302; absent only in an object that never went through an API server. */
  readonly status: number | undefined;
}

/** What is done to an authorized request; response header modifiers have no effect inbound and are left out (A12). */
export type RouteFilter = HeaderModifierFilter | RedirectFilter;

/** A rule without matches matches everything. */
export interface RouteRule<M> {
  readonly matches: readonly M[];
  readonly filters: readonly RouteFilter[];
}

export interface Route<M> {
  readonly ref: RouteRef;
  /** Empty: every host. */
  readonly hosts: readonly HostMatch[];
  /** The route's own; the Server's are alternatives to them (B1). */
  readonly authorizations: readonly Authorization[];
  readonly rules: readonly RouteRule<M>[];
}

export type HttpRoute = Route<HttpMatch>;
export type GrpcRoute = Route<GrpcMatch>;

/** Requests per second and proxy; the burst has the same size (B4). */
export interface RateLimit {
  readonly namespace: string;
  readonly name: string;
  readonly total: number | undefined;
  /** For each client identity. */
  readonly identity: number | undefined;
  readonly overrides: readonly {
    readonly requestsPerSecond: number;
    /** Client identities. */
    readonly clients: readonly string[];
  }[];
}

export interface PortPolicy {
  readonly server: ServerRef;
  readonly protocol: Protocol;
  /**
   * In a fixed order: AuthorizationPolicies, then ServerAuthorizations, each by name, then `accessPolicy` or the
   * default policy. What the proxy adds (`localhost`) is not among them.
   */
  readonly authorizations: readonly Authorization[];
  /** In the order in which they are sent (A12); empty for opaque, TLS and gRPC. */
  readonly httpRoutes: readonly HttpRoute[];
  /** Empty unless the protocol is gRPC. */
  readonly grpcRoutes: readonly GrpcRoute[];
  /** Of detect, HTTP/1 and HTTP/2 only. */
  readonly rateLimit: RateLimit | undefined;
}
