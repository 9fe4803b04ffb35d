/** What requests must be like, as the proxy is told (A12); the checks are those of admission (HR-3 to HR-5, GG-4). */
import { isHeaderName, isHeaderValue } from '../../../model/http-header.js';
import { isAbsolutePath } from '../../../model/http-value.js';
import type { CompilePattern } from '../../../model/world.js';
import type { HubSpecs } from '../../../schema/index.js';
import type { HttpMatch, NamedMatch, PathMatch } from '../port-policy.js';
import { convertAll } from './convert-all.js';

type HttpRule = NonNullable<HubSpecs['policy.linkerd.io/HTTPRoute']['rules']>[number];
type SpecMatch = NonNullable<HttpRule['matches']>[number];
type SpecPath = NonNullable<SpecMatch['path']>;
interface SpecValue {
  readonly name: string;
  readonly type?: 'Exact' | 'RegularExpression' | null | undefined;
  readonly value: string;
}

/** Undefined if a part is invalid. */
export function httpMatch(match: SpecMatch, compilePattern: CompilePattern): HttpMatch | undefined {
  const path =
    match.path === undefined || match.path === null ? 'any' : pathMatch(match.path, compilePattern);
  const headers = headerMatches(match.headers, compilePattern);
  const queryParams = convertAll(match.queryParams, (param) => namedMatch(param, compilePattern));
  if (path === undefined || headers === undefined || queryParams === undefined) return undefined;
  return {
    path: path === 'any' ? undefined : path,
    method: match.method ?? undefined,
    headers,
    queryParams,
  };
}

function pathMatch({ type, value }: SpecPath, compilePattern: CompilePattern): PathMatch | undefined {
  const path = value ?? '/';
  if (type === 'RegularExpression')
    return compilePattern(path).ok ? { kind: 'regex', value: path } : undefined;
  return isAbsolutePath(path) ? { kind: type === 'Exact' ? 'exact' : 'prefix', value: path } : undefined;
}

/** Headers of an HTTP or a gRPC match; undefined if one is invalid. Names are told in lower case. */
export const headerMatches = (
  headers: readonly SpecValue[] | null | undefined,
  compilePattern: CompilePattern,
): readonly NamedMatch[] | undefined =>
  convertAll(headers, ({ name, type, value }) => {
    const valid = isHeaderName(name) && (type === 'RegularExpression' || isHeaderValue(value));
    return valid ? namedMatch({ name: name.toLowerCase(), type, value }, compilePattern) : undefined;
  });

function namedMatch(
  { name, type, value }: SpecValue,
  compilePattern: CompilePattern,
): NamedMatch | undefined {
  if (type !== 'RegularExpression') return { kind: 'exact', name, value };
  return compilePattern(value).ok ? { kind: 'regex', name, value } : undefined;
}
