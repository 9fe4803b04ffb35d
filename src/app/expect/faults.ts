/** Reads members of a document, and notes everything that is wrong, each at its place. */
import type { ManifestDocument } from '../../adapters/manifests/yaml-documents.js';
import { formatPath, isObject, type JsonObject, type JsonPath } from '../../model/json.js';
import { nearest } from '../../model/nearest.js';
import { orList, quote } from '../../model/text.js';

/** Something wrong with a file that a person wrote. */
export interface Fault {
  readonly path: JsonPath;
  readonly message: string;
}

export class Reader {
  readonly faults: Fault[] = [];

  fault(path: JsonPath, message: string): void {
    this.faults.push({ path, message });
  }

  /** An object with no other members than these. */
  object(value: unknown, path: JsonPath, members: readonly string[], what: string): JsonObject | undefined {
    if (!isObject(value)) {
      this.fault(path, `is ${kindOf(value)} and not ${what}`);
      return undefined;
    }
    for (const name of Object.keys(value)) {
      if (members.includes(name)) continue;
      const near = nearest(name, members);
      const hint = near === undefined ? `: there are ${orList(members)}` : `; did you mean ${near}?`;
      this.fault([...path, name], `unknown member${hint}`);
    }
    return value;
  }

  text(value: unknown, path: JsonPath): string | undefined {
    if (value === undefined) return undefined;
    if (typeof value === 'string' && value !== '') return value;
    this.fault(path, value === '' ? 'is empty' : `is ${kindOf(value)} and not a text`);
    return undefined;
  }

  word<W extends string>(value: unknown, path: JsonPath, words: readonly W[]): W | undefined {
    if (value === undefined) return undefined;
    const found = words.find((word) => word === value);
    if (found !== undefined) return found;
    const near = typeof value === 'string' ? nearest(value, words) : undefined;
    this.fault(
      path,
      `${quote(value)} is not ${orList(words)}${near === undefined ? '' : `; did you mean ${near}?`}`,
    );
    return undefined;
  }

  truth(value: unknown, path: JsonPath): boolean | undefined {
    if (value === undefined || typeof value === 'boolean') return value;
    this.fault(path, `is ${kindOf(value)} and not true or false`);
    return undefined;
  }

  /** Texts by their names. */
  texts(value: unknown, path: JsonPath): readonly (readonly [string, string])[] | undefined {
    if (value === undefined) return undefined;
    if (!isObject(value)) {
      this.fault(path, `is ${kindOf(value)} and not a mapping`);
      return undefined;
    }
    return Object.entries(value).flatMap(([name, item]): (readonly [string, string])[] => {
      if (typeof item === 'string') return [[name, item]];
      this.fault([...path, name], `is ${kindOf(item)} and not a text: write it in quotes`);
      return [];
    });
  }
}

export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string' ? `the text ${quote(value)}` : quote(value);
}

/** `file:line:column: path: message`. */
export function placed(document: ManifestDocument, { path, message }: Fault): string {
  const { line, column } = document.position(path);
  const where = formatPath(path);
  return `${document.file}:${String(line)}:${String(column)}: ${where === '' ? '' : `${where}: `}${message}`;
}
