/**
 * Finds overlaps that arose anyway, through a pod or another replica: looks at each namespace that changed, soon
 * after it changed, and reports every new pair once (product description, section 3).
 */
import type { Clock } from '../adapters/http/clock.js';
import { certainOverlapsOf, liveOverlapsIn, type Overlap } from '../policy/overlap.js';
import type { PolicyServer } from '../policy/state/server.js';
import type { NamespaceState } from '../policy/state/state.js';
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
  const known = new Map<string, Known>();
  let seen: Generation = cache.generation;
  let cancel: (() => void) | undefined;

  const look = (): void => {
    cancel = undefined;
    const before = seen;
    seen = cache.generation;
    for (const name of changedNamespaces(before, seen)) {
      const ns = seen.state.namespaces.get(name);
      const old = known.get(name) ?? NOTHING;
      const certain =
        ns === undefined ? [] : certainPairs(old.certain, before.state.namespaces.get(name), ns);
      const live = ns === undefined ? [] : liveOverlapsIn(ns);
      const now = new Map([...certain, ...live].map((overlap) => [keyOf(overlap), overlap]));
      const unaccepted = [...now].filter(([, overlap]) => !isAccepted(overlap, settings, today()));
      if (now.size === 0) known.delete(name);
      else known.set(name, { certain, reported: new Set(unaccepted.map(([key]) => key)) });
      for (const [key, overlap] of unaccepted) if (!old.reported.has(key)) report(overlap);
    }
  };
  cache.onGeneration(() => {
    cancel ??= clock.after(SETTLE_MS, look);
  });
  return () => cancel?.();
}

interface Known {
  readonly certain: readonly Overlap[];
  readonly reported: ReadonlySet<string>;
}

const NOTHING: Known = Object.freeze({ certain: [], reported: new Set<string>() });

function* changedNamespaces(before: Generation, after: Generation): Generator<string> {
  const names = new Set([...before.state.namespaces, ...after.state.namespaces].map(([name]) => name));
  for (const name of names) {
    const [old, now] = [before.state.namespaces.get(name), after.state.namespaces.get(name)];
    if (old?.pods !== now?.pods || old?.externalWorkloads !== now?.externalWorkloads) yield name;
  }
}

/** The pairs that overlap for certain: those known whose Servers are the same, and those of the Servers that changed. */
function certainPairs(
  known: readonly Overlap[],
  before: NamespaceState | undefined,
  ns: NamespaceState,
): Overlap[] {
  const [old, now] = [serversOf(before), serversOf(ns)];
  const same = ({ server, other }: Overlap): boolean =>
    [server, other].every(({ name }) => now.has(name) && now.get(name) === old.get(name));
  const changed = [...now].flatMap(([name, server]) => (old.get(name) === server ? [] : [name]));
  return [...known.filter(same), ...changed.flatMap((name) => certainOverlapsOf(ns, name))];
}

const serversOf = (ns: NamespaceState | undefined): ReadonlyMap<string, PolicyServer> =>
  new Map(
    [ns?.pods, ns?.externalWorkloads]
      .flatMap((index) => index?.servers.entries ?? [])
      .map(({ id, value }) => [id, value]),
  );

const keyOf = ({ server, other }: Overlap): string =>
  JSON.stringify([server, other].map(({ name, stored }) => `${name} ${stored.uid}`).sort());

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
