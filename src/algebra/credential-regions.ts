import type { CredentialSet } from './credential-set.js';
import { sortTexts } from './exceptions.js';
import { hasIdentity, memberUnder } from './identity-set.js';
import type { IdentitySet } from './identity-set.js';
import { isSpiffe } from '../model/identity.js';
import { findRegion, nestSuffixes } from './suffixes.js';
import type { SuffixRegion } from './suffixes.js';

/**
 * The smallest pieces into which some sets of credentials cut all credentials. `around` is the place of the region
 * that an identity or suffix lies in; the text of a `suffix` stands for what no suffix or name within it takes away.
 */
export type CredentialRegion =
  | { readonly kind: 'plain' | 'anonymous' | 'dns' | 'spiffe' }
  | { readonly kind: 'identity' | 'suffix'; readonly text: string; readonly around: number };

/** The regions in a fixed order: plain, anonymous, identities, suffixes, other DNS-form names, other SPIFFE ids. */
export function credentialRegions(sets: readonly CredentialSet[]): readonly CredentialRegion[] {
  const identities = sortTexts(
    sets.flatMap(({ identities: { names, spiffeIds } }) => [...names, ...spiffeIds]),
  );
  const suffixes = nestSuffixes(
    sets.flatMap(({ identities: { suffixes } }) => suffixes.map(({ suffix }) => suffix)),
  );
  const firstSuffix = 2 + identities.length;
  const dns = firstSuffix + suffixes.length;
  const place = (suffix: number): number => (suffix < 0 ? dns : firstSuffix + suffix);
  return [
    { kind: 'plain' },
    { kind: 'anonymous' },
    ...identities.map((text) => {
      const around = isSpiffe(text) ? dns + 1 : place(findRegion(suffixes, text));
      return { kind: 'identity' as const, text, around };
    }),
    ...suffixes.map(({ suffix, within }) => ({
      kind: 'suffix' as const,
      text: suffix,
      around: place(within),
    })),
    { kind: 'dns' },
    { kind: 'spiffe' },
  ];
}

/** Whether the region, one of those that this set among others was cut into, is in the set. */
export function hasRegion(set: CredentialSet, region: CredentialRegion): boolean {
  switch (region.kind) {
    case 'plain':
      return set.plain;
    case 'anonymous':
      return set.anonymous;
    case 'identity':
      return hasIdentity(set.identities, region.text);
    case 'suffix':
      return memberUnder(set.identities, region.text);
    case 'dns':
      return set.identities.dns;
    case 'spiffe':
      return set.identities.spiffe;
  }
}

/** The union of those of the regions that `isMember` says, told their places. */
export function credentialsOf(
  regions: readonly CredentialRegion[],
  isMember: (place: number) => boolean,
): CredentialSet {
  const names: string[] = [];
  const spiffeIds: string[] = [];
  const suffixes: SuffixRegion[] = [];
  // For each suffix that has been seen, where it or the next listed one around it stands in the result.
  const listedAt = new Map<number, number>();
  regions.forEach((region, place) => {
    if (region.kind !== 'identity' && region.kind !== 'suffix') return;
    const member = isMember(place);
    const differs = member !== isMember(region.around);
    if (region.kind === 'identity') {
      if (differs) (isSpiffe(region.text) ? spiffeIds : names).push(region.text);
      return;
    }
    const within = listedAt.get(region.around) ?? -1;
    listedAt.set(place, differs ? suffixes.push({ suffix: region.text, member, within }) - 1 : within);
  });
  const [dns, spiffe] = [isMember(regions.length - 2), isMember(regions.length - 1)];
  const identities: IdentitySet = { dns, suffixes, names, spiffe, spiffeIds };
  return { plain: isMember(0), anonymous: isMember(1), identities };
}
