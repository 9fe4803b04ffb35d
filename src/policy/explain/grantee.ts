/** Whom a proposed authorization is for, in the words of the objects that authorize. */
import { toNetworks } from '../../algebra/index.js';
import { serviceAccountOf } from '../../model/identity.js';
import { formatAddress, formatNetwork } from '../../model/ip.js';
import { isProbe, type Situation } from './situation.js';

export type Grantee =
  | {
      readonly kind: 'service-account';
      readonly namespace: string;
      readonly name: string;
      readonly identity: string;
    }
  /** One that belongs to no service account of this mesh. */
  | { readonly kind: 'identity'; readonly identity: string }
  /** Any mesh TLS: the client shows no identity. */
  | { readonly kind: 'mesh-tls' }
  /** Plain clients from these networks; `label` is the end of a name for them. */
  | { readonly kind: 'networks'; readonly cidrs: readonly string[]; readonly label: string };

/** More addresses than these are not written down one by one. */
const MANY = 8;

export function granteeOf(situation: Situation): Grantee {
  const { index, call, verdict } = situation;
  const { settings } = index.world;
  const { tls } = verdict.connection;
  if (tls.kind === 'established') {
    const { identity } = tls;
    if (identity === undefined) return { kind: 'mesh-tls' };
    const account = serviceAccountOf(identity, settings);
    return account === undefined
      ? { kind: 'identity', identity }
      : { kind: 'service-account', ...account, identity };
  }
  if (isProbe(situation) && settings.probeNetworks.length > 0)
    return { kind: 'networks', cidrs: settings.probeNetworks, label: 'probes' };
  const refused = toNetworks(verdict.refused);
  if (call.client.addresses.kind === 'known' && refused.length <= MANY) {
    const cidrs = refused.map(formatNetwork);
    const [first] = refused;
    const address = first === undefined ? 'client' : formatAddress(first.family, first.first);
    return { kind: 'networks', cidrs, label: `from-${address.replaceAll(/[.:]+/g, '-')}` };
  }
  return { kind: 'networks', cidrs: settings.clusterNetworks, label: 'from-cluster' };
}
