/**
 * Requests that two demands have in common, those first that a person would write, and among them the least: those at
 * which no other demand holds that does not hold at every common request.
 *
 * That there are least ones makes a search complete. Whatever two demands win some request, they win a least one too,
 * since none can hold there that would not have held, and beaten them, before. Requests have a path that begins with a
 * slash, or is `*`; a header or a query parameter may come more than once, so each value is a choice of its own.
 */
import { withoutSlashes } from '../decide/match-http.js';
import { lowerAscii, type HttpRequest } from '../decide/request.js';
import type { HostMatch, NamedMatch, PathMatch } from '../inbound/port-policy.js';
import type { Demand } from './request-cut.js';
import { startOf } from './sample-pattern.js';

/** What requests are made of, besides the texts that are asked for. */
export interface Words {
  /** A text that nobody mentions: no host, and no part of a path or host. */
  readonly fresh: string;
  /** HTTP methods for where none is asked for; nobody mentions the last. */
  readonly methods: readonly string[];
  /** Whether it matters which host is asked for. */
  readonly hosts: boolean;
  /** A segment like `fresh` for a path which is to match these patterns. */
  readonly segment: (patterns: readonly string[]) => string;
  /** Whole paths that match these patterns, of which there is one at least. */
  readonly paths: (patterns: readonly string[]) => readonly string[];
  /** A value of this header or query parameter that matches the pattern, if one can be found. */
  readonly value: (name: string, pattern: string) => string | undefined;
}

/** Of many paths that are tried for a pattern. */
const PATHS_PER_PATTERN = 4;

/** Whether it is plain that no request meets both. */
export function contradict(a: Demand, b: Demand): boolean {
  if (a.method !== undefined && b.method !== undefined && a.method !== b.method) return true;
  if (a.path === undefined || b.path === undefined) return false;
  return pathsContradict(a.path, b.path) || pathsContradict(b.path, a.path);
}

function pathsContradict(a: PathMatch, b: PathMatch): boolean {
  if (a.kind === 'exact') {
    if (b.kind === 'exact') return a.value !== b.value;
    return b.kind === 'prefix' && !isUnder(a.value, withoutSlashes(b.value));
  }
  if (b.kind === 'exact') return false;
  const [one, other] = [a, b].map(({ kind, value }) =>
    kind === 'regex' ? startOf(value) : withoutSlashes(value),
  );
  if (one === undefined || other === undefined || one.startsWith(other)) return false;
  return !other.startsWith(one);
}

/** The requests; none where the demands contradict each other. */
export function requestsFor(a: Demand, b: Demand, words: Words): readonly HttpRequest[] {
  const methods = agreed(a.method, b.method, words.methods);
  const hosts = hostsFor(a.host, b.host, words);
  const paths = pathsFor(a, b, words);
  if (methods.length === 0 || hosts.length === 0 || paths.length === 0) return [];
  const headers = valuesFor([...a.headers, ...b.headers], words);
  const params = valuesFor([...a.params, ...b.params], words);
  if (headers === undefined || params === undefined) return [];
  const pairs = params.map(({ name, value }): [string, string] => [name, value]);
  const query = pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`;
  return paths.flatMap((path) =>
    hosts.flatMap((host) => methods.map((method) => ({ method, path: `${path}${query}`, host, headers }))),
  );
}

/** What both ask for, or all of `any` where neither asks. */
function agreed<T>(a: T | undefined, b: T | undefined, any: readonly T[]): readonly T[] {
  if (a === undefined) return b === undefined ? any : [b];
  return b === undefined || a === b ? [a] : [];
}

function hostsFor(
  a: HostMatch | undefined,
  b: HostMatch | undefined,
  { hosts, fresh }: Words,
): readonly (string | undefined)[] {
  if (!hosts) return [undefined];
  const asked = [a, b].flatMap((match) => (match === undefined ? [] : [match]));
  // A match that ends with a dot asks for one; one that does not tolerates it.
  const dotted = asked.some(({ host }) => host.endsWith('.'));
  const names = asked.map(({ kind, host }) => ({ kind, name: lowerAscii(host).replace(/\.$/, '') }));
  const exact = names.filter(({ kind }) => kind === 'exact').map(({ name }) => name);
  const suffixes = names.filter(({ kind }) => kind === 'suffix').map(({ name }) => name);
  const name = exact[0] ?? [fresh, ...longest(suffixes)].join('.');
  return dotted ? [name, `${name}.`] : [name];
}

const longest = (texts: readonly string[]): string[] =>
  [...texts].sort((a, b) => b.length - a.length).slice(0, 1);

function pathsFor(a: Demand, b: Demand, words: Words): readonly string[] {
  const asked = [a.path, b.path].flatMap((path) => (path === undefined ? [] : [path]));
  const exact = valuesOf(asked, 'exact');
  if (exact[0] !== undefined) return exact.every((path) => path === exact[0]) ? [exact[0]] : [];
  const prefixes = valuesOf(asked, 'prefix').map(withoutSlashes);
  const [prefix] = longest(prefixes);
  if (prefix !== undefined && !prefixes.every((other) => isUnder(prefix, other))) return [];
  const patterns = valuesOf(asked, 'regex');
  const fresh = words.segment(patterns);
  const matching = patterns.length === 0 ? [] : words.paths(patterns);
  const base = baseOf(prefix ?? '', a, b, fresh);
  if (base === undefined) return [];
  return [
    ...matching.filter((path) => prefix === undefined || isUnder(path, prefix)).slice(0, PATHS_PER_PATTERN),
    base === '' ? '/' : base,
    `${base}/${fresh}`,
    ...(prefix === undefined && base === '' ? ['*'] : []),
  ];
}

const valuesOf = (paths: readonly PathMatch[], of: PathMatch['kind']): string[] =>
  paths.filter(({ kind }) => kind === of).map(({ value }) => value);

/** Whether the path is the prefix or lies below it; both without slashes at their end. */
const isUnder = (path: string, prefix: string): boolean => path === prefix || path.startsWith(`${prefix}/`);

/** The prefix, made longer where a gRPC call is asked for; undefined where it contradicts the call. */
function baseOf(prefix: string, a: Demand, b: Demand, fresh: string): string | undefined {
  if (a.call === undefined && b.call === undefined) return prefix;
  const [, first, second] = prefix.split('/', 3);
  const services = agreed(a.call?.service, b.call?.service, [first ?? fresh]);
  const methods = agreed(a.call?.method, b.call?.method, [second ?? fresh]);
  const [service] = agreed(first, services[0], []);
  const [method] = agreed(second, methods[0], []);
  if (services.length === 0 || methods.length === 0 || service === undefined || method === undefined)
    return undefined;
  return second === undefined ? `/${service}/${method}` : prefix;
}

/** One value for each that is asked for; undefined where none is found. */
function valuesFor(
  asked: readonly NamedMatch[],
  words: Words,
): readonly { readonly name: string; readonly value: string }[] | undefined {
  const values = new Map<string, { readonly name: string; readonly value: string }>();
  for (const { kind, name, value: text } of asked) {
    const value = kind === 'exact' ? text : words.value(name, text);
    if (value === undefined) return undefined;
    values.set(`${name}\n${value}`, { name, value });
  }
  return [...values.values()];
}
