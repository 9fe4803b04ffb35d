/**
 * Cuts a stream into documents exactly where kubectl does: at every line that begins with `---`, whatever stands
 * around it. A document that is broken then cannot hide the next one.
 */
import { type Fault, MAX_PROBLEMS, snippet, type Span } from './reading.js';

export function splitDocuments(text: string): { spans: Span[]; faults: Fault[] } {
  const spans: Span[] = [];
  const faults: Fault[] = [];
  let start = 0;
  for (
    let mark = findMark(text, 0);
    mark !== -1 && faults.length < MAX_PROBLEMS;
    mark = findMark(text, start)
  ) {
    spans.push({ start, end: mark });
    const lineEnd = text.indexOf('\n', mark);
    start = lineEnd === -1 ? text.length : lineEnd + 1;
    const rest = text.slice(mark + 3, lineEnd === -1 ? text.length : lineEnd).trim();
    if (rest !== '' && !rest.startsWith('#')) faults.push(badMark(mark, rest));
  }
  spans.push({ start, end: text.length });
  return { spans, faults };
}

function findMark(text: string, from: number): number {
  if (text.startsWith('---', from)) return from;
  const found = text.indexOf('\n---', from);
  return found === -1 ? -1 : found + 1;
}

const badMark = (offset: number, rest: string): Fault => ({
  offset,
  message: `only a comment may stand after the document separator \`---\`, found ${snippet(rest)}`,
  hint: 'kubectl refuses the whole file; start the document on the next line',
});
