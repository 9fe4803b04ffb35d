/** The question that `gatehouse policy` asks: what would a controller tell the proxies of these workload ports? */
import { policyOf, type WorkloadRef } from '../policy/inbound/inbound-index.js';
import type { PortPolicy } from '../policy/inbound/port-policy.js';
import { indexOf, type IndexInput } from './inbound-index.js';

export interface PortQuery {
  readonly workload: WorkloadRef;
  /** 1..65535. */
  readonly port: number;
}

export interface PolicyResult {
  /** One for each query, in their order; undefined for a workload that is not there or has no proxy. */
  readonly answers: readonly (PortPolicy | undefined)[];
  readonly complaints: readonly string[];
}

export function policy(input: IndexInput & { readonly queries: readonly PortQuery[] }): PolicyResult {
  const { index, complaints } = indexOf(input);
  return { answers: input.queries.map(({ workload, port }) => policyOf(index, workload, port)), complaints };
}
