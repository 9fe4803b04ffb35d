import { Server } from '../../adapters/grpc/gen/inbound.js';
import { toServer } from '../../adapters/grpc/to-proto/server.js';
import type { PortPolicy } from '../../policy/inbound/port-policy.js';

const NOT_FOUND = '{"error":"NOT_FOUND"}\n';

/** A line for each answer: the Server message as proto3 JSON, or the error of a workload that is not known. */
export function policyLines(answers: readonly (PortPolicy | undefined)[]): string {
  // Ports with one policy share the value.
  const lines = new Map<PortPolicy, string>();
  return answers
    .map((policy) => {
      if (policy === undefined) return NOT_FOUND;
      const line = lines.get(policy) ?? `${JSON.stringify(Server.toJSON(toServer(policy)))}\n`;
      lines.set(policy, line);
      return line;
    })
    .join('');
}
