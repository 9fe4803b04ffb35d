/**
 * The index after random histories against the index built from scratch, the ports that it says have changed against
 * all ports, and the base of a change, which no change touches.
 */
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from '@jest/globals';
import type { WorkloadKind } from '../../../src/policy/objects/kinds.js';
import type { StoredObject } from '../../../src/policy/objects/stored.js';
import type { SourceEvent } from '../../../src/policy/ports.js';
import { advance, buildIndex } from '../../../src/policy/inbound/advance.js';
import { emptyIndex, policyOf, type InboundIndex } from '../../../src/policy/inbound/inbound-index.js';
import type { PortPolicy } from '../../../src/policy/inbound/port-policy.js';
import type { RouteStatus } from '../../../src/model/world.js';
import { mkWorld } from '../../builders.js';
import { mkChance, type Chance } from '../../oracle/random.js';
import { NAMESPACES, randomEvent } from './random-world.js';

const HISTORIES = Number(process.env['GATEHOUSE_HISTORIES'] ?? 120);
const BATCHES = 25;
const PORTS = [80, 8080, 5432, 9090, 7];
const KINDS: readonly WorkloadKind[] = ['core/Pod', 'workload.linkerd.io/ExternalWorkload'];

const keyOf = ({ kind, namespace, name }: Pick<StoredObject, 'kind' | 'namespace' | 'name'>): string =>
  `${kind} ${namespace} ${name}`;

/** The objects that a history leaves. */
function fold(objects: Map<string, StoredObject>, event: SourceEvent): void {
  if (event.type === 'applied') objects.set(keyOf(event.object), event.object);
  else if (event.type === 'deleted') objects.delete(keyOf(event));
  else {
    for (const [key, { kind }] of objects) if (kind === event.kind) objects.delete(key);
    for (const object of event.objects) objects.set(keyOf(object), object);
  }
}

/** Every policy there is, by workload and port. */
function allPolicies(index: InboundIndex): ReadonlyMap<string, PortPolicy | undefined> {
  const found = new Map<string, PortPolicy | undefined>();
  for (const kind of KINDS)
    for (const namespace of NAMESPACES)
      for (const name of ['x', 'y', 'z'])
        for (const port of PORTS)
          found.set(
            `${kind} ${namespace} ${name} ${String(port)}`,
            policyOf(index, { kind, namespace, name }, port),
          );
  return found;
}

/** As `toEqual`, which is slow where all is well. */
function same(found: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(found, expected)) expect(found).toEqual(expected);
}

function play(random: Chance, status: RouteStatus): void {
  const objects = new Map<string, StoredObject>();
  const world = mkWorld({ routeStatus: status });
  let index = emptyIndex(world);
  for (let i = 0; i < BATCHES; i++) {
    const batch = Array.from({ length: 1 + random.int(3) }, () => randomEvent(random));
    const before = allPolicies(index);
    const { index: next, changes } = advance(index, batch);
    same(allPolicies(index), before);

    for (const event of batch) fold(objects, event);
    const after = allPolicies(next);
    same(after, allPolicies(buildIndex(world, [...objects.values()])));

    const touched = new Set(
      changes.workloads.map(({ kind, namespace, name }) => `${kind} ${namespace} ${name}`),
    );
    const reported = new Map(
      changes.ports.flatMap(({ kind, namespace, workloads, port, before: was, after: is }) =>
        workloads.map((name): [string, [unknown, unknown]] => [
          `${kind} ${namespace} ${name} ${String(port)}`,
          [was, is],
        ]),
      ),
    );
    for (const [port, policy] of after) {
      const said = reported.get(port);
      if (said !== undefined) same(said, [before.get(port), policy]);
      // Ports of which nothing is said follow their workload.
      else if (!touched.has(port.slice(0, port.lastIndexOf(' ')))) same(policy === before.get(port), true);
    }
    index = next;
  }
}

test.each<RouteStatus>(['predicted', 'observed'])('histories, status %s', (status) => {
  const seed = Number(process.env['GATEHOUSE_SEED'] ?? Date.now() % 1_000_000);
  process.stderr.write(`index histories: seed ${String(seed)}\n`);
  for (let i = 0; i < HISTORIES / 2; i++) {
    try {
      play(mkChance(seed + i), status);
    } catch (error) {
      throw new Error(`history ${String(i)} of GATEHOUSE_SEED=${String(seed)}`, { cause: error });
    }
  }
});
