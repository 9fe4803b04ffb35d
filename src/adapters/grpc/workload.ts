/** How a workload is named in JSON: `{"ns": "…", "pod": "…"}` or `{"ns": "…", "external_workload": "…"}`. */
import { member, type JsonObject } from '../../model/json.js';
import { andList, quote } from '../../model/text.js';
import { fail, ok, type Result } from '../../model/result.js';
import type { WorkloadKind } from '../../policy/objects/kinds.js';
import type { WorkloadRef } from '../../policy/inbound/inbound-index.js';

const KINDS: ReadonlyMap<string, WorkloadKind> = new Map([
  ['pod', 'core/Pod'],
  ['external_workload', 'workload.linkerd.io/ExternalWorkload'],
]);

/**
 * The workload that an object names (inbound-api, section 2), or everything that keeps it from naming one. Of two kinds
 * the one that stands first counts; other members mean nothing. Empty names are names, which no workload has.
 */
export function workloadOf(object: JsonObject): Result<WorkloadRef, string> {
  const faults: string[] = [];
  const namespace = member(object, 'ns');
  if (typeof namespace !== 'string') faults.push(fault('ns', 'a namespace', namespace));
  const key = Object.keys(object).find((name) => KINDS.has(name)) ?? '';
  const kind = KINDS.get(key);
  const name = member(object, key);
  if (kind === undefined) faults.push('it names neither a "pod" nor an "external_workload"');
  else if (typeof name !== 'string') faults.push(fault(key, 'a name', name));
  return kind === undefined || typeof namespace !== 'string' || typeof name !== 'string'
    ? fail(andList(faults))
    : ok({ kind, namespace, name });
}

const fault = (key: string, what: string, value: unknown): string =>
  value === undefined ? `"${key}" is missing` : `"${key}" is ${quote(value)} and not ${what}`;
