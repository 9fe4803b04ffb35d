/** One pod per pod template: what Kubernetes' controllers make of a workload, as far as policy is concerned. */
import { isObject, member, valueAt, type JsonObject } from '../../model/json.js';
import { readList, readNumber, readString } from '../objects/read.js';
import type { Manifest } from './manifest.js';

const TEMPLATE = ['spec', 'template'];
const JOB_TEMPLATE = ['spec', 'jobTemplate', 'spec', 'template'];

interface TemplateKind {
  readonly groups: readonly string[];
  readonly template: readonly string[];
  /** Whether `spec.replicas` says how many pods there are. */
  readonly counted: boolean;
}

/** In the order in which workloads of one name get that name for their pod. Any version will do. */
const TEMPLATE_KINDS: ReadonlyMap<string, TemplateKind> = new Map([
  ['Deployment', { groups: ['apps', 'extensions'], template: TEMPLATE, counted: true }],
  ['StatefulSet', { groups: ['apps'], template: TEMPLATE, counted: true }],
  ['DaemonSet', { groups: ['apps', 'extensions'], template: TEMPLATE, counted: false }],
  ['ReplicaSet', { groups: ['apps', 'extensions'], template: TEMPLATE, counted: true }],
  ['Job', { groups: ['batch'], template: TEMPLATE, counted: false }],
  ['CronJob', { groups: ['batch'], template: JOB_TEMPLATE, counted: false }],
]);

export const hasTemplate = ({ group, kind }: Manifest): boolean =>
  TEMPLATE_KINDS.get(kind)?.groups.includes(group) === true;

/** Where a kind stands among those with templates. */
export const templateRank = (kind: string): number => [...TEMPLATE_KINDS.keys()].indexOf(kind);

/** The controller that made an object. */
export function controllerOf({
  value,
}: Manifest): { readonly kind: string; readonly name: string } | undefined {
  const references = readList(member(value, 'metadata'), 'ownerReferences');
  const found = references.find((reference) => member(reference, 'controller') === true);
  if (found === undefined) return undefined;
  return { kind: readString(found, 'kind') ?? '', name: readString(found, 'name') ?? '' };
}

/**
 * The pod of a workload's template, before any injection; undefined when it has none. It has the template's labels and
 * annotations and the workload's age, and belongs to it.
 */
export function podOfTemplate({ kind, value, name }: Manifest): JsonObject | undefined {
  const template = valueAt(value, TEMPLATE_KINDS.get(kind)?.template ?? []);
  if (!isObject(template)) return undefined;
  const metadata = member(template, 'metadata');
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      labels: member(metadata, 'labels'),
      annotations: member(metadata, 'annotations'),
      creationTimestamp: member(member(value, 'metadata'), 'creationTimestamp'),
      ownerReferences: [{ kind, name, controller: true }],
    },
    spec: member(template, 'spec'),
  };
}

/**
 * How many pods a workload has: its `replicas`, or one. One with none has a pod all the same, of weight 0: whoever asks
 * what a workload may do means the day it is scaled up again, and an autoscaler writes no manifests.
 */
export function replicasOf({ kind, value }: Manifest): number {
  if (TEMPLATE_KINDS.get(kind)?.counted !== true) return 1;
  return Math.max(0, readNumber(member(value, 'spec'), 'replicas') ?? 1);
}
