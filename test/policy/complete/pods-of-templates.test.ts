import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/model/json.js';
import { completed, find, mkDeployment, mkPod, mkTemplate, mkWorkload, podOf } from './builders.js';

const KINDS = [
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'StatefulSet'],
  ['apps/v1', 'DaemonSet'],
  ['apps/v1', 'ReplicaSet'],
  ['batch/v1', 'Job'],
  ['batch/v1', 'CronJob'],
  ['apps/v1beta1', 'Deployment'],
  ['extensions/v1beta1', 'Deployment'],
  ['extensions/v1beta1', 'DaemonSet'],
  ['batch/v1beta1', 'CronJob'],
] as const;

describe('the pod of a template', () => {
  it.each(KINDS)('of %s %s is named after the workload and belongs to it', (apiVersion, kind) => {
    const pod = podOf([mkWorkload([apiVersion, kind])]);
    expect(pod).toMatchObject({ kind: 'core/Pod', namespace: 'app', name: 'web', labels: { app: 'web' } });
    expect(pod.template.owner).toBe(`${kind}/web`);
  });

  it.each([
    ['v1', 'ReplicationController'],
    ['argoproj.io/v1alpha1', 'Deployment'],
    ['apps/v1', 'Job'],
    ['batch/v1', 'Deployment'],
  ] as const)('is made of no %s %s', (apiVersion, kind) => {
    expect(completed([mkWorkload([apiVersion, kind])]).objects).toEqual([]);
  });

  it('has the labels, annotations, ports and probes of the template and nothing of the workload', () => {
    const template = mkTemplate({
      labels: { app: 'web', tier: 'front' },
      annotations: { 'config.linkerd.io/opaque-ports': '9000' },
      spec: {
        containers: [
          {
            name: 'a',
            ports: [{ containerPort: 80, name: 'http' }],
            livenessProbe: { httpGet: { port: 'http' } },
          },
        ],
        initContainers: [{ name: 'b', ports: [{ containerPort: 81 }] }],
      },
    });
    const metadata = { labels: { of: 'workload' }, annotations: { 'linkerd.io/inject': 'enabled' } };
    const pod = podOf([mkWorkload(['apps/v1', 'Deployment'], template, { metadata })]);
    expect(pod.labels).toEqual({ app: 'web', tier: 'front' });
    expect(pod.template).toMatchObject({
      annotations: { 'config.linkerd.io/opaque-ports': '9000' },
      containers: [
        {
          name: 'a',
          init: false,
          ports: [{ name: 'http', port: 80 }],
          probes: [{ kind: 'http', role: 'liveness', port: 'http', path: '/' }],
        },
        { name: 'b', init: true, ports: [{ port: 81 }] },
      ],
    });
  });

  it.each<[string, JsonObject, string]>([
    ['default', {}, 'default'],
    ['default where it is empty', { serviceAccountName: '' }, 'default'],
    ['the one that it names', { serviceAccountName: 'web' }, 'web'],
    ['the one that it names by the older field', { serviceAccount: 'web' }, 'web'],
  ])('runs as the service account %s', (_, spec, account) => {
    expect(podOf([mkDeployment({ spec })]).template.serviceAccount).toBe(account);
  });

  it('lives in the workload’s namespace, or the given one', () => {
    const template = { ...mkTemplate(), metadata: { labels: {}, namespace: 'elsewhere' } };
    expect(podOf([mkWorkload(['apps/v1', 'Deployment'], template)]).namespace).toBe('app');
    const unplaced = mkWorkload(['apps/v1', 'Deployment'], template, { metadata: { namespace: '' } });
    expect(podOf([unplaced], { namespace: 'given' }).namespace).toBe('given');
  });

  it('is as old as its workload', () => {
    const metadata = { creationTimestamp: '2026-11-22T08:18:27Z' };
    expect(podOf([mkDeployment({}, { metadata })]).created).toBe('2026-11-22T08:18:27Z');
  });

  it('of a workload without a name is named after what the name begins with', () => {
    const metadata = { name: '', generateName: 'migrate-' };
    expect(podOf([mkWorkload(['batch/v1', 'Job'], mkTemplate(), { metadata })]).name).toBe('migrate-');
  });
});

describe('the weight of a pod', () => {
  it.each<[string, JsonObject, number]>([
    ['Deployment', {}, 1],
    ['Deployment', { replicas: 3 }, 3],
    ['StatefulSet', { replicas: 3 }, 3],
    ['ReplicaSet', { replicas: 3 }, 3],
    ['Deployment', { replicas: 0 }, 0],
    ['Deployment', { replicas: null }, 1],
    ['Deployment', { replicas: '3' }, 1],
    ['Deployment', { replicas: -1 }, 0],
    ['DaemonSet', { replicas: 3 }, 1],
  ])('of a %s with %j', (kind, spec, weight) => {
    expect(podOf([mkWorkload(['apps/v1', kind], mkTemplate(), { spec })]).replicas).toBe(weight);
  });

  it.each(['Job', 'CronJob'])('of a %s is one', (kind) => {
    expect(
      podOf([mkWorkload(['batch/v1', kind], mkTemplate(), { spec: { replicas: 3, parallelism: 4 } })])
        .replicas,
    ).toBe(1);
  });

  it('of a pod is one', () => {
    expect(podOf([mkPod()]).replicas).toBe(1);
  });
});

describe('pods of one name', () => {
  const names = (manifests: readonly unknown[]) =>
    completed(manifests).objects.map((object) => [
      object.name,
      object.kind === 'core/Pod' ? object.template.owner : object.kind,
    ]);

  it('are all there, and the first kind has the name', () => {
    const workloads = KINDS.slice(0, 6).map((kind) => mkWorkload(kind));
    const expected = [
      ['web', 'Deployment/web'],
      ['web.CronJob', 'CronJob/web'],
      ['web.DaemonSet', 'DaemonSet/web'],
      ['web.Job', 'Job/web'],
      ['web.ReplicaSet', 'ReplicaSet/web'],
      ['web.StatefulSet', 'StatefulSet/web'],
    ];
    expect(names(workloads)).toEqual(expected);
    expect(names(workloads.toReversed())).toEqual(expected);
  });

  it('leave it to a pod that exists', () => {
    expect(names([mkDeployment(), mkPod()])).toEqual([
      ['web', undefined],
      ['web.Deployment', 'Deployment/web'],
    ]);
  });

  it('are one where an older API writes the same workload', () => {
    const older = mkWorkload(['extensions/v1beta1', 'Deployment'], mkTemplate({ labels: { app: 'older' } }));
    expect(podOf([older, mkDeployment()]).labels).toEqual({ app: 'web' });
  });
});

describe('a workload that another one made', () => {
  const made = (controller: JsonObject, apiVersion = 'apps/v1', kind = 'ReplicaSet') =>
    mkWorkload([apiVersion, kind], mkTemplate(), {
      metadata: {
        name: 'web-5d4f',
        ownerReferences: [{ kind: 'Deployment', name: 'web', controller: true, ...controller }],
      },
    });

  it('has no pod of its own beside that one', () => {
    expect(podOf([mkDeployment(), made({})]).name).toBe('web');
    const job = made({ kind: 'CronJob' }, 'batch/v1', 'Job');
    expect(podOf([job, mkWorkload(['batch/v1', 'CronJob'])]).name).toBe('web');
  });

  it('has one where that one is missing, in another namespace, or does not control it', () => {
    expect(podOf([made({})]).name).toBe('web-5d4f');
    const elsewhere = mkDeployment({}, { metadata: { namespace: 'other' } });
    expect(completed([elsewhere, made({})]).objects).toHaveLength(2);
    const moved = completed([
      mkDeployment(),
      { ...made({}), metadata: { ...(made({})['metadata'] as JsonObject), namespace: 'other' } },
    ]);
    expect(moved.objects).toHaveLength(2);
    expect(completed([mkDeployment(), made({ controller: false })]).objects).toHaveLength(2);
  });
});

it('a workload without a template is named and left out', () => {
  const broken = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: {} };
  const { objects, problems } = completed([mkPod(), broken]);
  expect(find(objects, 'core/Pod', 'web')).toBeDefined();
  expect(objects).toHaveLength(1);
  expect(problems).toEqual([{ index: 1, message: 'a Deployment without a pod template' }]);
});
