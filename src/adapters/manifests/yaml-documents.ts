/**
 * Turns the text of a manifest, YAML or JSON, into Kubernetes documents as kubectl would read them, and keeps for every
 * member of every document where it stands. What cannot be read is a problem, never an exception, and one broken
 * document does not hide the others.
 *
 *   text ── splitDocuments ──> documents ── readJson | readYaml ──> plain data + outline ── lists unfolded
 */
import { quote } from '../../model/text.js';
import { readJson } from './json-reader.js';
import { Outline, type Path, type Position } from './position.js';
import { type Fault, MAX_PROBLEMS, type ReadDocument, type Reading, type Span } from './reading.js';
import { splitDocuments } from './split.js';
import { readYaml } from './yaml-reader.js';

export type { Path, Position } from './position.js';

export interface ManifestDocument {
  readonly file: string;
  /** Which document of the file this is, counted from 0; every item of a list is a document. */
  readonly index: number;
  /** Plain data: what `JSON.parse` could have returned. */
  readonly value: unknown;
  /**
   * Where the member or item at `path` stands: its key, or for an item of a list its value. For a path that does not
   * exist, the nearest ancestor that does.
   */
  position(path: Path): Position;
}

export interface ParseProblem {
  readonly file: string;
  /** Counted from 1, like the column; 0 when the file as a whole cannot be read. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint?: string;
}

export interface Parsed {
  readonly documents: readonly ManifestDocument[];
  readonly problems: readonly ParseProblem[];
}

// What go-yaml refuses anywhere in a text, as "control characters are not allowed"; and U+0085, a line break to it.
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u0080-\u009f\ufffe\uffff]/;

/** `file` names the text in positions and problems; a name ending in `.json` makes JSON's stricter syntax binding. */
export function parseDocuments(text: string, { file }: { file: string }): Parsed {
  // Line ends are normalised first: they do not change the line and column of anything.
  const normal = text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  const source = normal.endsWith('\n') ? normal : `${normal}\n`;
  const outline = new Outline(source);
  const documents: ManifestDocument[] = [];
  const { spans, faults: all } = splitDocuments(source);
  for (const { start, end } of spans) {
    if (all.length >= MAX_PROBLEMS) break;
    // Files that were put together bring their byte order marks along.
    const span = { start: source.charAt(start) === '\ufeff' ? start + 1 : start, end };
    const reading = readDocument(source, span, { outline, strictJson: /\.json$/i.test(file) });
    all.push(...reading.faults);
    for (const document of reading.documents) {
      unfold(document, outline, {
        object: (value, root) =>
          documents.push(new OutlinedDocument(file, documents.length, value, root, outline)),
        fault: (fault) => all.push(fault),
      });
    }
  }
  return { documents, problems: toProblems(all, file, outline) };
}

function toProblems(faults: readonly Fault[], file: string, outline: Outline): ParseProblem[] {
  const sorted = faults.toSorted((a, b) => a.offset - b.offset);
  const problems = sorted.slice(0, MAX_PROBLEMS).map(({ offset, message, hint }) => {
    const problem = { file, ...outline.positionAt(offset), message };
    return hint === undefined ? problem : { ...problem, hint };
  });
  const last = problems.at(-1);
  if (last !== undefined && sorted.length >= MAX_PROBLEMS) {
    problems.push({
      ...last,
      message: `${String(MAX_PROBLEMS)} problems found, the rest of the file is not read`,
    });
  }
  return problems;
}

function readDocument(
  text: string,
  span: Span,
  { outline, strictJson }: { outline: Outline; strictJson: boolean },
): Reading {
  const start = firstContent(text, span);
  if (start === undefined) return { documents: [], faults: [] };
  const first = text.charAt(start);
  if (first === '%') return { documents: [], faults: [directive(start)] };
  if (first === '{' || first === '[') {
    const json = readJson(text, { start, end: span.end }, outline);
    if (json.faults.length === 0 || json.duplicatesOnly || strictJson) return json;
    // kubectl takes `{a: 1}` and `{"a": 1,}` too, as YAML.
    const yaml = readAnyYaml(text, span, outline);
    return yaml.faults.length === 0 || !/^[{[]\s*["{}[\]]/.test(text.slice(start, start + 80)) ? yaml : json;
  }
  return readAnyYaml(text, span, outline);
}

function readAnyYaml(text: string, span: Span, outline: Outline): Reading {
  const control = text.slice(span.start, span.end).search(FORBIDDEN);
  if (control !== -1) return { documents: [], faults: [forbidden(text, span.start + control)] };
  return readYaml(text, span, outline);
}

/** The first character that is neither white space nor in a comment; undefined for an empty document. */
function firstContent(text: string, span: Span): number | undefined {
  const content = /[^\s#]|#[^\n]*/g;
  content.lastIndex = span.start;
  for (let found = content.exec(text); found !== null && found.index < span.end; found = content.exec(text)) {
    if (!found[0].startsWith('#')) return found.index;
  }
  return undefined;
}

function forbidden(text: string, offset: number): Fault {
  const code = (text.codePointAt(offset) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return { offset, message: `the control character U+${code} is not allowed here` };
}

const directive = (offset: number): Fault => ({
  offset,
  message: 'kubectl reads no directives (`%` at the start of a line)',
  hint: 'delete the line',
});

interface Unfolded {
  readonly object: (value: Record<string, unknown>, root: number) => void;
  readonly fault: (fault: Fault) => void;
}

/** A `List`, or a `ServerList` and the like, stands for its items. */
function unfold({ value, root }: ReadDocument, outline: Outline, to: Unfolded): void {
  if (value === null) return;
  if (!isObject(value)) {
    to.fault({
      offset: outline.offset(root),
      message: `a manifest is an object with \`apiVersion\` and \`kind\`, found ${describe(value)}`,
    });
    return;
  }
  const items = listItems(value);
  const node = items === undefined ? undefined : outline.child(root, 'items');
  if (items === undefined || node === undefined) {
    to.object(value, root);
    return;
  }
  outline.children(node).forEach((child, index) => {
    const item = items[index];
    if (isObject(item)) unfold({ value: withListKind(item, value), root: child }, outline, to);
    else {
      const found = item === null ? 'nothing' : describe(item);
      to.fault({ offset: outline.offset(child), message: `an item of a list is an object, found ${found}` });
    }
  });
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function listItems(value: Record<string, unknown>): readonly unknown[] | undefined {
  const kind = own(value, 'kind');
  const items = own(value, 'items');
  return typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items)
    ? (items as unknown[])
    : undefined;
}

/** The API leaves kind and version out of the items of a `PodList`, and kubectl puts them back like this. */
function withListKind(item: Record<string, unknown>, list: Record<string, unknown>): Record<string, unknown> {
  const kind = String(own(list, 'kind')).slice(0, -'List'.length);
  if (kind === '' || (Object.hasOwn(item, 'kind') && Object.hasOwn(item, 'apiVersion'))) return item;
  const apiVersion = own(list, 'apiVersion');
  return { ...(apiVersion !== undefined && { apiVersion }), kind, ...item };
}

const own = (value: Record<string, unknown>, key: string): unknown =>
  Object.hasOwn(value, key) ? value[key] : undefined;

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'string' ? `the text ${quote(value)}` : `\`${String(value)}\``;
}

class OutlinedDocument implements ManifestDocument {
  readonly file: string;
  readonly index: number;
  readonly value: unknown;
  readonly #root: number;
  readonly #outline: Outline;

  constructor(file: string, index: number, value: unknown, root: number, outline: Outline) {
    this.file = file;
    this.index = index;
    this.value = value;
    this.#root = root;
    this.#outline = outline;
  }

  position(path: Path): Position {
    return this.#outline.position(this.#root, path);
  }
}
