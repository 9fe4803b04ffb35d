/** What a person expects of a state, as it was written; nothing in it has been looked up yet. */
import type { Spoken } from '../endpoints/traffic.js';

/**
 * `all`: whatever such clients send of the request gets through; `some`: something does, for each of them; `none`:
 * nothing does, of any of them.
 */
export const MAY = ['all', 'some', 'none'] as const;
export type May = (typeof MAY)[number];

/** Workloads of a namespace, of a name as `explain` takes it, with these labels; what is undefined does not matter. */
export interface WorkloadSelector {
  readonly kind: 'workloads';
  readonly namespace: string | undefined;
  readonly workload: string | undefined;
  readonly labels: ReadonlyMap<string, string> | undefined;
}

export type ClientSelector =
  | WorkloadSelector
  /** An identity as a policy would write it, e.g. `*.shop.serviceaccount.identity.linkerd.cluster.local`. */
  | { readonly kind: 'identity'; readonly identity: string; readonly address: string | undefined }
  | {
      readonly kind: 'service-account';
      readonly namespace: string;
      readonly name: string;
      readonly address: string | undefined;
    }
  /** Clients without mesh TLS. */
  | { readonly kind: 'unmeshed'; readonly address: string | undefined };

export type From =
  | { readonly kind: 'anyone' }
  /** Whoever comes from an address that is in none of the cluster's networks. */
  | { readonly kind: 'outside-cluster' }
  /** One of these, or everybody who is none of these. */
  | { readonly kind: 'selected' | 'outside'; readonly clients: readonly ClientSelector[] };

/** `undefined`: the ports that a workload declares or probes, or a Server selects; `any`: every port there is. */
export type PortChoice = number | string | undefined;

export interface To {
  /** Undefined for every workload. */
  readonly workloads: WorkloadSelector | undefined;
  readonly port: PortChoice;
}

/** What is said of a request; what is undefined may be anything. */
export interface RequestChoice {
  readonly spoken: Spoken | undefined;
  readonly method: string | undefined;
  /** Exactly, the query aside. */
  readonly path: string | undefined;
  readonly pathPrefix: string | undefined;
  readonly host: string | undefined;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}

export interface CallAssertion {
  readonly kind: 'call';
  readonly name: string | undefined;
  readonly from: From;
  readonly to: To;
  readonly request: RequestChoice;
  readonly may: May;
  /** Whether it may be about nothing. */
  readonly optional: boolean;
}

/** Every http, https and grpc probe of the workloads passes. */
export interface ProbeAssertion {
  readonly kind: 'probes';
  readonly name: string | undefined;
  readonly to: To;
  readonly optional: boolean;
}

export type Assertion = CallAssertion | ProbeAssertion;
