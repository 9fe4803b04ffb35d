import { describe, expect, it } from '@jest/globals';
import { drop, find, put, sortUnique, update, updateAll } from '../../src/selector/sorted-list.js';
import { seededRandom, withSeed } from './random.js';

const nodes = (text: string) => Array.from(text).map((id) => ({ id, from: 'list' }));
const read = (list: readonly { id: string }[]) => list.map(({ id }) => id).join('');

describe('sorted lists', () => {
  it('finds by id', () => {
    expect(find(nodes('bdf'), 'd')).toEqual({ id: 'd', from: 'list' });
    expect(['a', 'c', 'e', 'g'].map((id) => find(nodes('bdf'), id))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('puts a node in its place or over its like', () => {
    expect(['a', 'c', 'g'].map((id) => read(put(nodes('bdf'), { id, from: 'new' })))).toEqual([
      'abdf',
      'bcdf',
      'bdfg',
    ]);
    expect(put(nodes('bd'), { id: 'd', from: 'new' })[1]).toEqual({ id: 'd', from: 'new' });
  });

  it('drops a node, and is the same list without one that it lacks', () => {
    const list = nodes('bdf');
    expect(read(drop(list, 'd'))).toBe('bf');
    expect(drop(list, 'c')).toBe(list);
  });

  it('sorts and leaves out repeated ids', () => expect(read(sortUnique(nodes('cabbac')))).toBe('abc'));

  it('drops what a change returns nothing for', () => {
    expect(read(update(nodes('ab'), 'a', () => undefined))).toBe('b');
  });

  it('does many changes as it does them one by one', () => {
    const random = seededRandom();
    const letters = Array.from('abcdefghijklmnop');
    for (let n = 0; n < 2000; n++) {
      const list = nodes(letters.filter(() => random.below(2) === 0).join(''));
      const ids = letters.filter(() => random.below(2) === 0);
      const fate = new Map(letters.map((id) => [id, random.below(2) === 0]));
      const change = (old: { id: string; from: string } | undefined, id: string) =>
        fate.get(id) === true ? { id, from: `${old?.from ?? 'nothing'}, changed` } : undefined;
      const oneByOne = ids.reduce<readonly { id: string; from: string }[]>(
        (result, id) => update(result, id, (old) => change(old, id)),
        list,
      );
      withSeed(
        random,
        () => `${read(list)} at ${ids.join('')}`,
        () => expect(updateAll(list, ids, change)).toEqual(oneByOne),
      );
    }
  });
});
