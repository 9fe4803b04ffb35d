import type { HostMatch } from '../inbound/port-policy.js';
import { lowerAscii } from './request.js';

/** A host name of a route, ready to be compared. */
export interface HostMatcher {
  readonly exact: boolean;
  /** In lower case; of a suffix with the dot before it. */
  readonly text: string;
  /** Whether it ends with a dot: only then must the request's host. */
  readonly dotted: boolean;
}

export function compileHost({ kind, host }: HostMatch): HostMatcher {
  const name = lowerAscii(host);
  return { exact: kind === 'exact', text: kind === 'exact' ? name : `.${name}`, dotted: name.endsWith('.') };
}

/** No host name matches. */
export const NO_HOST = -1;

/** Longer than any host name. */
const EXACT = 2 ** 32;

/**
 * How well a route's host names match the host of a request: higher is better, `NO_HOST` is not at all, and 0 is a
 * route for every host. Exact comes before suffix, then the longer one (B5).
 */
export function hostScore(matchers: readonly HostMatcher[], host: string): number {
  if (matchers.length === 0) return 0;
  let best = NO_HOST;
  for (const { exact, text, dotted } of matchers) {
    const name = !dotted && host.endsWith('.') ? host.slice(0, -1) : host;
    const matches = exact ? name === text : name.length > text.length && name.endsWith(text);
    if (matches) best = Math.max(best, exact ? EXACT + text.length : text.length);
  }
  return best;
}
