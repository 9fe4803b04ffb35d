import {
  ALL_CREDENTIALS,
  clientSet,
  identitySet,
  NO_CREDENTIALS,
  networkSet,
  type ClientSet,
  type CredentialSet,
  type NetworkSet,
} from '../../algebra/index.js';
import { parseNetwork } from '../../model/ip.js';
import type {
  Authentication,
  Authorization,
  AuthorizationSource,
  AuthorizedNetwork,
} from '../inbound/port-policy.js';

/** What a decision may credit: an authorization, or the one that the proxy itself adds (B1). */
export type CreditedSource = AuthorizationSource | { readonly kind: 'default'; readonly name: 'localhost' };

/** An authorization as the set of clients that it admits. */
export interface Grant {
  readonly source: CreditedSource;
  /** As written, for those who want to know why it did not apply. */
  readonly authorization: Pick<Authorization, 'networks' | 'authentication'>;
  /** The addresses that pass its network test, which the proxy makes first. */
  readonly networks: NetworkSet;
  readonly clients: ClientSet;
}

const compiled = new WeakMap<Authorization, Grant>();

/** The grant of an authorization, compiled once for each value. */
export function grantOf(authorization: Authorization): Grant {
  let grant = compiled.get(authorization);
  if (grant === undefined)
    compiled.set(authorization, (grant = compileGrant(authorization.source, authorization)));
  return grant;
}

function compileGrant(source: CreditedSource, authorization: Grant['authorization']): Grant {
  const networks = networkSet(authorization.networks);
  const clients = clientSet(credentialsOf(authorization.authentication), networks);
  return { source, authorization, networks, clients };
}

function credentialsOf(authentication: Authentication): CredentialSet {
  switch (authentication.kind) {
    case 'unauthenticated':
      return ALL_CREDENTIALS;
    case 'mesh-tls':
      return { ...ALL_CREDENTIALS, plain: false };
    case 'identities':
      return { ...NO_CREDENTIALS, identities: identitySet(authentication) };
  }
}

// Not `::1/128`: the proxy's list says /32, so every address under 0:0 counts as local (B1).
const LOCAL: readonly AuthorizedNetwork[] = ['127.0.0.1/32', '::1/32'].flatMap((text) => {
  const net = parseNetwork(text);
  return net === undefined ? [] : [{ net, except: [] }];
});

/** What the proxy appends to the authorizations of every Server. */
export const LOCALHOST: Grant = compileGrant(
  { kind: 'default', name: 'localhost' },
  { networks: LOCAL, authentication: { kind: 'unauthenticated' } },
);

/** Whether what it allows is logged (B4). */
export const isAudit = ({ source }: Grant): boolean => source.kind === 'default' && source.name === 'audit';
