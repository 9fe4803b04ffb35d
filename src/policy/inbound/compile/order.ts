/** In which order routes are sent, and which of several rate limits counts. */
import type { RouteRef } from '../port-policy.js';

interface Created {
  /** RFC 3339 in UTC, whole seconds: the text sorts by time. */
  readonly created: string | undefined;
}

/**
 * The order in which the proxy is told routes, and which of two equally good ones it takes (A12): the older, those
 * without a timestamp last; then resources before defaults, resources by name, group and kind, defaults by name.
 */
export function byRouteOrder(
  a: Created & { readonly ref: RouteRef },
  b: Created & { readonly ref: RouteRef },
): number {
  return byAge(a, b) || byRef(a.ref, b.ref);
}

function byRef(a: RouteRef, b: RouteRef): number {
  if (a.kind === 'default' || b.kind === 'default') {
    const [first, second] = [a.kind === 'default', b.kind === 'default'].map(Number) as [number, number];
    return first - second || byText(a.name, b.name);
  }
  return byText(a.name, b.name) || byText(a.group, b.group) || byText(a.kind, b.kind);
}

/**
 * Which of two rate limits of one Server the status controller accepts: the older, those without a timestamp last;
 * then the lower name (inbound-api, section 6).
 */
export const byRateLimitPrecedence = (
  a: Created & { readonly name: string },
  b: Created & { readonly name: string },
): number => byAge(a, b) || byText(a.name, b.name);

/** Unlike Servers, routes and rate limits without a timestamp come last (known-gaps G-46). */
function byAge({ created: a }: Created, { created: b }: Created): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return byText(a, b);
}

/** Names are ASCII: the order of code units is that of bytes. */
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
