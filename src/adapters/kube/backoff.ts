/** How long to wait before the next attempt (webhook-operations, section 5). */
import type { Timing } from './timing.js';

export interface BackoffLimits {
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * The wait after the `failures`th failure in a row, counted from 1. Each wait is drawn from an interval whose ends double,
 * up to the longest: replicas that failed together do not come back together, not even at the longest wait.
 */
export function backoffMs(failures: number, { minMs, maxMs }: BackoffLimits, timing: Timing): number {
  // 2^20 times the shortest wait is longer than any longest one; without a bound the power would overflow.
  const upper = Math.min(maxMs, minMs * 2 ** Math.min(failures, 20));
  const lower = Math.max(minMs, upper / 2);
  return lower + timing.random() * (upper - lower);
}
