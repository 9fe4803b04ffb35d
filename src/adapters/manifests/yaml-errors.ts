/** Says in plain words what the `yaml` library found wrong, and where somebody who mends it has to look. */
import type { YAMLParseError } from 'yaml';
import { type Fault, snippet } from './reading.js';

type SyntaxError = Pick<YAMLParseError, 'code' | 'message' | 'pos'>;

interface Place {
  readonly source: string;
  readonly offset: number;
  /** The line that `offset` is in, and where it starts. */
  readonly line: string;
  readonly lineStart: number;
}

/** `base` is the offset in the file at which `source` starts. */
export function explainSyntaxError(error: SyntaxError, source: string, base: number): Fault {
  const place = placeAt(source, error.pos[0]);
  const fault = notMeantAsYaml(place) ?? tabIndent(place) ?? byCode(error, place);
  return { ...fault, offset: base + fault.offset };
}

function placeAt(source: string, at: number): Place {
  // At the end of the text the last line that has something in it is meant.
  const last = Math.max(source.trimEnd().length - 1, 0);
  const offset = at > last ? last : at + (/^ */.exec(source.slice(at, at + 1_000))?.[0].length ?? 0);
  const lineStart = source.lastIndexOf('\n', offset - 1) + 1;
  const lineEnd = source.indexOf('\n', lineStart);
  return { source, offset, lineStart, line: source.slice(lineStart, lineEnd === -1 ? undefined : lineEnd) };
}

function notMeantAsYaml({ line, lineStart }: Place): Fault | undefined {
  const template = line.indexOf('{{');
  if (template !== -1) {
    return {
      offset: lineStart + template,
      message: 'a template is no manifest yet',
      hint: 'render it first: `helm template … | gatehouse lint -`',
    };
  }
  if (!/^(?:<{7}|={7}|>{7})(?: |$)/.test(line)) return undefined;
  return {
    offset: lineStart,
    message: 'an unresolved merge conflict',
    hint: 'choose one side and delete the markers',
  };
}

function tabIndent({ line, lineStart }: Place): Fault | undefined {
  const tab = /^ *\t/.exec(line);
  if (tab === null) return undefined;
  return {
    offset: lineStart + tab[0].length - 1,
    message: 'a line is indented with a tab',
    hint: 'YAML is indented with spaces only',
  };
}

function byCode(error: SyntaxError, place: Place): Fault {
  const { offset } = place;
  switch (error.code as string) {
    case 'BLOCK_AS_IMPLICIT_KEY':
      return error.message.startsWith('Nested') ? secondColon(place) : badIndent(offset);
    case 'MULTILINE_IMPLICIT_KEY':
      return noKey(place);
    case 'BAD_INDENT':
      return unclosed(error.message, offset) ?? badIndent(offset);
    case 'BAD_SCALAR_START':
      return {
        offset,
        message: `a value cannot start with \`${place.source.charAt(offset)}\``,
        hint: 'put the value in quotes',
      };
    case 'RESOURCE_EXHAUSTION':
      return { offset, message: 'nested too deeply' };
    default:
      return (
        unclosed(error.message, offset) ??
        misplaced(error.message, place) ?? { offset, message: plain(error.message) }
      );
  }
}

function secondColon({ source, offset, line, lineStart }: Place): Fault {
  const rest = line.slice(offset - lineStart);
  if (/:(?: |$)/.test(rest)) {
    return {
      offset,
      message: `the value ${snippet(rest)} has a \`:\` in it`,
      hint: 'put the value in quotes',
    };
  }
  const next = source.indexOf('\n', offset) + 1;
  const indent = /^\s*/.exec(source.slice(next))?.[0].length ?? 0;
  return {
    offset: next + indent,
    message: 'the line is indented deeper than the one above, which already has a value',
    hint: 'start both lines in the same column',
  };
}

function noKey({ offset, line, lineStart }: Place): Fault {
  const found = line.slice(offset - lineStart);
  const message = `expected \`key: value\`, found ${snippet(found)}`;
  const glued = /^[\w./-]+:\S/.test(found);
  return { offset, message, ...(glued && { hint: 'a space is missing after the `:`' }) };
}

const badIndent = (offset: number): Fault => ({
  offset,
  message: 'the indentation fits nothing above',
  hint: 'members of one mapping, and items of one list, start in the same column',
});

function unclosed(message: string, offset: number): Fault | undefined {
  const [, bracket, quoteMark] =
    /must be sufficiently indented and end with a ([\]}])|Missing closing (["'])/.exec(message) ?? [];
  if (bracket !== undefined) {
    const message = `\`${bracket}\` is missing: what was opened before is not closed here`;
    return {
      offset,
      message,
      hint: 'lines inside brackets are indented deeper than the line that opens them',
    };
  }
  return quoteMark === undefined
    ? undefined
    : { offset, message: `a quoted text is not closed: \`${quoteMark}\` is missing` };
}

function misplaced(message: string, { offset, line, lineStart }: Place): Fault | undefined {
  if (message.startsWith('Unexpected , in')) return { offset, message: 'a value is missing before the `,`' };
  if (!message.endsWith('at node end')) return undefined;
  return {
    offset,
    message: `the value ends before ${snippet(line.slice(offset - lineStart))}`,
    hint: 'put the whole value in quotes',
  };
}

/** The library's own sentence, in our style: lower case, no full stop, one line. */
function plain(message: string): string {
  const flat = message.replace(/\s+/g, ' ').replace(/\.$/, '');
  return flat.charAt(0).toLowerCase() + flat.slice(1);
}
