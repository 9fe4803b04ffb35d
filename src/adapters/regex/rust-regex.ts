/**
 * The proxy's pattern dialect: the Rust `regex` crate compiled to WebAssembly, with its 10 MiB size limit and its
 * linear-time matching. V8's own engine would take exponential time on patterns that users can write.
 */
import { createRequire } from 'node:module';
import type { CompilePattern } from '../../model/world.js';

interface RustRegex {
  find(text: string): { start: number; end: number } | undefined;
  free(): void;
}

/** What the module `rregex` exports, as far as it is used. */
export interface RustRegexModule {
  readonly RRegex: new (pattern: string) => RustRegex;
  readonly __wasm: { readonly memory: { readonly buffer: ArrayBuffer } };
}

/**
 * The memory of WebAssembly never shrinks, and the module keeps some of what is freed, half a megabyte for `\p{L}`:
 * an engine that has grown beyond this is left to the garbage collector and a fresh one takes its place, in some 10 ms.
 */
const MOST_MEMORY = 64 * 1024 * 1024;

/** Compiles with a module that `load` loads anew each time. */
export function patternCompiler(load: () => RustRegexModule): CompilePattern {
  // Loaded on first use: the module is 1.1 MB and most runs meet no pattern.
  let engine: RustRegexModule | undefined;
  const construct = (source: string): RustRegex => {
    if (engine === undefined || engine.__wasm.memory.buffer.byteLength > MOST_MEMORY) engine = load();
    try {
      return new engine.RRegex(source);
    } catch (error) {
      if (!isTrap(error)) throw error;
      // An engine that trapped, for want of memory or by a fault of its own, fails at everything from then on.
      engine = load();
      return new engine.RRegex(source);
    }
  };
  return (source) => {
    try {
      // Freed at once: most patterns are only judged.
      construct(source).free();
    } catch (error) {
      if (isTrap(error)) throw error;
      return { ok: false, error: lastLine(error instanceof Error ? error.message : String(error)) };
    }
    let compiled: RustRegex | undefined;
    const matchesWhole = (text: string): boolean => {
      compiled ??= construct(source);
      const match = compiled.find(text);
      return match?.start === 0 && match.end === Buffer.byteLength(text);
    };
    return { ok: true, pattern: { matchesWhole } };
  };
}

/** Compiles `source`; the error is the crate's own text, on one line. */
export const compileRustPattern = patternCompiler(() => {
  // A `require` of its own each time, since one keeps a list of all that it loaded.
  const require = createRequire(import.meta.url);
  const path = require.resolve('rregex');
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the documented way to have a module loaded anew
  delete require.cache[path];
  return require(path) as RustRegexModule;
});

/** By name: tests have globals of their own, of which no error of the engine is an instance. */
const isTrap = (error: unknown): boolean => error instanceof Error && error.name === 'RuntimeError';

/** The crate draws the pattern with a marker under it; the cause stands in the last line, after `error:`. */
function lastLine(text: string): string {
  const line = text.trim().split('\n').at(-1) ?? text;
  return line.replace(/^.*error: /, '').trim();
}
