import { describe, expect, it } from '@jest/globals';
import { SelectorIndex } from '../../src/selector/index-by-requirement.js';
import { matches } from '../../src/selector/matches.js';
import { compileSelector } from '../../src/selector/normalize.js';
import type { Selector } from '../../src/selector/requirement.js';
import { satisfiableTogether } from '../../src/selector/satisfiable.js';
import { universe } from '../oracle/selector.js';
import { randomSelector, seededRandom, withSeed } from './random.js';
import type { Random } from './random.js';

describe('SelectorIndex against a scan of all entries', () => {
  const over = universe(['app', 'tier', '__proto__'], ['a', 'b']);
  const buckets = ['80', '443', 'http'];

  it('agrees after every change of random histories', () => {
    const random = seededRandom();
    for (let history = 0; history < 200; history++) {
      const steps: string[] = [];
      withSeed(
        random,
        () => `history ${String(history)}: ${steps.join('; ')}`,
        () => checkHistory(random, steps),
      );
    }
  });

  /** Ids with the step that made each entry. */
  const versions = (entries: readonly { id: string; value: number }[]) =>
    entries.map(({ id, value }) => `${id} of step ${String(value)}`).join(', ');

  function checkHistory(random: Random, steps: string[]): void {
    let index = SelectorIndex.empty<number>();
    const plain = new Map<
      string,
      { id: string; selector: Selector; value: number; buckets: readonly string[] }
    >();
    for (let step = 0; step < 60; step++) {
      const id = `s${String(random.below(25))}`;
      const before = index;
      const contents = index.entries;
      if (random.below(3) === 0) {
        steps.push(`without ${id}`);
        index = index.without(id);
        plain.delete(id);
      } else {
        const raw = randomSelector(random, over);
        const filed = buckets.filter(() => random.below(2) === 0);
        steps.push(`with ${id} ${JSON.stringify(raw)} in ${filed.join()}`);
        index = index.with(id, compileSelector(raw), step, filed);
        plain.set(id, { id, selector: compileSelector(raw), value: step, buckets: filed });
      }
      expect(before.entries).toBe(contents);
      const asked = random.below(3) === 0 ? undefined : buckets.filter(() => random.below(2) === 0);
      const labels = random.pick(over.labelSets);
      const selector = compileSelector(randomSelector(random, over));
      const filed = [...plain.values()]
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .filter((one) => asked?.some((bucket) => one.buckets.includes(bucket)) ?? true);
      const selecting = versions(filed.filter((one) => matches(one.selector, labels)));
      expect(versions(index.candidates(labels, asked))).toBe(selecting);
      expect(versions(index.candidates(Object.fromEntries(labels), asked))).toBe(selecting);
      const sharing = versions(filed.filter((one) => satisfiableTogether(one.selector, selector)));
      expect(versions(index.overlapping(selector, asked))).toBe(sharing);
    }
    expect(index.entries).toEqual([...plain.values()].sort((a, b) => (a.id < b.id ? -1 : 1)));
    const emptied = index.entries.reduce((rest, { id }) => rest.without(id), index);
    expect(emptied.overlapping(compileSelector({}))).toEqual([]);
  }
});
