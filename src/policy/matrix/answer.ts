/** Why a cell says what it says: the evaluator's decisions on traffic of each region, from each place that tells. */
import { has, hasAddress, unionAllN, witnessN, type Address, type NetworkSet } from '../../algebra/index.js';
import type { Semantics } from '../../model/world.js';
import { clientOf, type Connection } from '../decide/connection.js';
import { decide } from '../decide/decide.js';
import type { Decision } from '../decide/decision.js';
import type { CreditedSource } from '../decide/grant.js';
import type { Traffic } from '../decide/request.js';
import { contactOf } from '../endpoints/connection.js';
import type { PortPolicy } from '../inbound/port-policy.js';
import { accessOfCode, auditedOfCode, isProbesOnly, type AccessWord, type AuditedWord } from './cells.js';
import { tlsTo, type MatrixClient } from './clients.js';
import type { Matrix } from './matrix.js';
import type { RegionRef, TrafficRegion } from './regions.js';
import type { StandingAtom } from './standing.js';

/** One call of the client, and what becomes of it. */
export interface Witness {
  /** The place of its region in the column. */
  readonly region: number;
  readonly address: Address;
  readonly connection: Connection;
  /** As the proxy takes it. */
  readonly traffic: Traffic;
  readonly decision: Decision;
}

export interface RegionAnswer {
  readonly ref: RegionRef;
  /** `unknown-address` where some of a client's addresses get through and nobody knows which it has. */
  readonly access: Exclude<AccessWord, 'unknown-traffic'>;
  readonly audited: AuditedWord;
  /** Whether it is known that there is such traffic. */
  readonly certain: boolean;
  /** Undefined where nobody gets through, or nobody is refused, or no traffic of the region is known. */
  readonly allowed: Witness | undefined;
  readonly refused: Witness | undefined;
  /** Those of the client's addresses from which it gets through, and the others. */
  readonly allowedFrom: NetworkSet;
  readonly refusedFrom: NetworkSet;
  /** Those that let the client through, from wherever it comes, the first ones first. */
  readonly authorizations: readonly CreditedSource[];
}

export interface CellAnswer {
  readonly access: AccessWord;
  readonly audited: AuditedWord;
  /** Whether whatever gets through does so by the automatic route of the kubelet's probes. */
  readonly probesOnly: boolean;
  /** A call that gets through, and one that does not; where the address is assumed they may be of two addresses. */
  readonly allowed: Witness | undefined;
  readonly refused: Witness | undefined;
  /** None where no policy is enforced. */
  readonly regions: readonly RegionAnswer[];
}

/** The answer of a cell. */
export function answerOf(matrix: Matrix, row: number, column: number, semantics: Semantics): CellAnswer {
  const code = matrix.code(row, column);
  const answer = {
    access: accessOfCode(code),
    audited: auditedOfCode(code),
    probesOnly: isProbesOnly(code),
  };
  const client = matrix.rows[row]?.clients[0];
  const asked = matrix.columns[column];
  const standing = matrix.standing(row, column);
  if (client === undefined || asked === undefined || standing === undefined)
    return { ...answer, allowed: undefined, refused: undefined, regions: [] };
  const { enforcement, targets, traffic } = asked;
  if (typeof enforcement === 'string') throw new Error('a client stands in a column without policy');
  const port = targets[0].port;
  const caller: Caller = { client, port, policy: enforcement, semantics };
  const regions = traffic.regions.map((region, place) =>
    regionAnswer({ region, place }, standing.atoms, caller),
  );
  // An assumed client is in one place: both of its calls are to come from there if they can.
  const here = client.addresses.kind === 'assumed' ? standing.atoms.slice(0, 1) : standing.atoms;
  const shown =
    answer.access === 'some' && here.length < standing.atoms.length
      ? traffic.regions.map((region, place) => regionAnswer({ region, place }, here, caller))
      : regions;
  return {
    ...answer,
    allowed: first(shown, ({ allowed }) => allowed),
    refused: first(shown, ({ refused }) => refused),
    regions,
  };
}

interface Caller {
  readonly client: MatrixClient;
  readonly port: number;
  readonly policy: PortPolicy;
  readonly semantics: Semantics;
}

/** What becomes of the traffic of a region from one place. */
interface Place {
  readonly networks: NetworkSet;
  readonly allowed: boolean;
  readonly audited: boolean;
  /** Undefined where no traffic of the region is known. */
  readonly witness: Witness | undefined;
}

interface PlacedRegion {
  readonly region: TrafficRegion;
  readonly place: number;
}

function regionAnswer(asked: PlacedRegion, atoms: readonly StandingAtom[], caller: Caller): RegionAnswer {
  const { region } = asked;
  const places = atoms.map((atom) => placeOf(asked, atom, caller));
  const through = places.filter(({ allowed }) => allowed);
  const logged = through.filter(({ audited }) => audited);
  const assumed = caller.client.addresses.kind === 'assumed';
  return {
    ref: region.ref,
    access:
      through.length === 0
        ? 'none'
        : through.length === places.length
          ? 'all'
          : assumed
            ? 'unknown-address'
            : 'some',
    audited: logged.length === 0 ? 'none' : logged.length === through.length ? 'all' : 'some',
    certain: region.sample !== undefined,
    allowed: through[0]?.witness,
    refused: places.find(({ allowed }) => !allowed)?.witness,
    allowedFrom: unionAllN(through.map(({ networks }) => networks)),
    refusedFrom: unionAllN(places.filter(({ allowed }) => !allowed).map(({ networks }) => networks)),
    authorizations: credited(through),
  };
}

/** Each that lets the client through from somewhere, once. */
function credited(places: readonly Place[]): readonly CreditedSource[] {
  const found: CreditedSource[] = [];
  for (const { witness } of places) {
    const source = witness?.decision.authorization;
    if (source !== undefined && !found.some((other) => sameSource(other, source))) found.push(source);
  }
  return found;
}

const sameSource = (a: CreditedSource, b: CreditedSource): boolean =>
  a === b || (a.kind === b.kind && a.name === b.name && namespaceOf(a) === namespaceOf(b));

const namespaceOf = (source: CreditedSource): string | undefined =>
  source.kind === 'default' ? undefined : source.namespace;

function placeOf({ region, place }: PlacedRegion, { networks }: StandingAtom, caller: Caller): Place {
  const { client, port, policy, semantics } = caller;
  const { sample } = client.addresses;
  const address = hasAddress(networks, sample.family, sample.address) ? sample : witnessN(networks);
  if (address === undefined) throw new Error('an atom without addresses');
  const { connection, traffic } = contactOf({ tls: tlsTo(client, port) }, address, {
    protocol: policy.protocol,
    traffic: region.sample ?? { kind: 'tcp' },
  });
  if (region.sample === undefined) {
    const seen = clientOf(connection, policy.protocol);
    const { allowed, audited } = region.access;
    return { networks, allowed: has(allowed, seen), audited: has(audited, seen), witness: undefined };
  }
  const decision = decide(policy, connection, traffic, semantics);
  const { outcome } = decision;
  return {
    networks,
    allowed: outcome === 'allow' || outcome === 'audit',
    audited: outcome === 'audit',
    witness: { region: place, address, connection, traffic, decision },
  };
}

function first<T, R>(items: readonly T[], of: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = of(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
