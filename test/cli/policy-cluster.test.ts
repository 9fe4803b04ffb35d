/** `gatehouse policy --kubeconfig`: a cluster as it stands, and with manifests laid over it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MockApiServer } from '../adapters/kube/mock-api-server.js';
import { run } from './run.js';

const server = (name: string, proxyProtocol: string): any => ({
  apiVersion: 'policy.linkerd.io/v1beta3',
  kind: 'Server',
  metadata: { name, namespace: 'app' },
  spec: { podSelector: { matchLabels: { app: 'web' } }, port: 8080, proxyProtocol, accessPolicy: 'deny' },
});

describe('gatehouse policy over a cluster', () => {
  let dir = '';
  let cluster: MockApiServer;
  let argv: string[] = [];
  const file = (name: string, value: unknown): string => {
    const path = join(dir, name);
    writeFileSync(path, JSON.stringify(value));
    return path;
  };

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'gatehouse-policy-cluster-'));
    cluster = new MockApiServer();
    await cluster.listen();
    const kubeconfig = file('kubeconfig', {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'mock', cluster: { server: cluster.url } }],
      users: [{ name: 'nobody', user: {} }],
      contexts: [{ name: 'mock', context: { cluster: 'mock', user: 'nobody' } }],
      'current-context': 'mock',
    });
    const queries = file('queries.jsonl', { ns: 'app', pod: 'web-0', port: 8080 });
    argv = ['policy', '--kubeconfig', kubeconfig, '--queries', queries];
    const labels = { app: 'web', 'linkerd.io/control-plane-ns': 'linkerd' };
    const spec = { containers: [{ name: 'main', ports: [{ name: 'http', containerPort: 8080 }] }] };
    cluster.apply('core/Pod', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web-0', namespace: 'app', labels },
      spec,
    });
    cluster.apply('policy.linkerd.io/Server', server('web', 'TLS'));
  });
  afterEach(async () => {
    await cluster.close();
    rmSync(dir, { recursive: true });
  });

  const answered = (protocol: string, name: string): unknown => ({
    protocol: { [protocol]: {} },
    labels: { group: 'policy.linkerd.io', kind: 'server', name },
  });

  it('answers as it stands', async () => {
    const { code, out, err } = await run(argv);
    expect({ code, err, answer: JSON.parse(out) }).toEqual({
      code: 0,
      err: '',
      answer: answered('tls', 'web'),
    });
  });

  it('answers as if the manifests were applied: a changed Server is still the older one', async () => {
    const path = file('changed.json', server('web', 'opaque'));
    const { out } = await run([...argv, '--manifests', path]);
    expect(JSON.parse(out)).toEqual(answered('opaque', 'web'));
    const rival = file('rival.json', server('another', 'opaque'));
    expect(JSON.parse((await run([...argv, '--manifests', rival])).out)).toEqual(answered('tls', 'web'));
  });

  it('says which kinds it may not read', async () => {
    cluster.refuse(({ pathname }) => pathname.endsWith('/servers'), 403);
    const { code, err } = await run(argv);
    expect(code).toBe(0);
    expect(err).toContain('not read, so not judged: servers.policy.linkerd.io');
  });
});
