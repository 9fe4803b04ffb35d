/** The recorded answers of Linkerd's controller (test/fixtures), and what of them has a meaning. */
import { readFileSync } from 'node:fs';
import type { JsonObject } from '../../../src/model/json.js';

export interface Scenario {
  readonly ns: string;
  readonly objects: readonly JsonObject[];
  readonly queries: readonly (JsonObject & { readonly port: number; readonly linkerd: JsonObject })[];
}

export const SCENARIO_FILES = ['inbound-scenarios.jsonl', 'inbound-scenarios-rich.jsonl'] as const;

export const scenariosIn = (file: (typeof SCENARIO_FILES)[number]): readonly Scenario[] =>
  readFileSync(new URL(`../../fixtures/${file}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Scenario);

/** The cluster networks of the cluster that was recorded. */
export const RECORDED_NETWORKS = ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16'];

/** Lists whose order has no meaning; that of routes, rules and matches has. */
const UNORDERED = new Set(['authorizations', 'networks', 'identities', 'suffixes']);

/** The answer with its members, and what has no order, in order. */
export function canonical(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => canonical(item));
    return UNORDERED.has(key) ? items.map((item) => JSON.stringify(item)).sort() : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, item]) => [name, canonical(item, name)] as const);
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}
