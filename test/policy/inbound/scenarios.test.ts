/**
 * The policies recorded from Linkerd's controller are ours (test/fixtures): objects as applied, completed as a cluster
 * would, indexed, and printed as the controller's answer. Each namespace stands alone, and all stand together.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Server } from '../../../src/adapters/grpc/gen/inbound.js';
import { toServer } from '../../../src/adapters/grpc/to-proto/server.js';
import { workloadOf } from '../../../src/adapters/grpc/workload.js';
import { completing } from '../../../src/app/completing.js';
import type { JsonObject } from '../../../src/model/json.js';
import { DEFAULT_CLUSTER_SETTINGS } from '../../../src/model/world.js';
import { complete } from '../../../src/policy/complete/complete.js';
import { buildIndex } from '../../../src/policy/inbound/advance.js';
import { policyOf, type InboundIndex } from '../../../src/policy/inbound/inbound-index.js';
import { InternTable } from '../../../src/policy/objects/intern.js';
import { mkWorld } from '../../builders.js';

interface Scenario {
  readonly ns: string;
  readonly objects: readonly JsonObject[];
  readonly queries: readonly (JsonObject & { readonly port: number; readonly linkerd: JsonObject })[];
}

const scenariosIn = (file: string): readonly Scenario[] =>
  readFileSync(new URL(`../../fixtures/${file}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Scenario);

const FILES = ['inbound-scenarios.jsonl', 'inbound-scenarios-rich.jsonl'] as const;

/** The settings of the cluster that was recorded. */
const WORLD = mkWorld({
  settings: {
    ...DEFAULT_CLUSTER_SETTINGS,
    clusterNetworks: ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16'],
  },
});

function indexOf(objects: readonly JsonObject[]): InboundIndex {
  const settings = completing({ namespace: 'default', assumeMeshed: false }, WORLD);
  const completed = complete(objects, settings, { table: new InternTable() });
  expect(completed.problems).toEqual([]);
  return buildIndex(WORLD, completed.objects);
}

function answer(
  index: InboundIndex,
  { ns }: Scenario,
  query: JsonObject & { readonly port: number },
): unknown {
  const workload = workloadOf({ ns, ...query });
  if (!workload.ok) throw new Error(workload.error);
  const policy = policyOf(index, workload.value, query.port);
  return policy === undefined ? { error: 'NOT_FOUND' } : Server.toJSON(toServer(policy));
}

/** Lists whose order has no meaning; that of routes, rules and matches has. */
const UNORDERED = new Set(['authorizations', 'networks', 'identities', 'suffixes']);

function canonical(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => canonical(item));
    return UNORDERED.has(key) ? items.map((item) => JSON.stringify(item)).sort() : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, item]) => [name, canonical(item, name)] as const);
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What was asked, and what differs, as one text each, so that a failure names every question. */
const compared = (index: InboundIndex, scenario: Scenario) => {
  const asked = scenario.queries.map(({ linkerd, ...query }) => ({
    query,
    expected: canonical(linkerd),
    received: canonical(answer(index, scenario, query)),
  }));
  return {
    received: asked.map(({ query, received }) => ({ query, answer: received })),
    expected: asked.map(({ query, expected }) => ({ query, answer: expected })),
  };
};

describe.each(FILES)('%s', (file) => {
  it.each(scenariosIn(file).map((scenario) => [scenario.ns, scenario] as const))(
    'gives every answer of %s',
    (_ns, scenario) => {
      const { received, expected } = compared(indexOf(scenario.objects), scenario);
      expect(received.length).toBeGreaterThan(0);
      expect(received).toEqual(expected);
    },
  );
});

describe('all scenarios in one cluster', () => {
  it('do not touch each other', () => {
    const scenarios = FILES.flatMap(scenariosIn);
    const index = indexOf(scenarios.flatMap(({ objects }) => objects));
    for (const scenario of scenarios) {
      const { received, expected } = compared(index, scenario);
      expect(received).toEqual(expected);
    }
  });
});
