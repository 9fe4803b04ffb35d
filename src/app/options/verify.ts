/** The flags of `gatehouse verify`. */
import { parseRouteDuration } from '../../model/duration.js';
import { fail, ok, type Result } from '../../model/result.js';
import { quote } from '../../model/text.js';
import { listen, parseListen } from './address.js';
import { oneOf, type Flag } from './flag.js';

export const VERIFY_FORMATS = ['text', 'json'] as const;

const flag = <T>(definition: Flag<T>): Flag<T> => definition;

/** `HOST:PORT`, as a client needs it. */
function target(given: readonly string[] | undefined): Result<string | undefined, string> {
  const value = given?.at(-1);
  if (value === undefined) return ok(undefined);
  const address = parseListen(value);
  const isComplete = address.ok && address.value?.host !== undefined && address.value.port > 0;
  return isComplete ? ok(value) : fail(`${quote(value)} is no HOST:PORT`);
}

/** Milliseconds; undefined for once. */
function interval(given: readonly string[] | undefined): Result<number | undefined, string> {
  const value = given?.at(-1);
  if (value === undefined) return ok(undefined);
  const duration = parseRouteDuration(value);
  const ms = duration === undefined || duration.negative ? 0 : duration.nanoseconds / 1e6;
  return ms >= 1_000 && ms <= 86_400_000
    ? ok(ms)
    : fail(`${quote(value)} is no time from 1s to 24h, e.g. 30s`);
}

export const VERIFY_FLAGS = {
  against: flag({
    name: 'against',
    placeholder: 'HOST:PORT',
    describe: 'the controller that is asked: its inbound policy API, in plain text',
    defaultText: '',
    parse: target,
  }),
  every: flag({
    name: 'every',
    placeholder: 'TIME',
    describe: 'ask again and again, e.g. 30s, until stopped',
    defaultText: 'once',
    parse: interval,
  }),
  adminListen: flag({
    name: 'admin-listen',
    placeholder: 'HOST:PORT',
    describe: 'with --every, where /live, /ready and /metrics are, or off',
    defaultText: '9990, on 127.0.0.1 with --manifests, else on all interfaces',
    parse: listen('9990'),
  }),
  output: flag({
    name: 'output',
    short: 'o',
    placeholder: 'FORMAT',
    describe: `how differences are printed: ${VERIFY_FORMATS.join(', ')}`,
    defaultText: 'text',
    parse: oneOf(VERIFY_FORMATS, 'text'),
  }),
};
