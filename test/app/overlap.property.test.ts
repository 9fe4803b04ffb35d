/**
 * Random namespaces, judged by brute force, by `lint` and at admission: the three agree on every pair of Servers, live,
 * certain, possible or none. Workloads are pods, pods of templates and external workloads.
 */
import { describe, expect, it } from '@jest/globals';
import { decide, decodeReview } from '../../src/admission/index.js';
import type { ManifestDocument } from '../../src/adapters/manifests/yaml-documents.js';
import { lint } from '../../src/app/lint.js';
import type { Finding } from '../../src/model/finding.js';
import { DEFAULT_OPAQUE_PORTS } from '../../src/policy/complete/injection.js';
import { InternTable } from '../../src/policy/objects/intern.js';
import { storedKindOf } from '../../src/policy/objects/kinds.js';
import { project } from '../../src/policy/objects/project.js';
import type { StoredObject } from '../../src/policy/objects/stored.js';
import { apply, EMPTY_STATE, toBatch } from '../../src/policy/state/state.js';
import { viewOf } from '../../src/policy/view.js';
import { DEFAULT_RULE_SETTINGS } from '../../src/rules/settings.js';
import { mkReview, mkWorld } from '../builders.js';
import { judgePair, type PairVerdict } from '../oracle/overlap.js';
import { mkChance, type Chance } from '../oracle/random.js';
import {
  deploymentOf,
  randomExternalWorkload,
  randomPod,
  randomServer,
  VALUES,
} from '../oracle/random-namespace.js';

const ROUNDS = 300;
const table = new InternTable();
const world = mkWorld();

const document = (value: any, index: number): ManifestDocument => ({
  file: 'random.yaml',
  index,
  value,
  position: () => ({ line: index + 1, column: 1 }),
});

const stored = (raw: any): StoredObject => {
  const [group, version] = raw.apiVersion.split('/');
  const kind = storedKindOf(version === undefined ? '' : group, raw.kind);
  if (kind === undefined) throw new Error(raw.kind);
  const result = project(kind, raw, table);
  if (!result.ok) throw new Error(result.error);
  return result.value;
};

interface Namespace {
  readonly servers: readonly any[];
  /** Pods and external workloads. */
  readonly workloads: readonly any[];
}

function randomNamespace(random: Chance): Namespace {
  // Most namespaces have one sort of workloads.
  const external = random.pick([0, 0.4, 1]);
  return {
    servers: Array.from({ length: 2 + random.int(5) }, (_, i) => {
      const selector = random.chance(external) ? 'externalWorkloadSelector' : 'podSelector';
      return randomServer(random, `s${String(i)}`, selector);
    }),
    workloads: Array.from({ length: random.int(8) }, (_, i) =>
      random.chance(external)
        ? randomExternalWorkload(random, `e${String(i)}`)
        : randomPod(random, `p${String(i)}`),
    ),
  };
}

/** What the findings about one Server say of each other one. */
function verdictsOf(findings: readonly Finding[]): ReadonlyMap<string, PairVerdict> {
  const about = findings.filter(({ code }) => code.startsWith('server/overlap'));
  const verdicts = about.map(({ code, severity, messageId, related }): [string, PairVerdict] => {
    expect(severity).toBe(code === 'server/overlap' ? 'deny' : 'warn');
    return [related[0]?.name ?? '', messageId as PairVerdict];
  });
  const found = new Map(verdicts);
  // One finding a pair, never two.
  expect(found.size).toBe(verdicts.length);
  return found;
}

const lintOf = (objects: readonly any[], base: readonly any[] = []) =>
  lint({
    documents: objects.map(document),
    base: base.map(stored),
    world,
    settings: DEFAULT_RULE_SETTINGS,
    completing: {
      namespace: 'default',
      assumeMeshed: false,
      controlPlaneNamespace: 'linkerd',
      defaultOpaquePorts: DEFAULT_OPAQUE_PORTS,
    },
  });

const byLint = (objects: readonly any[], base: readonly any[], name: string) =>
  verdictsOf(
    lintOf(objects, base).findings.flatMap(({ finding }) => (finding.subject.name === name ? [finding] : [])),
  );

/** The last Server asks to be let in, where all else is there. */
function byAdmission(others: readonly any[], server: any): ReadonlyMap<string, PairVerdict> {
  const decoded = decodeReview(mkReview(server));
  if (!decoded.ok) throw new Error(decoded.error.message);
  const before = viewOf(apply(EMPTY_STATE, toBatch(others.map(stored))));
  const verdict = decide(decoded.value, { world, settings: DEFAULT_RULE_SETTINGS, before });
  const verdicts = verdictsOf(verdict.findings);
  const denies = [...verdicts.values()].some((kind) => kind !== 'possible');
  if (denies) expect(verdict.allowed).toBe(false);
  return verdicts;
}

describe('a random namespace', () => {
  it('is judged alike by brute force, by lint and at admission, pair by pair', () => {
    const random = mkChance();
    const seen = { live: 0, certain: 0, possible: 0, none: 0 };
    for (let round = 0; round < ROUNDS; round += 1) {
      const namespace = randomNamespace(random);
      const { servers, workloads } = namespace;
      // The template of a Deployment stands for its pods.
      const given = workloads.map((workload) =>
        workload.kind === 'Pod' && random.chance(0.4) ? deploymentOf(workload) : workload,
      );
      const shuffled = [...servers, ...given].sort(() => random.int(3) - 1);
      for (const server of servers) {
        const others = servers.filter((other) => other !== server);
        const answers = {
          lint: byLint(shuffled, [], server.metadata.name),
          overCluster: byLint([server], [...others, ...workloads], server.metadata.name),
          admission: byAdmission([...others, ...workloads], server),
        };
        for (const other of others) {
          const { name } = other.metadata;
          const expected = judgePair(server, other, workloads, VALUES);
          seen[expected] += 1;
          const context = { seed: random.seed, round, server, other, workloads };
          const got = Object.entries(answers).map(([how, found]) => [how, found.get(name) ?? 'none']);
          expect({ ...context, ...Object.fromEntries(got) }).toEqual({
            ...context,
            lint: expected,
            overCluster: expected,
            admission: expected,
          });
        }
      }
    }
    process.stderr.write(`seed ${String(random.seed)}: ${JSON.stringify(seen)}\n`);
    expect(Object.values(seen).every((count) => count > 100)).toBe(true);
  });
});
