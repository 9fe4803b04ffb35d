/** What becomes of a client's traffic, whichever of its addresses it comes from. */
import {
  clientSet,
  differenceN,
  identitySet,
  intersect,
  intersectN,
  isEmptyN,
  NO_CREDENTIALS,
  NO_NETWORKS,
  networkSet,
  witnessN,
  type Address,
  type Credential,
  type CredentialSet,
  type NetworkSet,
} from '../../algebra/index.js';
import type { Semantics } from '../../model/world.js';
import { allowedClients } from '../decide/access.js';
import { clientOf, type Connection } from '../decide/connection.js';
import { consult, type Consulted } from '../decide/consult.js';
import { decide } from '../decide/decide.js';
import type { Decision, Outcome } from '../decide/decision.js';
import { prepare } from '../decide/prepare.js';
import type { Traffic } from '../decide/request.js';
import { whyNot, type Inapplicable } from '../decide/why-not.js';
import type { ClientEndpoint } from '../endpoints/client.js';
import { contactOf } from '../endpoints/connection.js';
import type { PortPolicy } from '../inbound/port-policy.js';

/** What a client sends, from wherever it may be. */
export interface Call {
  readonly client: ClientEndpoint;
  readonly traffic: Traffic;
}

export interface Verdict {
  /** `depends`: it gets through from some of the client's addresses and not from others. */
  readonly outcome: Outcome | 'depends';
  /** For a refused address if there is one. */
  readonly decision: Decision;
  readonly connection: Connection;
  /** As the proxy takes it. */
  readonly traffic: Traffic;
  /** Those of the client's addresses from which it gets through, and the others. */
  readonly allowed: NetworkSet;
  readonly refused: NetworkSet;
}

export function verdictOf(policy: PortPolicy, { client, traffic }: Call, semantics: Semantics): Verdict {
  const { addresses } = client;
  const at = (address: Address): Pick<Verdict, 'connection' | 'traffic' | 'decision'> => {
    const contact = contactOf(client, address, { protocol: policy.protocol, traffic });
    return { ...contact, decision: decide(policy, contact.connection, contact.traffic, semantics) };
  };
  const sample = at(addresses.sample);
  const allowed = intersectN(allowedNetworks(policy, sample, semantics), addresses.networks);
  const refused = differenceN(addresses.networks, allowed);
  const someRefused = witnessN(refused);
  if (someRefused === undefined) return { ...sample, outcome: sample.decision.outcome, allowed, refused };
  const shown = sample.decision.authorization === undefined ? sample : at(someRefused);
  const outcome = isEmptyN(allowed) ? shown.decision.outcome : 'depends';
  return { ...shown, outcome, allowed, refused };
}

/** The addresses from which this client gets through with what it sends. */
function allowedNetworks(
  policy: PortPolicy,
  { connection, traffic }: Pick<Verdict, 'connection' | 'traffic'>,
  semantics: Semantics,
): NetworkSet {
  const consulted = consult(prepare(policy, semantics), connection, traffic);
  if (consulted.kind === 'none') return NO_NETWORKS;
  const clients = allowedClients(policy, targetOf(consulted), semantics);
  const credentials = only(clientOf(connection, policy.protocol).credential);
  const everywhere = { v4: [0], v6: [0n] };
  return intersect(clients, clientSet(credentials, everywhere)).parts[0]?.networks ?? NO_NETWORKS;
}

const targetOf = (consulted: Exclude<Consulted, { kind: 'none' }>): Parameters<typeof allowedClients>[1] =>
  consulted.kind === 'tcp' ? 'tcp' : { route: consulted.rule.route, rule: consulted.rule.rule };

function only(credential: Credential): CredentialSet {
  switch (credential.kind) {
    case 'plain':
      return { ...NO_CREDENTIALS, plain: true };
    case 'anonymous':
      return { ...NO_CREDENTIALS, anonymous: true };
    case 'identity':
      return { ...NO_CREDENTIALS, identities: identitySet({ exact: [credential.identity] }) };
  }
}

/**
 * The authorizations that do not apply, each with the condition that fails. Where nobody knows the client's address a
 * network fails only if none of its addresses is in it; else the client itself is what fails.
 */
export function inapplicable(
  policy: PortPolicy,
  { client, verdict }: { readonly client: ClientEndpoint; readonly verdict: Verdict },
  semantics: Semantics,
): readonly Inapplicable[] {
  const { connection, traffic } = verdict;
  const found = whyNot(policy, connection, traffic, semantics);
  if (client.addresses.kind === 'known') return found;
  return found.map((item, place) => {
    if (item.failed.code !== 'network') return item;
    const within = witnessN(intersectN(networkSet(item.failed.networks), client.addresses.networks));
    if (within === undefined) return item;
    const there = whyNot(policy, { ...connection, ...within }, traffic, semantics);
    // Several authorizations may have one name; the ones before it are told apart by their place.
    const same = (other: Inapplicable): boolean => sameSource(other, item);
    const nth = found.slice(0, place).filter(same).length;
    return there.filter(same)[nth] ?? item;
  });
}

function sameSource({ authorization: a }: Inapplicable, { authorization: b }: Inapplicable): boolean {
  if (a.kind !== b.kind || a.name !== b.name) return false;
  return a.kind === 'default' || b.kind === 'default' || a.namespace === b.namespace;
}
