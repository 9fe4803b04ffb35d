/**
 * The proxy's pattern dialect: the Rust `regex` crate compiled to WebAssembly, with its 10 MiB size limit and its
 * linear-time matching. V8's own engine would take exponential time on patterns that users can write.
 */
import { createRequire } from 'node:module';
import type { CompilePattern } from '../../model/world.js';

type RustRegex = new (pattern: string) => {
  find(text: string): { start: number; end: number } | undefined;
  free(): void;
};

let engine: RustRegex | undefined;

// Loaded on first use: the module is 1.1 MB and most runs meet no pattern.
function load(): RustRegex {
  engine ??= (createRequire(import.meta.url)('rregex') as { RRegex: RustRegex }).RRegex;
  return engine;
}

/** Compiles `source`; the error is the crate's own text, on one line. */
export const compileRustPattern: CompilePattern = (source) => {
  const Regex = load();
  try {
    const compiled = new Regex(source);
    return {
      ok: true,
      pattern: {
        matchesWhole: (text) => {
          const match = compiled.find(text);
          return match?.start === 0 && match.end === Buffer.byteLength(text);
        },
      },
    };
  } catch (error) {
    return { ok: false, error: lastLine(error instanceof Error ? error.message : String(error)) };
  }
};

/** The crate draws the pattern with a marker under it; the cause stands in the last line, after `error:`. */
function lastLine(text: string): string {
  const line = text.trim().split('\n').at(-1) ?? text;
  return line.replace(/^.*error: /, '').trim();
}
