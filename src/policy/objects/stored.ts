/**
 * Objects as the cache keeps them: each kind's projection holds what policy reads of it and nothing else
 * (architecture, 8). Stored objects are immutable; what many objects share is shared.
 */
import type { HubSpecs, KindId, Loose } from '../../schema/index.js';
import type { LabelRecord } from '../../selector/requirement.js';
import type { StoredKind } from './kinds.js';

export interface StoredMeta<K extends StoredKind = StoredKind> {
  readonly kind: K;
  /** Empty for cluster-scoped kinds. */
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** RFC 3339, whole seconds; absent for a manifest that no cluster has seen. */
  readonly created: string | undefined;
  readonly labels: LabelRecord;
}

/** A named or numbered TCP port of a container. */
export interface ContainerPort {
  readonly name: string | undefined;
  readonly port: number;
}

export interface Probe {
  readonly kind: 'http' | 'https' | 'grpc' | 'tcp';
  readonly role: 'liveness' | 'readiness' | 'startup';
  /** As written: a number, or a name of this container's ports. */
  readonly port: number | string;
  /** Of http and https probes, as written; absent means `/`. */
  readonly path: string | undefined;
}

export interface Container {
  readonly name: string;
  /** Init containers come after the others and are marked; native sidecars are among them. */
  readonly init: boolean;
  /** TCP ports whose number is 1..65535. */
  readonly ports: readonly ContainerPort[];
  readonly probes: readonly Probe[];
}

/** What pods of one workload have in common; equal templates are one value. */
export interface PodTemplate {
  readonly containers: readonly Container[];
  readonly serviceAccount: string;
  readonly hostNetwork: boolean;
  /** The proxy's annotations (`*.linkerd.io/*`). */
  readonly annotations: LabelRecord;
  /** Whether it carries the label of an injected proxy, `linkerd.io/control-plane-ns`. */
  readonly meshed: boolean;
  /** The controller that made it, `Kind/name`. */
  readonly owner: string | undefined;
}

export interface StoredPod extends StoredMeta<'core/Pod'> {
  readonly template: PodTemplate;
  readonly ips: readonly string[];
  readonly hostIP: string | undefined;
  /** Of a pod predicted from a template: how many replicas it stands for. */
  readonly replicas: number;
}

export interface StoredExternalWorkload extends StoredMeta<'workload.linkerd.io/ExternalWorkload'> {
  readonly identity: string;
  readonly ports: readonly ContainerPort[];
  readonly ips: readonly string[];
  readonly annotations: LabelRecord;
}

export interface StoredNamespace extends StoredMeta<'core/Namespace'> {
  readonly annotations: LabelRecord;
}

export interface StoredService extends StoredMeta<'core/Service'> {
  readonly type: string;
  readonly clusterIP: string | undefined;
  readonly selector: LabelRecord | undefined;
  readonly ports: readonly {
    readonly name: string | undefined;
    readonly port: number;
    readonly targetPort: number | string;
  }[];
}

export type StoredServiceAccount = StoredMeta<'core/ServiceAccount'>;

export interface RouteParentStatus {
  readonly controllerName: string;
  readonly kind: string | undefined;
  readonly name: string;
  readonly accepted: boolean;
}

/** A policy or route object: its spec in the hub shape, without its mistyped parts. */
export interface StoredPolicy<K extends KindId = KindId> extends StoredMeta<K> {
  /** The annotations that rules read. */
  readonly annotations: LabelRecord;
  readonly spec: Loose<HubSpecs[K]>;
  /** Whether Linkerd's model can read it; where not, it has no effect (known-gaps G-34). */
  readonly readable: boolean;
  /** Of routes: what the cluster's status says of each parent. */
  readonly parents: readonly RouteParentStatus[];
  /** Of rate limits and egress networks: the status condition Accepted. */
  readonly accepted: boolean | undefined;
}

export type StoredOf<K extends StoredKind> = K extends 'core/Pod'
  ? StoredPod
  : K extends 'workload.linkerd.io/ExternalWorkload'
    ? StoredExternalWorkload
    : K extends 'core/Namespace'
      ? StoredNamespace
      : K extends 'core/Service'
        ? StoredService
        : K extends 'core/ServiceAccount'
          ? StoredServiceAccount
          : K extends KindId
            ? StoredPolicy<K>
            : never;

export type StoredObject = { [K in StoredKind]: StoredOf<K> }[StoredKind];
