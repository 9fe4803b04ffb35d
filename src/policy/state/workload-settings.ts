/** The annotations of a workload that the policy controller reads (inbound-semantics A4). */
import { POLICY_WORDS, type PolicyWord } from '../../model/world.js';
import type { LabelRecord } from '../../selector/requirement.js';

export const DEFAULT_POLICY_ANNOTATION = 'config.linkerd.io/default-inbound-policy';
export const OPAQUE_PORTS_ANNOTATION = 'config.linkerd.io/opaque-ports';
export const REQUIRE_IDENTITY_ANNOTATION = 'config.linkerd.io/proxy-require-identity-inbound-ports';

/** Ranges of port numbers, both ends included, ascending, disjoint and not adjacent. */
export type PortSet = readonly (readonly [low: number, high: number])[];

export interface WorkloadSettings {
  readonly defaultPolicy: PolicyWord | undefined;
  readonly opaquePorts: PortSet;
  readonly requireIdentityPorts: PortSet;
}

/** What cannot be read counts as absent: a policy that is no policy word, a port list with any bad item. */
export const settingsOf = (annotations: LabelRecord): WorkloadSettings => ({
  defaultPolicy: POLICY_WORDS.find((word) => word === read(annotations, DEFAULT_POLICY_ANNOTATION)),
  opaquePorts: parsePortSet(read(annotations, OPAQUE_PORTS_ANNOTATION)) ?? [],
  requireIdentityPorts: parsePortSet(read(annotations, REQUIRE_IDENTITY_ANNOTATION)) ?? [],
});

const read = (annotations: LabelRecord, key: string): string =>
  (Object.hasOwn(annotations, key) ? annotations[key] : undefined) ?? '';

/** Ports and ranges between commas, or undefined if any item is none. Names are not understood. */
export function parsePortSet(text: string): PortSet | undefined {
  const ranges: [number, number][] = [];
  for (const item of text.split(',')) {
    const trimmed = trim(item);
    if (trimmed === '') continue;
    const dash = trimmed.indexOf('-');
    const low = parsePort(trim(dash < 0 ? trimmed : trimmed.slice(0, dash)));
    const high = dash < 0 ? low : parsePort(trim(trimmed.slice(dash + 1)));
    if (low === undefined || high === undefined || low > high) return undefined;
    ranges.push([low, high]);
  }
  return merged(ranges);
}

/** 1..65535, perhaps with leading zeros and one `+`, as Rust parses it. */
const parsePort = (text: string): number | undefined => {
  if (!/^\+?[0-9]+$/.test(text)) return undefined;
  const port = Number(text);
  return port >= 1 && port <= 65_535 ? port : undefined;
};

/** What Rust's `trim` takes for white space, and JavaScript's does not quite. */
const trim = (text: string): string => text.replace(/^[\p{White_Space}]+|[\p{White_Space}]+$/gu, '');

function merged(ranges: readonly (readonly [number, number])[]): PortSet {
  const result: [number, number][] = [];
  for (const [low, high] of [...ranges].sort(([a], [b]) => a - b)) {
    const last = result.at(-1);
    if (last !== undefined && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else result.push([low, high]);
  }
  return result;
}

export const includesPort = (ports: PortSet, port: number): boolean =>
  ports.some(([low, high]) => low <= port && port <= high);
