/** How often a `caBundle` that others overwrite is put right: at once, but more slowly once it is a fight. */
const MINUTE_MS = 60_000;
const OFTEN = 5;
const FIRST_WAIT_MS = 10_000;
const LONGEST_WAIT_MS = 300_000;

export interface Pace {
  /** When it was repaired, in ms of a clock that never goes back, oldest first; no more than a fight needs. */
  readonly repairs: readonly number[];
  /** Waits since it became a fight. */
  readonly waits: number;
}

export const CALM: Pace = Object.freeze({ repairs: [], waits: 0 });

const recent = ({ repairs }: Pace, now: number): readonly number[] =>
  repairs.filter((at) => now - at < MINUTE_MS);

/** Whether it was repaired so often in the last minute that somebody should be told. */
export const isFight = (pace: Pace, now: number): boolean =>
  pace.waits > 0 || recent(pace, now).length >= OFTEN;

/** When the next repair may be made: now, or later in a fight. */
export function repairAt(pace: Pace, now: number): number {
  const last = pace.repairs.at(-1);
  if (last === undefined || !isFight(pace, now)) return now;
  return last + Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(pace.waits, 10));
}

/** The pace after a repair at `now`. A fight is over when nobody wrote for as long as we had waited, and a minute. */
export function repaired(pace: Pace, now: number): Pace {
  const last = pace.repairs.at(-1) ?? now;
  const quiet = now - last > MINUTE_MS + (repairAt(pace, now) - last);
  const before = quiet ? CALM : pace;
  const waits = isFight(before, now) ? before.waits + 1 : 0;
  return { repairs: [...before.repairs.slice(1 - OFTEN), now], waits };
}
