/** Mesh identities as text (admission-rules MT-1 to MT-3; inbound-semantics A13). */

const LABEL = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';
const DNS_LIKE = new RegExp(`^(?:\\*|${LABEL})(?:\\.${LABEL})*$`);
const TRUST_DOMAIN = /^[a-z0-9._-]+$/;
const SEGMENT = /^[A-Za-z0-9._-]+$/;
const SPIFFE = 'spiffe://';

export type IdentityProblem = 'dns' | 'spiffe-trust-domain' | 'spiffe-path';

/** Whether `text` is meant as a SPIFFE id. */
export const isSpiffe = (text: string): boolean => text.startsWith(SPIFFE);

/** What is wrong with an identity, or undefined for a DNS-like name (a whole `*` may come first) or a SPIFFE id. */
export function identityProblem(text: string): IdentityProblem | undefined {
  if (!isSpiffe(text)) return DNS_LIKE.test(text) ? undefined : 'dns';
  const rest = text.slice(SPIFFE.length);
  const slash = rest.indexOf('/');
  const trustDomain = slash < 0 ? rest : rest.slice(0, slash);
  if (!TRUST_DOMAIN.test(trustDomain)) return 'spiffe-trust-domain';
  if (slash < 0) return undefined;
  const segments = rest.slice(slash + 1).split('/');
  return segments.every((segment) => SEGMENT.test(segment) && segment !== '.' && segment !== '..')
    ? undefined
    : 'spiffe-path';
}

/** The identity that a proxy running as a service account presents. */
export const serviceAccountIdentity = (
  name: string,
  namespace: string,
  settings: { readonly controlPlaneNamespace: string; readonly identityDomain: string },
): string =>
  `${name}.${namespace}.serviceaccount.identity.${settings.controlPlaneNamespace}.${settings.identityDomain}`;

/** The service account whose proxy presents an identity; undefined for one that is no service account of this mesh. */
export function serviceAccountOf(
  identity: string,
  settings: { readonly controlPlaneNamespace: string; readonly identityDomain: string },
): { readonly namespace: string; readonly name: string } | undefined {
  const rest = `.serviceaccount.identity.${settings.controlPlaneNamespace}.${settings.identityDomain}`;
  if (!identity.endsWith(rest)) return undefined;
  const account = identity.slice(0, -rest.length);
  // A namespace is one label; the name before it may have several.
  const dot = account.lastIndexOf('.');
  const [name, namespace] = [account.slice(0, Math.max(0, dot)), account.slice(dot + 1)];
  return name === '' || namespace === '' ? undefined : { namespace, name };
}
