/** Parts that several kinds have in common, each with its path, so that one rule can judge them all. */
import type { JsonPath } from '../model/json.js';
import { coreGroup, type TargetRef } from '../model/target-ref.js';
import { asciiLower, quote } from '../model/text.js';
import { POLICY_GROUP, type Loose, type RouteKind, type Subject, type SubjectOf } from '../schema/index.js';

/** A part of an object and where it stands. */
export interface Part<T> {
  readonly path: JsonPath;
  readonly value: T;
}

/**
 * Whether `schema/type` speaks of what stands at `path`, above or below it: it is missing or has the wrong type, and
 * its absence from the decoded spec means nothing.
 */
export const isFaulty = ({ problems }: Pick<Subject, 'problems'>, path: JsonPath): boolean =>
  problems.some((problem) => {
    const at = problem.kind === 'required' ? [...problem.path, problem.name] : problem.path;
    return path.every((segment, i) => i >= at.length || at[i] === segment);
  });

/** The items of a list that are there, with their paths. */
export function items<T>(
  list: readonly (T | null | undefined)[] | null | undefined,
  path: JsonPath,
): Part<T>[] {
  const parts: Part<T>[] = [];
  for (const [i, value] of (list ?? []).entries()) {
    if (value !== null && value !== undefined) parts.push({ path: [...path, i], value });
  }
  return parts;
}

/** `"group/Kind"` as the user wrote it; for the core group, which is easily left out by mistake, `"Kind" of the core group`. */
export function describeTarget(ref: TargetRef): string {
  const kind = ref.kind ?? '';
  const group = coreGroup(ref.group);
  return asciiLower(group) === 'core' ? `${quote(kind)} of the core group` : quote(`${group}/${kind}`);
}

/** The rules of a route, whatever its kind. */
export function routeRules<K extends RouteKind>(subject: SubjectOf<K>): Part<RouteRule>[] {
  const rules = (subject.spec as Loose<{ rules: RouteRule[] }>).rules;
  return items(rules as readonly RouteRule[] | null | undefined, ['spec', 'rules']);
}

interface ValueMatch {
  readonly type?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly value?: string | null | undefined;
}
type Maybe<T> = T | null | undefined;
export interface RouteMatch {
  readonly path?: Maybe<{ readonly type?: Maybe<string>; readonly value?: Maybe<string> }>;
  readonly method?: Maybe<string | { readonly type?: Maybe<string> }>;
  readonly headers?: Maybe<readonly Maybe<ValueMatch>[]>;
  readonly queryParams?: Maybe<readonly Maybe<ValueMatch>[]>;
}
export interface HeaderModifier {
  readonly set?: Maybe<readonly Maybe<ValueMatch>[]>;
  readonly add?: Maybe<readonly Maybe<ValueMatch>[]>;
  readonly remove?: Maybe<readonly Maybe<string>[]>;
}
export interface RouteFilter {
  readonly type?: Maybe<string>;
  readonly requestHeaderModifier?: Maybe<HeaderModifier>;
  readonly responseHeaderModifier?: Maybe<HeaderModifier>;
  readonly requestRedirect?: Maybe<{
    readonly path?: Maybe<{
      readonly replaceFullPath?: Maybe<string>;
      readonly replacePrefixMatch?: Maybe<string>;
    }>;
    readonly statusCode?: Maybe<number>;
  }>;
}
export interface BackendRef extends TargetRef {
  readonly port?: Maybe<number>;
}
/** What rules read of a route's rule; each kind has a part of it. */
export interface RouteRule {
  readonly matches?: Maybe<readonly Maybe<RouteMatch>[]>;
  readonly filters?: Maybe<readonly Maybe<RouteFilter>[]>;
  readonly backendRefs?: Maybe<readonly Maybe<BackendRef>[]>;
  readonly timeouts?: Maybe<{ readonly request?: Maybe<string>; readonly backendRequest?: Maybe<string> }>;
}

/** All matches of a route. */
export const routeMatches = (subject: SubjectOf<RouteKind>): Part<RouteMatch>[] =>
  routeRules(subject).flatMap(({ path, value }) => items(value.matches, [...path, 'matches']));

/** All filters of a route's rules; those below a backendRef are nobody's concern inbound. */
export const routeFilters = (subject: SubjectOf<RouteKind>): Part<RouteFilter>[] =>
  routeRules(subject).flatMap(({ path, value }) => items(value.filters, [...path, 'filters']));

export interface ParentRef extends TargetRef {
  readonly port?: Maybe<number>;
  readonly sectionName?: Maybe<string>;
}

export function parentRefs(subject: SubjectOf<RouteKind>): Part<ParentRef>[] {
  return items((subject.spec as { parentRefs?: readonly ParentRef[] }).parentRefs, ['spec', 'parentRefs']);
}

export type NetworkKind =
  | 'policy.linkerd.io/NetworkAuthentication'
  | 'policy.linkerd.io/EgressNetwork'
  | 'policy.linkerd.io/ServerAuthorization';
export const NETWORK_KINDS: readonly NetworkKind[] = [
  `${POLICY_GROUP}/NetworkAuthentication`,
  `${POLICY_GROUP}/EgressNetwork`,
  `${POLICY_GROUP}/ServerAuthorization`,
];

/** The networks that an object names. */
export function networks(subject: SubjectOf<NetworkKind>) {
  return subject.kind === 'policy.linkerd.io/ServerAuthorization'
    ? items(subject.spec.client?.networks, ['spec', 'client', 'networks'])
    : items(subject.spec.networks, ['spec', 'networks']);
}

export type SelectorKind = 'policy.linkerd.io/Server' | 'policy.linkerd.io/ServerAuthorization';
export const SELECTOR_KINDS: readonly SelectorKind[] = [
  `${POLICY_GROUP}/Server`,
  `${POLICY_GROUP}/ServerAuthorization`,
];

/** The label selectors of an object; a null one counts as absent. */
export function selectors(subject: SubjectOf<SelectorKind>) {
  const found =
    subject.kind === 'policy.linkerd.io/ServerAuthorization'
      ? [{ path: ['spec', 'server', 'selector'], value: subject.spec.server?.selector }]
      : [
          { path: ['spec', 'podSelector'], value: subject.spec.podSelector },
          { path: ['spec', 'externalWorkloadSelector'], value: subject.spec.externalWorkloadSelector },
        ];
  return found.flatMap(({ path, value }) => (value === null || value === undefined ? [] : [{ path, value }]));
}
