/**
 * The impact of random changes on random worlds against brute force: every client and request of a finite set, on every
 * port, decided before and after. The base of a change is untouched, and a preview equals a rebuild.
 */
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from '@jest/globals';
import { parseAddress } from '../../../src/model/ip.js';
import { impact } from '../../../src/policy/impact/impact.js';
import { changeOf } from '../../../src/policy/impact/change-of.js';
import { impactOfPolicies, type PolicyImpact } from '../../../src/policy/impact/impact-of-policies.js';
import type { Side } from '../../../src/policy/impact/side.js';
import { buildIndex } from '../../../src/policy/inbound/advance.js';
import { policyOf, type InboundIndex, type WorkloadRef } from '../../../src/policy/inbound/inbound-index.js';
import type { StoredKind, WorkloadKind } from '../../../src/policy/objects/kinds.js';
import type { StoredObject } from '../../../src/policy/objects/stored.js';
import type { Connection, TlsState } from '../../../src/policy/decide/connection.js';
import type { HttpRequest, Traffic } from '../../../src/policy/decide/request.js';
import { find, objectsOf } from '../../../src/policy/state/state.js';
import { mkWorld } from '../../builders.js';
import { mkChance, type Chance } from '../../oracle/random.js';
import { KINDS, NAMESPACES, randomObject } from '../inbound/random-world.js';
import { expectForetold, expectWitnessed } from './brute-force.js';

const WORLDS = Number(process.env['GATEHOUSE_WORLDS'] ?? 25);
const PORTS = [80, 8080, 5432, 9090, 7];
const world = mkWorld();
const { semantics } = world;

const TLS: readonly TlsState[] = [
  { kind: 'none' },
  { kind: 'passthru', sni: 'example.com' },
  { kind: 'established', identity: undefined },
  ...[
    'x.a.serviceaccount.identity.linkerd.cluster.local',
    'y.b.serviceaccount.identity.linkerd.cluster.local',
    'z.a.serviceaccount.identity.linkerd.cluster.local',
    'vm.example',
    'vm.a.example',
    'spiffe://td/x',
  ].map((identity): TlsState => ({ kind: 'established', identity })),
];
const CONNECTIONS: readonly Connection[] = TLS.flatMap((tls) =>
  ['10.1.0.1', '10.1.9.9', '10.200.0.1', '192.168.0.1', '127.0.0.1', '203.0.113.9', '2001:db8::1'].flatMap(
    (text) => {
      const { family, address } = parseAddress(text)!;
      return [false, true].map((direct): Connection => ({ family, address, tls, direct }));
    },
  ),
);

const request = (method: string, path: string, over: Partial<HttpRequest> = {}): HttpRequest => ({
  method,
  path,
  host: 'other',
  headers: [],
  ...over,
});
const REQUESTS: readonly HttpRequest[] = [
  ...['/', '/api', '/api/v1', '/api/x', '/abc', '/live', '/b d', '/a.B/Get', '/a.B/Set', '/z.Z/Get'].flatMap(
    (path) => ['GET', 'POST', 'PUT'].map((method) => request(method, path)),
  ),
  ...['/', '/api/v1'].flatMap((path) =>
    ['a.example.com', 'b.example.com'].map((host) => request('GET', path, { host })),
  ),
  ...['GET', 'PUT'].map((method) =>
    request(method, '/api/v1', { host: 'a.example.com', headers: [{ name: 'X-A', value: '1' }] }),
  ),
  request('GET', '/', { headers: [{ name: 'x-a', value: '1' }] }),
];
const TRAFFIC: readonly Traffic[] = [
  { kind: 'tcp' },
  ...REQUESTS.flatMap((sent) =>
    (['http1', 'http2'] as const).map((version): Traffic => ({ kind: 'http', version, request: sent })),
  ),
];

const keyOf = (of: {
  readonly kind: StoredKind;
  readonly namespace: string;
  readonly name: string;
}): string => `${of.kind} ${of.namespace} ${of.name}`;

const WORKLOADS: readonly WorkloadRef[] = (
  ['core/Pod', 'workload.linkerd.io/ExternalWorkload'] as WorkloadKind[]
).flatMap((kind) =>
  NAMESPACES.flatMap((namespace) => ['x', 'y', 'z'].map((name) => ({ kind, namespace, name }))),
);

function sideOf(index: InboundIndex, ref: WorkloadRef, port: number): Side {
  const { kind, namespace, name } = ref;
  const there = find(index.state, kind, namespace, name) !== undefined;
  return policyOf(index, ref, port) ?? (there ? 'unenforced' : 'absent');
}

const allSides = (index: InboundIndex): ReadonlyMap<string, Side> =>
  new Map<string, Side>(
    WORKLOADS.flatMap((ref) =>
      PORTS.map((port): [string, Side] => [`${keyOf(ref)} ${String(port)}`, sideOf(index, ref, port)]),
    ),
  );

/** As `toEqual`, which is slow where all is well. */
function same(found: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(found, expected)) expect(found).toEqual(expected);
}

const seen = { differences: 0, regions: 0 };

/** Compares each two sides once. */
class Oracle {
  readonly #known = new Map<Side, Map<Side, PolicyImpact>>();

  expectTold(before: Side, after: Side, told: PolicyImpact): void {
    const row = this.#known.get(before) ?? new Map<Side, PolicyImpact>();
    this.#known.set(before, row);
    const known = row.get(after);
    if (known !== undefined) {
      same(told.regions, known.regions);
      return;
    }
    row.set(after, told);
    const asked = { before, after, semantics };
    for (const region of told.regions) expectWitnessed(asked, region);
    seen.regions += told.regions.length;
    for (const connection of CONNECTIONS)
      for (const traffic of TRAFFIC)
        if (expectForetold(asked, told, connection, traffic)) seen.differences += 1;
  }
}

const UNTOLD: PolicyImpact = { regions: [], exact: true, complete: true };

function judge(index: InboundIndex, before: StoredObject | undefined, after: StoredObject | undefined): void {
  const objects = new Map(baseObjects(index).map((object) => [keyOf(object), object]));
  const was = allSides(index);
  const copy = structuredClone([...was.values()]);
  const result = impact(index, changeOf(before, after));

  const stillIs = allSides(index);
  for (const [key, side] of was) expect(stillIs.get(key) === side).toBe(true);
  same([...stillIs.values()], copy);

  if (before !== undefined) objects.delete(keyOf(before));
  if (after !== undefined) objects.set(keyOf(after), after);
  const rebuilt = buildIndex(world, [...objects.values()]);
  const is = allSides(result.index);
  same(is, allSides(rebuilt));

  const told = new Map(
    result.ports.flatMap((port) =>
      port.workloads.map(
        (name) => [`${keyOf({ ...port, name })} ${String(port.port)}`, port] as [string, typeof port],
      ),
    ),
  );
  const touched = new Set<string>(result.workloads.map(keyOf));
  const oracle = new Oracle();
  for (const [key, a] of was) {
    const b = is.get(key)!;
    const port = told.get(key);
    // Ports of which nothing is said follow their workload, if that comes, goes or changes.
    if (port === undefined && touched.has(key.slice(0, key.lastIndexOf(' ')))) continue;
    if (port !== undefined) same([port.before, port.after], [a, b]);
    if (port !== undefined || a !== b) oracle.expectTold(a, b, port ?? UNTOLD);
  }
}

function baseObjects({ state }: InboundIndex): readonly StoredObject[] {
  const objects: StoredObject[] = [];
  for (const kind of KINDS) for (const object of objectsOf(state, kind)) objects.push(object);
  return objects;
}

function randomWorld(random: Chance): InboundIndex {
  const objects = new Map<string, StoredObject>();
  const add = (kind: StoredKind): void => {
    const object = randomObject(random, kind);
    objects.set(keyOf(object), object);
  };
  for (let n = 0; n < 4; n += 1) {
    add('core/Pod');
    add('policy.linkerd.io/Server');
  }
  for (let n = random.int(20); n > 0; n -= 1) add(random.pick(KINDS));
  return buildIndex(world, [...objects.values()]);
}

/** Creates, updates and deletes an object of each kind. */
function play(random: Chance): void {
  let index = randomWorld(random);
  for (const kind of KINDS) {
    const created = randomObject(random, kind);
    const { namespace, name } = created;
    const there = find<StoredKind>(index.state, kind, namespace, name);
    if (there !== undefined) judge(index, there, undefined);
    index = impact(index, changeOf(there, undefined)).index;
    judge(index, undefined, created);
    index = impact(index, changeOf(undefined, created)).index;
    const updated = { ...randomObject(random, kind), namespace, name } as StoredObject;
    judge(index, created, updated);
    index = impact(index, changeOf(created, updated)).index;
    judge(index, updated, undefined);
    if (random.chance(0.5)) index = impact(index, changeOf(updated, undefined)).index;
  }
}

test('the impact of changes of every kind is the difference by brute force', () => {
  const seed = Number(process.env['GATEHOUSE_SEED'] ?? Date.now() % 1_000_000);
  process.stderr.write(`impact of changes: seed ${String(seed)}\n`);
  for (let n = 0; n < WORLDS; n += 1) {
    try {
      play(mkChance(seed + n));
    } catch (error) {
      throw new Error(`world ${String(n)} of GATEHOUSE_SEED=${String(seed)}`, { cause: error });
    }
  }
  // The comparison says something only where there is something to see.
  expect(seen.differences).toBeGreaterThan(1_000 * WORLDS);
  expect(seen.regions).toBeGreaterThan(WORLDS);
});

test('the impact of a side on itself is nothing', () => {
  expect(impactOfPolicies('absent', 'absent', semantics)).toEqual(UNTOLD);
});
