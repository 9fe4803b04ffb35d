/**
 * What the holder of the Lease does next, given Secret, published bundle and clock (webhook-operations, section 4).
 * A CA changes in this order, and no call fails:
 *
 *   1. the new CA is written beside the current one          new-ca
 *   2. both are put into `caBundle`                          publish
 *   3. it is read back, which is noted, and 60 s pass        store (note)
 *   4. it becomes the one that signs new leaves              store (promote)
 *   5. the old one goes when its last leaf has ended         store (prune), publish
 *
 * Where nobody serves or trusts anything yet, there is nothing to wait for. After each step everything is read anew,
 * so that a step may be taken twice, or by another replica.
 */
import { bundleOf, certsOf, type CaCert, type CaState, type PreviousCa } from './ca-state.js';
import { isDue, type Lifetimes } from './lifetimes.js';

export interface Situation {
  /** Of the Secret; undefined where there is none. */
  readonly state: CaState | undefined;
  /** The texts of `caBundle`, one for each of our entries; undefined where nothing is registered. */
  readonly published: readonly string[] | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly lifetimes: Lifetimes;
}

export type Step =
  /** Make a CA and store `state` with it as the next one. */
  | { readonly do: 'new-ca'; readonly state: CaState }
  | { readonly do: 'store'; readonly why: 'note' | 'forget' | 'promote' | 'prune'; readonly state: CaState }
  | { readonly do: 'publish'; readonly bundle: string };

export const MAX_BUNDLE = 3;

/** The next step; undefined when all is as it should be, or has to wait. */
export function nextStep({ state: stored, published, now, lifetimes }: Situation): Step | undefined {
  const alive = ({ endsAt }: CaCert): boolean => endsAt > now;
  // A Secret that was deleted takes the keys with it. What is published signed the leaves that are served now.
  const state: CaState = stored ?? { previous: certsOf(published?.[0] ?? '').filter(alive) };
  const { current, next, previous } = pruned(state, now);
  const isPruned =
    current !== state.current || next !== state.next || previous.length < state.previous.length;

  if (next === undefined && (current === undefined || isDue(current.endsAt, lifetimes.caMs, now))) {
    // One must go where four would stand in the bundle: the one that retired first.
    const kept = previous.slice(0, MAX_BUNDLE - (current === undefined ? 1 : 2));
    return { do: 'new-ca', state: { current, previous: kept.map((ca) => dated(ca, now, lifetimes)) } };
  }
  if (isPruned) return { do: 'store', why: 'prune', state: { current, next, previous } };

  const bundle = wantedBundle({ current, next, previous });
  const isPublished = published?.every((text) => text === bundle) ?? true;
  if (!isPublished) {
    // Somebody took the new CA out again: the wait begins anew once it is back.
    if (next?.publishedAt !== undefined) {
      const again = { ...next, publishedAt: undefined };
      return { do: 'store', why: 'forget', state: { current, next: again, previous } };
    }
    return { do: 'publish', bundle };
  }
  if (next === undefined) return undefined;

  const promoted: CaState = {
    current: { cert: next.cert, key: next.key, endsAt: next.endsAt },
    previous: [
      ...(current === undefined
        ? []
        : [dated({ cert: current.cert, endsAt: current.endsAt }, now, lifetimes)]),
      ...previous,
    ],
  };
  const nobodyServes = current === undefined && previous.length === 0;
  if (published === undefined || nobodyServes) return { do: 'store', why: 'promote', state: promoted };
  // A clock that was ahead of ours would make us wait for it.
  if (next.publishedAt === undefined || next.publishedAt > now)
    return { do: 'store', why: 'note', state: { current, next: { ...next, publishedAt: now }, previous } };
  return now - next.publishedAt >= lifetimes.settleMs
    ? { do: 'store', why: 'promote', state: promoted }
    : undefined;
}

/** The bundle of a state: who signs, who has signed, who will. */
export function wantedBundle({ current, next, previous }: CaState): string {
  const ends = [...(current === undefined ? [] : [current]), ...(next === undefined ? [] : [next])];
  const [first, ...rest] = ends;
  const between = previous.slice(0, MAX_BUNDLE - ends.length);
  return bundleOf(
    current === undefined
      ? [...between, ...ends]
      : [...(first === undefined ? [] : [first]), ...between, ...rest],
  );
}

/** Without what has ended. */
function pruned({ current, next, previous }: CaState, now: number): CaState {
  return {
    current: current !== undefined && current.endsAt > now ? current : undefined,
    next: next !== undefined && next.endsAt > now ? next : undefined,
    previous: previous.filter(({ endsAt, until = endsAt }) => Math.min(endsAt, until) > now),
  };
}

/** A CA that signs no more: its last leaf has ended after one life of a leaf. */
const dated = (ca: PreviousCa, now: number, { leafMs }: Lifetimes): PreviousCa => ({
  ...ca,
  until: ca.until ?? now + leafMs,
});
