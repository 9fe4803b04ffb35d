/**
 * Finds overlaps that arose anyway, through a pod or another replica: looks at each namespace that changed, soon
 * after it changed, and reports every new pair once (product description, section 3).
 */
import type { Clock } from '../adapters/http/clock.js';
import { liveOverlapsIn, type Overlap } from '../policy/overlap.js';
import { parseAcceptances, ACCEPT_ANNOTATION } from '../rules/accept/parse.js';
import { acceptableIn, type RuleSettings } from '../rules/settings.js';
import type { ClusterCache, Generation } from './cluster-cache.js';

/** Changes come in bursts; a look at a namespace costs more than one of them. */
const SETTLE_MS = 200;

export interface ConflictWatchDeps {
  readonly cache: ClusterCache;
  readonly clock: Clock;
  readonly settings: RuleSettings;
  readonly today: () => string;
  /** Told of each new pair, the winner of which is known. */
  readonly report: (overlap: Overlap) => void;
}

/** Begins to watch; the result ends it. */
export function watchConflicts({ cache, clock, settings, today, report }: ConflictWatchDeps): () => void {
  const known = new Map<string, ReadonlySet<string>>();
  let seen: Generation = cache.generation;
  let cancel: (() => void) | undefined;

  const look = (): void => {
    cancel = undefined;
    const before = seen;
    seen = cache.generation;
    for (const name of changedNamespaces(before, seen)) {
      const ns = seen.state.namespaces.get(name);
      const overlaps =
        ns === undefined
          ? []
          : liveOverlapsIn(ns).filter((overlap) => !isAccepted(overlap, settings, today()));
      const old = known.get(name) ?? new Set();
      const now = new Map(overlaps.map((overlap) => [keyOf(overlap), overlap]));
      if (now.size === 0) known.delete(name);
      else known.set(name, new Set(now.keys()));
      for (const [key, overlap] of now) if (!old.has(key)) report(overlap);
    }
  };
  cache.onGeneration(() => {
    cancel ??= clock.after(SETTLE_MS, look);
  });
  return () => cancel?.();
}

function* changedNamespaces(before: Generation, after: Generation): Generator<string> {
  const names = new Set([...before.state.namespaces, ...after.state.namespaces].map(([name]) => name));
  for (const name of names) {
    const [old, now] = [before.state.namespaces.get(name), after.state.namespaces.get(name)];
    if (old?.pods !== now?.pods || old?.externalWorkloads !== now?.externalWorkloads) yield name;
  }
}

const keyOf = ({ server, other }: Overlap): string =>
  JSON.stringify([server.name, server.stored.uid, other.name, other.stored.uid].sort());

/** Whether one of the two Servers says that it may overlap for now. */
function isAccepted({ server, other }: Overlap, settings: RuleSettings, today: string): boolean {
  if (!acceptableIn(settings, server.namespace).includes('server/overlap')) return false;
  return [server, other].some(({ stored }) => {
    const text = Object.hasOwn(stored.annotations, ACCEPT_ANNOTATION)
      ? stored.annotations[ACCEPT_ANNOTATION]
      : '';
    return parseAcceptances(text ?? '').acceptances.some(
      ({ code, until }) => code === 'server/overlap' && (until === undefined || until >= today),
    );
  });
}
