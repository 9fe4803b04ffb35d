/** Which authorizations let a client through. */
import { has } from '../../algebra/index.js';
import type { Semantics } from '../../model/world.js';
import { clientOf, type Connection } from '../decide/connection.js';
import { consult } from '../decide/consult.js';
import type { CreditedSource } from '../decide/grant.js';
import { prepare } from '../decide/prepare.js';
import type { Traffic } from '../decide/request.js';
import type { PortPolicy } from '../inbound/port-policy.js';

/** Every authorization that applies, in the order in which they are asked: the first is the one that is credited. */
export function applied(
  policy: PortPolicy,
  { connection, traffic }: { readonly connection: Connection; readonly traffic: Traffic },
  semantics: Semantics,
): readonly CreditedSource[] {
  const prepared = prepare(policy, semantics);
  const consulted = consult(prepared, connection, traffic);
  if (consulted.kind === 'none') return [];
  const grants = consulted.kind === 'rule' ? consulted.rule.grants : prepared.tcp;
  const client = clientOf(connection, prepared.protocol);
  return grants.filter(({ clients }) => has(clients, client)).map(({ source }) => source);
}
