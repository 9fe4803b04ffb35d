/** Time as the edge needs it, passed in so that tests can hold it still. */
export interface Clock {
  /** Milliseconds of a clock that never goes back; only differences mean something. */
  readonly now: () => number;
  /** Milliseconds since 1970. */
  readonly wall: () => number;
  /** Runs `callback` after `ms` milliseconds and never keeps the process alive; the result cancels it. */
  readonly after: (ms: number, callback: () => void) => () => void;
}

export const SYSTEM_CLOCK: Clock = Object.freeze({
  now: () => performance.now(),
  wall: () => Date.now(),
  after: (ms: number, callback: () => void) => {
    const timer = setTimeout(callback, ms);
    timer.unref();
    return () => {
      clearTimeout(timer);
    };
  },
});
