import { describe, expect, it, test } from '@jest/globals';
import {
  compileRustPattern,
  newEngine,
  patternCompiler,
  type Engine,
} from '../../../src/adapters/regex/rust-regex.js';

const matches = (source: string, text: string): boolean | string => {
  const compiled = compileRustPattern(source);
  return compiled.ok ? compiled.pattern.matchesWhole(text) : compiled.error;
};

test.each([
  ['a|ab', 'ab', false],
  ['ab|a', 'ab', true],
  ['[a-z&&[^b]]', 'b', false],
  ['\u00e9+', '\u00e9\u00e9', true],
])('%j matches all of %j: %j', (source, text, whole) => {
  expect(matches(source, text)).toBe(whole);
});

test('an engine that is full is dropped, and what it compiled still matches', () => {
  const engines: Engine[] = [];
  const compile = patternCompiler(() => {
    engines.push(newEngine());
    return engines.at(-1)!;
  });
  const first = compile('a{1,500}b');
  // Half a megabyte each, which `free` does not give back.
  for (let i = 0; i < 300; i++) expect(compile(`\\p{L}+${String(i)}`).ok).toBe(true);
  const sizes = engines.map(({ __wasm }) => __wasm.memory.buffer.byteLength / 2 ** 20);
  expect(sizes.length).toBeGreaterThan(1);
  expect(Math.max(...sizes)).toBeLessThan(96);
  expect(first.ok && first.pattern.matchesWhole('aab')).toBe(true);
  expect(first.ok && first.pattern.matchesWhole('b')).toBe(false);
});

describe('the dialect of Rust’s regex crate', () => {
  it.each([
    '/a.*',
    '[a-z&&[^b]]',
    '(?x) a # b',
    '\\p{L}',
    '(?P<n>a)(?<m>b)',
    '\\u{61}\\x{41}',
    '\\b{start}a',
    '\\/',
    '',
  ])('has %j', (source) => {
    expect(compileRustPattern(source).ok).toBe(true);
  });

  it.each([
    ['a(?=b)', 'look-around, including look-ahead and look-behind, is not supported'],
    ['(a)\\1', 'backreferences are not supported'],
    ['(', 'unclosed group'],
    ['*a', 'repetition operator missing expression'],
    ['[z-a]', 'invalid character class range, the start must be <= the end'],
    ['\\p{Nope}', 'Unicode property not found'],
    ['(?P<n>a)(?P<n>b)', 'duplicate capture group name'],
    ['(?-u)\\xff', 'pattern can match invalid UTF-8'],
  ])('has no %j', (source, error) => {
    expect(compileRustPattern(source)).toEqual({ ok: false, error });
  });

  it('has a limit of 10 MiB for what is compiled', () => {
    expect(compileRustPattern('\\w{1000}')).toMatchObject({
      ok: false,
      error: expect.stringContaining('size limit'),
    });
    expect(compileRustPattern('[a-z]{1000}').ok).toBe(true);
  });
});

test('matching takes linear time', () => {
  const started = performance.now();
  expect(matches('(a+)+$', `${'a'.repeat(10_000)}b`)).toBe(false);
  expect(performance.now() - started).toBeLessThan(2_000);
});

describe('an engine', () => {
  /** A module whose constructor fails as `errors` say, one after the other, and then works. */
  function failing(...errors: Error[]) {
    let loads = 0;
    class RRegex {
      constructor() {
        const error = errors.shift();
        if (error !== undefined) throw error;
      }
      find = () => ({ start: 0, end: 1 });
      free = () => undefined;
    }
    const compile = patternCompiler(() => {
      loads += 1;
      return { RRegex, __wasm: { memory: { buffer: new ArrayBuffer(1) } } };
    });
    return { compile, loads: () => loads };
  }
  const trap = (): Error => {
    const error = new Error('unreachable');
    error.name = 'RuntimeError';
    return error;
  };

  it('that trapped is replaced, and the pattern tried once more', () => {
    const { compile, loads } = failing(trap());
    expect(compile('a')).toMatchObject({ ok: true });
    expect(loads()).toBe(2);
    expect(compile('a')).toMatchObject({ ok: true });
    expect(loads()).toBe(2);
  });

  it('that traps again is no verdict on the pattern', () => {
    const { compile } = failing(trap(), trap());
    expect(() => compile('a')).toThrow('unreachable');
  });

  it('that knows what is wrong with the pattern stays', () => {
    const { compile, loads } = failing(new Error('regex parse error:\n    (\n    ^\nerror: unclosed group'));
    expect(compile('(')).toEqual({ ok: false, error: 'unclosed group' });
    expect(compile('(')).toMatchObject({ ok: true });
    expect(loads()).toBe(1);
  });
});
