import type { SourceTiming } from '../../../src/adapters/manifests/look-schedule.js';

/** The system's time, for tests of what the system notices. */
export const REAL_TIMING: SourceTiming = {
  now: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
