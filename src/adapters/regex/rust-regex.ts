/**
 * The proxy's pattern dialect: the Rust `regex` crate compiled to WebAssembly, with its 10 MiB size limit and its
 * linear-time matching. V8's own engine would take exponential time on patterns that users can write.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { compileFunction } from 'node:vm';
import type { CompilePattern } from '../../model/world.js';

interface RustRegex {
  find(text: string): { readonly start: number; readonly end: number } | undefined;
}

/** What the module `rregex` exports, as far as it is used. */
export interface Engine {
  readonly RRegex: new (pattern: string) => RustRegex;
  readonly __wasm: { readonly memory: { readonly buffer: ArrayBuffer } };
}

/**
 * The engine does not give back what a pattern took, up to 35 MB each, `free` or not. One that has taken this much is
 * dropped, with all that it compiled, and the collector takes its memory.
 */
const FULL_BYTES = 64 * 1024 * 1024;

/** A new instance of the WebAssembly module; `require` would give the one that is there. 1.1 MB, read on first use. */
export function newEngine(): Engine {
  const require = createRequire(import.meta.url);
  const file = require.resolve('rregex');
  const module = { exports: {} };
  const run = compileFunction(readFileSync(file, 'utf8'), ['exports', 'require', 'module', '__dirname'], {
    filename: file,
  }) as (exports: object, require: NodeJS.Require, module: object, folder: string) => void;
  run(module.exports, createRequire(file), module, dirname(file));
  return module.exports as Engine;
}

/** Compiles with engines that `load` makes anew each time. */
export function patternCompiler(load: () => Engine): CompilePattern {
  let engine: Engine | undefined;
  const compiledBy = new Map<string, RustRegex>();
  const drop = (): void => {
    engine = undefined;
    compiledBy.clear();
  };

  /** The compiled pattern, made anew if its engine was dropped. Throws for a pattern that is none. */
  function compiled(source: string): RustRegex {
    const known = compiledBy.get(source);
    if (known !== undefined) return known;
    if (engine !== undefined && engine.__wasm.memory.buffer.byteLength > FULL_BYTES) drop();
    engine ??= load();
    const regex = new engine.RRegex(source);
    compiledBy.set(source, regex);
    return regex;
  }

  /** An engine that trapped fails at everything from then on: a fresh one has one more try. */
  function tried<T>(attempt: () => T): T {
    try {
      return attempt();
    } catch (error) {
      if (!isTrap(error)) throw error;
      drop();
      return attempt();
    }
  }

  return (source) => {
    try {
      tried(() => compiled(source));
    } catch (error) {
      // That we could not compile it is no verdict on the pattern.
      if (isTrap(error)) throw error;
      return { ok: false, error: lastLine(textOf(error, 'message')) };
    }
    const matchesWhole = (text: string): boolean => {
      const match = tried(() => compiled(source).find(text));
      return match?.start === 0 && match.end === Buffer.byteLength(text);
    };
    return { ok: true, pattern: { matchesWhole } };
  };
}

/** Compiles `source`; the error is the crate's own text, on one line. */
export const compileRustPattern = patternCompiler(newEngine);

/** For want of memory, or by a fault of its own, a module of WebAssembly ends with this error. */
const isTrap = (error: unknown): boolean => textOf(error, 'name') === 'RuntimeError';

/** An error of the engine may be of another realm, where it is no `Error` of ours. */
const textOf = (error: unknown, member: 'message' | 'name'): string =>
  typeof error === 'object' && error !== null && Reflect.has(error, member)
    ? String((error as Record<string, unknown>)[member])
    : String(error);

/** The crate draws the pattern with a marker under it; the cause stands in the last line, after `error:`. */
function lastLine(text: string): string {
  const line = text.trim().split('\n').at(-1) ?? text;
  return line.replace(/^.*error: /, '').trim();
}
