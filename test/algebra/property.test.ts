import { describe, expect, it } from '@jest/globals';
import { atomsOf } from '../../src/algebra/atoms.js';
import * as clients from '../../src/algebra/client-set.js';
import type { ClientSet } from '../../src/algebra/client-set.js';
import * as identities from '../../src/algebra/identity-set.js';
import type { IdentitySet } from '../../src/algebra/identity-set.js';
import * as networks from '../../src/algebra/network-set.js';
import type { NetworkSet } from '../../src/algebra/network-set.js';
import { admits, comesFrom, identitiesOver, lists, names } from '../oracle/clients.js';
import type { Expression } from '../oracle/clients.js';
import { mkChance } from '../oracle/random.js';
import type { Chance } from '../oracle/random.js';
import {
  ADDRESSES,
  CLIENTS,
  MANY_SUFFIXES,
  NETWORKS,
  randomClients,
  randomIdentities,
  randomNetworks,
} from './random.js';

/** Expressions of each test; so many in a row are made of each other. */
const EXPRESSIONS = 50_000;
const CHAIN = 30;
/** Milliseconds a test may take on a machine that does much else. */
const LIMIT = 300_000;

type Op = 'union' | 'intersect' | 'difference';

/** A set as the algebra has it, and the members of the universe that it has by brute force. */
interface Case<S, E> {
  readonly set: S;
  readonly expression: E;
  readonly members: Uint8Array;
}

/** What the three kinds of sets have in common. */
interface Kind<S, M> {
  readonly universe: readonly M[];
  readonly has: (set: S, member: M) => boolean;
  readonly isEmpty: (set: S) => boolean;
  readonly contains: (outer: S, inner: S) => boolean;
  readonly equal: (a: S, b: S) => boolean;
  readonly key: (set: S) => string;
  readonly witness: (set: S) => M | undefined;
  readonly combine: Readonly<Record<Op, (a: S, b: S) => S>>;
  readonly complement: (set: S) => S;
}

/** What came up, so that a test fails whose generator makes nothing of interest. */
interface Seen {
  empty: number;
  all: number;
  contained: number;
  equal: number;
}

const ANYWHERE = NETWORKS.slice(0, 2).map((net) => ({ net, except: [] }));
const OPS = ['union', 'intersect', 'difference'] as const;
const IDENTITIES: Kind<IdentitySet, string> = {
  universe: identitiesOver(MANY_SUFFIXES),
  has: identities.hasIdentity,
  isEmpty: identities.isEmptyI,
  contains: identities.containsI,
  equal: identities.equalI,
  key: identities.keyI,
  witness: identities.witnessI,
  combine: { union: identities.unionI, intersect: identities.intersectI, difference: identities.differenceI },
  complement: identities.complementI,
};
const NETWORK: Kind<NetworkSet, networks.Address> = {
  universe: ADDRESSES,
  has: (set, { family, address }) => networks.hasAddress(set, family, address),
  isEmpty: networks.isEmptyN,
  contains: networks.containsN,
  equal: networks.equalN,
  key: networks.keyN,
  witness: networks.witnessN,
  combine: { union: networks.unionN, intersect: networks.intersectN, difference: networks.differenceN },
  complement: networks.complementN,
};
const CLIENT: Kind<ClientSet, clients.Client> = {
  universe: CLIENTS,
  has: clients.has,
  isEmpty: clients.isEmpty,
  contains: clients.contains,
  equal: clients.equal,
  key: clients.key,
  witness: clients.witness,
  combine: clients,
  complement: clients.complement,
};

describe('the algebra of clients against brute force', () => {
  it(
    'agrees on sets of identities',
    () => {
      run(IDENTITIES, (chance) => {
        const raw = randomIdentities(chance, MANY_SUFFIXES, chance.pick([2, 12]));
        const set = identities.identitySet(raw);
        const list = { plain: false, anonymous: false, ...raw, networks: ANYWHERE };
        return { set, expression: { op: 'list', ...list }, has: (member) => names(raw, member) };
      });
    },
    LIMIT,
  );

  it(
    'agrees on sets of addresses, and writes them as the fewest networks',
    () => {
      run(
        NETWORK,
        (chance) => {
          const entries = randomNetworks(chance);
          const list = { plain: true, anonymous: false, exact: [], suffixes: [], networks: entries };
          const set = networks.networkSet(entries);
          return { set, expression: { op: 'list', ...list }, has: (member) => comesFrom(entries, member) };
        },
        (_, pool) => checkNetworks(pool.at(-1)!),
      );
    },
    LIMIT,
  );

  it(
    'agrees on sets of clients, and cuts all clients into atoms',
    () => {
      const atoms: number[] = [];
      run(
        CLIENT,
        (chance) => {
          const raw = randomClients(chance);
          const credentials = {
            plain: raw.plain,
            anonymous: raw.anonymous,
            identities: identities.identitySet(raw),
          };
          const set = clients.clientSet(credentials, networks.networkSet(raw.networks));
          const expression: Expression = { op: 'list', ...raw };
          return { set, expression, has: (member) => lists(raw, member) };
        },
        (chance, pool) => {
          if (chance.chance(0.1)) atoms.push(checkAtoms(chance, pool));
        },
      );
      expect(Math.max(...atoms)).toBeGreaterThan(8);
    },
    LIMIT,
  );
});

interface Leaf<S, M> {
  readonly set: S;
  readonly expression: Expression;
  readonly has: (member: M) => boolean;
}

/** Makes random sets of each other and checks each alone, against another one, and by what `more` knows. */
function run<S, M>(
  kind: Kind<S, M>,
  leaf: (chance: Chance) => Leaf<S, M>,
  more: (chance: Chance, pool: readonly Case<S, Expression>[]) => void = () => undefined,
): void {
  const chance = mkChance();
  const seen: Seen = { empty: 0, all: 0, contained: 0, equal: 0 };
  let pool: Case<S, Expression>[] = [];
  let keys = new Map<string, string>();
  try {
    for (let done = 0; done < EXPRESSIONS; done += 1) {
      if (done % CHAIN === 0) [pool, keys] = [[], new Map()];
      const next = step(chance, kind, leaf, pool);
      pool.push(next);
      checkOne(kind, next, keys, seen);
      checkPair(kind, next, chance.pick(pool), seen);
      more(chance, pool);
    }
  } catch (error) {
    throw new Error(`repeat with GATEHOUSE_SEED=${String(chance.seed)}: ${spell(pool.at(-1)?.expression)}`, {
      cause: error,
    });
  }
  const rarest = Math.min(seen.empty, seen.all, seen.contained, seen.equal);
  expect([chance.seed, seen, rarest > EXPRESSIONS / 2000]).toEqual([chance.seed, seen, true]);
}

function step<S, M>(
  chance: Chance,
  kind: Kind<S, M>,
  leaf: (chance: Chance) => Leaf<S, M>,
  pool: readonly Case<S, Expression>[],
): Case<S, Expression> {
  if (pool.length < 3 || chance.chance(0.3)) {
    const { set, expression, has } = leaf(chance);
    return { set, expression, members: Uint8Array.from(kind.universe, (member) => (has(member) ? 1 : 0)) };
  }
  const a = chance.pick(pool);
  const b = chance.pick(pool);
  if (chance.chance(0.2)) {
    const members = a.members.map((is) => 1 - is);
    return { set: kind.complement(a.set), expression: { op: 'complement', a: a.expression }, members };
  }
  const op = chance.pick(OPS);
  const members = a.members.map((is, n) => combined(op, is, b.members[n]!));
  return {
    set: kind.combine[op](a.set, b.set),
    expression: { op, a: a.expression, b: b.expression },
    members,
  };
}

/** On zeros and ones. */
function combined(op: Op, a: number, b: number): number {
  if (op === 'union') return a | b;
  return op === 'intersect' ? a & b : a & ~b;
}

function checkOne<S, M>(
  kind: Kind<S, M>,
  { set, members, expression }: Case<S, Expression>,
  keys: Map<string, string>,
  seen: Seen,
): void {
  kind.universe.forEach((member, n) => same('has', kind.has(set, member), members[n] === 1));
  const empty = !members.includes(1);
  same('isEmpty', kind.isEmpty(set), empty);
  const witness = kind.witness(set);
  same('a witness', witness !== undefined, !empty);
  if (witness !== undefined) {
    same('has its witness', kind.has(set, witness), true);
    same('the witness by brute force', admits(expression, toClient(witness)), true);
  }
  // Equal as sets exactly if equal by key, and then also in structure: checked over all sets of the chain.
  const text = members.join('');
  const key = kind.key(set);
  const form = `${key} is ${structure(set)}`;
  same('one form for one set', keys.get(text) ?? form, form);
  if (keys.has(text)) seen.equal += 1;
  same('one set for one key', keys.get(`of ${key}`) ?? text, text);
  keys.set(text, form).set(`of ${key}`, text);
  if (empty) seen.empty += 1;
  if (!members.includes(0)) seen.all += 1;
}

/** A member of any kind as a client that stands for it in an expression of that kind. */
function toClient(member: unknown): clients.Client {
  if (typeof member === 'string')
    return { credential: { kind: 'identity', identity: member }, family: 4, address: 0n };
  return { credential: { kind: 'plain' }, ...(member as networks.Address) };
}

function checkPair<S, M>(kind: Kind<S, M>, a: Case<S, Expression>, b: Case<S, Expression>, seen: Seen): void {
  const within = b.members.every((is, n) => is === 0 || a.members[n] === 1);
  const around = a.members.every((is, n) => is === 0 || b.members[n] === 1);
  same('contains', kind.contains(a.set, b.set), within);
  same('is contained', kind.contains(b.set, a.set), around);
  same('equal', kind.equal(a.set, b.set), within && around);
  if (within !== around && b.members.includes(1) && a.members.includes(0)) seen.contained += 1;
}

/** Within the eight addresses, halving until a half is full or empty gives the fewest networks. */
function checkNetworks({ set, members }: Case<NetworkSet, Expression>): void {
  const back = networks.toNetworks(set).map((net) => ({ net, except: [] }));
  same('the same of its networks', networks.equalN(networks.networkSet(back), set), true);
  const eight = networks.networkSet([{ net: NETWORKS[2]!, except: [] }]);
  const inside = [0, 1, 2, 3, 4, 5, 6, 7].map((n) => {
    const at = ADDRESSES.findIndex(
      ({ family, address }) => family === 4 && address === NETWORKS[2]!.first + BigInt(n),
    );
    return members[at] === 1;
  });
  same('the fewest networks', networks.toNetworks(networks.intersectN(set, eight)).length, fewest(inside));
}

function fewest(inside: readonly boolean[]): number {
  if (inside.every((is) => is === inside[0])) return Number(inside[0]);
  return fewest(inside.slice(0, inside.length / 2)) + fewest(inside.slice(inside.length / 2));
}

/** Clients share an atom exactly if they are in the same sets; returns how many atoms there are. */
function checkAtoms(chance: Chance, pool: readonly Case<ClientSet, Expression>[]): number {
  const cases = Array.from({ length: chance.int(6) }, () => chance.pick(pool));
  const atoms = atomsOf(cases.map(({ set }) => set));
  const signatures = new Map<string, number>();
  CLIENTS.forEach((client, n) => {
    const signature = cases.map(({ members }) => String(members[n])).join('');
    const at = atoms.flatMap((atom, index) => (clients.has(atom, client) ? [index] : []));
    same('in one atom', at.length, 1);
    same('with its like', signatures.get(signature) ?? at[0], at[0]);
    signatures.set(signature, at[0]!);
  });
  same('as few atoms as can be', atoms.length, signatures.size);
  const whole = clients.unionAll(atoms);
  same('all of them together', clients.equal(whole, clients.ALL_CLIENTS), true);
  const turned = atomsOf(cases.map(({ set }) => set).reverse());
  same('in whatever order', turned.map(clients.key).join(), atoms.map(clients.key).join());
  for (const atom of atoms)
    same('in normal form', structure(clients.intersect(clients.ALL_CLIENTS, atom)), structure(atom));
  const union = cases.reduce((all, { set }) => clients.union(all, set), clients.NO_CLIENTS);
  same('the union of all', clients.key(clients.unionAll(cases.map(({ set }) => set))), clients.key(union));
  return atoms.length;
}

const structure = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part));

const spell = (expression: Expression | undefined): string => structure(expression ?? null).slice(0, 4000);

/** Cheaper than `expect`, which takes most of the time of a million calls. */
function same<T>(what: string, actual: T, expected: T): void {
  if (actual !== expected) throw new Error(`${what}: ${String(actual)}, should be ${String(expected)}`);
}
