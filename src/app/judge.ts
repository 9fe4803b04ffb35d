/**
 * The live judge: what the webhook asks of each review. Judging itself is synchronous on one pinned generation; live
 * reads and reservations happen here, outside it, and if the generation moved meanwhile the judgement is made again
 * (architecture, 11; webhook-operations, section 6).
 */
import { decide, Reservations, stored, type Review, type Verdict } from '../admission/index.js';
import type { Deadline, Judge, Retry } from '../adapters/http/ports.js';
import type { World } from '../model/world.js';
import type { StoredPolicy } from '../policy/objects/stored.js';
import { apply, type State } from '../policy/state/state.js';
import { EMPTY_VIEW, viewOf } from '../policy/view.js';
import { kindOf } from '../schema/index.js';
import type { RuleSettings } from '../rules/settings.js';
import { OVERLAP_KINDS } from '../rules/server/overlap.js';
import type { ClusterCache, Trust } from './cluster-cache.js';

export interface JudgeDeps {
  readonly world: () => World;
  readonly settings: RuleSettings;
  readonly cache: ClusterCache;
  /** Milliseconds of a clock that never goes back, the same as the deadlines'. */
  readonly now: () => number;
}

const SERVER = 'policy.linkerd.io/Server';

const CONFIRM_MS = 500;
const REFRESH_MS = 1_000;
const REFRESH_LIMIT = 500;

export function createJudge(deps: JudgeDeps): Judge {
  const reservations = new Reservations();
  deps.cache.onGeneration(({ state }) => {
    reservations.settle(state, deps.now());
  });
  const judgeIn = (review: Review, state: State | undefined): Verdict =>
    decide(review, {
      world: deps.world(),
      settings: deps.settings,
      before: state === undefined ? EMPTY_VIEW : viewOf(state),
      cluster: state !== undefined,
      unread: deps.cache.unread(OVERLAP_KINDS),
    });
  const trustOf = (): Trust => deps.cache.trust(OVERLAP_KINDS, SERVER);

  // No promise where there is nothing to wait for: that is nearly always, and a promise is a good part of the time.
  return (review, deadline) => {
    const trust = trustOf();
    if (!needsOthers(review)) {
      return judgeIn(review, trust === 'usable' ? deps.cache.generation.state : undefined);
    }
    if (trust === 'usable') {
      const verdict = judgeIn(review, reserved(deps.cache.generation.state));
      const others = verdict.allowed
        ? []
        : conflicts(verdict).filter(([ns, name]) => !reservations.holds(ns, name));
      return others.length === 0 ? settle(review, verdict) : confirmed(review, verdict, others, deadline);
    }
    // What one object alone shows needs no cache, and is answered at once; so is what needs no rule of the cluster's.
    const alone = judgeIn(review, undefined);
    if (!alone.allowed || alone.skipped.length === 0) return alone;
    return trust === 'not-ready' ? { retry: 'not-ready' } : judgeLive(review, deadline);
  };

  function reserved(state: State): State {
    return reservations.over(state, deps.now());
  }

  /** Judges on a live list of what the cache is too old to answer for. */
  async function judgeLive(review: Review, deadline: Deadline): Promise<Verdict | Retry> {
    const fresh = await refreshed(deps.cache, review.namespace, deadline, deps.now);
    return fresh === undefined ? { retry: 'stale' } : settle(review, judgeIn(review, reserved(fresh)));
  }

  /** Before a conflict denies, the other Servers are read live, for the cache may lag. */
  async function confirmed(
    review: Review,
    verdict: Verdict,
    others: readonly ServerName[],
    deadline: Deadline,
  ): Promise<Verdict> {
    const gone = await readGone(deps.cache, others, deadline, deps.now);
    if (gone.length === 0) return verdict;
    // The generation may have moved; what was read as gone is gone from whichever it is now.
    const now = apply(
      deps.cache.generation.state,
      gone.map(([namespace, name]) => ({ type: 'deleted' as const, kind: SERVER, namespace, name })),
    );
    return settle(review, judgeIn(review, reserved(now)));
  }

  /**
   * An admitted Server is held until the cache shows it. Nothing is awaited between judging and holding. One that was
   * let through unjudged is on its way out.
   */
  function settle(review: Review, verdict: Verdict): Verdict {
    if (verdict.allowed && verdict.passed === undefined && !review.dryRun && review.object !== undefined) {
      reservations.hold(stored(SERVER, review, review.object) as StoredPolicy<typeof SERVER>, deps.now());
    }
    return verdict;
  }
}

/** Whether a review can be decided only together with other objects. */
const needsOthers = ({ group, kind, operation, subResource, object }: Review): boolean =>
  kindOf(group, kind) === SERVER &&
  (operation === 'CREATE' || operation === 'UPDATE') &&
  subResource === '' &&
  object !== undefined;

type ServerName = readonly [namespace: string, name: string];

/** The other Servers of the overlaps that deny. */
const conflicts = ({ findings }: Verdict): ServerName[] =>
  findings.flatMap(({ code, severity, related }) =>
    code === 'server/overlap' && severity === 'deny'
      ? related.map(({ namespace, name }): ServerName => [namespace ?? '', name])
      : [],
  );

/** Which of these Servers the cluster no longer has; one that cannot be read is taken to be there. */
async function readGone(
  cache: ClusterCache,
  names: readonly ServerName[],
  deadline: Deadline,
  now: () => number,
): Promise<ServerName[]> {
  const timeoutMs = Math.min(CONFIRM_MS, deadline.at - now() - 50);
  if (timeoutMs <= 0) return [];
  const found = await Promise.all(
    names.slice(0, 20).map(async (name): Promise<ServerName[]> => {
      try {
        const live = await cache.source.get(SERVER, name[0], name[1], { timeoutMs });
        return live === undefined ? [name] : [];
      } catch {
        return [];
      }
    }),
  );
  return found.flat();
}

/** The state with a live list of what decides an overlap in one namespace; undefined when that cannot be had. */
async function refreshed(
  cache: ClusterCache,
  namespace: string,
  deadline: Deadline,
  now: () => number,
): Promise<State | undefined> {
  const timeoutMs = Math.min(REFRESH_MS, deadline.at - now() - 50);
  if (timeoutMs <= 0) return undefined;
  const stale = OVERLAP_KINDS.filter((kind) => cache.trust([kind], SERVER) === 'stale');
  try {
    const lists = await Promise.all(
      stale.map((kind) => cache.source.list(kind, namespace, { timeoutMs, limit: REFRESH_LIMIT })),
    );
    let { state } = cache.generation;
    for (const [i, objects] of lists.entries()) {
      // A list that was cut cannot say what is gone.
      if (objects.length >= REFRESH_LIMIT) return undefined;
      const kind = stale[i] ?? SERVER;
      const here = state.namespaces.get(namespace);
      const names = new Set(objects.map(({ name }) => name));
      const known =
        kind === 'core/Pod'
          ? here?.pods.workloads
          : kind === SERVER
            ? here?.objects.get(SERVER)
            : here?.externalWorkloads.workloads;
      const gone = [...(known ?? [])].flatMap(([name]) =>
        names.has(name) ? [] : [{ type: 'deleted' as const, kind, namespace, name }],
      );
      state = apply(state, [...gone, ...objects.map((object) => ({ type: 'applied' as const, object }))]);
    }
    return state;
  } catch {
    return undefined;
  }
}
