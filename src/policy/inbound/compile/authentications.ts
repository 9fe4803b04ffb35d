/** MeshTLSAuthentications and NetworkAuthentications as the index uses them (inbound-semantics A13, A14). */
import { serviceAccountIdentity } from '../../../model/identity.js';
import type { ClusterSettings } from '../../../model/world.js';
import { targets } from '../../../model/target-ref.js';
import type { StoredPolicy } from '../../objects/stored.js';
import type { Authentication, AuthorizedNetwork } from '../port-policy.js';
import { IdentityList } from './identities.js';
import { compileNetworks } from './networks.js';

/** Identities, then references, duplicates kept; undefined for one that Linkerd ignores. */
export function compileMeshTLSAuthentication(
  { readable, spec, namespace }: StoredPolicy<'policy.linkerd.io/MeshTLSAuthentication'>,
  settings: ClusterSettings,
): Authentication | undefined {
  if (!readable) return undefined;
  const list = new IdentityList();
  for (const text of spec.identities ?? []) list.addText(text ?? '');
  for (const ref of spec.identityRefs ?? []) {
    const name = ref?.name ?? undefined;
    if (ref === null || ref === undefined || name === undefined) return undefined;
    if (targets(ref, '', 'ServiceAccount')) {
      list.addExact(serviceAccountIdentity(name, ref.namespace ?? namespace, settings));
    } else if (targets(ref, '', 'Namespace')) list.addSuffix(namespaceSuffix(name, settings));
    else return undefined;
  }
  return list.toAuthentication();
}

/** What the identities of all service accounts of a namespace end with. */
export const namespaceSuffix = (
  namespace: string,
  { controlPlaneNamespace, identityDomain }: ClusterSettings,
): string => `${namespace}.serviceaccount.identity.${controlPlaneNamespace}.${identityDomain}`;

/** The networks; undefined for one that Linkerd ignores: none, or one that cannot be read. */
export function compileNetworkAuthentication({
  readable,
  spec,
}: StoredPolicy<'policy.linkerd.io/NetworkAuthentication'>): readonly AuthorizedNetwork[] | undefined {
  const networks = readable ? compileNetworks(spec.networks) : undefined;
  return networks === undefined || networks.length === 0 ? undefined : networks;
}
