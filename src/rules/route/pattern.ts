import { quote } from '../../model/text.js';
import { L7_ROUTE_KINDS } from '../../schema/index.js';
import { defineRule, gatehouse, linkerd } from '../rule.js';
import { items, routeMatches, type Part } from '../shapes.js';

/** Longer patterns are refused unread (product description, section 2). */
const LIMIT = 4_096;

/** HR-4, GH-4, GG-4: regular expressions compile in the proxy's dialect. */
export const routePattern = defineRule({
  code: 'route/pattern',
  summary: 'a regular expression that the proxy cannot compile',
  severity: 'deny',
  kinds: L7_ROUTE_KINDS,
  sources: ['HR-4', 'GH-4', 'GG-4', 'REGEX'],
  messages: {
    syntax: linkerd(({ value, error }: { value: string; error: string }) => ({
      message: `${value} is no regular expression for the proxy: ${error}`,
      brief: `no regular expression for the proxy: ${error}`,
      hint: 'the dialect is that of Rust’s regex crate: no look-around and no back-references',
    })),
    long: gatehouse(({ length }: { length: number }) => ({
      message: `this regular expression has ${String(length)} characters; ${String(LIMIT)} are the most`,
      hint: 'split it over several matches',
    })),
  },
  check({ subject, world }, report) {
    for (const match of routeMatches(subject)) {
      const { path, headers, queryParams } = match.value;
      const matchers: Part<{ type?: string | null | undefined; value?: string | null | undefined }>[] = [
        ...(path === undefined || path === null ? [] : [{ path: [...match.path, 'path'], value: path }]),
        ...items(headers, [...match.path, 'headers']),
        ...items(queryParams, [...match.path, 'queryParams']),
      ];
      for (const { path: at, value } of matchers) {
        const source = value.value;
        if (value.type !== 'RegularExpression' || typeof source !== 'string') continue;
        if (source.length > LIMIT) {
          report('long', [...at, 'value'], { length: source.length });
          continue;
        }
        const compiled = world.semantics.compilePattern(source);
        if (!compiled.ok)
          report('syntax', [...at, 'value'], { value: quote(source), error: plain(compiled.error) });
      }
    }
  },
});

/** The engine's words in the style of ours: some begin with a capital letter and end with a full stop. */
const plain = (error: string): string =>
  error.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase()).replace(/\.$/, '');
