/**
 * Reads any YAML, with the `yaml` library for the syntax and kubectl's rules (scalars.ts) for the meaning.
 *
 * The library's own conversion to data is not used: it follows YAML 1.1 or 1.2 rather than kubectl, and compares every
 * key of a mapping with every other.
 */
import * as Yaml from 'yaml';
import { quote } from '../../model/text.js';
import type { Outline } from './position.js';
import { plainKey, resolvePlain, resolveTagged, type Scalar } from './scalars.js';
import {
  type Fault,
  MAX_DEPTH,
  MAX_PROBLEMS,
  type ReadDocument,
  type Reading,
  repeatedKey,
  setMember,
  type Span,
  tooDeep,
  Unreadable,
} from './reading.js';
import { explainSyntaxError } from './yaml-errors.js';

/** A tree takes about a kilobyte a token, so more of them could exhaust the heap. YAML of 4 to 6 MiB has as many. */
const MAX_TOKENS = 1_500_000;

/** How many values aliases may add to one document; real manifests add a handful. */
export const MAX_ALIASED_VALUES = 100_000;

const TOO_MANY_ALIASED = `aliases stand for more than ${MAX_ALIASED_VALUES.toLocaleString('en')} values`;

const OPTIONS = {
  // Scalars stay text here and get their meaning from kubectl's rules.
  schema: 'failsafe',
  resolveKnownTags: false,
  uniqueKeys: false,
  prettyErrors: false,
} as const;

export function readYaml(text: string, span: Span, outline: Outline): Reading {
  const documents: ReadDocument[] = [];
  const faults: Fault[] = [];
  try {
    const source = text.slice(span.start, span.end);
    for (const [index, document] of parse(source, span.start).entries()) {
      const read = readParsed(document, index, { source, base: span.start, outline });
      if (read.document !== undefined) documents.push(read.document);
      faults.push(...read.faults);
      if (faults.length >= MAX_PROBLEMS) break;
    }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    faults.push(error.fault);
  }
  return { documents, faults };
}

const tooLarge = (offset: number): Fault => ({
  offset,
  message: 'the document is too large for YAML: it is read up to here at most',
  hint: 'split it up, or write it as JSON (`-o json`), which may be as large as a file',
});

interface Context {
  readonly source: string;
  readonly base: number;
  readonly outline: Outline;
}

function readParsed(
  document: Yaml.Document.Parsed,
  index: number,
  { source, base, outline }: Context,
): { document?: ReadDocument; faults: readonly Fault[] } {
  const [error] = document.errors;
  if (error !== undefined) return { faults: [explainSyntaxError(error, source, base)] };
  const { contents } = document;
  if (contents === null) return { faults: [] };
  if (index > 0) return { faults: [afterEnd(base + contents.range[0])] };
  const size = outline.size;
  const builder = new Builder(source, base, outline);
  try {
    const read = builder.build(document, contents);
    return builder.duplicates.length === 0 ? { document: read, faults: [] } : { faults: builder.duplicates };
  } catch (thrown) {
    if (!(thrown instanceof Unreadable)) throw thrown;
    outline.truncate(size);
    return { faults: [thrown.fault] };
  }
}

const afterEnd = (offset: number): Fault => ({
  offset,
  message: 'kubectl does not read what stands after `...`',
  hint: 'separate documents with `---`',
});

/** Parses step by step, because text that is nested too deeply has to be refused before it is turned into a tree. */
function parse(source: string, base: number): Yaml.Document.Parsed[] {
  const parser = new Yaml.Parser();
  const composer = new Yaml.Composer(OPTIONS);
  const documents: Yaml.Document.Parsed[] = [];
  let tokens = 0;
  try {
    for (const lexeme of new Yaml.Lexer().lex(source)) {
      for (const token of parser.next(lexeme)) documents.push(...composer.next(token));
      if (++tokens > MAX_TOKENS) throw new Unreadable(tooLarge(base + parser.offset));
      // Every open collection has an entry here, and some an entry for its pair.
      if (parser.stack.length > 2 * MAX_DEPTH + 4) throw new Unreadable(tooDeep(base + parser.offset));
    }
    for (const token of parser.end()) documents.push(...composer.next(token));
    documents.push(...composer.end(true, source.length));
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    // The library has been seen to throw on hostile text; whatever it was, the document cannot be read.
    throw new Unreadable({ offset: base, message: 'this is not YAML that can be read' });
  }
  return documents;
}

class Builder {
  readonly duplicates: Fault[] = [];
  readonly #source: string;
  readonly #base: number;
  readonly #outline: Outline;
  #targets: ReadonlyMap<Yaml.Alias, Yaml.Node> = new Map();
  #aliased = 0;
  #insideAlias = 0;
  #depth = 0;

  constructor(source: string, base: number, outline: Outline) {
    this.#source = source;
    this.#base = base;
    this.#outline = outline;
  }

  build(document: Yaml.Document.Parsed, contents: Yaml.ParsedNode): ReadDocument {
    if (this.#source.includes('*')) this.#targets = this.#resolveAliases(document);
    const root = this.#outline.open('', this.#base + contents.range[0]);
    const value = this.#value(contents);
    this.#outline.close(root);
    return { value, root };
  }

  /** An alias means the last node before it that has its anchor; a node that contains itself has no value. */
  #resolveAliases(document: Yaml.Document.Parsed): Map<Yaml.Alias, Yaml.Node> {
    const { isAlias, isPair, visit } = Yaml;
    const anchors = new Map<string, Yaml.Node>();
    const targets = new Map<Yaml.Alias, Yaml.Node>();
    visit(document, {
      Node: (_key, node, ancestors) => {
        if (isAlias(node)) {
          const target = anchors.get(node.source);
          if (target === undefined) throw this.#stop(node, `there is no anchor \`&${node.source}\` above`);
          if (ancestors.some((ancestor) => !isPair(ancestor) && ancestor === target)) {
            throw this.#stop(node, `the value of the anchor \`&${node.source}\` contains itself`);
          }
          targets.set(node, target);
        } else if (node.anchor !== undefined) {
          anchors.set(node.anchor, node);
        }
      },
    });
    return targets;
  }

  #value(node: unknown): unknown {
    const { isAlias, isMap, isScalar, isSeq } = Yaml;
    if (node === null || node === undefined) return null;
    if (isAlias(node)) {
      this.#insideAlias++;
      const value = this.#value(this.#target(node));
      this.#insideAlias--;
      return value;
    }
    if (this.#insideAlias > 0 && ++this.#aliased > MAX_ALIASED_VALUES) {
      throw this.#stop(node, TOO_MANY_ALIASED);
    }
    if (isScalar(node)) return this.#scalar(node);
    if (++this.#depth > MAX_DEPTH) throw new Unreadable(tooDeep(this.#offset(node)));
    let value: unknown = null;
    if (isMap(node)) value = this.#map(node);
    else if (isSeq(node)) value = this.#seq(node);
    this.#depth--;
    return value;
  }

  #target(alias: Yaml.Alias): Yaml.Node {
    const target = this.#targets.get(alias);
    if (target === undefined) throw this.#stop(alias, `there is no anchor \`&${alias.source}\` above`);
    return target;
  }

  #seq(seq: Yaml.YAMLSeq): unknown[] {
    return seq.items.map((item, index) => {
      const node = this.#outline.open(index, this.#itemOffset(item));
      const value = this.#value(item);
      this.#outline.close(node);
      return value;
    });
  }

  /** An item that is nothing at all is found at its dash. */
  #itemOffset(item: unknown): number {
    const offset = this.#offset(item);
    if (!Yaml.isScalar(item) || item.source !== '' || item.type !== 'PLAIN') return offset;
    const dash = this.#source.lastIndexOf('-', offset - this.#base);
    return dash === -1 ? offset : this.#base + dash;
  }

  #map(map: Yaml.YAMLMap): Record<string, unknown> {
    const members = new Map<string, Yaml.Pair>();
    this.#collect(map, members);
    const object: Record<string, unknown> = {};
    for (const [key, pair] of members) {
      const node = this.#outline.open(key, this.#offset(pair.key));
      setMember(object, key, this.#value(pair.value));
      this.#outline.close(node);
    }
    return object;
  }

  /**
   * The members of a mapping with merges (`<<`) resolved as go-yaml v2 does: in the order of the text, the last one
   * wins. So a member written before the merge loses against it, which the YAML specification wants the other way.
   */
  #collect(map: Yaml.YAMLMap, members: Map<string, Yaml.Pair>): void {
    const own = new Set<string>();
    for (const pair of map.items) {
      if (this.#isMerge(pair.key)) {
        this.#merge(pair, members);
        continue;
      }
      const key = this.#key(pair.key);
      if (own.has(key)) this.#duplicate(key, pair.key);
      own.add(key);
      members.set(key, pair);
    }
  }

  #merge(pair: Yaml.Pair, members: Map<string, Yaml.Pair>): void {
    const { isMap, isSeq } = Yaml;
    const source = this.#deref(pair.value);
    // Of several sources the earlier one wins.
    const maps = isSeq(source) ? source.items.map((item) => this.#deref(item)).reverse() : [source];
    for (const map of maps) {
      if (!isMap(map))
        throw this.#stop(pair.key, 'only a mapping or a list of mappings can be merged with `<<`');
      if (++this.#depth > MAX_DEPTH) throw new Unreadable(tooDeep(this.#offset(pair.key)));
      this.#aliased += map.items.length;
      if (this.#aliased > MAX_ALIASED_VALUES) {
        throw this.#stop(pair.key, TOO_MANY_ALIASED);
      }
      this.#collect(map, members);
      this.#depth--;
    }
  }

  #deref(node: unknown): unknown {
    return Yaml.isAlias(node) ? this.#target(node) : node;
  }

  #isMerge(key: unknown): boolean {
    if (!Yaml.isScalar(key) || key.source !== '<<') return false;
    return key.tag === undefined ? key.type === 'PLAIN' : key.tag === 'tag:yaml.org,2002:merge';
  }

  #key(node: unknown): string {
    const key = this.#deref(node);
    if (!Yaml.isScalar(key)) throw this.#stop(node, 'a key must be a word, not a list or a mapping');
    const text = key.source ?? '';
    const name = key.tag === undefined && key.type === 'PLAIN' ? plainKey(text) : this.#taggedKey(key);
    if (name === undefined)
      throw this.#stop(node, 'a key is missing or `null`', 'put it in quotes if it is a name');
    return name;
  }

  #taggedKey(key: Yaml.Scalar): string | undefined {
    const value = this.#scalar(key);
    return value === null ? undefined : String(value);
  }

  #scalar(scalar: Yaml.Scalar): Scalar {
    const text = scalar.source ?? '';
    if (scalar.tag === undefined && scalar.type !== 'PLAIN') return text;
    const value = scalar.tag === undefined ? resolvePlain(text) : resolveTagged(scalar.tag, text);
    if (value === undefined) {
      throw this.#stop(
        scalar,
        `${quote(text)} is not what its tag \`!!${scalar.tag?.split(':').at(-1) ?? ''}\` says`,
      );
    }
    if (typeof value === 'number' && !Number.isFinite(value)) {
      throw this.#stop(
        scalar,
        `${quote(text)} is no number that JSON knows`,
        'put it in quotes if it is text',
      );
    }
    return value;
  }

  #duplicate(key: string, node: unknown): void {
    // A mapping that is merged several times is walked several times.
    if (this.#insideAlias > 0 || this.duplicates.length >= MAX_PROBLEMS) return;
    const offset = this.#offset(node);
    if (this.duplicates.some((fault) => fault.offset === offset)) return;
    this.duplicates.push(repeatedKey(key, offset));
  }

  #offset(node: unknown): number {
    return this.#base + (Yaml.isNode(node) ? (node.range?.[0] ?? 0) : 0);
  }

  #stop(node: unknown, message: string, hint?: string): Unreadable {
    return new Unreadable({ offset: this.#offset(node), message, ...(hint !== undefined && { hint }) });
  }
}
