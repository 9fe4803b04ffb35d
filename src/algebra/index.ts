/** What other layers use of the algebra of clients. */
export {
  ALL_DNS,
  ALL_IDENTITIES,
  complementI,
  containsI,
  differenceI,
  equalI,
  hasIdentity,
  identitySet,
  intersectI,
  isEmptyI,
  NO_IDENTITIES,
  parseIdentityPattern,
  unionI,
  witnessI,
} from './identity-set.js';
export type { IdentityPattern, IdentitySet } from './identity-set.js';
export {
  ALL_NETWORKS,
  complementN,
  containsN,
  differenceN,
  equalN,
  hasAddress,
  intersectN,
  isEmptyN,
  keyN,
  networkSet,
  NO_NETWORKS,
  toNetworks,
  unionAllN,
  unionN,
  witnessN,
} from './network-set.js';
export type { Address, NetworkEntry, NetworkSet } from './network-set.js';
export { ALL_CREDENTIALS, NO_CREDENTIALS } from './credential-set.js';
export {
  ALL_CLIENTS,
  clientSet,
  complement,
  contains,
  difference,
  equal,
  has,
  intersect,
  isEmpty,
  key,
  networksOf,
  NO_CLIENTS,
  union,
  unionAll,
  witness,
} from './client-set.js';
export type { Client, ClientPart, ClientSet, Credential, CredentialSet } from './client-set.js';
export { atomsOf } from './atoms.js';
export { Mentions } from './mentions.js';
export { networkAtoms } from './network-atoms.js';
export { describeClients, formatClients } from './describe.js';
export type { ClientsDescription } from './describe.js';
