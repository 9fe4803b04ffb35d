/**
 * The question that `gatehouse expect` asks: does a state do what a person expects of it, and if not, who shows it? One
 * function from the index and a file to data; commands read and render.
 */
import type { ManifestDocument } from '../../adapters/manifests/yaml-documents.js';
import { valueAt, type JsonPath } from '../../model/json.js';
import { fail, ok, type Result } from '../../model/result.js';
import { targetOf, type TargetEndpoint } from '../../policy/endpoints/target.js';
import type { Assertion, CallAssertion, ProbeAssertion } from '../../policy/expect/assertion.js';
import { violationsOf, type Violation } from '../../policy/expect/check.js';
import { expectedClients, type FromProblem } from '../../policy/expect/clients.js';
import { clientIn } from '../../policy/expect/counterexample.js';
import { checkProbes } from '../../policy/expect/probes.js';
import {
  ANY_PORT,
  expectedTargets,
  type ExpectedTarget,
  type ToProblem,
} from '../../policy/expect/targets.js';
import type { InboundIndex } from '../../policy/inbound/inbound-index.js';
import { explainCall, type Explanation } from '../explain.js';
import type { Fault } from './faults.js';
import { readExpectations, type ReadAssertion } from './read.js';

/** What is wrong with a file: its text, or that it speaks of what is not there. */
export type ExpectFault =
  | Fault
  | { readonly path: JsonPath; readonly problem: ToProblem['problem'] | { readonly code: 'no-probes' } };

/** A port that does not do what is expected. */
export interface FailingPort {
  readonly target: TargetEndpoint;
  /** A call that shows it; undefined where it is not known whether there is any, so that nothing is proven. */
  readonly explanation: () => Explanation | undefined;
}

export interface CheckedAssertion {
  readonly assertion: Assertion;
  readonly line: number;
  readonly column: number;
  /** `skipped`: it is about nothing, and may be. */
  readonly status: 'holds' | 'fails' | 'skipped';
  /** How many workload ports, or probes, were looked at. */
  readonly checked: number;
  /** One for each workload port; explained when somebody asks. */
  readonly failing: readonly FailingPort[];
}

/** Every assertion of a file, in its order; or everything that is wrong with the file. */
export function checkExpectations(
  index: InboundIndex,
  document: ManifestDocument,
  namespace: string,
): Result<readonly CheckedAssertion[], readonly ExpectFault[]> {
  const { assertions, faults } = readExpectations(document);
  const found: ExpectFault[] = [...faults];
  const checked = assertions.flatMap((read): CheckedAssertion[] => {
    const outcome = check(index, read, namespace);
    if (outcome.ok) return [{ assertion: read.assertion, ...document.position(read.path), ...outcome.value }];
    found.push(...outcome.error);
    return [];
  });
  const shown = found.map((fault) => ({ ...fault, path: existing(document.value, fault.path) }));
  return found.length > 0 ? fail(shown) : ok(checked);
}

/** The path without the segments that what was written leaves out: one selector need not stand in a list. */
function existing(value: unknown, path: JsonPath): JsonPath {
  const found: (string | number)[] = [];
  for (const segment of path) if (valueAt(value, [...found, segment]) !== undefined) found.push(segment);
  return found;
}

type Outcome = Pick<CheckedAssertion, 'status' | 'checked' | 'failing'>;

const SKIPPED: Outcome = Object.freeze({ status: 'skipped', checked: 0, failing: [] });

/** Where it is about nothing: why, unless it may be. */
function check(
  index: InboundIndex,
  { assertion, path }: ReadAssertion,
  namespace: string,
): Result<Outcome, readonly ExpectFault[]> {
  const checked =
    assertion.kind === 'call'
      ? checkCall(index, { assertion, path }, namespace)
      : checkProbe(index, { assertion, path }, namespace);
  return !checked.ok && assertion.optional ? ok(SKIPPED) : checked;
}

function checkCall(
  index: InboundIndex,
  { assertion, path }: ReadAssertion & { readonly assertion: CallAssertion },
  namespace: string,
): Result<Outcome, readonly ExpectFault[]> {
  const { from, to, may } = assertion;
  const clients = expectedClients(index, { from, may, namespace });
  const targets = expectedTargets(index, to, namespace);
  if (!clients.ok || !targets.ok) {
    const faults = clients.ok ? [] : clients.error.map((problem) => faultOfFrom(assertion, path, problem));
    return fail(targets.ok ? faults : [...faults, faultOfTo(path, targets.error)]);
  }
  const { semantics } = index.world;
  const violations = violationsOf(assertion, targets.value, { clients: clients.value, semantics });
  const failing = violations.map((violation): FailingPort => {
    const target = endpointOf(index, violation.target);
    const first = clients.value.workloads;
    return { target, explanation: () => explained(index, { violation, target, first }) };
  });
  return ok({ status: failing.length > 0 ? 'fails' : 'holds', checked: targets.value.length, failing });
}

function explained(
  index: InboundIndex,
  {
    violation: { clients, traffic },
    target,
    first,
  }: {
    readonly violation: Violation;
    readonly target: TargetEndpoint;
    readonly first: Parameters<typeof clientIn>[2]['first'];
  },
): Explanation | undefined {
  if (traffic === undefined) return undefined;
  const client = clientIn(index, clients, { port: target.port, first });
  return explainCall(index, { client, target, traffic });
}

function checkProbe(
  index: InboundIndex,
  { assertion, path }: ReadAssertion & { readonly assertion: ProbeAssertion },
  namespace: string,
): Result<Outcome, readonly ExpectFault[]> {
  // Probes of the proxy itself are probes as well.
  const { to } = assertion;
  const targets = expectedTargets(index, { ...to, port: to.port ?? ANY_PORT }, namespace);
  if (!targets.ok) return fail([faultOfTo(path, targets.error)]);
  const { probes, failing } = checkProbes(index, targets.value);
  if (probes === 0) return fail([{ path, problem: { code: 'no-probes' } }]);
  const ports = failing.map(({ target: at, probe }): FailingPort => {
    const target = endpointOf(index, at);
    const { client, traffic } = probe;
    return { target, explanation: () => explainCall(index, { client, target, traffic }) };
  });
  return ok({ status: ports.length > 0 ? 'fails' : 'holds', checked: probes, failing: ports });
}

function endpointOf({ state }: InboundIndex, { workload, port }: ExpectedTarget): TargetEndpoint {
  const target = targetOf(state, workload, port);
  if (!target.ok) throw new Error('a port was selected that the workload does not have');
  return target.value;
}

const faultOfTo = (path: JsonPath, { member, problem }: ToProblem): ExpectFault => ({
  path: [...path, 'to', member],
  problem,
});

function faultOfFrom(
  { from }: CallAssertion,
  path: JsonPath,
  { place, member, problem }: FromProblem,
): ExpectFault {
  const outside = from.kind === 'outside' ? ['outside'] : [];
  return { path: [...path, 'from', ...outside, place, member], problem };
}
