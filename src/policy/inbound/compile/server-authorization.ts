/** ServerAuthorizations as the index uses them (inbound-semantics A10). */
import { serviceAccountIdentity } from '../../../model/identity.js';
import type { ClusterSettings } from '../../../model/world.js';
import { compileSelector, type RawLabelSelector, type Selector } from '../../../selector/index.js';
import type { StoredPolicy } from '../../objects/stored.js';
import type { Authentication, Authorization } from '../port-policy.js';
import { IdentityList } from './identities.js';
import { compileNetworks, settingNetworks } from './networks.js';

type Stored = StoredPolicy<'policy.linkerd.io/ServerAuthorization'>;
type Client = NonNullable<Stored['spec']['client']>;

export interface CompiledServerAuthorization {
  readonly name: string;
  /** Which Servers of its namespace. */
  readonly servers:
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'selector'; readonly selector: Selector };
  readonly authorization: Authorization;
}

/** Undefined for one that Linkerd ignores: unreadable, or without any client that it could authorize. */
export function compileServerAuthorization(
  { readable, spec: { client, server }, namespace, name }: Stored,
  settings: ClusterSettings,
): CompiledServerAuthorization | undefined {
  if (!readable || client === null || client === undefined) return undefined;
  const authentication = compileClient(client, namespace, settings);
  const networks = compileNetworks(client.networks);
  if (authentication === undefined || networks === undefined) return undefined;
  const named = server?.name ?? undefined;
  return {
    name,
    servers:
      named === undefined
        ? { kind: 'selector', selector: compileSelector(server?.selector as RawLabelSelector | undefined) }
        : { kind: 'name', name: named },
    authorization: {
      source: { kind: 'ServerAuthorization', namespace, name },
      networks: networks.length === 0 ? settingNetworks(settings.clusterNetworks) : networks,
      authentication,
    },
  };
}

function compileClient(
  { unauthenticated, meshTLS }: Client,
  namespace: string,
  settings: ClusterSettings,
): Authentication | undefined {
  if (unauthenticated === true) return { kind: 'unauthenticated' };
  if (meshTLS === null || meshTLS === undefined) return undefined;
  if (meshTLS.unauthenticatedTLS === true) return { kind: 'mesh-tls' };
  const list = new IdentityList();
  for (const text of meshTLS.identities ?? []) list.addText(text ?? '');
  for (const account of meshTLS.serviceAccounts ?? []) {
    list.addExact(serviceAccountIdentity(account?.name ?? '', account?.namespace ?? namespace, settings));
  }
  return list.toAuthentication();
}
