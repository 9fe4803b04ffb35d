/** What leads from one state to another does, and says no more than it must. */
import { describe, expect, test } from '@jest/globals';
import { apply, EMPTY_STATE, objectsOf, type State } from '../../../src/policy/state/state.js';
import { stateDifferences } from '../../../src/policy/state/state-differences.js';
import { SOURCE_KINDS } from '../../../src/policy/objects/kinds.js';
import { mkChance } from '../../oracle/random.js';
import { randomEvent } from '../inbound/random-world.js';

const contents = (state: State): readonly unknown[] =>
  SOURCE_KINDS.map(({ id }) => new Set(objectsOf(state, id)));
const count = (state: State): number =>
  SOURCE_KINDS.reduce((sum, { id }) => sum + [...objectsOf(state, id)].length, 0);

describe('stateDifferences', () => {
  test('leads from any state to any other', () => {
    const random = mkChance(7);
    const states = [EMPTY_STATE];
    for (let i = 0; i < 150; i++) states.push(apply(states[i] ?? EMPTY_STATE, [randomEvent(random)]));
    for (let i = 0; i < 400; i++) {
      const [before, after] = [random.pick(states), random.pick(states)];
      const size = 1 + random.int(5);
      let reached = before;
      for (const batch of stateDifferences(before, after, size)) {
        expect(batch.length).toBeGreaterThan(0);
        expect(batch.length).toBeLessThanOrEqual(size);
        reached = apply(reached, batch);
      }
      expect(contents(reached)).toEqual(contents(after));
    }
  });

  test('says only what differs', () => {
    const random = mkChance(7);
    let state: State = EMPTY_STATE;
    for (let i = 0; i < 60; i++) state = apply(state, [randomEvent(random)]);
    expect([...stateDifferences(state, state, 10)]).toEqual([]);
    expect([...stateDifferences(EMPTY_STATE, state, 1)]).toHaveLength(count(state));
    expect([...stateDifferences(state, EMPTY_STATE, 1)].flat().map(({ type }) => type)).toEqual(
      Array(count(state)).fill('deleted'),
    );
    const event = randomEvent(random);
    const next = apply(state, [event]);
    const said = [...stateDifferences(state, next, 100)].flat();
    if (event.type === 'applied') expect(said).toEqual([event]);
  });
});
