/**
 * Sets of clients by brute force: an expression over raw lists is asked of one client after the other, as
 * `inbound-semantics.md` A13, A14 and B3 tell it. Imports nothing of `src` but the model.
 *
 * A universe has all names of a few labels and, for every suffix of those, one name that nobody lists: it stands for
 * all others of that suffix, since no expression over the listed names can tell two of them apart. Likewise the
 * addresses outside of the listed networks.
 */
import type { IpNetwork } from '../../src/model/ip.js';

/** One list of clients as an authorization gives it. */
export interface RawClients {
  readonly plain: boolean;
  readonly anonymous: boolean;
  readonly exact: readonly string[];
  readonly suffixes: readonly string[];
  readonly networks: readonly { readonly net: IpNetwork; readonly except: readonly IpNetwork[] }[];
}

export type Expression =
  | ({ readonly op: 'list' } & RawClients)
  | { readonly op: 'union' | 'intersect' | 'difference'; readonly a: Expression; readonly b: Expression }
  | { readonly op: 'complement'; readonly a: Expression };

export interface OracleClient {
  readonly credential: OracleCredential;
  readonly family: 4 | 6;
  readonly address: bigint;
}

export type OracleCredential =
  | { readonly kind: 'plain' }
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'identity'; readonly identity: string };

/** Whether the client is in the set that the expression tells. */
export function admits(expression: Expression, client: OracleClient): boolean {
  // Expressions share parts of each other: each part is asked once.
  const known = new Map<Expression, boolean>();
  const ask = (one: Expression): boolean => {
    let answer = known.get(one);
    if (answer === undefined) known.set(one, (answer = askOne(one, client, ask)));
    return answer;
  };
  return ask(expression);
}

function askOne(one: Expression, client: OracleClient, ask: (one: Expression) => boolean): boolean {
  switch (one.op) {
    case 'list':
      return lists(one, client);
    case 'union':
      return ask(one.a) || ask(one.b);
    case 'intersect':
      return ask(one.a) && ask(one.b);
    case 'difference':
      return ask(one.a) && !ask(one.b);
    case 'complement':
      return !ask(one.a);
  }
}

/** Whether the client presents what is listed, from one of the networks. */
export const lists = (list: RawClients, client: OracleClient): boolean =>
  presents(list, client.credential) && comesFrom(list.networks, client);

function presents(list: RawClients, credential: OracleCredential): boolean {
  if (credential.kind === 'plain') return list.plain;
  if (credential.kind === 'anonymous') return list.anonymous;
  return names(list, credential.identity);
}

/** Whether the identity is listed, or ends with a listed suffix after one more character at least. */
export function names(list: Pick<RawClients, 'exact' | 'suffixes'>, identity: string): boolean {
  if (list.exact.includes(identity)) return true;
  if (identity.startsWith('spiffe://')) return false;
  return list.suffixes.some(
    (suffix) => suffix === '' || (identity.endsWith(`.${suffix}`) && identity !== `.${suffix}`),
  );
}

/** Whether some entry's network has the address and none of the exceptions of that entry does. */
export function comesFrom(
  networks: RawClients['networks'],
  { family, address }: Pick<OracleClient, 'family' | 'address'>,
): boolean {
  const lies = (net: IpNetwork): boolean =>
    net.family === family && net.first <= address && address <= net.last;
  return networks.some(({ net, except }) => lies(net) && !except.some(lies));
}

/** All texts of one to three of the labels, with dots between. */
export function dotted(labels: readonly string[]): readonly string[] {
  const two = labels.flatMap((a) => labels.map((b) => `${a}.${b}`));
  const three = labels.flatMap((a) => two.map((b) => `${a}.${b}`));
  return [...new Set([...labels, ...two, ...three])].filter((text) => text !== '');
}

/** All identities that expressions over these suffixes, as names and as suffixes, and two SPIFFE ids can tell apart. */
export const identitiesOver = (suffixes: readonly string[]): readonly string[] => [
  ...suffixes,
  ...suffixes.map((suffix) => `nobody-lists-this.${suffix}`),
  'nobody-lists-this',
  ...SPIFFE_IDS,
  'spiffe://nobody-lists-this',
];

export const SPIFFE_IDS: readonly string[] = ['spiffe://a', 'spiffe://x.a'];
