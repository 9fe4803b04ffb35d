import { describe, expect, it } from '@jest/globals';
import { matches } from '../../src/selector/matches.js';
import { groupByMentionedKeys, MentionedKeys } from '../../src/selector/mentioned-keys.js';
import { compileSelector } from '../../src/selector/normalize.js';
import { universe } from '../oracle/selector.js';
import { randomSelector, seededRandom, withSeed } from './random.js';

describe('groupByMentionedKeys', () => {
  it('groups only label sets that every selector treats alike', () => {
    const random = seededRandom();
    const over = universe(['app', 'tier', '__proto__'], ['a', 'b']);
    for (let n = 0; n < 300; n++) {
      const raws = Array.from({ length: 3 }, () => randomSelector(random, over));
      const selectors = raws.map((raw) => compileSelector(raw));
      const keys = selectors.reduce((mentioned, selector) => mentioned.with(selector), MentionedKeys.empty());
      const groups = groupByMentionedKeys(over.labelSets, (labels) => labels, keys);
      withSeed(
        random,
        () => JSON.stringify(raws),
        () => {
          for (const [first, ...rest] of groups.values()) {
            const projection = keys.project(first ?? {});
            for (const labels of [...rest, projection]) {
              expect(selectors.map((one) => matches(one, labels))).toEqual(
                selectors.map((one) => matches(one, first ?? {})),
              );
              expect(keys.project(labels)).toEqual(projection);
            }
          }
        },
      );
    }
  });
});
