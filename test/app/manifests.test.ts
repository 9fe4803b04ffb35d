/** What the operating contract asks of the objects of an installation (webhook-operations, sections 9 and 10). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { manifests } from '../../src/app/manifests/objects.js';
import { overlay } from '../../src/app/manifests/read-values.js';
import { resolve, Slot, toTemplate, When } from '../../src/app/manifests/template.js';
import { defaultValues } from '../../src/app/manifests/values.js';
import type { JsonObject, JsonValue } from '../../src/model/json.js';
import { valueAt } from '../../src/model/json.js';

const objects = (values: JsonObject = {}, namespace = 'gatehouse') =>
  manifests(overlay(defaultValues(), [{ namespace: { create: true } }, values]), namespace);
const only = (kind: string, values: JsonObject = {}, namespace?: string) => {
  const found = objects(values, namespace).filter((object) => object.kind === kind);
  expect(found).toHaveLength(1);
  return found[0] as JsonObject;
};
type Rule = Record<'apiGroups' | 'resources' | 'verbs', string[]> & { resourceNames?: string[] };

/** Every right that the rules grant, one a line. */
const rights = (object: JsonObject): string[] =>
  (object['rules'] as unknown as Rule[]).flatMap(({ apiGroups, resources, verbs, resourceNames }) =>
    apiGroups.flatMap((group) =>
      resources.map(
        (resource) =>
          `${group === '' ? resource : `${resource}.${group}`}${resourceNames === undefined ? '' : `/${resourceNames.join()}`}: ${verbs.join(' ')}`,
      ),
    ),
  );

describe('the rights of the server', () => {
  it('are those of the contract, in the cluster', () => {
    const read = (names: string[]): string[] => names.map((name) => `${name}: get list watch`);
    expect(rights(only('ClusterRole')).sort()).toEqual(
      [
        ...read([
          'pods',
          'services',
          'namespaces',
          'serviceaccounts',
          'externalworkloads.workload.linkerd.io',
        ]),
        ...read(
          [
            'servers',
            'serverauthorizations',
            'authorizationpolicies',
            'meshtlsauthentications',
            'networkauthentications',
            'httproutes',
            'httplocalratelimitpolicies',
            'egressnetworks',
          ].map((name) => `${name}.policy.linkerd.io`),
        ),
        ...read(
          ['httproutes', 'grpcroutes', 'tlsroutes', 'tcproutes'].map(
            (name) => `${name}.gateway.networking.k8s.io`,
          ),
        ),
        'events: create patch',
        'validatingwebhookconfigurations.admissionregistration.k8s.io/gatehouse: get list watch patch',
      ].sort(),
    );
  });

  it('are those of the contract, in our namespace', () => {
    expect(rights(only('Role'))).toEqual([
      'secrets/gatehouse-ca: get list watch update',
      'secrets: create',
      'leases.coordination.k8s.io/gatehouse: get update patch',
      'leases.coordination.k8s.io: create',
    ]);
    expect(only('Role', {}, 'elsewhere')['metadata']).toMatchObject({ namespace: 'elsewhere' });
  });

  it('are fewer where the certificate comes from files', () => {
    const values = { tls: { mode: 'files' } };
    expect(objects(values).map(({ kind }) => kind)).not.toContain('Role');
    expect(rights(only('ClusterRole', values))).toContain(
      'validatingwebhookconfigurations.admissionregistration.k8s.io/gatehouse: get list watch',
    );
  });

  it('name no wildcard', () => {
    expect(JSON.stringify(objects())).not.toContain('"*"');
  });
});

describe('the webhook entries', () => {
  const [validate = {}, advise = {}] = only('ValidatingWebhookConfiguration')['webhooks'] as JsonObject[];

  it('judge what is written, and advise on what is deleted', () => {
    const operations = (entry: JsonObject) =>
      new Set((entry['rules'] as JsonObject[]).flatMap((rule) => rule['operations'] as string[]));
    expect(operations(validate)).toEqual(new Set(['CREATE', 'UPDATE']));
    expect(operations(advise)).toEqual(new Set(['DELETE']));
    expect(validate).toMatchObject({
      name: 'validate.gatehouse.dev',
      failurePolicy: 'Ignore',
      timeoutSeconds: 5,
    });
    expect(advise).toMatchObject({
      name: 'advise.gatehouse.dev',
      failurePolicy: 'Ignore',
      timeoutSeconds: 1,
    });
  });

  it('fail closed only where something is judged', () => {
    const closed = only('ValidatingWebhookConfiguration', { failurePolicy: 'Fail' });
    const entries = closed['webhooks'] as JsonObject[];
    expect(entries.map((entry) => entry['failurePolicy'])).toEqual(['Fail', 'Ignore']);
  });

  it.each([validate, advise])('have no side effects, no subresources and no caBundle', (entry) => {
    expect(entry).toMatchObject({
      matchPolicy: 'Equivalent',
      sideEffects: 'None',
      admissionReviewVersions: ['v1', 'v1beta1'],
    });
    expect(entry['clientConfig']).not.toHaveProperty('caBundle');
    for (const rule of entry['rules'] as JsonObject[]) {
      expect(JSON.stringify(rule)).not.toMatch(/[*/]/);
      expect(rule['scope']).toBe('Namespaced');
    }
  });

  it('leave out what must never wait for us', () => {
    const namespaces = valueAt(validate, ['namespaceSelector', 'matchExpressions', 0, 'values']);
    expect(namespaces).toEqual(['kube-system', 'kube-node-lease', 'gatehouse']);
    expect(advise['namespaceSelector']).toEqual(validate['namespaceSelector']);
    const more = only('ValidatingWebhookConfiguration', { excludedNamespaces: ['vault'] }, 'policy');
    expect(valueAt(more, ['webhooks', 0, 'namespaceSelector', 'matchExpressions', 0, 'values'])).toEqual([
      'kube-system',
      'kube-node-lease',
      'policy',
      'vault',
    ]);
  });

  it('ask about no Pod, Lease or Node, so that our own rollout never waits for us', () => {
    const asked = JSON.stringify([validate['rules'], advise['rules']]);
    for (const resource of ['pods', 'leases', 'nodes', 'deployments'])
      expect(asked).not.toContain(`"${resource}"`);
  });
});

describe('the pods', () => {
  const deployment = only('Deployment');
  const spec = valueAt(deployment, ['spec', 'template', 'spec']) as JsonObject;
  const [container = {}] = spec['containers'] as JsonObject[];

  it('are replaced one by one, and spread', () => {
    expect(deployment['spec']).toMatchObject({
      replicas: 3,
      strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    });
    const spread = spec['topologySpreadConstraints'] as JsonObject[];
    expect(spread.map(({ topologyKey, whenUnsatisfiable }) => [topologyKey, whenUnsatisfiable])).toEqual([
      ['kubernetes.io/hostname', 'ScheduleAnyway'],
      ['topology.kubernetes.io/zone', 'ScheduleAnyway'],
    ]);
    expect(only('PodDisruptionBudget')['spec']).toMatchObject({
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    });
  });

  it('have the probes, the grace and the memory of the contract', () => {
    expect(spec['terminationGracePeriodSeconds']).toBe(120);
    expect(container).toMatchObject({
      startupProbe: { httpGet: { path: '/live', port: 'admin' }, periodSeconds: 2, failureThreshold: 60 },
      livenessProbe: { httpGet: { path: '/live', port: 'admin' }, periodSeconds: 10, failureThreshold: 3 },
      readinessProbe: { httpGet: { path: '/ready', port: 'admin' }, periodSeconds: 5, failureThreshold: 2 },
      lifecycle: { preStop: { sleep: { seconds: 5 } } },
    });
    // The heap limit of the image is three quarters of the container's.
    expect(container['resources']).toEqual({
      requests: { cpu: '100m', memory: '128Mi' },
      limits: { memory: '512Mi' },
    });
    const dockerfile = readFileSync(new URL('../../Dockerfile', import.meta.url), 'utf8');
    expect(dockerfile).toMatch(/^ENTRYPOINT .*"--max-old-space-size=384"/m);
    expect(dockerfile).toMatch(/^USER 65532:65532$/m);
  });

  it('get a token of an hour in one volume, and service links in none', () => {
    expect(spec).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
    expect(only('ServiceAccount')['automountServiceAccountToken']).toBe(false);
    const volumes = JSON.stringify(spec['volumes']);
    expect(volumes).toContain('"serviceAccountToken":{"path":"token","expirationSeconds":3600}');
    expect(spec['containers']).toHaveLength(1);
  });

  it('are reached under a default-deny mesh, and by a default-deny network', () => {
    expect(valueAt(deployment, ['spec', 'template', 'metadata', 'annotations'])).toEqual({
      'linkerd.io/inject': 'disabled',
    });
    const policy = only('NetworkPolicy');
    expect(valueAt(policy, ['spec', 'podSelector', 'matchLabels'])).toEqual(
      valueAt(deployment, ['spec', 'selector', 'matchLabels']),
    );
    const ingress = valueAt(policy, ['spec', 'ingress']) as JsonObject[];
    // No `from`: the API server is no pod, and its address is unknown.
    expect(ingress[0]).toEqual({ ports: [{ port: 9443, protocol: 'TCP' }] });
    const open = ingress
      .filter(({ from }) => from === undefined)
      .flatMap(({ ports }) => ports as JsonValue[]);
    expect(open).toHaveLength(1);
    const out = valueAt(policy, ['spec', 'egress']) as JsonObject[];
    const ports = out.flatMap((rule) => (rule['ports'] as JsonObject[]).map(({ port }) => port));
    expect(ports).toEqual([53, 53, 443, 6443]);
  });

  it('name the ports that probes, Service and NetworkPolicy use', () => {
    expect(container['ports']).toEqual([
      { name: 'webhook', containerPort: 9443 },
      { name: 'grpc', containerPort: 8090 },
      { name: 'admin', containerPort: 9990 },
    ]);
    expect(valueAt(only('Service'), ['spec', 'ports'])).toEqual([
      { name: 'webhook', port: 443, targetPort: 'webhook' },
      { name: 'grpc', port: 8090, targetPort: 'grpc' },
    ]);
  });
});

it('applies what is asked before who asks', () => {
  expect(objects().map(({ kind }) => kind)).toEqual([
    'Namespace',
    'ServiceAccount',
    'ClusterRole',
    'ClusterRoleBinding',
    'Role',
    'RoleBinding',
    'NetworkPolicy',
    'Service',
    'PodDisruptionBudget',
    'Deployment',
    'ValidatingWebhookConfiguration',
  ]);
});

describe('a template', () => {
  const tree = (list: readonly string[]) => ({
    name: new Slot('text', '.Values.name', 'a'),
    some: new When('.Values.list', list.length > 0, { list: new Slot('tree', '.Values.list', list) }),
    items: ['first', new Slot('items', '.Values.list', list), new When('.Values.on', false, 'last')],
  });

  it('is what Helm fills in', () => {
    expect(toTemplate(tree([]))).toBe(`name: {{ .Values.name | quote }}
{{- if .Values.list }}
some:
  list: {{- toYaml .Values.list | nindent 4 }}
{{- end }}
items:
  - first
  {{- with .Values.list }}{{- toYaml . | nindent 2 }}{{- end }}
{{- if .Values.on }}
  - last
{{- end }}
`);
  });

  it('has a value without Helm', () => {
    expect(resolve(tree([]))).toEqual({ name: 'a', items: ['first'] });
    expect(resolve(tree(['x', 'y']))).toEqual({
      name: 'a',
      some: { list: ['x', 'y'] },
      items: ['first', 'x', 'y'],
    });
  });

  it('refuses a condition where Helm’s action would take the dash of an item', () => {
    expect(() => toTemplate({ list: [{ name: new When('.Values.on', true, 'x') }] })).toThrow(
      /may not begin/,
    );
  });
});
