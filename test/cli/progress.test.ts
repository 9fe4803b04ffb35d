import { describe, expect, it, jest } from '@jest/globals';
import type { Terminal } from '../../src/cli/command.js';
import { startProgress, withProgress } from '../../src/cli/progress.js';

/** What is printed, and a clock that stands until it is set. */
function mkTerminal(interactive = true) {
  const printed: string[] = [];
  const at = { now: 0 };
  const progress = startProgress({ err: (text) => printed.push(text), interactive, clock: () => at.now });
  return { printed, at, progress };
}

const WIPE = '\r\u001b[K';

describe('progress', () => {
  it('says nothing for half a second, then what is done at the moment', () => {
    const { printed, at, progress } = mkTerminal();
    progress.say('reading');
    at.now = 499;
    progress.say('judging');
    expect(printed).toEqual([]);
    at.now = 500;
    progress.say('judging 1 of 2');
    expect(printed).toEqual([`${WIPE}judging 1 of 2 …`]);
    progress.end();
  });

  it('says something new ten times a second at most', () => {
    const { printed, at, progress } = mkTerminal();
    for (at.now = 0; at.now < 1_000; at.now += 10) progress.say(`step ${String(at.now)}`);
    expect(printed).toHaveLength(5);
    progress.end();
  });

  it('makes room for complaints, and leaves nothing behind', () => {
    const { printed, at, progress } = mkTerminal();
    at.now = 600;
    progress.say('reading');
    progress.err('bad\n');
    progress.end();
    progress.end();
    expect(printed).toEqual([`${WIPE}reading …`, WIPE, 'bad\n']);
  });

  it('speaks while something is awaited', () => {
    jest.useFakeTimers();
    try {
      const { printed, at, progress } = mkTerminal();
      progress.say('reading the cluster');
      at.now = 700;
      jest.advanceTimersByTime(700);
      expect(printed).toEqual([`${WIPE}reading the cluster …`]);
      progress.end();
    } finally {
      jest.useRealTimers();
    }
  });

  it('is silent where no person reads it', () => {
    const { printed, at, progress } = mkTerminal(false);
    at.now = 10_000;
    progress.say('reading');
    progress.err('bad\n');
    progress.end();
    expect(printed).toEqual(['bad\n']);
  });
});

describe('a command with progress', () => {
  const mkCommandTerminal = () => {
    const printed: string[] = [];
    const at = { now: 0 };
    const terminal = {
      err: (text: string) => printed.push(text),
      out: (text: string) => printed.push(text),
      interactive: true,
      clock: () => at.now,
    } as unknown as Terminal;
    return { printed, at, terminal };
  };

  it('prints its result where the line was', async () => {
    const { printed, at, terminal } = mkCommandTerminal();
    const code = await withProgress(terminal, (told, say) => {
      at.now = 600;
      say('judging');
      told.out('fine\n');
      return Promise.resolve(0);
    });
    expect(code).toBe(0);
    expect(printed).toEqual([`${WIPE}judging …`, WIPE, 'fine\n']);
  });

  it('leaves no line behind when it fails', async () => {
    const { printed, at, terminal } = mkCommandTerminal();
    const failing = withProgress(terminal, (_told, say) => {
      at.now = 600;
      say('reading');
      return Promise.reject(new Error('gone'));
    });
    await expect(failing).rejects.toThrow('gone');
    expect(printed).toEqual([`${WIPE}reading …`, WIPE]);
  });
});
