/** Small readers of untrusted JSON: a value of the wrong type is absent. */
import { isObject, member } from '../../model/json.js';
import type { LabelRecord } from '../../selector/requirement.js';

export const readString = (value: unknown, name: string): string | undefined => {
  const found = member(value, name);
  return typeof found === 'string' ? found : undefined;
};

export const readNumber = (value: unknown, name: string): number | undefined => {
  const found = member(value, name);
  return typeof found === 'number' && Number.isInteger(found) ? found : undefined;
};

export const readList = (value: unknown, name: string): readonly unknown[] => {
  const found = member(value, name);
  return Array.isArray(found) ? found : [];
};

/** Own string members, of which `keep` chooses. `Object.fromEntries` makes own members of every name. */
export function readRecord(
  value: unknown,
  name: string,
  keep: (key: string) => boolean = () => true,
): LabelRecord {
  const found = member(value, name);
  if (!isObject(found)) return {};
  const entries = Object.entries(found).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && keep(entry[0]),
  );
  return Object.fromEntries(entries);
}

/** A port number, 1..65535. */
export const isPort = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535;
