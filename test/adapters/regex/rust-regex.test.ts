import { createRequire, Module } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import {
  compileRustPattern,
  patternCompiler,
  type RustRegexModule,
} from '../../../src/adapters/regex/rust-regex.js';

function compiled(source: string) {
  const result = compileRustPattern(source);
  if (!result.ok) throw new Error(result.error);
  return result.pattern;
}

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

describe('a pattern', () => {
  it('matches the whole of a text, or does not match it', () => {
    const pattern = compiled('/é.*');
    expect(pattern.matchesWhole('/éa')).toBe(true);
    expect(pattern.matchesWhole('x/éa')).toBe(false);
    expect(compiled('a|ab').matchesWhole('ab')).toBe(false);
    expect(compiled('').matchesWhole('')).toBe(true);
  });

  it('takes linear time', () => {
    const started = performance.now();
    expect(compiled('(a+)+$').matchesWhole(`${'a'.repeat(10_000)}b`)).toBe(false);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('the engine', () => {
  const path = createRequire(import.meta.url).resolve('rregex');

  /** The module past jest's registry, which would give the same one each time. */
  function loadAnew(): RustRegexModule {
    const module = new Module(path);
    (module as unknown as { load(path: string): void }).load(path);
    return (module as unknown as { exports: RustRegexModule }).exports;
  }

  it('is replaced before its memory has grown without bound', () => {
    const engines: RustRegexModule[] = [];
    const compile = patternCompiler(() => {
      engines.push(loadAnew());
      return engines.at(-1)!;
    });
    // Each leaves some half a megabyte behind.
    for (let n = 0; n < 300; n += 1) expect(compile(`\\p{L}+${String(n)}`).ok).toBe(true);
    const sizes = engines.map(({ __wasm }) => __wasm.memory.buffer.byteLength / 2 ** 20);
    expect(sizes.length).toBeGreaterThan(1);
    expect(Math.max(...sizes)).toBeLessThan(64 + 32);
  });

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
