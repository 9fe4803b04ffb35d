/** Reads what a proxy asks for (inbound-api, section 2). */
import { isObject } from '../../model/json.js';
import { andList, quote } from '../../model/text.js';
import { fail, ok, type Result } from '../../model/result.js';
import type { WorkloadRef } from '../../policy/inbound/inbound-index.js';
import type { PortSpec } from './gen/inbound.js';
import { workloadOf } from './workload.js';

export interface WorkloadPort {
  readonly workload: WorkloadRef;
  /** 1..65535. */
  readonly port: number;
}

const LAST_PORT = 65_535;

/** The workload port that a request names, or everything that is wrong with it. */
export function parsePortSpec({ workload: text, port }: PortSpec): Result<WorkloadPort, string> {
  const workload = parseWorkload(text);
  const faults = workload.ok ? [] : [workload.error];
  const isPort = port >= 1 && port <= LAST_PORT;
  if (!isPort) faults.push(`the port is ${String(port)} and not a number from 1 to ${String(LAST_PORT)}`);
  return workload.ok && isPort ? ok({ workload: workload.value, port }) : fail(andList(faults));
}

/** `{"ns": "…", "pod": "…"}`, or `namespace:pod` where further colons are part of the pod's name. */
function parseWorkload(text: string): Result<WorkloadRef, string> {
  if (text.startsWith('{')) return parseJson(text);
  const colon = text.indexOf(':');
  const [namespace, name] = [text.slice(0, Math.max(0, colon)), text.slice(colon + 1)];
  if (colon !== -1 && namespace !== '' && name !== '') return ok({ kind: 'core/Pod', namespace, name });
  return fail(`the workload is ${quote(text)} and neither a JSON object nor namespace:pod`);
}

function parseJson(text: string): Result<WorkloadRef, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail(`the workload ${quote(text)} is no JSON`);
  }
  const workload = isObject(value) ? workloadOf(value) : fail('it is no object');
  return workload.ok ? workload : fail(`of the workload ${workload.error}`);
}
