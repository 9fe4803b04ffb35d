/** Quoted and block scalars of YAML, for the block reader. `undefined` means: leave this one to the full parser. */

export interface ReadText {
  readonly value: string;
  /** The offset after what was read. */
  readonly next: number;
}

/** A text in single quotes at `at`; lines after the first must be indented deeper than `parent`. */
export function readSingleQuoted(text: string, at: number, parent: number): ReadText | undefined {
  let close = text.indexOf("'", at + 1);
  while (close !== -1 && text.charAt(close + 1) === "'") close = text.indexOf("'", close + 2);
  if (close === -1) return undefined;
  const raw = text.slice(at + 1, close);
  const value = raw.includes('\n') ? foldQuoted(raw, parent) : raw;
  return value === undefined ? undefined : { value: value.replaceAll("''", "'"), next: close + 1 };
}

/** A text in double quotes at `at`; lines after the first must be indented deeper than `parent`. */
export function readDoubleQuoted(text: string, at: number, parent: number): ReadText | undefined {
  const close = text.indexOf('"', at + 1);
  if (close === -1) return undefined;
  const raw = text.slice(at + 1, close);
  if (raw.includes('\\')) return readEscaped(text, at, parent);
  const value = raw.includes('\n') ? foldQuoted(raw, parent) : raw;
  return value === undefined ? undefined : { value, next: close + 1 };
}

/** Joins the lines of a quoted text: a line break is a space, and n + 1 line breaks are n line breaks. */
function foldQuoted(raw: string, parent: number): string | undefined {
  if (raw.includes('\t')) return undefined;
  const lines = raw.split('\n');
  let value = trimSpaces(lines[0] ?? '', 'end');
  let blank = 0;
  for (const [index, line] of lines.entries()) {
    if (index === 0) continue;
    const isLast = index === lines.length - 1;
    const started = trimSpaces(line, 'start');
    if (started === '' && !isLast) {
      blank++;
      continue;
    }
    if (line.length - started.length <= parent) return undefined;
    value += (blank === 0 ? ' ' : '\n'.repeat(blank)) + (isLast ? started : trimSpaces(started, 'end'));
    blank = 0;
  }
  return value;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['a', '\u0007'],
  ['b', '\b'],
  ['t', '\t'],
  ['n', '\n'],
  ['v', '\v'],
  ['f', '\f'],
  ['r', '\r'],
  ['e', '\u001b'],
  [' ', ' '],
  ['"', '"'],
  ['\\', '\\'],
  ['N', '\u0085'],
  ['_', '\u00a0'],
  ['L', '\u2028'],
  ['P', '\u2029'],
]);
const PLAIN_RUN = /[^"\\\n\t]+/y;
const LINE_BREAKS = /(\n *)+/y;
const HEX_ESCAPE = /x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}/y;

function readEscaped(text: string, start: number, parent: number): ReadText | undefined {
  let value = '';
  // What an escape or a fold added is no trailing white space of its line.
  let kept = 0;
  let at = start + 1;
  for (;;) {
    const run = matchAt(PLAIN_RUN, text, at);
    value += run;
    at += run.length;
    const char = text.charAt(at);
    if (char === '"') return { value, next: at + 1 };
    const breaks = matchAt(LINE_BREAKS, text, char === '\\' && text.charAt(at + 1) === '\n' ? at + 1 : at);
    if (breaks !== '') {
      const lines = breaks.split('\n');
      const blank = lines.length - 2;
      if ((lines.at(-1)?.length ?? 0) <= parent || (char === '\\' && blank > 0)) return undefined;
      if (char === '\n') {
        value = value.slice(0, kept) + trimSpaces(value.slice(kept), 'end');
        value += blank === 0 ? ' ' : '\n'.repeat(blank);
      }
      at += breaks.length + (char === '\\' ? 1 : 0);
    } else if (char === '\\') {
      const escaped = readEscape(text, at + 1);
      if (escaped === undefined) return undefined;
      value += escaped.value;
      at = escaped.next;
    } else {
      return undefined;
    }
    kept = value.length;
  }
}

function readEscape(text: string, at: number): ReadText | undefined {
  const simple = ESCAPES.get(text.charAt(at));
  if (simple !== undefined) return { value: simple, next: at + 1 };
  const hex = matchAt(HEX_ESCAPE, text, at);
  const code = hex === '' ? Infinity : Number.parseInt(hex.slice(1), 16);
  if (code > 0x10ffff) return undefined;
  return { value: String.fromCodePoint(code), next: at + hex.length };
}

// Indicator, chomping and indentation in either order, and perhaps a comment.
const BLOCK_HEADER = /([|>])(?:([-+])?([1-9])?|([1-9])([-+]))(?: +#[^\n]*| *)\n/y;

/** A `|` or `>` scalar whose header stands at `at`, below a node in column `parent`; `next` is the start of a line. */
export function readBlockScalar(text: string, at: number, end: number, parent: number): ReadText | undefined {
  BLOCK_HEADER.lastIndex = at;
  const header = BLOCK_HEADER.exec(text);
  if (header === null) return undefined;
  const first = at + header[0].length;
  const digit = header[3] ?? header[4];
  const indent = digit === undefined ? detectIndent(text, first, end, parent) : parent + Number(digit);
  if (indent === undefined) return undefined;
  const content = blockLines(text, first, end, indent);
  if (content === undefined) return undefined;
  const { lines, next } = content;
  let trailing = 0;
  while (lines.at(-1) === '') {
    lines.pop();
    trailing++;
  }
  const body = header[1] === '|' ? lines.join('\n') : foldBlock(lines);
  return { value: body + chomp(header[2] ?? header[5] ?? '', { empty: lines.length === 0, trailing }), next };
}

function chomp(mode: string, { empty, trailing }: { empty: boolean; trailing: number }): string {
  if (mode === '-') return '';
  const last = empty ? '' : '\n';
  return mode === '+' ? last + '\n'.repeat(trailing) : last;
}

/** The indentation of the first line that is not blank; a scalar without any gets one that no line reaches. */
function detectIndent(text: string, first: number, end: number, parent: number): number | undefined {
  let deepestBlank = 0;
  for (let line = first; line < end;) {
    const indent = countSpaces(text, line);
    const char = text.charAt(line + indent);
    if (char !== '\n') {
      if (indent <= parent) break;
      return char === '\t' || deepestBlank > indent ? undefined : indent;
    }
    deepestBlank = Math.max(deepestBlank, indent);
    line += indent + 1;
  }
  return deepestBlank > parent ? undefined : parent + 1;
}

function blockLines(
  text: string,
  first: number,
  end: number,
  indent: number,
): { lines: string[]; next: number } | undefined {
  const lines: string[] = [];
  let line = first;
  while (line < end) {
    const spaces = countSpaces(text, line, indent);
    const lineEnd = text.indexOf('\n', line);
    if (spaces < indent && line + spaces !== lineEnd) {
      return text.charAt(line + spaces) === '\t' ? undefined : { lines, next: line };
    }
    lines.push(text.slice(line + spaces, lineEnd));
    line = lineEnd + 1;
  }
  return { lines, next: line };
}

/** Lines of a `>` scalar: neighbours are joined by a space unless one of them starts with white space. */
function foldBlock(lines: readonly string[]): string {
  let body = '';
  let blank = 0;
  let previousIndented = true;
  for (const [index, line] of lines.entries()) {
    if (line === '') {
      blank++;
      continue;
    }
    const indented = line.startsWith(' ') || line.startsWith('\t');
    const folds = !previousIndented && !indented;
    // The line break that ends the line before; there is none before the first line.
    const ending = index === blank ? '' : folds && blank === 0 ? ' ' : folds ? '' : '\n';
    body += ending + '\n'.repeat(blank) + line;
    blank = 0;
    previousIndented = indented;
  }
  return body;
}

function matchAt(sticky: RegExp, text: string, at: number): string {
  sticky.lastIndex = at;
  return sticky.exec(text)?.[0] ?? '';
}

export function countSpaces(text: string, from: number, atMost = Infinity): number {
  let count = 0;
  while (count < atMost && text.charCodeAt(from + count) === 0x20) count++;
  return count;
}

/** Unlike `trim`, leaves every other kind of white space alone, as YAML does. */
export function trimSpaces(text: string, side: 'start' | 'end'): string {
  if (side === 'start') return text.slice(countSpaces(text, 0));
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0x20) end--;
  return text.slice(0, end);
}
