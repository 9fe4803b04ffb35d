/** Says on a terminal what takes so long: one line on stderr that is written over and wiped, after half a second. */
import type { Terminal } from './command.js';

const PATIENCE_MS = 500;
const INTERVAL_MS = 100;
const WIPE = '\r\u001b[K';

export interface Progress {
  /** What is being done now; shown at once if it has taken long already, and while something is awaited. */
  readonly say: (words: string) => void;
  /** Prints a complaint in the place of the line. */
  readonly err: (text: string) => void;
  /** Wipes the line. */
  readonly end: () => void;
}

export function startProgress({
  err,
  interactive,
  clock,
}: Pick<Terminal, 'err' | 'interactive' | 'clock'>): Progress {
  if (!interactive) return { say: () => undefined, err, end: () => undefined };
  const started = clock();
  let last = started + PATIENCE_MS - INTERVAL_MS;
  let shown = '';
  let words = '';
  const show = (): void => {
    const now = clock();
    if (now - last < INTERVAL_MS || words === shown) return;
    last = now;
    shown = words;
    err(`${WIPE}${words} …`);
  };
  const timer = setInterval(show, INTERVAL_MS);
  timer.unref();
  const wipe = (): void => {
    if (shown !== '') err(WIPE);
    shown = '';
  };
  return {
    say: (next) => {
      words = next;
      show();
    },
    err: (text) => {
      wipe();
      err(text);
    },
    end: () => {
      clearInterval(timer);
      wipe();
    },
  };
}

/**
 * Runs a command that may take long. It gets a terminal in which complaints and results take the place of the line, and a
 * way to say what is being done.
 */
export async function withProgress<T>(
  terminal: Terminal,
  run: (told: Terminal, say: Progress['say']) => Promise<T>,
): Promise<T> {
  const progress = startProgress(terminal);
  const out = (text: string): void => {
    progress.end();
    terminal.out(text);
  };
  try {
    return await run({ ...terminal, err: progress.err, out }, progress.say);
  } finally {
    progress.end();
  }
}
