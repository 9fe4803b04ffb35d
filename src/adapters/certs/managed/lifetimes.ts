/** How long managed certificates live, and what follows from it (webhook-operations, section 4). */
export interface Lifetimes {
  readonly caMs: number;
  readonly leafMs: number;
  /** Between the moment a new CA was seen in the published bundle and the first leaf of it. */
  readonly settleMs: number;
  /** How often the clock is looked at: by the holder of the Lease, and by everybody. */
  readonly holderMs: number;
  readonly checkMs: number;
}

const DAY_MS = 86_400_000;

export const CA_MS = 365 * DAY_MS;
export const LEAF_MS = 7 * DAY_MS;

/** The times of the contract. A leaf lives no longer than what is left of its CA when that retires. Shorter lives scale the waits with them, for trials of a rotation. */
export function lifetimesOf(caMs: number, leafMs: number): Lifetimes {
  const leaf = Math.min(leafMs, caMs / 3);
  return {
    caMs,
    leafMs: leaf,
    settleMs: Math.min(60_000, leaf / 10),
    holderMs: Math.min(5_000, leaf / 20),
    checkMs: Math.min(60_000, leaf / 20),
  };
}

/** Whether two thirds of a life are over. Counted from its end, since its beginning is set back. */
export const isDue = (endsAt: number, lifeMs: number, now: number): boolean => now >= endsAt - lifeMs / 3;
