import { describe, expect, it } from '@jest/globals';
import { OperationalError } from '../../../src/model/operational-error.js';
import type { Fields } from '../../../src/adapters/telemetry/logger.js';
import { mkLog } from './harness.js';

describe('a log line', () => {
  it('is one JSON object with time, level, component and message', () => {
    const { logger, texts } = mkLog();
    logger.log('info', 'said', { name: 'two\nlines', port: 80, dryRun: false });
    expect(texts).toHaveLength(1);
    expect(texts[0]).toMatch(/^\{[^\n]*\}\n$/);
    expect(JSON.parse(texts[0]!)).toEqual({
      time: '2026-11-22T00:00:00.000Z',
      level: 'info',
      component: 'webhook',
      msg: 'said',
      name: 'two\nlines',
      port: 80,
      dryRun: false,
    });
  });

  it('names its component', () => {
    const { logger, lines } = mkLog();
    logger.component('cache').log('warn', 'x');
    expect(lines()).toMatchObject([{ component: 'cache', level: 'warn' }]);
  });

  it('is written from its level on', () => {
    const { logger, lines } = mkLog('warn');
    logger.log('info', 'x');
    logger.limited('info', 'k', 1_000, 'x');
    logger.log('warn', 'y');
    expect(lines()).toMatchObject([{ msg: 'y' }]);
    expect([logger.writes('info'), logger.writes('error')]).toEqual([false, true]);
  });

  it('holds strings of at most 256 characters, cut between characters', () => {
    const { logger, lines } = mkLog();
    logger.log('info', 'm'.repeat(300), {
      a: 'x'.repeat(256),
      b: 'x'.repeat(257),
      c: `${'x'.repeat(254)}𝄞𝄞`,
    });
    const [line] = lines();
    expect(line).toMatchObject({
      a: 'x'.repeat(256),
      b: `${'x'.repeat(255)}…`,
      c: `${'x'.repeat(254)}…`,
      msg: `${'m'.repeat(255)}…`,
    });
  });

  it('never holds an object or a list, nor what is not known', () => {
    const { logger, lines } = mkLog();
    const fields = {
      object: { secret: 1 },
      groups: ['system:masters'],
      nothing: null,
      none: undefined,
      empty: '',
    };
    logger.log('info', 'x', fields as unknown as Fields);
    expect(Object.keys(lines()[0]!).sort()).toEqual(['component', 'level', 'msg', 'time']);
  });
});

describe('an error in the log', () => {
  it('has its message, code, hint, cause and stack, each cut', () => {
    const { logger, lines } = mkLog();
    const error = new OperationalError('listen', 'm'.repeat(300), {
      hint: 'do this',
      cause: new TypeError('why'),
    });
    logger.error('failed', error, { uid: 'u' });
    const [line] = lines();
    expect(line).toMatchObject({
      level: 'error',
      msg: 'failed',
      uid: 'u',
      error: expect.stringMatching(/^OperationalError: m{200,}…$/),
      errorCode: 'listen',
      hint: 'do this',
      cause: 'TypeError: why',
    });
    const stack = line!['stack'] as string[];
    expect(stack.length).toBeGreaterThan(1);
    expect(stack.length).toBeLessThanOrEqual(12);
    for (const frame of stack) {
      expect(frame).toMatch(/^at /);
      expect(frame.length).toBeLessThanOrEqual(256);
    }
  });

  it.each([
    ['text', 'text'],
    [undefined, 'undefined'],
    [null, 'null'],
    [{ secret: 1 }, '[object Object]'],
  ])('may be anything that was thrown: %j', (thrown, text) => {
    const { logger, lines } = mkLog();
    logger.error('failed', thrown);
    expect(lines()).toMatchObject([{ error: text }]);
  });

  it('comes once a second when it is the same, with a count', () => {
    const { logger, lines, clock } = mkLog();
    const again = (): void => logger.error('failed', new Error('same'));
    again();
    again();
    again();
    expect(lines()).toHaveLength(1);
    logger.error('failed', new Error('another'));
    logger.error('failed otherwise', new Error('same'));
    logger.component('cache').error('failed', new Error('same'));
    expect(lines()).toHaveLength(3);
    clock.advance(999);
    expect(lines()).toEqual([]);
    clock.advance(1);
    expect(lines()).toMatchObject([{ error: 'Error: same', repeats: 2 }]);
    again();
    expect(lines()).toEqual([]);
    clock.advance(1_000);
    expect(lines()).toMatchObject([{ repeats: 1 }]);
    clock.advance(1_000);
    again();
    const [line] = lines();
    expect(line).not.toHaveProperty('repeats');
  });

  it('is counted to the end', () => {
    const { logger, lines } = mkLog();
    for (let i = 0; i < 5; i += 1) logger.error('failed', new Error('same'));
    lines();
    logger.flush();
    expect(lines()).toMatchObject([{ repeats: 4 }]);
    logger.flush();
    expect(lines()).toEqual([]);
  });
});
