import { has, hasAddress, type Client } from '../../algebra/index.js';
import { isSpiffe } from '../../model/identity.js';
import { contains, type IpNetwork } from '../../model/ip.js';
import type { Semantics } from '../../model/world.js';
import type { AuthorizedNetwork, PortPolicy } from '../inbound/port-policy.js';
import { clientOf, type Connection } from './connection.js';
import { consult } from './consult.js';
import type { CreditedSource, Grant } from './grant.js';
import { prepare } from './prepare.js';
import type { Traffic } from './request.js';

/** The condition of an authorization that a client does not meet. */
export type FailedCondition =
  | {
      readonly code: 'network';
      readonly family: 4 | 6;
      readonly address: bigint;
      readonly networks: readonly AuthorizedNetwork[];
      /** The network that has the address, and its exception that takes it out again. */
      readonly excepted: { readonly net: IpNetwork; readonly except: IpNetwork } | undefined;
    }
  /** The client has mesh TLS, but does not come over a direct connection: the proxy did not look. */
  | { readonly code: 'tls-not-seen-on-opaque-port'; readonly identity: string | undefined }
  /** `tls` is what the client has instead. */
  | { readonly code: 'needs-mesh-tls'; readonly tls: 'none' | 'passthru' }
  /** The client has mesh TLS without a certificate of its own. */
  | {
      readonly code: 'needs-identity';
      readonly exact: readonly string[];
      readonly suffixes: readonly string[];
    }
  /** `spiffe-needs-exact`: there are suffixes, but none has a SPIFFE id (A13). */
  | {
      readonly code: 'identity' | 'spiffe-needs-exact';
      readonly identity: string;
      readonly exact: readonly string[];
      readonly suffixes: readonly string[];
    };

export interface Inapplicable {
  readonly authorization: CreditedSource;
  readonly failed: FailedCondition;
}

/**
 * Of the authorizations that `decide` asks for this connection those that do not apply, in their order, each with the
 * one condition that fails: the network first, as the proxy tests it. None where none is asked.
 */
export function whyNot(
  policy: PortPolicy,
  connection: Connection,
  traffic: Traffic,
  semantics: Semantics,
): readonly Inapplicable[] {
  const prepared = prepare(policy, semantics);
  const consulted = consult(prepared, connection, traffic);
  if (consulted.kind === 'none') return [];
  const grants = consulted.kind === 'rule' ? consulted.rule.grants : prepared.tcp;
  const client = clientOf(connection, prepared.protocol);
  return grants
    .filter(({ clients }) => !has(clients, client))
    .map((grant) => ({
      authorization: grant.source,
      failed: hasAddress(grant.networks, client.family, client.address)
        ? failedAuthentication(grant, client, connection)
        : failedNetwork(grant, client),
    }));
}

function failedNetwork({ authorization: { networks } }: Grant, { family, address }: Client): FailedCondition {
  const one: IpNetwork = { family, address, first: address, last: address, prefix: family === 4 ? 32 : 128 };
  for (const { net, except } of networks) {
    const exception = contains(net, one) ? except.find((taken) => contains(taken, one)) : undefined;
    if (exception === undefined) continue;
    return { code: 'network', family, address, networks, excepted: { net, except: exception } };
  }
  return { code: 'network', family, address, networks, excepted: undefined };
}

function failedAuthentication(
  { authorization: { authentication } }: Grant,
  { credential }: Client,
  { tls }: Connection,
): FailedCondition {
  // Mesh TLS that makes a plain client is the one on an opaque port.
  if (credential.kind === 'plain')
    return tls.kind === 'established'
      ? { code: 'tls-not-seen-on-opaque-port', identity: tls.identity }
      : { code: 'needs-mesh-tls', tls: tls.kind };
  if (authentication.kind !== 'identities')
    throw new Error(`a client with mesh TLS fails ${authentication.kind}`);
  const { exact, suffixes } = authentication;
  if (credential.kind === 'anonymous') return { code: 'needs-identity', exact, suffixes };
  const { identity } = credential;
  const code = isSpiffe(identity) && suffixes.length > 0 ? 'spiffe-needs-exact' : 'identity';
  return { code, identity, exact, suffixes };
}
