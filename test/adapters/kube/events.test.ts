/** Events on Servers that overlap: one on each, the same whichever replica writes it. */
import { describe, expect, it } from '@jest/globals';
import { KubeHttpError } from '../../../src/adapters/kube/errors.js';
import { overlapEvent, recordOverlap } from '../../../src/adapters/kube/events.js';
import type { KubeClient } from '../../../src/adapters/kube/kube-client.js';
import { InternTable } from '../../../src/policy/objects/intern.js';
import { project } from '../../../src/policy/objects/project.js';
import { overlapsOf, type Overlap } from '../../../src/policy/overlap.js';
import { apply, EMPTY_STATE, toBatch } from '../../../src/policy/state/state.js';
import { mkServer } from '../../builders.js';

const NOW = new Date('2026-11-22T12:00:00.500Z');
const table = new InternTable();

const server = (name: string, spec: any = {}, created = '2026-01-01T00:00:00Z'): any =>
  mkServer({ port: 8080, ...spec }, { name, uid: `uid-${name}`, creationTimestamp: created });
const pod: any = {
  metadata: { name: 'web-0', namespace: 'app', uid: 'p', labels: { app: 'web' } },
  spec: { containers: [{ name: 'main', ports: [{ name: 'http', containerPort: 8080 }] }] },
};
const machine: any = {
  metadata: { name: 'vm-1', namespace: 'app', uid: 'vm', labels: { app: 'web' } },
  spec: { meshTLS: { identity: 'vm', serverName: 'vm' }, ports: [{ name: 'http', port: 8080 }] },
};

function overlap(name: string, objects: readonly [string, any][]): Overlap {
  const stored = objects.map(([kind, raw]) => {
    const result = project(kind as 'core/Pod', raw, table);
    if (!result.ok) throw new Error(result.error);
    return result.value;
  });
  const [found] = overlapsOf(apply(EMPTY_STATE, toBatch(stored)), 'app', name);
  if (found === undefined) throw new Error('no overlap');
  return found;
}

const SERVER = 'policy.linkerd.io/Server';
const live = (name: string): Overlap =>
  overlap(name, [
    [SERVER, server('old')],
    [SERVER, server('new', { port: 'http' }, '2026-02-01T00:00:00Z')],
    ['core/Pod', pod],
  ]);

/** A client that keeps what is written, and refuses with these statuses first. */
function mkClient(...refusals: number[]) {
  const written: any[] = [];
  const client = {
    request: (method: string, path: string, body: unknown) => {
      const status = refusals.shift();
      if (status !== undefined) return Promise.reject(new KubeHttpError(path, status, {}, undefined));
      written.push({ method, path, body });
      return Promise.resolve({});
    },
  } as unknown as KubeClient;
  return { client, written };
}

describe('an overlap', () => {
  it('is told of on both Servers', async () => {
    const { client, written } = mkClient();
    await recordOverlap(client, live('old'), NOW);
    expect(written.map(({ method, path }) => `${method} ${path}`)).toEqual(
      Array(2).fill('POST /api/v1/namespaces/app/events'),
    );
    expect(
      written.map(({ body }) => [body.involvedObject.name, body.involvedObject.uid, body.message]),
    ).toEqual([
      [
        'old',
        'uid-old',
        'port 8080 of pod web-0 is claimed by Server new too: this Server is the older and governs it; the other does nothing there (server/overlap)',
      ],
      [
        'new',
        'uid-new',
        'port 8080 of pod web-0 is claimed by Server old too: the other is the older and governs it; this Server does nothing there (server/overlap)',
      ],
    ]);
    expect(written[0].body).toMatchObject({
      type: 'Warning',
      reason: 'ServerOverlap',
      firstTimestamp: '2026-11-22T12:00:00Z',
      metadata: { namespace: 'app' },
    });
  });

  it('has Events of the same names whichever of the two Servers it was found from', () => {
    const names = [live('old'), live('new')].map((found) =>
      [
        overlapEvent(found, found.server, found.other, NOW),
        overlapEvent(found, found.other, found.server, NOW),
      ]
        .map(({ metadata }) => metadata.name)
        .sort(),
    );
    expect(names[0]).toEqual(names[1]);
    expect(new Set(names[0]).size).toBe(2);
  });

  it('of external workloads names one', () => {
    const spec = { podSelector: undefined, externalWorkloadSelector: { matchLabels: { app: 'web' } } };
    const found = overlap('a', [
      [SERVER, server('a', spec)],
      [SERVER, server('b', { ...spec, port: 'http' })],
      ['workload.linkerd.io/ExternalWorkload', machine],
    ]);
    expect(overlapEvent(found, found.server, found.other, NOW).message).toBe(
      'port 8080 of external workload vm-1 is claimed by Server b too: this Server has the lower name and governs it; the other does nothing there (server/overlap)',
    );
  });

  it('without a workload names the labels that both select', () => {
    const found = overlap('a', [
      [SERVER, server('a')],
      [SERVER, server('b')],
    ]);
    expect(overlapEvent(found, found.server, found.other, NOW).message).toMatch(
      /^port 8080 of a workload with app=web is claimed by Server b too: /,
    );
  });

  it.each([
    ['written by another replica', 409],
    ['whose namespace is going', 404],
  ])('with an Event %s is no failure', async (_, status) => {
    const { client, written } = mkClient(status);
    await recordOverlap(client, live('old'), NOW);
    expect(written).toHaveLength(1);
  });

  it('with an Event that was refused is a failure, to be tried again', async () => {
    const { client } = mkClient(429);
    await expect(recordOverlap(client, live('old'), NOW)).rejects.toMatchObject({ status: 429 });
  });
});
