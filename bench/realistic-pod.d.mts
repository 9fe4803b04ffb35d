export interface PodShape {
  readonly workloads: number;
  /** The namespace of a workload. */
  readonly namespace?: (workload: number) => string;
}

export interface RealisticPod {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly [member: string]: unknown;
  };
  readonly [member: string]: unknown;
}

/** The `i`th pod, as an API server serves it: about 6 kB. */
export function realisticPod(i: number, shape: PodShape): RealisticPod;
