/** Events on Servers that overlap: one on each, under a name that every replica would give it. */
import { createHash } from 'node:crypto';
import { formatLabels, type Overlap } from '../../policy/overlap.js';
import { formatPort, type PolicyServer } from '../../policy/state/server.js';
import { KubeHttpError } from './errors.js';
import type { KubeClient } from './kube-client.js';

const TIMEOUT_MS = 5_000;

/** Writes an Event on both Servers of an overlap; one that is there already is left as it is. */
export async function recordOverlap(client: KubeClient, overlap: Overlap, now: Date): Promise<void> {
  const { server, other } = overlap;
  await Promise.all([
    record(client, overlap, server, other, now),
    record(client, overlap, other, server, now),
  ]);
}

async function record(
  client: KubeClient,
  overlap: Overlap,
  server: PolicyServer,
  other: PolicyServer,
  now: Date,
): Promise<void> {
  const event = overlapEvent(overlap, server, other, now);
  const path = `/api/v1/namespaces/${encodeURIComponent(server.namespace)}/events`;
  try {
    await client.request('POST', path, event, { timeoutMs: TIMEOUT_MS });
  } catch (error) {
    // 409: another replica was first. 404 and 403 with a cause: the namespace is going.
    if (error instanceof KubeHttpError && [404, 409].includes(error.status)) return;
    throw error;
  }
}

/** The Event on `server` that says that it overlaps `other`. */
export function overlapEvent(
  { winner, ports, workload, labels }: Overlap,
  server: PolicyServer,
  other: PolicyServer,
  now: Date,
) {
  const time = `${now.toISOString().slice(0, 19)}Z`;
  const kind = server.workloads === 'pods' ? 'pod' : 'external workload';
  const reason = server.created === other.created ? 'has the lower name' : 'is the older';
  const outcome =
    winner.name === server.name
      ? `this Server ${reason} and governs it; the other does nothing there`
      : `the other ${reason} and governs it; this Server does nothing there`;
  const key = [server.stored.uid, other.stored.uid, server.name, other.name].join(' ');
  const claimed =
    labels === undefined
      ? `port ${ports.join(', ')} of ${kind} ${workload ?? ''}`
      : `port ${formatPort(server.port)} of ${formatLabels(labels)}`;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: `gatehouse.${createHash('sha256').update(key).digest('hex').slice(0, 24)}`,
      namespace: server.namespace,
    },
    involvedObject: {
      apiVersion: 'policy.linkerd.io/v1beta3',
      kind: 'Server',
      namespace: server.namespace,
      name: server.name,
      uid: server.stored.uid,
    },
    type: 'Warning',
    reason: 'ServerOverlap',
    message: `${claimed} is claimed by Server ${other.name} too: ${outcome} (server/overlap)`,
    source: { component: 'gatehouse' },
    reportingComponent: 'gatehouse.dev/gatehouse',
    reportingInstance: 'gatehouse',
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  };
}
