/** Overlaps that arise through a pod, a second replica or a label: each new pair is reported once. */
import { describe, expect, it } from '@jest/globals';
import { ClusterCache } from '../../src/app/cluster-cache.js';
import { watchConflicts } from '../../src/app/conflict-watch.js';
import { InternTable } from '../../src/policy/objects/intern.js';
import { project } from '../../src/policy/objects/project.js';
import type { Batch, ObjectSource } from '../../src/policy/ports.js';
import { DEFAULT_RULE_SETTINGS } from '../../src/rules/settings.js';
import { mkServer, mkWorld } from '../builders.js';

const table = new InternTable();
const EXTERNAL = 'workload.linkerd.io/ExternalWorkload';
const applied = (kind: 'policy.linkerd.io/Server' | 'core/Pod' | typeof EXTERNAL, raw: any): Batch => {
  const result = project(kind, raw, table);
  if (!result.ok) throw new Error(result.error);
  return [{ type: 'applied', object: result.value }];
};
const server = (name: string, spec: any, annotations: any = {}): Batch =>
  applied('policy.linkerd.io/Server', mkServer(spec, { name, uid: `uid-${name}`, annotations }));
const pod = (name: string, labels: any): Batch =>
  applied('core/Pod', {
    metadata: { name, namespace: 'app', uid: name, labels },
    spec: { containers: [{ name: 'main', ports: [{ name: 'http', containerPort: 8080 }] }] },
  });
const gone = (kind: 'policy.linkerd.io/Server' | 'core/Pod', name: string): Batch => [
  { type: 'deleted', kind, namespace: 'app', name },
];

function mkWatch() {
  let sink: (batch: Batch) => void = () => undefined;
  let due: (() => void) | undefined;
  const source = {
    start: (given: typeof sink) => (sink = given),
    status: () => [],
  } as unknown as ObjectSource;
  const cache = new ClusterCache(source, { now: () => 0, world: mkWorld() });
  cache.start();
  const reported: string[] = [];
  watchConflicts({
    cache,
    clock: {
      now: () => 0,
      wall: () => 0,
      after: (_, callback) => {
        due = callback;
        return () => (due = undefined);
      },
    },
    settings: DEFAULT_RULE_SETTINGS,
    today: () => '2026-11-22',
    report: ({ kind, server: a, other: b, winner }) => {
      reported.push(`${kind} ${[a.name, b.name].sort().join('+')} won by ${winner.name}`);
    },
  });
  /** Delivers batches, looks, and returns what was reported by that look. */
  return (...batches: Batch[]): string[] => {
    for (const batch of batches) sink(batch);
    reported.length = 0;
    const look = due;
    due = undefined;
    look?.();
    return [...reported];
  };
}

const APP = { podSelector: { matchLabels: { app: 'web' } } };
const TIER = { podSelector: { matchLabels: { tier: 'front' } } };

describe('watching for conflicts', () => {
  it('reports a pair that a pod makes overlap, once', () => {
    const look = mkWatch();
    expect(look(server('a', APP), server('b', TIER))).toEqual([]);
    expect(look(pod('p', { app: 'web', tier: 'front' }))).toEqual(['live a+b won by a']);
    expect(look(pod('q', { app: 'web', tier: 'front' }))).toEqual([]);
  });

  it('reports a pair that two replicas let in, though no workload is there yet', () => {
    const look = mkWatch();
    expect(look(server('a', APP), server('b', APP))).toEqual(['certain a+b won by a']);
    expect(look(pod('p', { app: 'web' }))).toEqual([]);
    expect(look(gone('core/Pod', 'p'))).toEqual([]);
  });

  it('reports a pair again when it has gone and come back', () => {
    const look = mkWatch();
    look(server('a', APP), server('b', APP));
    expect(look(gone('policy.linkerd.io/Server', 'b'))).toEqual([]);
    expect(look(server('b', APP))).toEqual(['certain a+b won by a']);
  });

  it('says nothing of a pair that is accepted, until the acceptance is taken away', () => {
    const look = mkWatch();
    const accept = { 'gatehouse.dev/accept': 'server/overlap until 2026-12-01 replaces a' };
    expect(look(server('a', APP), server('b', APP, accept))).toEqual([]);
    expect(look(server('b', APP))).toEqual(['certain a+b won by a']);
  });

  it('looks only at Servers that overlap, not at those that merely may', () => {
    const look = mkWatch();
    expect(look(server('a', APP), server('b', TIER), server('c', { ...APP, port: 'admin' }))).toEqual([]);
  });

  it('reports a pair that an external workload makes overlap', () => {
    const look = mkWatch();
    const select = (labels: any) => ({
      podSelector: undefined,
      externalWorkloadSelector: { matchLabels: labels },
    });
    const machine = (labels: any): Batch =>
      applied(EXTERNAL, {
        metadata: { name: 'vm', namespace: 'app', uid: 'vm', labels },
        spec: { ports: [{ name: 'http', port: 8080 }] },
      });
    const servers = [
      server('a', { ...select({ app: 'web' }), port: 'http' }),
      server('b', { ...select({ tier: 'front' }), port: 8080 }),
    ];
    // A pod with those labels is no external workload.
    expect(look(...servers, pod('p', { app: 'web', tier: 'front' }))).toEqual([]);
    expect(look(machine({ app: 'web' }))).toEqual([]);
    expect(look(machine({ app: 'web', tier: 'front' }))).toEqual(['live a+b won by a']);
  });

  it('knows the ports of init containers, and every number of a name', () => {
    const look = mkWatch();
    const withPorts = (name: string, ports: any[], initPorts: any[]): Batch =>
      applied('core/Pod', {
        metadata: { name, namespace: 'app', uid: name, labels: { app: 'web' } },
        spec: {
          containers: [{ name: 'main', ports }],
          initContainers: [{ name: 'side', restartPolicy: 'Always', ports: initPorts }],
        },
      });
    const http = (containerPort: number) => ({ name: 'http', containerPort });
    look(server('name', { ...APP, port: 'http' }), server('number', { ...APP, port: 9090 }));
    expect(look(withPorts('p', [http(8080)], []))).toEqual([]);
    expect(look(withPorts('p', [http(8080)], [http(9090)]))).toEqual(['live name+number won by name']);
    expect(look(withPorts('p', [http(8080)], []))).toEqual([]);
    expect(look(withPorts('q', [http(8080), { name: 'http', containerPort: 9090 }], []))).toEqual([
      'live name+number won by name',
    ]);
  });

  it('says nothing of a rename with the acceptance, and nothing afterwards', () => {
    const look = mkWatch();
    const accept = { 'gatehouse.dev/accept': 'server/overlap until 2026-12-01 replaces old' };
    look(server('old', APP), pod('p', { app: 'web' }));
    expect(look(server('new', APP, accept))).toEqual([]);
    expect(look(gone('policy.linkerd.io/Server', 'old'))).toEqual([]);
    // The acceptance is taken away at the end.
    expect(look(server('new', APP))).toEqual([]);
  });
});
