import { describe, expect, it } from '@jest/globals';
import { matches, matchesMap, matchesRecord } from '../../src/selector/matches.js';
import { compileSelector } from '../../src/selector/normalize.js';
import type { RawExpression } from '../../src/selector/requirement.js';

const cases: [string, RawExpression, Record<string, string>, boolean][] = [
  ['In takes a listed value', { key: 'app', operator: 'In', values: ['api', 'web'] }, { app: 'web' }, true],
  ['In refuses another value', { key: 'app', operator: 'In', values: ['api'] }, { app: 'web' }, false],
  ['In refuses absence', { key: 'app', operator: 'In', values: ['api'] }, { tier: 'api' }, false],
  ['In takes an empty value that is listed', { key: 'app', operator: 'In', values: [''] }, { app: '' }, true],
  ['In does not take absence for an empty value', { key: 'app', operator: 'In', values: [''] }, {}, false],
  ['NotIn refuses a listed value', { key: 'app', operator: 'NotIn', values: ['web'] }, { app: 'web' }, false],
  ['NotIn takes another value', { key: 'app', operator: 'NotIn', values: ['web'] }, { app: 'api' }, true],
  ['NotIn takes absence', { key: 'app', operator: 'NotIn', values: ['web'] }, {}, true],
  ['Exists takes an empty value', { key: 'app', operator: 'Exists' }, { app: '' }, true],
  ['Exists refuses absence', { key: 'app', operator: 'Exists' }, { tier: 'x' }, false],
  ['Exists does not see what every object inherits', { key: 'constructor', operator: 'Exists' }, {}, false],
  ['DoesNotExist takes absence', { key: 'app', operator: 'DoesNotExist' }, { tier: 'x' }, true],
  ['DoesNotExist refuses an empty value', { key: 'app', operator: 'DoesNotExist' }, { app: '' }, false],
  ['DoesNotExist sees through what is inherited', { key: '__proto__', operator: 'DoesNotExist' }, {}, true],
  ['a selector that never matches refuses', { key: 'app', operator: 'In' }, { app: 'web' }, false],
];

describe('matches', () => {
  it.each(cases)('%s', (_, expression, labels, expected) => {
    const selector = compileSelector({ matchExpressions: [expression] });
    const map = new Map(Object.entries(labels));
    expect(matchesRecord(selector, labels)).toBe(expected);
    expect(matchesMap(selector, map)).toBe(expected);
    expect(matches(selector, labels)).toBe(expected);
    expect(matches(selector, map)).toBe(expected);
  });

  it('needs every requirement to be met', () => {
    const selector = compileSelector({ matchLabels: { app: 'web', tier: 'front' } });
    expect(matches(selector, { app: 'web', tier: 'front', zone: 'a' })).toBe(true);
    expect(matches(selector, { app: 'web', tier: 'back' })).toBe(false);
    expect(matches(selector, { app: 'api', tier: 'front' })).toBe(false);
  });

  it('finds every value of a long list and none between', () => {
    const values = Array.from({ length: 100 }, (_, n) => `v${String(n)}`);
    const selector = compileSelector({ matchExpressions: [{ key: 'app', operator: 'In', values }] });
    expect(values.filter((app) => matches(selector, { app }))).toEqual(values);
    expect(['', 'v', 'v100', 'v1a', 'w', 'a'].filter((app) => matches(selector, { app }))).toEqual([]);
  });

  it('reads a label called __proto__ of a parsed object', () => {
    const selector = compileSelector(JSON.parse('{"matchLabels":{"__proto__":"x"}}') as object);
    expect(matches(selector, JSON.parse('{"__proto__":"x"}') as Record<string, string>)).toBe(true);
    expect(matches(selector, JSON.parse('{"__proto__":"y"}') as Record<string, string>)).toBe(false);
  });
});
