import { describe, expect, it } from '@jest/globals';
import { compileSelector } from '../../src/selector/normalize.js';
import { EVERYTHING, isEverything, isNever, NEVER, requiredPairs } from '../../src/selector/requirement.js';
import type { RawExpression, RawLabelSelector } from '../../src/selector/requirement.js';

const where = (...matchExpressions: RawExpression[]) => compileSelector({ matchExpressions });

describe('compileSelector', () => {
  const texts: [string, RawLabelSelector | null | undefined, string][] = [
    ['an absent selector selects everything', undefined, '<everything>'],
    ['a null selector selects everything', null, '<everything>'],
    ['an empty selector selects everything', {}, '<everything>'],
    ['empty members select everything', { matchLabels: {}, matchExpressions: [] }, '<everything>'],
    ['null members select everything', { matchLabels: null, matchExpressions: null }, '<everything>'],
    ['labels come in order of keys', { matchLabels: { tier: 'x', app: 'web' } }, 'app=web,tier=x'],
    [
      'a label and an expression on one key are a conjunction',
      {
        matchLabels: { app: 'web' },
        matchExpressions: [{ key: 'app', operator: 'In', values: ['api', 'web'] }],
      },
      'app=web',
    ],
    [
      'a label and an expression that disagree select nothing',
      { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] },
      '<never>',
    ],
  ];
  it.each(texts)('%s', (_, raw, key) => expect(compileSelector(raw).key).toBe(key));

  const expressions: [string, RawExpression[], string][] = [
    ['sorts and dedupes a list', [{ key: 'a', operator: 'In', values: ['y', 'x', 'y'] }], 'a in (x,y)'],
    ['never matches an empty In', [{ key: 'a', operator: 'In', values: [] }], '<never>'],
    ['always matches an empty NotIn', [{ key: 'a', operator: 'NotIn', values: [] }], '<everything>'],
    ['never matches In without values', [{ key: 'a', operator: 'In' }], '<never>'],
    ['never matches In with null values', [{ key: 'a', operator: 'In', values: null }], '<never>'],
    ['never matches NotIn without values', [{ key: 'a', operator: 'NotIn' }], '<never>'],
    ['never matches Exists with values', [{ key: 'a', operator: 'Exists', values: ['x'] }], '<never>'],
    ['never matches Exists with an empty list', [{ key: 'a', operator: 'Exists', values: [] }], '<never>'],
    [
      'never matches DoesNotExist with a list',
      [{ key: 'a', operator: 'DoesNotExist', values: [] }],
      '<never>',
    ],
    ['takes null values as none', [{ key: 'a', operator: 'Exists', values: null }], 'a'],
    ['writes one exclusion as !=', [{ key: 'a', operator: 'NotIn', values: ['x'] }], 'a!=x'],
    ['writes several as notin', [{ key: 'a', operator: 'NotIn', values: ['y', 'x'] }], 'a notin (x,y)'],
    ['writes absence as !', [{ key: 'a', operator: 'DoesNotExist' }], '!a'],
    [
      'intersects lists',
      [
        { key: 'a', operator: 'In', values: ['x', 'y', 'z'] },
        { key: 'a', operator: 'In', values: ['z', 'y', 'w'] },
      ],
      'a in (y,z)',
    ],
    [
      'takes exclusions off a list',
      [
        { key: 'a', operator: 'NotIn', values: ['x'] },
        { key: 'a', operator: 'In', values: ['x', 'y'] },
      ],
      'a=y',
    ],
    [
      'drops Exists beside a list',
      [
        { key: 'a', operator: 'Exists' },
        { key: 'a', operator: 'In', values: ['x'] },
      ],
      'a=x',
    ],
    [
      'keeps Exists beside exclusions',
      [
        { key: 'a', operator: 'NotIn', values: ['x'] },
        { key: 'a', operator: 'Exists' },
        { key: 'a', operator: 'NotIn', values: ['y'] },
      ],
      'a,a notin (x,y)',
    ],
    [
      'drops exclusions beside absence',
      [
        { key: 'a', operator: 'NotIn', values: ['x'] },
        { key: 'a', operator: 'DoesNotExist' },
      ],
      '!a',
    ],
    [
      'finds presence and absence contradictory',
      [
        { key: 'a', operator: 'Exists' },
        { key: 'a', operator: 'DoesNotExist' },
      ],
      '<never>',
    ],
    [
      'finds a list and absence contradictory',
      [
        { key: 'a', operator: 'DoesNotExist' },
        { key: 'a', operator: 'In', values: ['x'] },
      ],
      '<never>',
    ],
  ];
  it.each(expressions)('%s', (_, list, key) => expect(where(...list).key).toBe(key));

  it('takes labels named like members of Object for labels', () => {
    const raw = JSON.parse('{"matchLabels":{"__proto__":"x","constructor":"y"}}') as RawLabelSelector;
    expect(compileSelector(raw).key).toBe('__proto__=x,constructor=y');
  });

  it('does not read inherited members of matchLabels', () => {
    expect(
      isEverything(compileSelector({ matchLabels: Object.create({ app: 'web' }) as Record<string, string> })),
    ).toBe(true);
  });

  it('keeps strings apart that would read alike', () => {
    const keys = [
      where({ key: 'a', operator: 'In', values: ['x,y'] }),
      where({ key: 'a', operator: 'In', values: ['x', 'y'] }),
      where({ key: 'a', operator: 'In', values: ['"x","y"'] }),
      where({ key: 'a,b', operator: 'Exists' }),
      where({ key: 'a', operator: 'Exists' }, { key: 'b', operator: 'Exists' }),
      where({ key: 'a', operator: 'In', values: [''] }),
      where({ key: 'a', operator: 'In', values: ['""'] }),
      where({ key: 'a=', operator: 'Exists' }),
      where({ key: '<never>', operator: 'Exists' }),
      where({ key: '<everything>', operator: 'Exists' }),
      NEVER,
      EVERYTHING,
    ].map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('names nothing and everything', () => {
    expect([NEVER, EVERYTHING, where({ key: 'a', operator: 'Exists' })].map(isNever)).toEqual([
      true,
      false,
      false,
    ]);
    expect([NEVER, EVERYTHING, where({ key: 'a', operator: 'Exists' })].map(isEverything)).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('throws on an operator that the type check should have refused', () => {
    const operator = 'Equals' as 'In';
    expect(() => where({ key: 'a', operator, values: ['x'] })).toThrow('Equals');
  });

  it('compiles sixty thousand expressions on one key in time', () => {
    // As many as fit into a review: quadratic work would take minutes here.
    const many = Array.from({ length: 60_000 }, (_, n) => ({
      key: 'a',
      operator: 'NotIn' as const,
      values: [`v${String(n)}`],
    }));
    expect(where(...many).requirements[0]?.values.length).toBe(60_000);
  });
});

describe('requiredPairs', () => {
  it('lists the keys that must have one of some values', () => {
    const selector = where(
      { key: 'tier', operator: 'In', values: ['y', 'x'] },
      { key: 'app', operator: 'Exists' },
      { key: 'canary', operator: 'DoesNotExist' },
      { key: 'zone', operator: 'NotIn', values: ['a'] },
    );
    expect(requiredPairs(selector)).toEqual([{ op: 'in', key: 'tier', values: ['x', 'y'] }]);
  });

  it('is empty for a selector that selects nothing', () => expect(requiredPairs(NEVER)).toEqual([]));
});
