import { describe, expect, it } from '@jest/globals';
import { isDnsSubdomain, isLabelKey, isLabelValue, isPortName } from '../../src/model/label-syntax.js';

const a = (n: number): string => 'a'.repeat(n);

const table = (accepted: string[], refused: string[]): [string, boolean][] => [
  ...accepted.map((text): [string, boolean] => [text, true]),
  ...refused.map((text): [string, boolean] => [text, false]),
];

describe('isLabelKey', () => {
  it.each(
    table(
      [
        'app',
        'A',
        '0',
        'a.b_c-D',
        'constructor',
        'app.kubernetes.io/name',
        'x/y',
        a(63),
        `${a(253)}/x`,
        `${a(64)}.example/x`,
      ],
      [
        '',
        '/',
        '/x',
        'x/',
        'a/b/c',
        '-a',
        'a-',
        '_a',
        '.a',
        '__proto__',
        'a b',
        'ä',
        a(64),
        `${a(254)}/x`,
        'Example/x',
        'a..b/x',
        '-a/x',
        'a\n',
      ],
    ),
  )('%j: %s', (key, expected) => {
    expect(isLabelKey(key)).toBe(expected);
  });
});

describe('isLabelValue', () => {
  it.each(table(['', 'a', 'A.b_c-0', a(63)], [a(64), '-', 'a-', '.a', 'a/b', 'a b', ' ', 'a\n', '*', 'ä']))(
    '%j: %s',
    (value, expected) => {
      expect(isLabelValue(value)).toBe(expected);
    },
  );
});

describe('isDnsSubdomain', () => {
  it.each(table(['a', 'a.b', '0-1.x', a(253)], ['', '.', 'a.', 'A', 'a_b', 'a-.b', a(254)]))(
    '%j: %s',
    (name, expected) => {
      expect(isDnsSubdomain(name)).toBe(expected);
    },
  );
});

describe('isPortName', () => {
  it.each(
    table(
      ['http', 'a', '8080a', 'a-b', 'x-1-y', a(15), 'constructor'],
      ['', '8080', '-a', 'a-', 'a--b', 'HTTP', 'a_b', 'a.b', a(16), '-', '1-2', '__proto__'],
    ),
  )('%j: %s', (name, expected) => {
    expect(isPortName(name)).toBe(expected);
  });
});
