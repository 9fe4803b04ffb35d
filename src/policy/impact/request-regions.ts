/**
 * The common refinement of two cuts of all requests (architecture, 4): which region of the one meets which region of
 * the other, shown by a request that falls into both.
 *
 * Winners are looked for at the least common requests of each two demands, which finds all that there are. A regular
 * expression is opaque: what real requests do not show is looked for once more under the assumption that a text may
 * match any patterns and miss any others, which finds more than there is, but never less.
 */
import type { Semantics } from '../../model/world.js';
import type { HttpRequest } from '../decide/request.js';
import type { PortPolicy } from '../inbound/port-policy.js';
import { contradict, requestsFor, type Words } from './meeting-requests.js';
import { cutOf, WHOLE, type Demand, type RequestCut } from './request-cut.js';
import { assumptions, plainWords } from './request-words.js';

export interface RegionPair {
  /** Their places in the cuts. */
  readonly before: number;
  readonly after: number;
  /** Undefined where patterns leave it open whether there is any such request, or the search ended before. */
  readonly request: HttpRequest | undefined;
}

export interface Refinement {
  /** By `before`, then `after`. */
  readonly pairs: readonly RegionPair[];
  /** Whether each pair has its request, and no pattern has a say in which requests those are. */
  readonly exact: boolean;
  /** Whether every pair that may exist is among them. */
  readonly complete: boolean;
}

/** How much is tried: matches that are asked about requests, some 50 ns each. */
const STEPS = 2_000_000;

/** Of so many pairs that a search did not come to it is said that they may exist; if there are more, not even that. */
const UNSEEN = 1_000;

/**
 * The pairs of regions that meet, as far as they are wanted. An undefined policy does not look at requests. `steps`
 * bounds the search.
 */
export function refine(
  before: PortPolicy | undefined,
  after: PortPolicy | undefined,
  wanted: (before: number, after: number) => boolean,
  semantics: Semantics,
  steps = STEPS,
): Refinement {
  const cuts = cutsOf(before, after, semantics);
  const search = new Search(steps);
  search.run(cuts, plainWords(cuts, semantics), wanted, (request) => request);
  const patterns = cuts.some((cut) => cut.patterns.size > 0);
  if (patterns) {
    const assumed = assumptions(cuts, semantics);
    search.run(cutsOf(before, after, assumed.semantics), assumed.words, wanted, () => undefined);
  }
  const complete = !search.spent || search.addUnseen(cuts, wanted);
  const pairs = search.pairs();
  return { pairs, exact: !search.spent && (!patterns || pairs.length === 0), complete };
}

type Cuts = readonly [RequestCut, RequestCut];

const cutsOf = (
  before: PortPolicy | undefined,
  after: PortPolicy | undefined,
  semantics: Semantics,
): Cuts => [
  before === undefined ? WHOLE : cutOf(before, semantics),
  after === undefined ? WHOLE : cutOf(after, semantics),
];

class Search {
  readonly #found = new Map<number, Map<number, RegionPair>>();
  #steps: number;

  constructor(steps: number) {
    this.#steps = steps;
  }

  /** Whether it ended before all was tried. */
  get spent(): boolean {
    return this.#steps <= 0;
  }

  /** Tries the common requests of all pairs of demands whose regions are wanted and not yet found. */
  run(
    [before, after]: Cuts,
    words: Words,
    wanted: (before: number, after: number) => boolean,
    shown: (request: HttpRequest) => HttpRequest | undefined,
  ): void {
    const each = before.demands.length + after.demands.length;
    for (const [a, b] of candidates(before, after)) {
      if (this.#has(a.region, b.region) || contradict(a, b) || !wanted(a.region, b.region)) continue;
      for (const request of requestsFor(a, b, words)) {
        if (this.spent) return;
        this.#steps -= each;
        const pair = { before: before.regionOf(request), after: after.regionOf(request) };
        if (wanted(pair.before, pair.after)) this.#add({ ...pair, request: shown(request) });
      }
    }
  }

  /** Adds the wanted pairs that were not found; false if there are too many. */
  addUnseen([before, after]: Cuts, wanted: (before: number, after: number) => boolean): boolean {
    let left = UNSEEN;
    for (const a of before.regions.keys()) {
      for (const b of after.regions.keys()) {
        if (this.#has(a, b)) continue;
        if (left === 0) return false;
        left -= 1;
        if (wanted(a, b)) this.#add({ before: a, after: b, request: undefined });
      }
    }
    return true;
  }

  pairs(): readonly RegionPair[] {
    const all = [...this.#found.values()].flatMap((row) => [...row.values()]);
    return all.sort((a, b) => a.before - b.before || a.after - b.after);
  }

  #has(before: number, after: number): boolean {
    return this.#found.get(before)?.has(after) === true;
  }

  #add(pair: RegionPair): void {
    const row = this.#found.get(pair.before) ?? new Map<number, RegionPair>();
    this.#found.set(pair.before, row);
    if (!row.has(pair.after)) row.set(pair.after, pair);
  }
}

/**
 * The pairs of demands that can win the same request. Demands that stand in both cuts in the same order win over each
 * other in both or in neither, so no request falls to one of them before and to another one after.
 */
function* candidates(before: RequestCut, after: RequestCut): Generator<readonly [Demand, Demand]> {
  const partners = partnersOf(before.demands, after.demands);
  const partnered = new Set(partners.values());
  const alone = after.demands.filter((demand) => !partnered.has(demand));
  const nothing = after.demands.at(-1);
  for (const a of before.demands) {
    const partner = partners.get(a);
    if (partner !== undefined) yield [a, partner];
    for (const b of alone) if (partner === undefined || b !== nothing) yield [a, b];
    const fallsToNone = a === before.demands.at(-1);
    if (partner === undefined && !fallsToNone) for (const b of partnered) yield [a, b];
  }
}

/** Equal demands of both, in an order that both have; what stands for "none of them" is not among them. */
function partnersOf(before: readonly Demand[], after: readonly Demand[]): ReadonlyMap<Demand, Demand> {
  const byKey = new Map<string, { readonly demand: Demand; readonly place: number }[]>();
  for (const [place, demand] of after.slice(0, -1).entries()) {
    const key = keyOf(demand);
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [{ demand, place }]);
    else known.push({ demand, place });
  }
  const partners = new Map<Demand, Demand>();
  let last = -1;
  for (const demand of before.slice(0, -1)) {
    const partner = byKey.get(keyOf(demand))?.find(({ place }) => place > last);
    if (partner === undefined) continue;
    last = partner.place;
    partners.set(demand, partner.demand);
  }
  return partners;
}

const keyOf = ({ host, path, call, method, headers, params }: Demand): string =>
  JSON.stringify([host, path, call, method, headers, params]);
