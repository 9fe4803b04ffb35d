import { describe, expect, it } from '@jest/globals';
import { equivalent, implies } from '../../src/selector/implies.js';
import { compileSelector } from '../../src/selector/normalize.js';
import { EVERYTHING, NEVER } from '../../src/selector/requirement.js';
import type { RawExpression, Selector } from '../../src/selector/requirement.js';

const is = (key: string, ...values: string[]): RawExpression => ({ key, operator: 'In', values });
const not = (key: string, ...values: string[]): RawExpression => ({ key, operator: 'NotIn', values });
const has = (key: string): RawExpression => ({ key, operator: 'Exists' });
const lacks = (key: string): RawExpression => ({ key, operator: 'DoesNotExist' });
const where = (...matchExpressions: RawExpression[]) => compileSelector({ matchExpressions });

const table: [string, Selector, Selector, boolean][] = [
  ['a value is in a longer list', where(is('a', 'x')), where(is('a', 'x', 'y')), true],
  ['a list is not in a shorter one', where(is('a', 'x', 'y')), where(is('a', 'x')), false],
  ['a value is presence', where(is('a', 'x')), where(has('a')), true],
  ['a value is what is not excluded', where(is('a', 'x')), where(not('a', 'y')), true],
  ['a value is not its exclusion', where(is('a', 'x')), where(not('a', 'x')), false],
  ['a list that is excluded in part', where(is('a', 'x', 'y')), where(not('a', 'x')), false],
  ['a value is not absence', where(is('a', 'x')), where(lacks('a')), false],
  ['presence is in no list, however long', where(has('a')), where(is('a', 'x', 'y', 'z')), false],
  ['presence may be what is excluded', where(has('a')), where(not('a', 'x')), false],
  ['presence without a value is its exclusion', where(has('a'), not('a', 'x')), where(not('a', 'x')), true],
  ['more exclusions imply fewer', where(not('a', 'x', 'y')), where(not('a', 'x')), true],
  ['fewer do not imply more', where(not('a', 'x')), where(not('a', 'x', 'y')), false],
  ['an exclusion is not presence', where(not('a', 'x')), where(has('a')), false],
  ['an exclusion is not absence', where(not('a', 'x')), where(lacks('a')), false],
  ['absence is every exclusion', where(lacks('a')), where(not('a', 'x')), true],
  ['absence is not presence', where(lacks('a')), where(has('a')), false],
  ['more keys imply fewer', where(is('a', 'x'), is('b', 'y')), where(is('b', 'y')), true],
  ['fewer keys do not imply more', where(is('b', 'y')), where(is('a', 'x'), is('b', 'y')), false],
  ['a key in between does not matter', where(has('a'), has('b'), has('c')), where(has('a'), has('c')), true],
  ['all imply everything', where(is('a', 'x')), EVERYTHING, true],
  ['everything implies no condition', EVERYTHING, where(not('a', 'x')), false],
  ['what never matches implies all', NEVER, where(is('a', 'x')), true],
  ['nothing satisfiable implies what never matches', EVERYTHING, NEVER, false],
  ['what never matches implies itself', NEVER, NEVER, true],
];

describe('implies', () => {
  it.each(table)('%s', (_, a, b, expected) => expect(implies(a, b)).toBe(expected));
});

describe('equivalent', () => {
  it('holds for different words of one meaning', () => {
    expect(
      equivalent(compileSelector({ matchLabels: { a: 'x' } }), where(is('a', 'x', 'y'), not('a', 'y'))),
    ).toBe(true);
    expect(equivalent(where(has('a'), lacks('a')), where(is('b')))).toBe(true);
  });

  it('does not hold for selectors that differ by absence only', () => {
    expect(equivalent(where(not('a', 'x')), where(has('a'), not('a', 'x')))).toBe(false);
  });
});
