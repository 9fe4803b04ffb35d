/** Follows the file of the client CA, which is replaced while we serve. */
import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from './clock.js';

export interface FollowOptions {
  readonly clock: Clock;
  /** Takes the new text. If it throws, the old text stays in force and this one is tried again. */
  readonly apply: (text: string) => void;
  readonly onError: (error: unknown) => void;
  readonly pollMs?: number;
}

const POLL_MS = 5_000;

/**
 * Calls `apply` with each new content of `path`, beginning with a change from `current`. Watches the directory,
 * because a mounted Secret is swapped through a symlink there, and polls, because watching misses changes on some
 * file systems. The result ends it.
 */
export function followFile(path: string, current: string, options: FollowOptions): () => void {
  const { clock, apply, onError, pollMs = POLL_MS } = options;
  let applied = current;
  let ended = false;
  let looking = Promise.resolve();
  let cancel = (): void => undefined;

  const look = async (): Promise<void> => {
    try {
      const text = await readFile(path, 'utf8');
      if (ended || text === applied) return;
      apply(text);
      applied = text;
    } catch (error) {
      if (!ended) onError(error);
    }
  };
  // One look after the other, so that an older content never follows a newer one.
  const soon = (): void => {
    looking = looking.then(look);
  };
  const poll = (): void => {
    soon();
    cancel = clock.after(pollMs, poll);
  };
  const watcher = watch(dirname(path), { persistent: false }, soon);
  // A directory that goes away ends the watch; polling goes on.
  watcher.on('error', onError);
  cancel = clock.after(pollMs, poll);
  return () => {
    ended = true;
    cancel();
    watcher.close();
  };
}
