/**
 * The difference of random states against brute force: every workload, port, client and request of a finite set,
 * decided in one state and in the other one.
 */
import { expect, test } from '@jest/globals';
import { parseAddress } from '../../../src/model/ip.js';
import { has } from '../../../src/algebra/index.js';
import type { Connection, TlsState } from '../../../src/policy/decide/connection.js';
import { decide } from '../../../src/policy/decide/decide.js';
import type { HttpRequest, Traffic } from '../../../src/policy/decide/request.js';
import { answerProblem } from '../../../src/policy/decide/answer-problem.js';
import { changesOf, type SetChange } from '../../../src/policy/diff/changes.js';
import { diff, isSame, type Diff, type NamedChange } from '../../../src/policy/diff/diff.js';
import type { SidePair } from '../../../src/policy/diff/presence.js';
import { skipsInbound } from '../../../src/policy/endpoints/skipped.js';
import type { PolicyImpact, RegionImpact } from '../../../src/policy/impact/impact-of-policies.js';
import type { Side } from '../../../src/policy/impact/side.js';
import { buildIndex } from '../../../src/policy/inbound/advance.js';
import { policyOf, type InboundIndex, type WorkloadRef } from '../../../src/policy/inbound/inbound-index.js';
import type { StoredKind, WorkloadKind } from '../../../src/policy/objects/kinds.js';
import type { StoredObject } from '../../../src/policy/objects/stored.js';
import { find } from '../../../src/policy/state/state.js';
import { includesPort } from '../../../src/policy/state/workload-settings.js';
import type { Workload } from '../../../src/policy/state/workload-shape.js';
import { mkWorld } from '../../builders.js';
import { mkChance, type Chance } from '../../oracle/random.js';
import { randomConnection, randomPolicy } from '../decide/random.js';
import { expectForetold, presented } from '../impact/brute-force.js';
import { KINDS, NAMESPACES, randomObject } from '../inbound/random-world.js';

const WORLDS = Number(process.env['GATEHOUSE_WORLDS'] ?? 30);
/** Of each port of a workload that is not the same in both. */
const QUESTIONS = 300;
const PORTS = [80, 8080, 5432, 9090, 7, 60_000];
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
const ADDRESSES = ['10.1.0.1', '10.1.9.9', '10.200.0.1', '192.168.0.1', '203.0.113.9', '2001:db8::1'];
const PATHS = ['/', '/api', '/api/v1', '/api/x', '/abc', '/live', '/b d', '/a.B/Get', '/a.B/Set', '/z.Z/Get'];

const anyConnection = ({ pick, chance }: Chance): Connection => {
  const { family, address } = parseAddress(pick(ADDRESSES))!;
  return { family, address, tls: pick(TLS), direct: chance(0.25) };
};
const randomTraffic = ({ pick, chance }: Chance): Traffic => {
  if (chance(0.2)) return { kind: 'tcp' };
  const request: HttpRequest = {
    method: pick(['GET', 'POST', 'PUT']),
    path: pick(PATHS),
    host: pick(['other', 'a.example.com', 'b.example.com']),
    headers: chance(0.3) ? [{ name: 'X-A', value: '1' }] : [],
  };
  return { kind: 'http', version: pick(['http1', 'http2']), request };
};

const keyOf = (of: { readonly kind: string; readonly namespace: string; readonly name: string }): string =>
  `${of.kind} ${of.namespace} ${of.name}`;

const WORKLOADS: readonly WorkloadRef[] = (
  ['core/Pod', 'workload.linkerd.io/ExternalWorkload'] as WorkloadKind[]
).flatMap((kind) =>
  NAMESPACES.flatMap((namespace) => ['x', 'y', 'z'].map((name) => ({ kind, namespace, name }))),
);

/** A pod whose proxy skips some ports, now and then. */
function skipping(random: Chance, object: StoredObject): StoredObject {
  if (object.kind !== 'core/Pod' || random.chance(0.7)) return object;
  const annotations = {
    ...object.template.annotations,
    'config.linkerd.io/skip-inbound-ports': random.pick(['80', '1-100', '8080,60000', 'x']),
  };
  return { ...object, template: { ...object.template, annotations } };
}

/** A pod with a proxy where it has none, or without the one that it has. */
const remeshed = (object: StoredObject): StoredObject =>
  object.kind === 'core/Pod'
    ? { ...object, template: { ...object.template, meshed: !object.template.meshed } }
    : object;

/** Two states that have some objects in common. */
function randomStates(random: Chance): readonly [InboundIndex, InboundIndex] {
  const first = new Map<string, StoredObject>();
  const add = (to: Map<string, StoredObject>, kind: StoredKind): void => {
    const object = skipping(random, randomObject(random, kind));
    to.set(keyOf(object), object);
  };
  for (let n = 0; n < 5; n += 1) {
    add(first, 'core/Pod');
    add(first, 'policy.linkerd.io/Server');
  }
  for (let n = random.int(25); n > 0; n -= 1) add(first, random.pick(KINDS));
  const second = new Map(
    [...first]
      .filter(() => random.chance(0.8))
      .map(([key, object]): [string, StoredObject] => [key, random.chance(0.3) ? remeshed(object) : object]),
  );
  for (let n = random.int(10); n > 0; n -= 1) add(second, random.pick(KINDS));
  return [buildIndex(world, [...first.values()]), buildIndex(world, [...second.values()])];
}

function sideOf(index: InboundIndex, ref: WorkloadRef, port: number): Side {
  const { kind, namespace, name } = ref;
  const workload: Workload | undefined = find(index.state, kind, namespace, name);
  if (workload === undefined) return 'absent';
  return skipsInbound(workload, port) ? 'unenforced' : (policyOf(index, ref, port) ?? 'unenforced');
}

const changesAt = ({ groups }: Diff, ref: WorkloadRef, port: number): readonly NamedChange[] => {
  const found = groups.filter(({ targets }) =>
    targets.some(
      ({ workload, ports }) =>
        workload.kind === ref.kind &&
        workload.namespace === ref.namespace &&
        workload.name === ref.name &&
        includesPort(ports, port),
    ),
  );
  // A port stands in one place only.
  expect(found.length).toBeLessThan(2);
  return found[0]?.changes ?? [];
};

/** The changes as an impact tells them. */
function asImpact(changes: readonly NamedChange[]): PolicyImpact {
  const regions = changes.flatMap((change) =>
    change.requests.map(({ traffic, before, after, witness }): RegionImpact => {
      const { effect, transport, clients, authorizations } = change;
      const told = { clients, witness: change.witness, authorizations };
      const only = (of: typeof effect) => (effect === of ? told : undefined);
      return {
        transport,
        traffic,
        before,
        after,
        witness,
        opens: only('opens'),
        closes: only('closes'),
        auditStarts: only('audit-starts'),
        auditEnds: only('audit-ends'),
        answers: change.answers === undefined ? [] : [{ ...told, ...change.answers }],
      };
    }),
  );
  return { regions, exact: true, complete: true };
}

const seen = { questions: 0, differences: 0 };

function compare(random: Chance): void {
  const [before, after] = randomStates(random);
  const told = diff(before, after);
  expect(told.complete).toBe(true);
  let differs = false;
  for (const ref of WORKLOADS) {
    for (const port of PORTS) {
      const [a, b] = [sideOf(before, ref, port), sideOf(after, ref, port)];
      const changes = changesAt(told, ref, port);
      // Of a workload that comes or goes only the ports count that somebody mentions.
      if ((a === 'absent') !== (b === 'absent') && changes.length === 0) continue;
      const impact = asImpact(changes);
      for (const { clients, witness } of changes) expect(has(clients, witness)).toBe(true);
      for (let n = 0; n < QUESTIONS; n += 1) {
        const [connection, traffic] = [anyConnection(random), randomTraffic(random)];
        seen.questions += 1;
        if (expectForetold({ before: a, after: b, semantics }, impact, connection, traffic)) differs = true;
        expectDirect(a, b, { changes, connection });
      }
    }
  }
  if (differs) {
    seen.differences += 1;
    expect(isSame(told)).toBe(false);
  }
}

/** An opaque port in place of nothing, or nothing in its place, shows who comes directly with an identity. */
function expectDirect(
  a: Side,
  b: Side,
  { changes, connection }: { readonly changes: readonly SetChange[]; readonly connection: Connection },
): void {
  const opaque = [a, b].find((side) => typeof side === 'object' && side.protocol === 'opaque');
  const { tls, direct } = connection;
  if (typeof opaque !== 'object' || ![a, b].includes('unenforced') || !direct) return;
  if (tls.kind !== 'established' || tls.identity === undefined) return;
  const allowed = decide(opaque, connection, { kind: 'tcp' }, semantics).authorization !== undefined;
  const effect = a === 'unenforced' ? 'closes' : 'opens';
  const told = changes.some(
    (change) =>
      change.transport === 'direct' && change.effect === effect && has(change.clients, presented(connection)),
  );
  expect(told).toBe(!allowed);
}

test('who comes directly to an opaque port is told where nothing was, or is, in its place', () => {
  const random = mkChance();
  process.stderr.write(`opaque ports: seed ${String(random.seed)}\n`);
  for (let n = 0; n < 300; n += 1) {
    const opaque = { ...randomPolicy(random), protocol: 'opaque' as const };
    if (answerProblem(opaque, semantics) !== undefined) continue;
    const pair = random.pick<SidePair>([
      ['unenforced', opaque],
      [opaque, 'unenforced'],
    ]);
    const { changes } = changesOf(pair, semantics);
    for (let k = 0; k < 40; k += 1)
      expectDirect(...pair, { changes, connection: { ...randomConnection(random), direct: true } });
  }
});

test('the difference of two states is what brute force finds between them', () => {
  const seed = Number(process.env['GATEHOUSE_SEED'] ?? Date.now() % 1_000_000);
  process.stderr.write(`diff of states: seed ${String(seed)}\n`);
  for (let n = 0; n < WORLDS; n += 1) {
    try {
      compare(mkChance(seed + n));
    } catch (error) {
      throw new Error(`world ${String(n)} of GATEHOUSE_SEED=${String(seed)}`, { cause: error });
    }
  }
  // The comparison says something only where there is something to see.
  expect(seen.differences).toBeGreaterThan(WORLDS / 2);
});

test('a state does not differ from itself, nor from one built of the same objects', () => {
  const seed = Date.now() % 1_000_000;
  for (let n = 0; n < 10; n += 1) {
    const [index] = randomStates(mkChance(seed + n));
    const [again] = randomStates(mkChance(seed + n));
    expect([seed, isSame(diff(index, index)), isSame(diff(index, again))]).toEqual([seed, true, true]);
  }
});
