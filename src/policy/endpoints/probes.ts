/** What the kubelet sends for the probes of a pod, and where it comes from. */
import type { ClusterSettings } from '../../model/world.js';
import type { TlsState } from '../decide/connection.js';
import type { Traffic } from '../decide/request.js';
import type { PodTemplate, Probe, StoredPod } from '../objects/stored.js';
import { probePort } from '../state/probes.js';
import type { Workload } from '../state/workload-shape.js';
import { assumedAddresses, knownAddresses } from './addresses.js';
import type { ClientEndpoint } from './client.js';

export interface ProbeCall {
  readonly role: Probe['role'];
  readonly kind: 'http' | 'https' | 'grpc';
  readonly port: number;
  /** Of http and https probes. */
  readonly path: string | undefined;
  readonly client: ClientEndpoint;
  readonly traffic: Traffic;
}

/** The pods whose probes differ, by their template or by where their kubelet is; one for all that are alike. */
export function* podsByProbes(members: readonly Workload[]): Generator<StoredPod> {
  const seen = new Map<PodTemplate, Set<string | undefined>>();
  for (const member of members) {
    if (member.kind !== 'core/Pod') continue;
    const nodes = seen.get(member.template) ?? new Set<string | undefined>();
    seen.set(member.template, nodes);
    if (nodes.has(member.hostIP)) continue;
    nodes.add(member.hostIP);
    yield member;
  }
}

const HEALTH_CHECK = '/grpc.health.v1.Health/Check';

/** The http, https and grpc probes of a pod, each once. A tcp probe always passes: the proxy accepts before it decides. */
export function probesOf(pod: StoredPod, settings: ClusterSettings): readonly ProbeCall[] {
  const addresses =
    (pod.hostIP === undefined ? undefined : knownAddresses([pod.hostIP])) ??
    assumedAddresses(settings.probeNetworks);
  const found = new Map<string, ProbeCall>();
  for (const container of pod.template.containers) {
    for (const probe of container.probes) {
      const { kind, role } = probe;
      const port = probePort(container, probe);
      if (kind === 'tcp' || port === undefined) continue;
      const path = kind === 'grpc' ? undefined : pathOf(probe.path);
      // TLS of the kubelet does not end at the proxy, which sees no request in it.
      const tls: TlsState = kind === 'https' ? { kind: 'passthru' } : { kind: 'none' };
      const client: ClientEndpoint = { subject: { kind: 'address', holder: undefined }, tls, addresses };
      const call = { role, kind, port, path, client, traffic: trafficOf(kind, path ?? '/') };
      found.set(JSON.stringify([role, kind, port, path]), call);
    }
  }
  return [...found.values()];
}

/** The kubelet puts a slash before a path that has none. */
const pathOf = (path = ''): string => (path.startsWith('/') ? path : `/${path}`);

function trafficOf(kind: ProbeCall['kind'], path: string): Traffic {
  switch (kind) {
    case 'http':
      return { kind: 'http', version: 'http1', request: { method: 'GET', path, headers: [] } };
    case 'https':
      return { kind: 'tcp' };
    case 'grpc': {
      const headers = [{ name: 'content-type', value: 'application/grpc' }];
      return { kind: 'http', version: 'http2', request: { method: 'POST', path: HEALTH_CHECK, headers } };
    }
  }
}
