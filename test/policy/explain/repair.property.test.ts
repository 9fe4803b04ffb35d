/**
 * Over random worlds: whatever change is proposed lets the call through when it is applied, and is itself admitted.
 * The changed world is built from scratch, and asked from many of the client's addresses.
 */
import { expect, test } from '@jest/globals';
import { hasAddress } from '../../../src/algebra/index.js';
import { explain, type ExplainQuestion, type Explanation } from '../../../src/app/explain.js';
import { lint } from '../../../src/app/lint.js';
import type { JsonObject } from '../../../src/model/json.js';
import { parseAddress } from '../../../src/model/ip.js';
import { baseOf } from '../../../src/policy/complete/base.js';
import { layOver } from '../../../src/policy/complete/lay-over.js';
import { decide } from '../../../src/policy/decide/decide.js';
import { contactOf } from '../../../src/policy/endpoints/connection.js';
import { SPOKEN } from '../../../src/policy/endpoints/traffic.js';
import type { Change } from '../../../src/policy/explain/change.js';
import { buildIndex } from '../../../src/policy/inbound/advance.js';
import { policyOf, type InboundIndex } from '../../../src/policy/inbound/inbound-index.js';
import { InternTable } from '../../../src/policy/objects/intern.js';
import type { StoredObject } from '../../../src/policy/objects/stored.js';
import { DEFAULT_RULE_SETTINGS } from '../../../src/rules/settings.js';
import { mkWorld } from '../../builders.js';
import { mkChance, type Chance } from '../../oracle/random.js';
import { KINDS, NAMESPACES, randomObject } from '../inbound/random-world.js';

const WORLDS = Number(process.env['GATEHOUSE_WORLDS'] ?? 400);
const QUESTIONS = 12;
const world = mkWorld();
const COMPLETING = {
  namespace: 'a',
  assumeMeshed: false,
  controlPlaneNamespace: 'linkerd',
  defaultOpaquePorts: [],
};
const ADDRESSES = [
  '10.0.0.1',
  '10.1.0.9',
  '10.1.2.3',
  '10.200.0.1',
  '100.64.0.5',
  '172.16.3.4',
  '192.168.0.1',
  '192.168.7.7',
  '203.0.113.9',
  'fd00::5',
  '2001:db8::1',
].map((ip) => ({ ip, ...parseAddress(ip)! }));

function randomWorld(random: Chance): readonly StoredObject[] {
  const objects = new Map<string, StoredObject>();
  for (let n = 15 + random.int(40); n > 0; n--) {
    // Workloads and Servers above all: without them nothing has an effect.
    const kind = random.chance(0.4)
      ? random.pick([
          'core/Pod',
          'core/Pod',
          'policy.linkerd.io/Server',
          'policy.linkerd.io/AuthorizationPolicy',
        ] as const)
      : random.pick(KINDS);
    const object = randomObject(random, kind);
    objects.set(`${kind} ${object.namespace} ${object.name}`, object);
  }
  return [...objects.values()];
}

function randomQuestion({ pick, chance }: Chance): ExplainQuestion {
  const name = (): string => `${pick(NAMESPACES)}/${pick(['x', 'y', 'z'])}`;
  const from = pick([
    name,
    name,
    () => `${pick(NAMESPACES)}/sa/${pick(['x', 'y', 'q'])}`,
    () => pick(['spiffe://td/x', 'spiffe://td/q', 'vm.example', 'other.example']),
    () => pick(ADDRESSES).ip,
  ])();
  return {
    from,
    to: `${name()}:${pick(['80', '8080', '5432', '9090', '7'])}`,
    denial: undefined,
    unmeshed: chance(0.15),
    clientIp: chance(0.5) ? pick(ADDRESSES).ip : undefined,
    namespace: 'a',
    request: {
      spoken: chance(0.4) ? pick(SPOKEN) : undefined,
      method: chance(0.3) ? pick(['GET', 'POST', 'get', 'PURGE']) : undefined,
      path: chance(0.7)
        ? pick(['/', '/api/v1', '/api/v2?x=1', '/abc', '/live', '/a.B/Get', '/a.B/Put', '*', ''])
        : undefined,
      host: chance(0.3) ? pick(['a.example.com', 'other']) : undefined,
      headers: chance(0.2) ? [{ name: 'x-a', value: '1' }] : [],
    },
  };
}

const manifestsOf = (change: Change): readonly JsonObject[] =>
  change.flatMap((step) => (step.action === 'mesh' ? [] : [step.manifest]));

/** The world with the change, from scratch. */
function changedIndex(objects: readonly StoredObject[], change: Change): InboundIndex {
  const byKey = new Map(
    objects.map((object) => [`${object.kind} ${object.namespace} ${object.name}`, object]),
  );
  const { changes, problems } = layOver(baseOf(objects), manifestsOf(change), COMPLETING, new InternTable());
  expect(problems).toEqual([]);
  for (const event of changes) {
    if (event.type !== 'applied') throw new Error(`a proposed change brings about ${event.type}`);
    const { object } = event;
    byKey.set(`${object.kind} ${object.namespace} ${object.name}`, object);
  }
  return buildIndex(world, [...byKey.values()]);
}

/** From which of the addresses the call does not get through. */
function refusedFrom(
  index: InboundIndex,
  { client, target, traffic }: Explanation,
  change: Change,
): string[] {
  const policy = policyOf(index, target.ref, target.port)!;
  const { subject } = client;
  const meshed = change.some(({ action }) => action === 'mesh');
  const tls =
    meshed && subject.kind === 'workload'
      ? { kind: 'established' as const, identity: subject.identity }
      : client.tls;
  return ADDRESSES.filter(({ family, address, ip }) => {
    if (!hasAddress(client.addresses.networks, family, address)) return false;
    const contact = contactOf({ tls }, { family, address }, { protocol: policy.protocol, traffic });
    const { outcome } = decide(policy, contact.connection, contact.traffic, world.semantics);
    return outcome !== 'allow' && outcome !== 'audit' && ip !== '';
  }).map(({ ip }) => ip);
}

/** What admission would refuse of the new objects. */
function denied(objects: readonly StoredObject[], change: Change): string[] {
  const documents = change.flatMap((step, index) =>
    step.action === 'create'
      ? [{ file: 'change.yaml', index, value: step.manifest, position: () => ({ line: 1, column: 1 }) }]
      : [],
  );
  const { findings } = lint({
    documents,
    base: objects,
    world,
    settings: DEFAULT_RULE_SETTINGS,
    completing: COMPLETING,
  });
  return findings
    .filter(({ finding }) => finding.severity === 'deny')
    .map(({ finding }) => `${finding.code}: ${finding.message}`);
}

test('every proposed change works, and is admitted', () => {
  const first = mkChance();
  let refused = 0;
  let helped = 0;
  for (let n = 0; n < WORLDS; n++) {
    const random = mkChance(first.seed + n);
    const objects = randomWorld(random);
    const index = buildIndex(world, objects);
    for (let i = 0; i < QUESTIONS; i++) {
      const question = randomQuestion(random);
      const answer = explain(index, question);
      if (!answer.ok || answer.value.ruled === undefined) continue;
      const { outcome, ruled } = answer.value;
      const allowed = outcome === 'allow' || outcome === 'audit';
      expect(refusedFrom(index, answer.value, []).length > 0 && allowed).toBe(false);
      if (allowed) {
        expect(ruled.changes).toEqual([]);
        continue;
      }
      refused += 1;
      if (ruled.changes.length > 0) helped += 1;
      for (const change of ruled.changes) {
        const found = {
          seed: random.seed,
          question,
          change,
          refused: refusedFrom(changedIndex(objects, change), answer.value, change),
          denied: denied(objects, change),
        };
        expect(found).toEqual({ ...found, refused: [], denied: [] });
      }
    }
  }
  // A check that never sees a change would check nothing.
  expect(refused).toBeGreaterThan(WORLDS / 2);
  expect(helped / refused).toBeGreaterThan(0.6);
});
