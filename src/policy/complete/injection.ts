/**
 * What Linkerd's proxy injector makes of a pod: whether it gets a proxy, and what comes with it (product.md 6).
 * Left out is what policy does not read: the init container, volumes, versions.
 */
import { isObject, member, type JsonObject, type JsonValue } from '../../model/json.js';
import type { LabelRecord } from '../../selector/requirement.js';
import { isPort, readList, readRecord, readString } from '../objects/read.js';
import { CONTROL_PLANE_LABEL } from '../objects/workload.js';
import { withMetadata } from './manifest.js';

export interface InjectionSettings {
  readonly controlPlaneNamespace: string;
  /** Counts pods as meshed of which nothing says whether they are. */
  readonly assumeMeshed: boolean;
  /** The ports that the injector declares opaque where a pod has them and nobody says otherwise. */
  readonly defaultOpaquePorts: readonly number[];
}

/** The Helm chart's `proxy.opaquePorts`: protocols in which the server speaks first. */
export const DEFAULT_OPAQUE_PORTS: readonly number[] = Object.freeze([
  25, 587, 3306, 4444, 5432, 6379, 9300, 11_211,
]);

/** The workload whose template a pod comes from. */
export interface TemplateOwner {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

const INJECT = 'linkerd.io/inject';
const CONFIG = 'config.linkerd.io/';
const OPAQUE_PORTS = `${CONFIG}opaque-ports`;
// A CronJob is no owner that the injector knows.
const OWNER_LABELS: ReadonlyMap<string, string> = new Map(
  ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job'].map((kind) => [
    kind,
    `linkerd.io/proxy-${kind.toLowerCase()}`,
  ]),
);

/** The pod of a template as it would be created: with a proxy if the template or its namespace asks for one. */
export function injected(
  pod: JsonObject,
  owner: TemplateOwner,
  namespaceAnnotations: LabelRecord,
  settings: InjectionSettings,
): JsonObject {
  if (!isInjected(standing(pod, namespaceAnnotations), settings)) return pod;
  const annotations = podAnnotations(pod, namespaceAnnotations, settings);
  const ownerLabel = OWNER_LABELS.get(owner.kind);
  const labels = {
    ...labelsOf(pod),
    [CONTROL_PLANE_LABEL]: settings.controlPlaneNamespace,
    'linkerd.io/workload-ns': owner.namespace,
    ...(ownerLabel === undefined ? {} : { [ownerLabel]: owner.name }),
  };
  const spec = member(pod, 'spec');
  const containers = readList(spec, 'containers') as readonly JsonValue[];
  return {
    ...withMetadata(pod, { labels, annotations }),
    spec: { ...(isObject(spec) ? spec : {}), containers: [...containers, proxyContainer(annotations)] },
  };
}

/** A pod that exists as it is: nothing is added to it but, where it is assumed to be meshed, the label that says so. */
export function assumedMeshed(
  pod: JsonObject,
  namespaceAnnotations: LabelRecord,
  settings: InjectionSettings,
): JsonObject {
  if (!settings.assumeMeshed || standing(pod, namespaceAnnotations) !== 'unsaid') return pod;
  const labels = { ...labelsOf(pod), [CONTROL_PLANE_LABEL]: settings.controlPlaneNamespace };
  return withMetadata(pod, { labels });
}

/** What a pod and its namespace say of a proxy. */
type Standing = 'already' | 'asked' | 'refused' | 'unsaid';

function standing(pod: JsonObject, namespaceAnnotations: LabelRecord): Standing {
  if (Object.hasOwn(labelsOf(pod), CONTROL_PLANE_LABEL)) return 'already';
  // A proxy would take the traffic of the whole node; the injector leaves these pods alone whatever they ask for.
  if (member(member(pod, 'spec'), 'hostNetwork') === true) return 'refused';
  const own = annotationsOf(pod);
  switch (valueOf(own, INJECT) || valueOf(namespaceAnnotations, INJECT)) {
    case 'enabled':
    case 'ingress':
      return 'asked';
    case 'disabled':
      return 'refused';
    default:
      return 'unsaid';
  }
}

const isInjected = (said: Standing, { assumeMeshed }: InjectionSettings): boolean =>
  said === 'asked' || (said === 'unsaid' && assumeMeshed);

/** The pod's own annotations over its namespace's settings of the proxy. */
function podAnnotations(
  pod: JsonObject,
  namespaceAnnotations: LabelRecord,
  { defaultOpaquePorts }: InjectionSettings,
): LabelRecord {
  const inherited = Object.entries(namespaceAnnotations).filter(([key]) => key.startsWith(CONFIG));
  const annotations = { ...Object.fromEntries(inherited), ...annotationsOf(pod) };
  if (Object.hasOwn(annotations, OPAQUE_PORTS)) return annotations;
  const opaque = containerPorts(pod).filter((port) => defaultOpaquePorts.includes(port));
  return opaque.length === 0
    ? annotations
    : { ...annotations, [OPAQUE_PORTS]: [...new Set(opaque)].join(',') };
}

const containerPorts = (pod: JsonObject): number[] =>
  readList(member(pod, 'spec'), 'containers')
    .flatMap((container) => readList(container, 'ports'))
    .map((port) => member(port, 'containerPort'))
    .filter(isPort);

function proxyContainer(annotations: LabelRecord): JsonObject {
  const admin = portSetting(annotations, 'admin-port', 4191);
  const probe = (path: string): JsonObject => ({ httpGet: { path, port: admin } });
  return {
    name: 'linkerd-proxy',
    ports: [
      { name: 'linkerd-proxy', containerPort: portSetting(annotations, 'inbound-port', 4143) },
      { name: 'linkerd-admin', containerPort: admin },
    ],
    livenessProbe: probe('/live'),
    readinessProbe: probe('/ready'),
  };
}

/** A port that an annotation sets; the injector falls back when it is no number. */
function portSetting(annotations: LabelRecord, name: string, fallback: number): number {
  const text = valueOf(annotations, `${CONFIG}${name}`);
  const port = /^\+?\d+$/.test(text) ? Number(text) : undefined;
  return isPort(port) ? port : fallback;
}

const labelsOf = (pod: JsonObject): LabelRecord => readRecord(member(pod, 'metadata'), 'labels');
const annotationsOf = (pod: JsonObject): LabelRecord => readRecord(member(pod, 'metadata'), 'annotations');
const valueOf = (record: LabelRecord, key: string): string => readString(record, key) ?? '';
