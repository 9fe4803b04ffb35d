/**
 * The policies recorded from Linkerd's controller are ours (test/fixtures): objects as applied, completed as a cluster
 * would, indexed, and printed as the controller's answer. Each namespace stands alone, and all stand together.
 */
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
import { canonical, RECORDED_NETWORKS, SCENARIO_FILES, scenariosIn, type Scenario } from './recorded.js';

/** The settings of the cluster that was recorded. */
const WORLD = mkWorld({
  settings: { ...DEFAULT_CLUSTER_SETTINGS, clusterNetworks: RECORDED_NETWORKS },
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

/** Every question with our answer, and with the recorded one. */
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

describe.each(SCENARIO_FILES)('%s', (file) => {
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
    const scenarios = SCENARIO_FILES.flatMap(scenariosIn);
    const index = indexOf(scenarios.flatMap(({ objects }) => objects));
    for (const scenario of scenarios) {
      const { received, expected } = compared(index, scenario);
      expect(received).toEqual(expected);
    }
  });
});
