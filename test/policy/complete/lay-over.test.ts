import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/model/json.js';
import { layOver } from '../../../src/policy/complete/lay-over.js';
import { InternTable } from '../../../src/policy/objects/intern.js';
import { mkServer } from '../../builders.js';
import { baseFrom, mkDeployment, mkNamespace, mkPod, SETTINGS } from './builders.js';

const NOW = '2026-11-22T08:18:27Z';
const stamped = (object: JsonObject, more: JsonObject = {}): JsonObject => ({
  ...object,
  metadata: { ...(object['metadata'] as JsonObject), creationTimestamp: NOW, uid: 'u-1', ...more },
});

const changes = (cluster: readonly JsonObject[], manifests: readonly JsonObject[]) =>
  layOver(baseFrom(cluster), manifests, SETTINGS, new InternTable()).changes;

describe('manifests laid over a cluster', () => {
  it('change nothing that they do not name', () => {
    expect(changes([stamped(mkServer())], [])).toEqual([]);
  });

  it('change nothing when they say what is there', () => {
    expect(changes([stamped(mkServer())], [mkServer()])).toEqual([]);
  });

  it('add what is new, younger than everything there', () => {
    const [change, ...others] = changes([stamped(mkServer())], [mkServer({}, { name: 'a' })]);
    expect(others).toEqual([]);
    expect(change).toMatchObject({
      type: 'applied',
      object: { name: 'a', uid: '', created: '9000-01-01T00:00:00Z' },
    });
  });

  it('add it younger than predicted objects too', () => {
    const [change] = changes([mkServer()], [mkServer({}, { name: 'a' })]);
    expect(change).toMatchObject({ object: { name: 'a', created: '9000-01-01T00:00:01Z' } });
  });

  it.each([undefined, '2020-01-01T00:00:00Z'])(
    'let an update keep its age and uid (written: %s)',
    (creationTimestamp) => {
      const update = mkServer({ port: 9 }, creationTimestamp === undefined ? {} : { creationTimestamp });
      expect(changes([stamped(mkServer())], [update])).toMatchObject([
        { type: 'applied', object: { uid: 'u-1', created: NOW, spec: { port: 9 } } },
      ]);
    },
  );

  it('let an update keep its status', () => {
    const route = (name: string): JsonObject => ({
      apiVersion: 'policy.linkerd.io/v1beta3',
      kind: 'HTTPRoute',
      metadata: { name: 'route', namespace: 'app' },
      spec: { parentRefs: [{ kind: 'Server', name }] },
    });
    const parents = [{ controllerName: 'c', parentRef: { kind: 'Server', name: 'a' }, conditions: [] }];
    expect(changes([stamped({ ...route('a'), status: { parents } })], [route('b')])).toMatchObject([
      { object: { spec: { parentRefs: [{ name: 'b' }] }, parents: [{ controllerName: 'c', name: 'a' }] } },
    ]);
    const running = stamped({ ...mkPod(), status: { podIP: '10.0.0.1', hostIP: '10.9.9.9' } });
    expect(changes([running], [mkPod({ labels: { a: 'b' } })])).toMatchObject([
      { object: { labels: { a: 'b' }, ips: ['10.0.0.1'], hostIP: '10.9.9.9' } },
    ]);
  });

  it('inject by the namespace of the cluster, and by their own before that', () => {
    const cluster = [
      mkNamespace('app', { 'linkerd.io/inject': 'enabled', 'config.linkerd.io/opaque-ports': '80' }),
    ];
    const [applied] = changes(cluster, [mkDeployment()]);
    expect(applied).toMatchObject({
      object: { template: { meshed: true, annotations: { 'config.linkerd.io/opaque-ports': '80' } } },
    });
    const [, pod] = changes(cluster, [mkDeployment(), mkNamespace('app')]);
    expect(pod).toMatchObject({ object: { kind: 'core/Pod', template: { meshed: false } } });
  });
});

describe('the pod of a workload laid over a cluster', () => {
  const pod = (name: string, owner: readonly [string, string], labels: JsonObject = {}): JsonObject =>
    stamped(mkPod({ name, labels, ownerReferences: [{ kind: owner[0], name: owner[1], controller: true }] }));
  const deleted = (cluster: readonly JsonObject[], manifests: readonly JsonObject[] = [mkDeployment()]) =>
    changes(cluster, manifests).flatMap((change) => (change.type === 'deleted' ? [change.name] : []));

  it('takes the place of the pods of its ReplicaSets', () => {
    const hash = { 'pod-template-hash': '5d4f' };
    const cluster = [
      pod('web-5d4f-x', ['ReplicaSet', 'web-5d4f'], hash),
      pod('web-5d4f-y', ['ReplicaSet', 'web-5d4f'], hash),
    ];
    expect(deleted(cluster)).toEqual(['web-5d4f-x', 'web-5d4f-y']);
  });

  it('takes the place of pods that belong to it directly', () => {
    const workload = { ...mkDeployment(), kind: 'StatefulSet' };
    expect(deleted([pod('web-0', ['StatefulSet', 'web'])], [workload])).toEqual(['web-0']);
  });

  it.each<[string, JsonObject]>([
    ['nobody', stamped(mkPod({ name: 'web-1' }))],
    ['another kind', pod('web-0', ['StatefulSet', 'web'])],
    [
      'another Deployment',
      pod('web-2-5d4f-x', ['ReplicaSet', 'web-2-5d4f'], { 'pod-template-hash': '5d4f' }),
    ],
    ['a ReplicaSet of no Deployment', pod('web-5d4f-x', ['ReplicaSet', 'web-5d4f'])],
    [
      'a ReplicaSet of another revision',
      pod('web-5d4f-x', ['ReplicaSet', 'web-5d4f'], { 'pod-template-hash': 'abcd' }),
    ],
    [
      'a StatefulSet that is called like a revision',
      pod('x', ['StatefulSet', 'web-5d4f'], { 'pod-template-hash': '5d4f' }),
    ],
    ['another namespace', stamped(pod('web-0', ['Deployment', 'web']), { namespace: 'other' })],
  ])('leaves a pod of %s', (_, other) => {
    expect(deleted([other])).toEqual([]);
  });

  it('leaves a pod that the manifests name too', () => {
    const kept = pod('web-0', ['Deployment', 'web']);
    expect(deleted([kept, pod('web-1', ['Deployment', 'web'])], [mkDeployment(), kept])).toEqual(['web-1']);
  });
});

it('names what it leaves out', () => {
  const { problems } = layOver(
    baseFrom([]),
    [{ apiVersion: 'v1', kind: 'Pod' }],
    SETTINGS,
    new InternTable(),
  );
  expect(problems).toEqual([{ index: 0, message: 'a Pod without metadata.name' }]);
});
