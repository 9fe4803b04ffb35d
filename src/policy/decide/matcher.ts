import type { Pattern } from '../../model/world.js';
import type { NamedMatch } from '../inbound/port-policy.js';
import type { RequestReader } from './request.js';

/** What tells two matches of one request apart: the first number that differs decides, and the higher wins (B5). */
export type Score = readonly number[];

/** A match of a route, compiled: its score for a request, or undefined where some part of it does not hold. */
export type Matcher = (request: RequestReader) => Score | undefined;

/** Compiles a pattern that is known to compile. */
export type Compile = (source: string) => Pattern;

/** Positive if `a` is better, 0 if they tie. */
export function compareScores(a: Score, b: Score): number {
  for (let i = 0; i < a.length; i += 1) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether a request has a value of some name; of several, one is enough. */
export type ValueTest = (request: RequestReader) => boolean;

const compileValue = ({ kind, value }: NamedMatch, compile: Compile): ((given: string) => boolean) =>
  kind === 'exact' ? (given) => given === value : compile(value).matchesWhole;

export function compileHeader(match: NamedMatch, compile: Compile): ValueTest {
  const matches = compileValue(match, compile);
  return (request) => request.headers(match.name).some(matches);
}

export function compileParam(match: NamedMatch, compile: Compile): ValueTest {
  const matches = compileValue(match, compile);
  return (request) => request.params.some(([name, value]) => name === match.name && matches(value));
}

/** Whether all tests hold. */
export function holdAll(tests: readonly ValueTest[], request: RequestReader): boolean {
  for (const test of tests) if (!test(request)) return false;
  return true;
}
