/** Reads the questions of `gatehouse policy`: a JSON object a line. */
import { workloadOf } from '../adapters/grpc/workload.js';
import { isObject, member, type JsonObject } from '../model/json.js';
import { fail, ok, type Result } from '../model/result.js';
import { andList, quote } from '../model/text.js';
import type { PortQuery } from './policy.js';

const LAST_PORT = 65_535;

/** Empty lines are no questions. Everything wrong with any line is said at once, by its number. */
export function parseQueries(text: string): Result<readonly PortQuery[], readonly string[]> {
  const queries: PortQuery[] = [];
  const faults: string[] = [];
  for (const [index, line] of text
    .replace(/^\ufeff/, '')
    .split('\n')
    .entries()) {
    if (line.trim() === '') continue;
    const query = parseQuery(line);
    if (query.ok) queries.push(query.value);
    else faults.push(`line ${String(index + 1)}: ${query.error}`);
  }
  return faults.length === 0 ? ok(queries) : fail(faults);
}

function parseQuery(line: string): Result<PortQuery, string> {
  const object = parseObject(line);
  if (object === undefined) return fail(`${quote(line.trim())} is no JSON object`);
  const workload = workloadOf(object);
  const port = member(object, 'port');
  const faults = workload.ok ? [] : [workload.error];
  if (port === undefined) faults.push('"port" is missing');
  else if (!isPort(port))
    faults.push(`"port" is ${quote(port)} and not a number from 1 to ${String(LAST_PORT)}`);
  return workload.ok && isPort(port) ? ok({ workload: workload.value, port }) : fail(andList(faults));
}

function parseObject(line: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isPort = (port: unknown): port is number =>
  typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= LAST_PORT;
