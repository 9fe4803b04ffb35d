import { describe, expect, it } from '@jest/globals';
import { compileSelector } from '../../src/selector/normalize.js';
import { EVERYTHING, NEVER } from '../../src/selector/requirement.js';
import type { RawExpression } from '../../src/selector/requirement.js';
import { intersect, satisfiable, satisfiableTogether } from '../../src/selector/satisfiable.js';
import { witness, witnessTogether } from '../../src/selector/witness.js';

const is = (key: string, ...values: string[]): RawExpression => ({ key, operator: 'In', values });
const not = (key: string, ...values: string[]): RawExpression => ({ key, operator: 'NotIn', values });
const has = (key: string): RawExpression => ({ key, operator: 'Exists' });
const lacks = (key: string): RawExpression => ({ key, operator: 'DoesNotExist' });
const where = (...matchExpressions: RawExpression[]) => compileSelector({ matchExpressions });

const together: [string, RawExpression[], RawExpression[], Record<string, string> | undefined][] = [
  ['everything twice: no label is needed', [], [], {}],
  ['different keys', [is('app', 'web')], [is('tier', 'x')], { app: 'web', tier: 'x' }],
  ['one value twice', [is('app', 'web')], [is('app', 'web')], { app: 'web' }],
  ['different values', [is('app', 'web')], [is('app', 'api')], undefined],
  ['lists that share a value', [is('app', 'a', 'b')], [is('app', 'b', 'c')], { app: 'b' }],
  ['a list within the exclusions', [is('app', 'a', 'b')], [not('app', 'a', 'b', 'c')], undefined],
  ['a list beyond the exclusions', [not('app', 'a')], [is('app', 'a', 'b')], { app: 'b' }],
  ['exclusions on both sides: absence will do', [not('app', 'a')], [not('app', 'b')], {}],
  ['exclusions and absence', [not('app', 'a')], [lacks('app')], {}],
  ['presence and exclusions: a free value', [has('app')], [not('app', 'a')], { app: 'any' }],
  ['presence and absence', [has('app')], [lacks('app')], undefined],
  ['a value and absence', [lacks('app')], [is('app', 'web')], undefined],
  ['absence twice', [lacks('app')], [lacks('app')], {}],
  ['presence and a value', [has('app')], [is('app', 'web')], { app: 'web' }],
  ['a contradiction on a later key', [has('a'), is('b', 'x')], [has('a'), is('b', 'y')], undefined],
];

describe('satisfiableTogether and its witness', () => {
  it.each(together)('%s', (_, a, b, expected) => {
    for (const [x, y] of [
      [where(...a), where(...b)],
      [where(...b), where(...a)],
    ] as const) {
      expect(satisfiableTogether(x, y)).toBe(expected !== undefined);
      expect(satisfiable(intersect(x, y))).toBe(expected !== undefined);
      const shown = witnessTogether(x, y);
      expect(shown && Object.fromEntries(shown)).toEqual(expected);
    }
  });

  it('finds nothing together with a selector that never matches', () => {
    for (const [a, b] of [
      [NEVER, EVERYTHING],
      [EVERYTHING, NEVER],
      [NEVER, NEVER],
    ] as const) {
      expect(satisfiableTogether(a, b)).toBe(false);
      expect(intersect(a, b)).toBe(NEVER);
      expect(witnessTogether(a, b)).toBeUndefined();
    }
  });
});

describe('witness', () => {
  const choices: [string, RawExpression[], [string, string][]][] = [
    ['takes the shortest listed value', [is('app', 'aaa', 'zz')], [['app', 'zz']]],
    ['takes the first of the shortest', [is('app', 'zz', 'bb', 'aaa')], [['app', 'bb']]],
    ['takes a listed empty value', [is('app', 'a', '')], [['app', '']]],
    [
      'takes a valid value before a shorter one that no pod can carry',
      [is('app', 'a b', 'long')],
      [['app', 'long']],
    ],
    ['keeps a valid value before one after it', [is('app', 'long', '~')], [['app', 'long']]],
    ['shows an impossible value if no other is listed', [is('app', 'a b')], [['app', 'a b']]],
    ['takes a value of 63 characters for valid', [is('app', '-', 'a'.repeat(63))], [['app', 'a'.repeat(63)]]],
    ['takes one of 64 for invalid', [is('app', '-', 'a'.repeat(64))], [['app', '-']]],
    ['avoids excluded free values', [has('app'), not('app', 'any', 'any-1')], [['app', 'any-2']]],
    [
      'lists labels in order of keys',
      [has('tier'), is('app', 'web'), lacks('b'), not('c', 'x')],
      [
        ['app', 'web'],
        ['tier', 'any'],
      ],
    ],
  ];
  it.each(choices)('%s', (_, expressions, expected) => {
    expect([...(witness(where(...expressions)) ?? [])]).toEqual(expected);
  });

  it('holds a label called __proto__', () => {
    expect([...(witness(where(has('__proto__'))) ?? [])]).toEqual([['__proto__', 'any']]);
  });
});
