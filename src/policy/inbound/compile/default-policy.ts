/** What the six policy words authorize (inbound-semantics A5), and the probes of a workload (A12). */
import type { ClusterSettings, PolicyWord } from '../../../model/world.js';
import type { Authentication, Authorization } from '../port-policy.js';
import { EVERYWHERE, settingNetworks } from './networks.js';

const UNAUTHENTICATED: Authentication = Object.freeze({ kind: 'unauthenticated' });
/** Mesh TLS with any DNS identity: SPIFFE ids lie outside of the empty suffix (A13). */
const ANY_IDENTITY: Authentication = Object.freeze({ kind: 'identities', exact: [], suffixes: [''] });

/** The authorization of a policy word; `deny` has none. */
export function ofPolicyWord(
  word: PolicyWord,
  { clusterNetworks }: ClusterSettings,
): Authorization | undefined {
  const authorization = (networks: readonly string[], authentication: Authentication): Authorization => ({
    source: { kind: 'default', name: word },
    networks: settingNetworks(networks),
    authentication,
  });
  switch (word) {
    case 'deny':
      return undefined;
    case 'all-unauthenticated':
    case 'audit':
      return authorization(EVERYWHERE, UNAUTHENTICATED);
    case 'all-authenticated':
      return authorization(EVERYWHERE, ANY_IDENTITY);
    case 'cluster-unauthenticated':
      return authorization(clusterNetworks, UNAUTHENTICATED);
    case 'cluster-authenticated':
      return authorization(clusterNetworks, ANY_IDENTITY);
  }
}

/** Where the kubelet calls from, without credentials. */
export const ofProbes = ({ probeNetworks }: ClusterSettings): Authorization => ({
  source: { kind: 'default', name: 'probe' },
  networks: settingNetworks(probeNetworks),
  authentication: UNAUTHENTICATED,
});

/** The word where an identity is required of clients; `audit` and `deny` stay as they are (A8). */
export function authenticated(word: PolicyWord): PolicyWord {
  if (word === 'all-unauthenticated') return 'all-authenticated';
  return word === 'cluster-unauthenticated' ? 'cluster-authenticated' : word;
}
