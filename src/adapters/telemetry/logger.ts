/**
 * The log: one JSON object a line (webhook-operations, section 12). Only flat fields are taken, so that no object of a
 * cluster can get in whole, and strings are cut.
 */
import { pino, type Level } from 'pino';
import { OperationalError } from '../../model/operational-error.js';
import type { Clock } from '../http/clock.js';
import { Repeats } from './repeats.js';

export type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Logger {
  /** Whether lines of this level are written; saves the work of making them. */
  readonly writes: (level: Level) => boolean;
  readonly log: (level: Level, msg: string, fields?: Fields) => void;
  /** A fault of the process, with its stack; identical ones at most once a second. */
  readonly error: (msg: string, error: unknown, fields?: Fields) => void;
  /** Identical lines (by `key`) at most once an interval, then with a count in `repeats`. */
  readonly limited: (level: Level, key: string, intervalMs: number, msg: string, fields?: Fields) => void;
  /** The same log for another part of the program. */
  readonly component: (name: string) => Logger;
  /** Writes the counts that are still held back. */
  readonly flush: () => void;
}

export interface LoggerOptions {
  readonly level: Level;
  readonly component: string;
  readonly sink: { readonly write: (line: string) => void };
  readonly clock: Clock;
}

const TEXT_LIMIT = 256;
const FRAMES = 12;
const SECOND = 1_000;

export function createLogger({ level, component, sink, clock }: LoggerOptions): Logger {
  const root = pino(
    {
      level,
      base: null,
      formatters: { level: (label) => ({ level: label }) },
      timestamp: () => `,"time":"${new Date(clock.wall()).toISOString()}"`,
    },
    sink,
  );
  const repeats = new Repeats(clock);
  const of = (name: string): Logger => {
    const line = root.child({ component: name });
    const log: Logger['log'] = (at, msg, fields = {}) => {
      line[at](flat(fields), cut(msg));
    };
    const limited = (
      at: Level,
      key: string,
      intervalMs: number,
      msg: string,
      fields: Fields,
      more: object,
    ): void => {
      if (!line.isLevelEnabled(at)) return;
      repeats.report(`${name}\n${key}`, intervalMs, (count) => {
        line[at]({ ...flat(fields), ...more, ...(count === 0 ? {} : { repeats: count }) }, cut(msg));
      });
    };
    return {
      writes: (at) => line.isLevelEnabled(at),
      log,
      error: (msg, error, fields = {}) => {
        const told = errorFields(error);
        limited('error', `${msg}\n${told.error}`, SECOND, msg, fields, told);
      },
      limited: (at, key, intervalMs, msg, fields = {}) => {
        limited(at, key, intervalMs, msg, fields, {});
      },
      component: of,
      flush: () => {
        repeats.flush();
      },
    };
  };
  return of(component);
}

/** At most 256 characters, never half a surrogate pair. */
const cut = (text: string): string =>
  text.length <= TEXT_LIMIT ? text : `${text.slice(0, TEXT_LIMIT - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;

/** The fields that say something, cut; anything but a plain value is left out, whatever the types say. */
function flat(fields: Fields): Record<string, string | number | boolean> {
  const kept: Record<string, string | number | boolean> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (typeof value === 'string' && value !== '') kept[key] = cut(value);
    else if (typeof value === 'number' || typeof value === 'boolean') kept[key] = value;
  }
  return kept;
}

interface ErrorFields {
  readonly error: string;
  readonly errorCode?: string;
  readonly hint?: string;
  readonly cause?: string;
  /** A frame an item: a stack is longer than a string may be. */
  readonly stack?: readonly string[];
}

function errorFields(error: unknown): ErrorFields {
  if (!(error instanceof Error)) return { error: cut(String(error)) };
  const { cause } = error;
  const stack = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  const code: unknown = Object.hasOwn(error, 'code') ? (error as { code?: unknown }).code : undefined;
  return {
    error: cut(`${error.name}: ${error.message}`),
    ...(typeof code === 'string' ? { errorCode: cut(code) } : {}),
    ...(error instanceof OperationalError && error.hint !== undefined ? { hint: cut(error.hint) } : {}),
    ...(cause instanceof Error ? { cause: cut(`${cause.name}: ${cause.message}`) } : {}),
    ...(stack.length === 0 ? {} : { stack: stack.slice(0, FRAMES).map((line) => cut(line.trim())) }),
  };
}
