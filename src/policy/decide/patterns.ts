import type { Pattern, Semantics } from '../../model/world.js';

/** How many compiled patterns are kept for policies to come; those in use stay with their policies. */
const KEPT = 1_024;

const caches = new WeakMap<Semantics, Map<string, Pattern | undefined>>();

/** The compiled pattern, or undefined where the proxy could not compile it; compiled once while it is kept. */
export function patternOf(semantics: Semantics, source: string): Pattern | undefined {
  let cache = caches.get(semantics);
  if (cache === undefined) caches.set(semantics, (cache = new Map<string, Pattern | undefined>()));
  if (cache.has(source)) return cache.get(source);
  const compiled = semantics.compilePattern(source);
  const pattern = compiled.ok ? compiled.pattern : undefined;
  const [oldest] = cache.keys();
  if (oldest !== undefined && cache.size >= KEPT) cache.delete(oldest);
  cache.set(source, pattern);
  return pattern;
}
