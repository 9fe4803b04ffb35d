/**
 * The world a judgement is made in: cluster settings, what differs between Linkerd releases, and the date.
 * All of it is data; two worlds may exist side by side (architecture, 10).
 */

/** The six words of `accessPolicy` and of the default inbound policy (inbound-semantics A5). */
export const POLICY_WORDS = [
  'all-authenticated',
  'all-unauthenticated',
  'cluster-authenticated',
  'cluster-unauthenticated',
  'deny',
  'audit',
] as const;
export type PolicyWord = (typeof POLICY_WORDS)[number];

/** Cluster settings (inbound-semantics, section 0). Networks are strict `ip/prefix` texts. */
export interface ClusterSettings {
  readonly clusterNetworks: readonly string[];
  readonly probeNetworks: readonly string[];
  readonly identityDomain: string;
  readonly clusterDomain: string;
  readonly controlPlaneNamespace: string;
  readonly defaultPolicy: PolicyWord;
}

/** The Helm chart's values. */
export const DEFAULT_CLUSTER_SETTINGS: ClusterSettings = Object.freeze({
  clusterNetworks: ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16', 'fd00::/8'],
  probeNetworks: ['0.0.0.0/0', '::/0'],
  identityDomain: 'cluster.local',
  clusterDomain: 'cluster.local',
  controlPlaneNamespace: 'linkerd',
  defaultPolicy: 'all-unauthenticated',
});

/** A compiled pattern; matching takes time linear in the text. */
export interface Pattern {
  /** Whether the leftmost match spans the whole text (inbound-semantics B5: patterns are not anchored). */
  readonly matchesWhole: (text: string) => boolean;
}

/** Compiles patterns of the dialect that the proxy uses; the engine behind it runs in linear time. */
export type CompilePattern = (
  source: string,
) => { readonly ok: true; readonly pattern: Pattern } | { readonly ok: false; readonly error: string };

/** What one Linkerd release does differently from another; nothing else compares versions. */
export interface Semantics {
  readonly name: string;
  /** Compiles a route's regular expression (admission-rules REGEX). */
  readonly compilePattern: CompilePattern;
}

/** How selectors are judged: exactly one of the two members, or as Kubernetes does (both and none allowed). */
export type SelectorMode = 'exactly-one' | 'kubernetes';

/** Where the status of routes and rate limits comes from: what Linkerd would write, or what stands in the objects. */
export const ROUTE_STATUSES = ['predicted', 'observed'] as const;
export type RouteStatus = (typeof ROUTE_STATUSES)[number];

export interface World {
  readonly settings: ClusterSettings;
  readonly semantics: Semantics;
  readonly routeStatus: RouteStatus;
  readonly selectors: SelectorMode;
  /** The calendar day in UTC, `YYYY-MM-DD`. */
  readonly today: string;
}
