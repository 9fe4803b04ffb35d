import {
  ALL_IDENTITIES,
  differenceI,
  equalI,
  hasIdentity,
  intersectI,
  isEmptyI,
  keyI,
  NO_IDENTITIES,
  unionI,
  witnessI,
} from './identity-set.js';
import type { IdentitySet } from './identity-set.js';

/** How clients may present themselves: without mesh TLS, with mesh TLS but no identity, with one of these identities. */
export interface CredentialSet {
  readonly plain: boolean;
  readonly anonymous: boolean;
  readonly identities: IdentitySet;
}

/** What one client presents. */
export type Credential =
  | { readonly kind: 'plain' }
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'identity'; readonly identity: string };

export const NO_CREDENTIALS: CredentialSet = Object.freeze({
  plain: false,
  anonymous: false,
  identities: NO_IDENTITIES,
});
export const ALL_CREDENTIALS: CredentialSet = Object.freeze({
  plain: true,
  anonymous: true,
  identities: ALL_IDENTITIES,
});

export function hasCredential(set: CredentialSet, credential: Credential): boolean {
  switch (credential.kind) {
    case 'plain':
      return set.plain;
    case 'anonymous':
      return set.anonymous;
    case 'identity':
      return hasIdentity(set.identities, credential.identity);
  }
}

export const unionC = (a: CredentialSet, b: CredentialSet): CredentialSet => ({
  plain: a.plain || b.plain,
  anonymous: a.anonymous || b.anonymous,
  identities: unionI(a.identities, b.identities),
});

export const intersectC = (a: CredentialSet, b: CredentialSet): CredentialSet => ({
  plain: a.plain && b.plain,
  anonymous: a.anonymous && b.anonymous,
  identities: intersectI(a.identities, b.identities),
});

export const differenceC = (a: CredentialSet, b: CredentialSet): CredentialSet => ({
  plain: a.plain && !b.plain,
  anonymous: a.anonymous && !b.anonymous,
  identities: differenceI(a.identities, b.identities),
});

export const isEmptyC = (set: CredentialSet): boolean =>
  !set.plain && !set.anonymous && isEmptyI(set.identities);

export const equalC = (a: CredentialSet, b: CredentialSet): boolean =>
  a === b || (a.plain === b.plain && a.anonymous === b.anonymous && equalI(a.identities, b.identities));

/** A text that two sets share exactly if they are equal. */
export const keyC = (set: CredentialSet): string =>
  `${set.plain ? 'p' : ''}${set.anonymous ? 'a' : ''}${keyI(set.identities)}`;

/** The plainest credential of the set, the same for equal sets. */
export function witnessC(set: CredentialSet): Credential | undefined {
  if (set.plain) return { kind: 'plain' };
  if (set.anonymous) return { kind: 'anonymous' };
  const identity = witnessI(set.identities);
  return identity === undefined ? undefined : { kind: 'identity', identity };
}
