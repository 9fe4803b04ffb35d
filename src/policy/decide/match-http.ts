import type { HttpMatch, PathMatch } from '../inbound/port-policy.js';
import { compileHeader, compileParam, holdAll, type Compile, type Matcher, type Score } from './matcher.js';
import { utf8Length } from './utf8-length.js';

/** Of a rule without matches: that of the prefix `/`. */
export const EVERY_PATH: Score = [1, 0, 0, 0];

/** No path matches. */
const NO_PATH = -1;

/** The score of an HTTP match is: bytes of the path, header matches, query matches, whether it names a method. */
export function compileHttp(match: HttpMatch, compile: Compile): Matcher {
  const { method } = match;
  const pathLength = compilePath(match.path, compile);
  const headers = match.headers.map((header) => compileHeader(header, compile));
  const params = match.queryParams.map((param) => compileParam(param, compile));
  return (request) => {
    if (method !== undefined && request.method !== method) return undefined;
    const length = pathLength(request.path);
    if (length === NO_PATH || !holdAll(headers, request) || !holdAll(params, request)) return undefined;
    return [length, headers.length, params.length, method === undefined ? 0 : 1];
  };
}

/** How many bytes of a raw path a match covers, or `NO_PATH`. */
function compilePath(match: PathMatch | undefined, compile: Compile): (path: string) => number {
  if (match === undefined) return () => 1;
  const { kind, value } = match;
  switch (kind) {
    case 'exact': {
      const length = utf8Length(value);
      return (path) => (path === value ? length : NO_PATH);
    }
    case 'prefix':
      return compilePrefix(value);
    case 'regex': {
      const { matchesWhole } = compile(value);
      return (path) => (matchesWhole(path) ? utf8Length(path) : NO_PATH);
    }
  }
}

/** A prefix ends at the end of a segment; slashes at its end, and at that of the path, do not count. */
function compilePrefix(value: string): (path: string) => number {
  if (value === '/') return () => 1;
  const prefix = withoutSlashes(value);
  const length = utf8Length(prefix);
  return (path) => {
    if (!path.startsWith(prefix)) return NO_PATH;
    const end = path.charAt(prefix.length);
    return end === '' || end === '/' ? length : NO_PATH;
  };
}

/** Without the slashes at its end. */
export function withoutSlashes(path: string): string {
  let end = path.length;
  while (path.charAt(end - 1) === '/') end -= 1;
  return path.slice(0, end);
}
