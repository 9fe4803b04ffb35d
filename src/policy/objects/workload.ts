/** Pods and external workloads (inbound-semantics A1 to A4). */
import { isObject, member } from '../../model/json.js';
import type { InternTable } from './intern.js';
import { isPort, readList, readNumber, readRecord, readString } from './read.js';
import type {
  Container,
  ContainerPort,
  PodTemplate,
  Probe,
  StoredExternalWorkload,
  StoredMeta,
  StoredPod,
} from './stored.js';

export const CONTROL_PLANE_LABEL = 'linkerd.io/control-plane-ns';

/** The annotations that concern the proxy: those of linkerd.io and of its subdomains. */
export const isProxyAnnotation = (key: string): boolean => {
  const prefix = key.slice(0, Math.max(0, key.indexOf('/')));
  return prefix === 'linkerd.io' || prefix.endsWith('.linkerd.io');
};

const ROLES = [
  ['livenessProbe', 'liveness'],
  ['readinessProbe', 'readiness'],
  ['startupProbe', 'startup'],
] as const;

/** A pod; `raw` is the object as the API serves it. */
export function readPod(meta: StoredMeta<'core/Pod'>, raw: unknown, table: InternTable): StoredPod {
  const status = member(raw, 'status');
  const ips = readList(status, 'podIPs').flatMap((item) => readString(item, 'ip') ?? []);
  const single = readString(status, 'podIP');
  return {
    ...meta,
    labels: table.labels(meta.labels, meta.name),
    template: table.value(readTemplate(meta, raw)),
    ips: ips.length === 0 && single !== undefined ? [single] : ips,
    hostIP: intern(table, readString(status, 'hostIP')),
    replicas: 1,
  };
}

const intern = (table: InternTable, text: string | undefined): string | undefined =>
  text === undefined ? undefined : table.string(text);

function readTemplate(meta: StoredMeta, raw: unknown): PodTemplate {
  const spec = member(raw, 'spec');
  const metadata = member(raw, 'metadata');
  return {
    containers: [
      ...readList(spec, 'containers').map((container) => readContainer(container, false)),
      ...readList(spec, 'initContainers').map((container) => readContainer(container, true)),
    ],
    serviceAccount: readString(spec, 'serviceAccountName') ?? 'default',
    hostNetwork: member(spec, 'hostNetwork') === true,
    annotations: readRecord(metadata, 'annotations', isProxyAnnotation),
    meshed: Object.hasOwn(meta.labels, CONTROL_PLANE_LABEL),
    owner: readOwner(metadata),
  };
}

function readOwner(metadata: unknown): string | undefined {
  const controller = readList(metadata, 'ownerReferences').find((ref) => member(ref, 'controller') === true);
  if (controller === undefined) return undefined;
  return `${readString(controller, 'kind') ?? ''}/${readString(controller, 'name') ?? ''}`;
}

function readContainer(raw: unknown, init: boolean): Container {
  return {
    name: readString(raw, 'name') ?? '',
    init,
    ports: readList(raw, 'ports').flatMap((port) => readPort(port, 'containerPort')),
    probes: ROLES.flatMap(([name, role]) => readProbe(member(raw, name), role)),
  };
}

/** A TCP port in 1..65535, or nothing; the protocol is compared ignoring case. */
function readPort(raw: unknown, field: string): ContainerPort[] {
  const port = readNumber(raw, field);
  const protocol = readString(raw, 'protocol') ?? 'TCP';
  if (!isPort(port) || protocol.toUpperCase() !== 'TCP') return [];
  const name = readString(raw, 'name');
  return [{ name: name === '' ? undefined : name, port }];
}

function readProbe(raw: unknown, role: Probe['role']): Probe[] {
  const found = (['httpGet', 'grpc', 'tcpSocket'] as const).find((name) => isObject(member(raw, name)));
  if (found === undefined) return [];
  const action = member(raw, found);
  const port = member(action, 'port');
  if (typeof port !== 'number' && typeof port !== 'string') return [];
  if (found !== 'httpGet') return [{ kind: found === 'grpc' ? 'grpc' : 'tcp', role, port, path: undefined }];
  const https = readString(action, 'scheme')?.toUpperCase() === 'HTTPS';
  return [{ kind: https ? 'https' : 'http', role, port, path: readString(action, 'path') }];
}

/** An external workload, v1beta1. */
export function readExternalWorkload(
  meta: StoredMeta<'workload.linkerd.io/ExternalWorkload'>,
  raw: unknown,
): StoredExternalWorkload {
  const spec = member(raw, 'spec');
  return {
    ...meta,
    identity: readString(member(spec, 'meshTLS'), 'identity') ?? '',
    ports: readList(spec, 'ports').flatMap((port) => readPort(port, 'port')),
    ips: readList(spec, 'workloadIPs').flatMap((item) => readString(item, 'ip') ?? []),
    annotations: readRecord(member(raw, 'metadata'), 'annotations', isProxyAnnotation),
  };
}
