/** Follows what is registered, for those who do not write it themselves. */
import type { Clock } from '../http/clock.js';
import type { Installation, Registration } from './installation.js';

export interface FollowRegistrationOptions {
  readonly installation: Pick<Installation, 'registration'>;
  /** Calls back whenever the configuration changes; the result ends it. */
  readonly watch: (notice: () => void) => () => Promise<void>;
  readonly clock: Clock;
  /** Told what is registered after each look; undefined for nothing. */
  readonly seen: (registration: Registration | undefined) => void;
  readonly failed: (error: unknown) => void;
}

const POLL_MS = 60_000;

/** Begins to follow; the result ends it. What cannot be read is taken to be as it was. */
export function followRegistration(options: FollowRegistrationOptions): () => Promise<void> {
  const { installation, watch, clock, seen, failed } = options;
  const life = new AbortController();
  const isOver = (): boolean => life.signal.aborted;
  let looking = Promise.resolve();
  let cancel = (): void => undefined;
  const look = async (): Promise<void> => {
    if (isOver()) return;
    try {
      seen(await installation.registration());
    } catch (error) {
      if (!isOver()) failed(error);
    }
  };
  const soon = (): void => {
    cancel();
    looking = looking.then(look);
    cancel = clock.after(POLL_MS, soon);
  };
  const stopWatching = watch(soon);
  soon();
  return async () => {
    life.abort();
    cancel();
    await stopWatching();
    await looking;
  };
}
