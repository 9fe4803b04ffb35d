/** What one change does to the index, and what it leaves alone. */
import { describe, expect, test } from '@jest/globals';
import { advance, buildIndex } from '../../../src/policy/inbound/advance.js';
import { policyOf, type InboundIndex } from '../../../src/policy/inbound/inbound-index.js';
import { InternTable } from '../../../src/policy/objects/intern.js';
import type { StoredKind } from '../../../src/policy/objects/kinds.js';
import { project } from '../../../src/policy/objects/project.js';
import type { StoredObject } from '../../../src/policy/objects/stored.js';
import type { Batch } from '../../../src/policy/ports.js';
import { mkWorld } from '../../builders.js';

const world = mkWorld();
const table = new InternTable();

function mk(kind: StoredKind, name: string, spec: object, metadata: object = {}): StoredObject {
  const raw = { metadata: { name, namespace: 'app', ...metadata }, spec };
  const stored = project(kind, raw, table);
  if (!stored.ok) throw new Error(stored.error);
  return stored.value;
}

const pod = (name: string, labels: object = {}): StoredObject =>
  mk(
    'core/Pod',
    name,
    { containers: [{ name: 'main', ports: [{ name: 'http', containerPort: 80 }] }] },
    { labels: { app: 'web', 'linkerd.io/control-plane-ns': 'linkerd', 'pod-name': name, ...labels } },
  );
const server = (name: string, matchLabels: object, spec: object = {}): StoredObject =>
  mk('policy.linkerd.io/Server', name, { podSelector: { matchLabels }, port: 'http', ...spec });
const grant = (name: string, server: string): StoredObject =>
  mk('policy.linkerd.io/ServerAuthorization', name, {
    server: { name: server },
    client: { unauthenticated: true },
  });
const applied = (...objects: StoredObject[]): Batch => objects.map((object) => ({ type: 'applied', object }));
const deleted = ({ kind, namespace, name }: StoredObject): Batch => [
  { type: 'deleted', kind, namespace, name },
];
const policy = (index: InboundIndex, name: string, port = 80) =>
  policyOf(index, { kind: 'core/Pod', namespace: 'app', name }, port);
const reported = (index: InboundIndex, batch: Batch): string[] =>
  advance(index, batch).changes.ports.map(
    ({ workloads, port, before, after }) =>
      `${workloads.join(' ')}:${String(port)} ${before?.server.kind ?? 'none'} to ${after?.server.kind ?? 'none'}`,
  );

describe('a change', () => {
  test('reports the ports of the workloads that a Server selects, and no others', () => {
    const index = buildIndex(world, [pod('a'), pod('b'), pod('c', { app: 'api' })]);
    expect(reported(index, applied(server('web', { app: 'web' })))).toEqual(['a b:80 default to server']);
  });

  test('that says what is there changes nothing', () => {
    const index = buildIndex(world, [pod('a'), server('web', { app: 'web' })]);
    const again = advance(index, applied(pod('a'), server('web', { app: 'web' })));
    expect(again.index).toBe(index);
    expect(again.changes).toEqual({ ports: [], workloads: [] });
  });

  test('leaves the policy of every other port the same value', () => {
    const index = buildIndex(world, [
      pod('a'),
      pod('b', { app: 'api' }),
      server('web', { app: 'web' }),
      server('api', { app: 'api' }),
    ]);
    const after = advance(index, applied(grant('open', 'web'))).index;
    expect(policy(after, 'a')).not.toBe(policy(index, 'a'));
    expect(policy(after, 'b')).toBe(policy(index, 'b'));
    expect(policy(after, 'a', 81)).toBe(policy(index, 'a', 81));
  });

  test('to an authorization that ends the same leaves the policy the same value', () => {
    const index = buildIndex(world, [pod('a'), server('web', { app: 'web' }), grant('open', 'web')]);
    const labelled = { ...grant('open', 'web'), labels: { team: 'x' } } as StoredObject;
    const { index: after, changes } = advance(index, applied(labelled));
    expect(policy(after, 'a')).toBe(policy(index, 'a'));
    expect(changes.ports).toEqual([]);
  });

  test('that makes selectors mention fewer labels reports each workload from what it had', () => {
    const front = server('front', { app: 'web', tier: 'front' });
    const index = buildIndex(world, [
      pod('a', { tier: 'back' }),
      pod('b', { tier: 'front' }),
      pod('c', { tier: 'back' }),
      server('all', { app: 'web' }, { accessPolicy: 'audit' }),
      { ...front, created: '2020-01-01T00:00:00Z' },
    ]);
    // A Server without a timestamp is the oldest: `front` governs nothing while `all` is there.
    const without = advance(index, deleted(server('all', { app: 'web' }))).index;
    expect(reported(without, deleted(front))).toEqual(['b:80 server to default']);
    expect(policy(without, 'a')?.server.kind).toBe('default');
  });

  test('of a named port follows every number that the name has', () => {
    const two = mk(
      'core/Pod',
      'two',
      {
        containers: [
          { name: 'a', ports: [{ name: 'http', containerPort: 80 }] },
          { name: 'b', ports: [{ name: 'http', containerPort: 81 }] },
        ],
      },
      { labels: { app: 'web', 'linkerd.io/control-plane-ns': 'linkerd' } },
    );
    expect(reported(buildIndex(world, [two]), applied(server('web', { app: 'web' })))).toEqual([
      'two:80 default to server',
      'two:81 default to server',
    ]);
  });
});

describe('a workload', () => {
  test('that comes or goes is reported with the ports that it declares', () => {
    const index = buildIndex(world, [server('web', { app: 'web' })]);
    expect(reported(index, applied(pod('a')))).toEqual(['a:80 none to server']);
    expect(reported(advance(index, applied(pod('a'))).index, deleted(pod('a')))).toEqual([
      'a:80 server to none',
    ]);
  });

  test('without a proxy has no policy', () => {
    const plain = mk('core/Pod', 'plain', { containers: [] }, { labels: { app: 'web' } });
    const index = buildIndex(world, [plain, server('web', { app: 'web' }, { port: 80 })]);
    expect(policy(index, 'plain')).toBeUndefined();
    expect(policy(index, 'nobody')).toBeUndefined();
  });

  test('of the same shape shares its policies with the others', () => {
    const index = buildIndex(world, [pod('a'), pod('b'), server('web', { app: 'web' })]);
    expect(policy(index, 'a')).toBe(policy(index, 'b'));
    expect(policy(index, 'a', 9)).toBe(policy(index, 'b', 9));
  });
});

describe('the status of a route', () => {
  const route = (status: object): StoredObject => {
    const spec = {
      parentRefs: [{ group: 'policy.linkerd.io', kind: 'Server', name: 'web' }],
      rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }] }],
    };
    const metadata = { name: 'api', namespace: 'app' };
    const stored = project('policy.linkerd.io/HTTPRoute', { metadata, spec, status }, table);
    if (!stored.ok) throw new Error(stored.error);
    return stored.value;
  };
  const accepted = (value: 'True' | 'False'): object => ({
    parents: [
      {
        controllerName: 'linkerd.io/policy-controller',
        parentRef: { kind: 'Server', name: 'web' },
        conditions: [{ type: 'Accepted', status: value }],
      },
    ],
  });
  const routesOf = (routeStatus: 'predicted' | 'observed', status: object): unknown =>
    policy(
      buildIndex(mkWorld({ routeStatus }), [pod('a'), server('web', { app: 'web' }), route(status)]),
      'a',
    )?.httpRoutes.map(({ ref }) => ref.name);

  test('is predicted, whatever stands in the object', () => {
    expect(routesOf('predicted', {})).toEqual(['api']);
    expect(routesOf('predicted', accepted('False'))).toEqual(['api']);
  });

  test('is the one in the object where it is to be observed', () => {
    expect(routesOf('observed', {})).toEqual(['default']);
    expect(routesOf('observed', accepted('False'))).toEqual(['default']);
    expect(routesOf('observed', accepted('True'))).toEqual(['api']);
  });
});
