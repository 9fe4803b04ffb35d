/**
 * Objects with places that are not fixed. From one tree come both the objects for given values (`resolve`) and the
 * template that Helm fills in with the same values (`toTemplate`), so that the chart and `gatehouse manifests` cannot
 * say different things.
 */
import { toYaml } from '../../adapters/manifests/print-yaml.js';
import { isObject, type JsonValue } from '../../model/json.js';

/** How Helm writes what stands at a place. */
export type SlotKind =
  /** A text, quoted. */
  | 'text'
  | 'number'
  /** A list or map, which is the value of a member. */
  | 'tree'
  /** The items of a list, which follow the items before it. */
  | 'items'
  /** Numbers, as the TCP ports of a NetworkPolicy. */
  | 'ports';

/** A place that a value fills: `expression` is where Helm finds it. */
export class Slot {
  readonly kind: SlotKind;
  readonly expression: string;
  readonly value: JsonValue;

  constructor(kind: SlotKind, expression: string, value: JsonValue) {
    this.kind = kind;
    this.expression = expression;
    this.value = value;
  }
}

/** Content that is there only where `condition` holds, as it does or does not for the values at hand. */
export class When {
  readonly condition: string;
  readonly holds: boolean;
  readonly content: Node;

  constructor(condition: string, holds: boolean, content: Node) {
    this.condition = condition;
    this.holds = holds;
    this.content = content;
  }
}

export type Node = string | number | boolean | null | Slot | When | readonly Node[] | NodeObject;
export interface NodeObject {
  readonly [key: string]: Node;
}

/** An object of the Kubernetes API as it is sent. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [member: string]: JsonValue;
}

const isPlain = (node: Node): node is NodeObject =>
  isObject(node) && !(node instanceof Slot) && !(node instanceof When);

/** The value of a tree for its values; undefined for what is not there. */
export function resolve(node: Node): JsonValue | undefined {
  if (node instanceof Slot) return node.value;
  if (node instanceof When) return node.holds ? resolve(node.content) : undefined;
  if (Array.isArray(node)) return (node as readonly Node[]).flatMap(resolveItem);
  if (!isPlain(node)) return node as JsonValue;
  const members = Object.entries(node).flatMap(([key, child]): [string, JsonValue][] => {
    const value = resolve(child);
    return value === undefined ? [] : [[key, value]];
  });
  return Object.fromEntries(members);
}

function resolveItem(item: Node): JsonValue[] {
  const value = resolve(item);
  if (value === undefined) return [];
  return item instanceof Slot && item.kind === 'items' ? [...(value as readonly JsonValue[])] : [value];
}

/** What a marker in the YAML stands for. */
type Marked = Slot | { readonly kind: 'begins'; readonly condition: string } | { readonly kind: 'ends' };

const MARKER = 'gatehousePlace';

/** The text of a template: the tree as YAML, with Helm's actions in the places that are not fixed. */
export function toTemplate(node: NodeObject | When): string {
  if (node instanceof When)
    return `{{- if ${node.condition} }}\n${toTemplate(node.content as NodeObject)}{{- end }}\n`;
  const marks: Marked[] = [];
  const mark = (marked: Marked): string => `${MARKER}${String(marks.push(marked) - 1)}x`;
  return toYaml([withMarks(node, mark) as object])
    .split('\n')
    .map((line) => fillLine(line, marks))
    .join('\n');
}

/** The tree with a marker in each place; markers around conditional content stand on lines of their own. */
function withMarks(node: Node, mark: (marked: Marked) => string): JsonValue {
  if (node instanceof Slot) return mark(node);
  if (node instanceof When) throw new Error(`${node.condition}: only a member or an item can be conditional`);
  if (Array.isArray(node))
    return (node as readonly Node[]).flatMap((item) =>
      item instanceof When
        ? [
            mark({ kind: 'begins', condition: item.condition }),
            withMarks(item.content, mark),
            mark({ kind: 'ends' }),
          ]
        : [withMarks(item, mark)],
    );
  if (!isPlain(node)) return node as JsonValue;
  const members = Object.entries(node).flatMap(([key, child]): [string, JsonValue][] =>
    child instanceof When
      ? [
          [mark({ kind: 'begins', condition: child.condition }), null],
          [key, withMarks(child.content, mark)],
          [mark({ kind: 'ends' }), null],
        ]
      : [[key, withMarks(child, mark)]],
  );
  return Object.fromEntries(members);
}

function fillLine(line: string, marks: readonly Marked[]): string {
  const [found, indent = '', before = '', number] = /^( *)(.*?)gatehousePlace(\d+)x/.exec(line) ?? [];
  const marked = found === undefined ? undefined : marks[Number(number)];
  if (marked === undefined) return line;
  if (marked instanceof Slot) return `${indent}${fillSlot(before, indent.length, marked)}`;
  // The first member of an item would take the dash with it.
  if (before !== '' && !(before === '- ' && !line.endsWith(': null')))
    throw new Error(`conditional content may not begin an item: ${line}`);
  return marked.kind === 'begins' ? `{{- if ${marked.condition} }}` : '{{- end }}';
}

function fillSlot(before: string, indent: number, { kind, expression }: Slot): string {
  switch (kind) {
    case 'text':
      return `${before}{{ ${expression} | quote }}`;
    case 'number':
      return `${before}{{ ${expression} | int }}`;
    case 'tree':
      return `${before}{{- toYaml ${expression} | nindent ${String(indent + 2)} }}`;
    case 'ports':
      return `${before}{{- range ${expression} }}\n${' '.repeat(indent + 2)}- port: {{ . | int }}\n${' '.repeat(indent + 4)}protocol: TCP\n{{- end }}`;
    case 'items':
      return `{{- with ${expression} }}{{- toYaml . | nindent ${String(indent)} }}{{- end }}`.trimStart();
  }
}
