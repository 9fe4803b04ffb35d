/**
 * Flags: what each is called, takes and means, read once from the command line and the environment. Flags come
 * before the environment, the environment before defaults; every bad value is reported, together, by name.
 */
import { nearest } from '../../model/nearest.js';
import { quote } from '../../model/text.js';
import { fail, ok, type Result } from '../../model/result.js';

export interface Flag<T> {
  /** Without dashes, e.g. `admin-listen`; the variable is GATEHOUSE_ADMIN_LISTEN. */
  readonly name: string;
  /** A one-letter name, e.g. `o`. */
  readonly short?: string;
  /** What the value is, e.g. `HOST:PORT`; a flag without one is true or false. */
  readonly placeholder?: string;
  readonly repeatable?: true;
  readonly describe: string;
  /** The default as `--help` prints it; empty for none. */
  readonly defaultText: string;
  /** Reads the given texts, one unless repeatable; undefined when nothing was given. */
  readonly parse: (texts: readonly string[] | undefined) => Result<T, string>;
}

export type Flags = Readonly<Record<string, Flag<unknown>>>;
export type ValuesOf<F extends Flags> = { readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never };

export const environmentName = (flag: Pick<Flag<unknown>, 'name'>): string =>
  `GATEHOUSE_${flag.name.replaceAll('-', '_').toUpperCase()}`;

/** The command line of one command, cut into flags and operands by `splitArguments`. */
export interface Given {
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly operands: readonly string[];
  readonly complaints: readonly string[];
}

/** Reads every flag, or says everything that is wrong. */
export function readFlags<F extends Flags>(
  flags: F,
  given: Given,
  env: Readonly<Record<string, string | undefined>>,
): Result<ValuesOf<F>, readonly string[]> {
  const complaints = [...given.complaints];
  const values: [string, unknown][] = [];
  for (const [key, flag] of Object.entries(flags)) {
    const named = given.flags.get(flag.name);
    const variable = environmentName(flag);
    const fromEnv = env[variable];
    const texts =
      named ?? (fromEnv === undefined || fromEnv === '' ? undefined : fromEnvironment(flag, fromEnv));
    const result = flag.parse(texts);
    if (result.ok) values.push([key, result.value]);
    else complaints.push(`${named === undefined ? variable : `--${flag.name}`}: ${result.error}`);
  }
  return complaints.length > 0 ? fail(complaints) : ok(Object.fromEntries(values) as ValuesOf<F>);
}

const fromEnvironment = (flag: Flag<unknown>, text: string): readonly string[] =>
  flag.repeatable === true ? text.split(',').map((part) => part.trim()) : [text];

/** A text, or the default. */
export const text = (fallback: string) => (texts: readonly string[] | undefined) =>
  ok(texts?.at(-1) ?? fallback);

export const optionalText = (texts: readonly string[] | undefined): Result<string | undefined, string> =>
  ok(texts?.at(-1));

export const texts = (given: readonly string[] | undefined): Result<readonly string[], string> =>
  ok(given ?? []);

export const switchedOn = (given: readonly string[] | undefined): Result<boolean, string> => {
  const value = given?.at(-1);
  if (value === undefined || value === 'false') return ok(false);
  return value === 'true' ? ok(true) : fail(`${quote(value)} is neither true nor false`);
};

/** One of `words`, or the default. */
export const oneOf =
  <const W extends readonly string[]>(words: W, fallback: W[number]) =>
  (given: readonly string[] | undefined): Result<W[number], string> => {
    const value = given?.at(-1) ?? fallback;
    const found = words.find((word) => word === value);
    if (found !== undefined) return ok(found);
    const near = nearest(value, words);
    return fail(
      `${quote(value)} is none of ${words.join(', ')}${near === undefined ? '' : `; did you mean ${near}?`}`,
    );
  };
