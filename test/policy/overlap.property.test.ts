/** Overlaps against brute force, and the incremental index against one built from scratch, on random namespaces. */
import { describe, expect, it } from '@jest/globals';
import { InternTable } from '../../src/policy/objects/intern.js';
import { project } from '../../src/policy/objects/project.js';
import type { StoredObject } from '../../src/policy/objects/stored.js';
import { liveOverlapsIn, overlapsOf, type Overlap } from '../../src/policy/overlap.js';
import type { Batch } from '../../src/policy/ports.js';
import { apply, EMPTY_STATE, type State } from '../../src/policy/state/state.js';
import { viewAfter, viewOf } from '../../src/policy/view.js';
import { judgePair, winnerOf } from '../oracle/overlap.js';
import { mkChance } from '../oracle/random.js';
import { randomPod, randomServer, VALUES } from '../oracle/random-namespace.js';

const table = new InternTable();

const stored = (raw: any): StoredObject => {
  const result = project(raw.kind === 'Pod' ? 'core/Pod' : 'policy.linkerd.io/Server', raw, table);
  if (!result.ok) throw new Error(result.error);
  return result.value;
};

const applied = (raw: any): Batch => [{ type: 'applied', object: stored(raw) }];

/** Everything that a state says about overlaps and claims, in a fixed order. */
function answersOf(state: State, servers: readonly any[]): unknown {
  const ns = state.namespaces.get('app');
  const groups = [...(ns?.pods.groups() ?? [])].flatMap(({ members, claims }) =>
    [...members.values()].map(({ name }) => [
      name,
      [...claims].sort(([a], [b]) => a - b).map(([port, list]) => [port, list.map((s) => s.name)]),
    ]),
  );
  return {
    groups: groups.sort(([a], [b]) => (a! < b! ? -1 : 1)),
    overlaps: servers.map(({ metadata }) =>
      overlapsOf(state, 'app', metadata.name).map(({ kind, other, winner, ports, workload, labels }) => ({
        kind,
        other: other.name,
        winner: winner.name,
        ports,
        workload,
        labels: labels === undefined ? undefined : [...labels],
      })),
    ),
  };
}

describe('overlaps', () => {
  it('agree with brute force on every pair of random namespaces', () => {
    const random = mkChance();
    const seen = { live: 0, certain: 0, possible: 0, none: 0 };
    for (let round = 0; round < 400; round += 1) {
      const servers = Array.from({ length: 2 + random.int(6) }, (_, i) =>
        randomServer(random, `s${String(i)}`),
      );
      const pods = Array.from({ length: random.int(6) }, (_, i) => randomPod(random, `p${String(i)}`));
      const state = [...servers, ...pods].reduce((s: State, raw) => apply(s, applied(raw)), EMPTY_STATE);
      for (const a of servers) {
        const found = new Map(
          overlapsOf(state, 'app', a.metadata.name).map((overlap) => [overlap.other.name, overlap]),
        );
        for (const b of servers) {
          if (a === b) continue;
          const expected = judgePair(a, b, pods, VALUES);
          const got = found.get(b.metadata.name);
          seen[expected] += 1;
          const context = { seed: random.seed, round, a, b, pods };
          expect({ ...context, verdict: got?.kind ?? 'none' }).toEqual({ ...context, verdict: expected });
          if (got !== undefined)
            expect({ ...context, winner: got.winner.name }).toEqual({ ...context, winner: winnerOf(a, b) });
        }
        expect(found.has(a.metadata.name)).toBe(false);
      }
      const live = servers.flatMap((a, i) =>
        servers.slice(i + 1).filter((b) => judgePair(a, b, pods, VALUES) === 'live'),
      );
      const ns = state.namespaces.get('app');
      expect({ seed: random.seed, round, live: ns === undefined ? 0 : liveOverlapsIn(ns).length }).toEqual({
        seed: random.seed,
        round,
        live: live.length,
      });
    }
    expect(Object.values(seen).every((count) => count > 100)).toBe(true);
  });
});

describe('a proposed Server', () => {
  it('overlaps what it would overlap in the state with it, whether it is new or takes another one’s place', () => {
    const random = mkChance();
    const told = (overlaps: readonly Overlap[]) =>
      overlaps.map(({ server, other, winner, ...rest }) => ({
        ...rest,
        names: [server.name, other.name, winner.name],
      }));
    const seen = { overlaps: 0, newKey: 0, nobody: 0 };
    for (let round = 0; round < 1_500; round += 1) {
      const [servers, pods] = [random.int(5), random.int(9)];
      const objects = [
        ...Array.from({ length: servers }, (_, i) => randomServer(random, `s${String(i)}`)),
        ...Array.from({ length: pods }, (_, i) => randomPod(random, `p${String(i)}`)),
      ];
      const state = objects.reduce((s: State, raw) => apply(s, applied(raw)), EMPTY_STATE);
      const proposed = randomServer(random, `s${String(random.int(servers + 1))}`);
      // A key that no other selector mentions.
      if (random.chance(0.3)) {
        const values = Array.from({ length: 1 + random.int(3) }, () => `p${String(random.int(9))}`);
        const operator = random.pick(['In', 'NotIn']);
        proposed.spec.podSelector.matchExpressions ??= [];
        proposed.spec.podSelector.matchExpressions.push({ key: 'pod-name', operator, values });
        seen.newKey += 1;
      }
      const { name } = proposed.metadata;
      const view = viewAfter(viewOf(state), () => applied(proposed));
      const expected = told(overlapsOf(apply(state, applied(proposed)), 'app', name));
      const context = { seed: random.seed, round, proposed, objects };
      expect({ ...context, overlaps: told(view.overlaps('app', name)) }).toEqual({
        ...context,
        overlaps: expected,
      });
      if (expected.length > 0) seen.overlaps += 1;
      else seen.nobody += 1;
    }
    expect(Object.values(seen).every((count) => count > 100)).toBe(true);
  });
});

describe('the workload index', () => {
  it('equals the index built from scratch after any history, and leaves earlier states as they were', () => {
    const random = mkChance();
    for (let round = 0; round < 25; round += 1) {
      const objects = new Map<string, any>();
      let state = EMPTY_STATE;
      for (let step = 0; step < 40; step += 1) {
        const server = random.chance(0.5);
        const name = `${server ? 's' : 'p'}${String(random.int(6))}`;
        const before = state;
        const beforeText = JSON.stringify(
          answersOf(
            before,
            [...objects.values()].filter(({ kind }) => kind === 'Server'),
          ),
        );
        const beforeServers = [...objects.values()].filter(({ kind }) => kind === 'Server');
        if (random.chance(0.3)) {
          objects.delete(name);
          const kind = server ? 'policy.linkerd.io/Server' : 'core/Pod';
          state = apply(state, [{ type: 'deleted', kind, namespace: 'app', name }]);
        } else {
          const raw = server ? randomServer(random, name) : randomPod(random, name);
          objects.set(name, raw);
          state = apply(state, applied(raw));
        }
        const servers = [...objects.values()].filter(({ kind }) => kind === 'Server');
        const pods = [...objects.values()].filter(({ kind }) => kind === 'Pod');
        const scratch = apply(EMPTY_STATE, [
          { type: 'replaced', kind: 'policy.linkerd.io/Server', objects: servers.map(stored) },
          { type: 'replaced', kind: 'core/Pod', objects: pods.map(stored) },
        ]);
        const context = { seed: random.seed, round, step };
        expect({ ...context, answers: answersOf(state, servers) }).toEqual({
          ...context,
          answers: answersOf(scratch, servers),
        });
        expect({ ...context, base: JSON.stringify(answersOf(before, beforeServers)) }).toEqual({
          ...context,
          base: beforeText,
        });
      }
    }
  });
});
