/** What `gatehouse verify -o json` prints: the shape of schemas/verify.v0.schema.json. */
import type { WorkloadPort } from '../../adapters/grpc/port-spec.js';
import type { VerifyResult } from '../../app/verify.js';

/** One line, so that `--every` gives a line a check. */
export function verifyJson({ ports, answered, different, failures, unknown }: VerifyResult): string {
  return `${JSON.stringify({
    ports,
    answered,
    unknownFields: unknown,
    different: different.map((port) => ({
      ...portJson(port),
      differences: port.differences.map(({ kind, path, ours, theirs, words }) => ({
        kind,
        path,
        message: words,
        ours,
        theirs,
      })),
    })),
    failures: failures.map((failure) => ({
      ...portJson(failure),
      code: failure.code,
      message: failure.details,
    })),
  })}\n`;
}

/** As a query of `gatehouse policy` names it. */
const portJson = ({ workload: { kind, namespace, name }, port }: WorkloadPort) => ({
  ns: namespace,
  ...(kind === 'core/Pod' ? { pod: name } : { external_workload: name }),
  port,
});
