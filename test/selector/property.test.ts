import { describe, expect, it } from '@jest/globals';
import { isLabelValue } from '../../src/model/label-syntax.js';
import { equivalent, implies } from '../../src/selector/implies.js';
import { matchesMap, matchesRecord } from '../../src/selector/matches.js';
import { compileSelector } from '../../src/selector/normalize.js';
import { isEverything } from '../../src/selector/requirement.js';
import type { Selector } from '../../src/selector/requirement.js';
import { intersect, satisfiable, satisfiableTogether } from '../../src/selector/satisfiable.js';
import { witnessTogether } from '../../src/selector/witness.js';
import { fewestLabels, isEqual, isSubset, selection, universe } from '../oracle/selector.js';
import type { Universe } from '../oracle/selector.js';
import { randomSelector, restated, seededRandom, withSeed } from './random.js';
import type { Random, RandomSelector } from './random.js';

const PAIRS = 1_000_000;
/** So many pairs in a row are over the same universe. */
const CHAIN = 1000;
const UNIVERSES = [
  universe(['app'], ['api', 'web', '', 'a b']),
  universe(['app', '__proto__'], ['a', 'b']),
  universe(['app', 'tier'], ['a', 'b', 'c']),
  universe(['app', 'constructor', 'tier'], ['a', 'b']),
];

/** How often an answer came up that a careless generator would hardly ever produce. */
interface Seen {
  overlaps: number;
  implied: number;
  equal: number;
  never: number;
  everything: number;
}

describe('the selector algebra against brute force', () => {
  it('agrees on a million random pairs', () => {
    const random = seededRandom();
    const seen: Seen = { overlaps: 0, implied: 0, equal: 0, never: 0, everything: 0 };
    for (let done = 0; done < PAIRS; done += CHAIN) checkChain(random, random.pick(UNIVERSES), seen);
    const rarest = Math.min(seen.overlaps, seen.implied, seen.equal, seen.never, seen.everything);
    withSeed(
      random,
      () => JSON.stringify(seen),
      () => expect(rarest).toBeGreaterThan(PAIRS / 100),
    );
  }, 300_000);
});

interface Case {
  readonly raw: RandomSelector;
  readonly compiled: Selector;
  readonly selected: boolean[];
}

/** Compares every selector of a random sequence with the one before it: each is compiled and listed only once. */
function checkChain(random: Random, over: Universe, seen: Seen): void {
  const records = over.labelSets.map((labels) => Object.fromEntries(labels));
  let before = checkOne(randomSelector(random, over), over, records);
  for (let n = 0; n < CHAIN; n++) {
    // A record differs from a map only in how a label is read, which is slow here: every fourth selector will do.
    const asRecords = n % 4 === 0 ? records : [];
    const raw = random.below(16) === 0 ? restated(before.raw) : randomSelector(random, over);
    withSeed(
      random,
      () => JSON.stringify([before.raw, raw]),
      () => {
        const next = checkOne(raw, over, asRecords);
        checkPair(before, next, over, seen);
        before = next;
      },
    );
  }
}

function checkOne(raw: RandomSelector, over: Universe, records: readonly Record<string, string>[]): Case {
  const compiled = compileSelector(raw);
  const selected = selection(raw, over.labelSets);
  over.labelSets.forEach((labels, at) => same('matches a map', matchesMap(compiled, labels), selected[at]));
  records.forEach((labels, at) => same('matches a record', matchesRecord(compiled, labels), selected[at]));
  same('satisfiable', satisfiable(compiled), selected.includes(true));
  same('is everything', isEverything(compiled), !selected.includes(false));
  return { raw, compiled, selected };
}

function checkPair(a: Case, b: Case, over: Universe, seen: Seen): void {
  const fewest = fewestLabels(a.selected, b.selected, over);
  const together = satisfiableTogether(a.compiled, b.compiled);
  same('satisfiable together', together, fewest !== undefined);

  const witness = witnessTogether(a.compiled, b.compiled);
  same('labels of the witness', witness?.size, fewest);
  if (witness !== undefined) {
    const shown = [new Map(witness)];
    same('witness selected by the first', selection(a.raw, shown)[0], true);
    same('witness selected by the second', selection(b.raw, shown)[0], true);
    for (const value of witness.values()) same('valid value', isLabelValue(value) || value === 'a b', true);
  }

  const both = intersect(a.compiled, b.compiled);
  same('intersection is within the first', implies(both, a.compiled), true);
  same('intersection is satisfiable', satisfiable(both), together);
  over.labelSets.forEach((labels, at) => {
    same('intersection matches', matchesMap(both, labels), a.selected[at] && b.selected[at]);
  });

  const within = isSubset(a.selected, b.selected);
  const equal = isEqual(a.selected, b.selected);
  same('implies', implies(a.compiled, b.compiled), within);
  same('equivalent', equivalent(a.compiled, b.compiled), equal);
  if (equal) same('normal form', JSON.stringify(a.compiled), JSON.stringify(b.compiled));

  const some = b.selected.includes(true);
  const all = !b.selected.includes(false);
  if (together) seen.overlaps++;
  if (within && !equal && a.selected.includes(true)) seen.implied++;
  if (equal && some && !all) seen.equal++;
  if (!some) seen.never++;
  if (all) seen.everything++;
}

/** `expect` would take most of the time of some eighty million comparisons. */
function same(what: string, got: unknown, expected: unknown): void {
  if (got !== expected) throw new Error(`${what}: got ${String(got)}, brute force says ${String(expected)}`);
}
