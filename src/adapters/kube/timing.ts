/** Time and chance as this adapter needs them, passed in so that tests can hold them still. */
export interface Timing {
  /** Milliseconds of a clock that never goes back; only differences mean something. */
  readonly now: () => number;
  /** Runs `callback` after `ms` milliseconds; the result cancels it. */
  readonly after: (ms: number, callback: () => void) => () => void;
  /** A number from 0 up to, but not including, 1. */
  readonly random: () => number;
}

export const SYSTEM_TIMING: Timing = Object.freeze({
  now: () => performance.now(),
  // Not unreferenced: a source that waits for its next attempt is at work, and a command that waits for it must not end.
  after: (ms: number, callback: () => void) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  random: Math.random,
});

/** Resolves after `ms` milliseconds, or at once when the signal is, or becomes, aborted. */
export function sleep(timing: Timing, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted || ms <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const wake = (): void => {
      cancel();
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const cancel = timing.after(ms, wake);
    signal.addEventListener('abort', wake);
  });
}

/**
 * Calls `onDue` once the time that `due` names has come. `due` may move later at any moment without a word: it is asked
 * again when the timer fires, so that every byte of a stream can move it for the price of an assignment.
 */
export function watchdog(timing: Timing, due: () => number, onDue: () => void): () => void {
  let cancel: () => void;
  const arm = (): void => {
    cancel = timing.after(Math.max(1, due() - timing.now()), () => {
      if (timing.now() >= due()) onDue();
      else arm();
    });
  };
  arm();
  return () => cancel();
}
