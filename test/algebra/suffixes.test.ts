import { describe, expect, it } from '@jest/globals';
import {
  combineRegions,
  compareSuffixes,
  findAround,
  findRegion,
  holdsName,
  nestSuffixes,
  regionsOf,
} from '../../src/algebra/suffixes.js';
import { DIFFERENCE, UNION } from '../../src/algebra/set-operation.js';
import { identitiesOver } from '../oracle/clients.js';
import { mkChance } from '../oracle/random.js';
import { MANY_SUFFIXES } from './random.js';

/** The longest of the suffixes that holds the name, or with `itself` is it. */
function longest(suffixes: readonly string[], name: string, itself: boolean): string | undefined {
  const holding = suffixes.filter((suffix) => {
    if (suffix === name) return itself;
    return name.endsWith(`.${suffix}`) && (itself || name !== `.${suffix}`);
  });
  return holding.sort((a, b) => b.length - a.length)[0];
}

describe('suffixes', () => {
  it('hold names with at least one more label before them', () => {
    expect(['a.b', 'x.a.b', 'xa.b', '.a.b', '..a.b', 'a.B'].filter((name) => holdsName('a.b', name))).toEqual(
      ['x.a.b', '..a.b'],
    );
  });

  it('are listed with what lies within them directly behind', () => {
    const order = ['a', 'x-a', 'b.a', 'c', 'ba', '-a', 'c.b.a', '.a'].sort(compareSuffixes);
    expect(order).toEqual(['x-a', '-a', 'a', '.a', 'b.a', 'c.b.a', 'ba', 'c'].sort(compareSuffixes));
    expect(nestSuffixes(order).map(({ suffix, within }) => [suffix, order[within]])).toEqual(
      order.map((suffix) => [suffix, { '.a': 'a', 'b.a': 'a', 'c.b.a': 'b.a' }[suffix]]),
    );
  });

  it('lose those within others and repeated ones as members', () => {
    expect(regionsOf(['b.a', 'c', 'a', 'c', 'a', 'c.b.a'])).toEqual([
      { suffix: 'a', member: true, within: -1 },
      { suffix: 'c', member: true, within: -1 },
    ]);
  });

  it('find the most specific one, in short lists and in long ones', () => {
    const chance = mkChance();
    const names = identitiesOver(MANY_SUFFIXES).filter((name) => !name.startsWith('spiffe://'));
    const wrong: unknown[] = [];
    for (let n = 0; n < 60; n += 1) {
      // Sixty-five and more are searched, fewer are tried one by one.
      const suffixes = MANY_SUFFIXES.filter(() => chance.chance(n % 2 === 0 ? 0.9 : 0.2));
      const regions = nestSuffixes(suffixes);
      for (const name of names) {
        const found = regions[findRegion(regions, name)]?.suffix;
        if (found !== longest(suffixes, name, false)) wrong.push([suffixes, name, found]);
        const around = regions[findAround(regions, name)]?.suffix;
        if (around !== longest(suffixes, name, true)) wrong.push([suffixes, name, around]);
      }
    }
    expect([chance.seed, wrong]).toEqual([chance.seed, []]);
  });

  it('are combined without those that say what is around them', () => {
    const outer = regionsOf(['a']);
    const inner = regionsOf(['c.b.a']);
    const hole = combineRegions(outer, false, inner, false, DIFFERENCE);
    expect(hole).toEqual([
      { suffix: 'a', member: true, within: -1 },
      { suffix: 'c.b.a', member: false, within: 0 },
    ]);
    expect(combineRegions(hole, false, regionsOf(['b.a']), false, UNION)).toEqual(outer);
    expect(combineRegions(hole, false, inner, false, UNION)).toEqual(outer);
    expect(combineRegions(hole, false, [], true, UNION)).toEqual([]);
  });
});
