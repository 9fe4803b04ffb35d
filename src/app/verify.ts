/**
 * The question that `gatehouse verify` asks: does a policy controller tell the proxies what we say it does? Every
 * workload port that something is said of is asked for, and one of each workload of which nothing is.
 */
import type { PolicyAnswer } from '../adapters/grpc/client.js';
import { differences, type Difference } from '../adapters/grpc/compare/differences.js';
import type { WorkloadPort } from '../adapters/grpc/port-spec.js';
import { toServer } from '../adapters/grpc/to-proto/server.js';
import { wordsOf } from '../adapters/grpc/compare/words.js';
import { interesting } from '../policy/inbound/changed-ports.js';
import { policyOf, type InboundIndex } from '../policy/inbound/inbound-index.js';
import type { PortPolicy } from '../policy/inbound/port-policy.js';
import type { WorkloadKind } from '../policy/objects/kinds.js';
import type { WorkloadIndex } from '../policy/state/workload-index.js';
import type { Workload } from '../policy/state/workload-shape.js';

export interface VerifyDeps {
  /** What there is now; asked again whenever it matters. */
  readonly index: () => InboundIndex;
  readonly ask: (port: WorkloadPort) => Promise<PolicyAnswer>;
  readonly pause: (ms: number) => Promise<void>;
}

export interface PortDifferences extends WorkloadPort {
  readonly differences: readonly Difference[];
}

export interface PortFailure extends WorkloadPort {
  readonly code: string;
  readonly details: string;
}

export interface VerifyResult {
  /** Workload ports that there were to ask for. */
  readonly ports: number;
  /** How many of them were answered. */
  readonly answered: number;
  /** By namespace, kind, name and port, like the others. */
  readonly different: readonly PortDifferences[];
  readonly failures: readonly PortFailure[];
  /** Answers with fields that this version does not know and so cannot compare. */
  readonly unknown: number;
}

const CONCURRENCY = 16;
/** Each of the two hears of a change in its own time: what differs is asked again after so long. */
const CONFIRM_MS = 1_000;
/** How often a port that goes on changing is asked for. */
const MOST_ASKS = 5;
/** Who fails so often is not asked any more. */
const MOST_FAILURES = 20;
const LAST_PORT = 65_535;

export async function verify(deps: VerifyDeps): Promise<VerifyResult> {
  const ports = workloadPorts(deps.index());
  const run = new Run(deps);
  // The first one alone: where nobody answers there is no need to wait for all.
  const [first, ...rest] = ports;
  const outcomes = first === undefined ? [] : [await run.ask(first)];
  outcomes.push(...(await inParallel(rest, (port) => run.ask(port))));
  const suspects = outcomes.filter((outcome) => outcome.is === 'different');
  if (suspects.length > 0) await deps.pause(CONFIRM_MS);
  const confirmed = await inParallel(suspects, ({ port }) => run.ask(port));
  const all = [...outcomes.filter(({ is }) => is !== 'different'), ...confirmed];
  return {
    ports: ports.length,
    answered: all.filter(({ is }) => is === 'same' || is === 'different').length,
    different: all
      .flatMap((outcome) =>
        outcome.is === 'different' ? [{ ...outcome.port, differences: outcome.differences }] : [],
      )
      .sort(byPort),
    failures: all
      .flatMap((outcome) =>
        outcome.is === 'failed' ? [{ ...outcome.port, code: outcome.code, details: outcome.details }] : [],
      )
      .sort(byPort),
    unknown: run.unknown.size,
  };
}

type Outcome = { readonly port: WorkloadPort } & (
  | { readonly is: 'same' }
  | { readonly is: 'different'; readonly differences: readonly Difference[] }
  | { readonly is: 'failed'; readonly code: string; readonly details: string }
  /** It came to this after too many failures. */
  | { readonly is: 'not-asked' }
);

class Run {
  /** The ports whose answer has fields that are not known here. */
  readonly unknown = new Set<string>();
  readonly #deps: VerifyDeps;
  #failures = 0;
  #answers = 0;

  constructor(deps: VerifyDeps) {
    this.#deps = deps;
  }

  /** Asks until our own policy was the same before and after, so that one state is compared with one answer. */
  async ask(port: WorkloadPort): Promise<Outcome> {
    for (let i = 0; i < MOST_ASKS; i++) {
      if (this.#failures >= MOST_FAILURES || (this.#failures > 0 && this.#answers === 0))
        return { port, is: 'not-asked' };
      const before = this.#policyOf(port);
      const answer = await this.#deps.ask(port);
      if (answer.kind === 'failed') {
        this.#failures += 1;
        return { port, is: 'failed', code: answer.code, details: answer.details };
      }
      this.#answers += 1;
      const after = this.#policyOf(port);
      if (answer.kind === 'server' && answer.unknownBytes > 0) this.unknown.add(JSON.stringify(port));
      const found = compareAnswer(after, answer);
      if (before !== after) continue;
      return found.length === 0 ? { port, is: 'same' } : { port, is: 'different', differences: found };
    }
    return { port, is: 'failed', code: 'CHANGING', details: 'its policy did not stand still' };
  }

  #policyOf({ workload, port }: WorkloadPort): PortPolicy | undefined {
    return policyOf(this.#deps.index(), workload, port);
  }
}

function compareAnswer(
  ours: PortPolicy | undefined,
  theirs: Exclude<PolicyAnswer, { kind: 'failed' }>,
): readonly Difference[] {
  if (ours !== undefined && theirs.kind === 'server') return differences(toServer(ours), theirs.server);
  if (ours === undefined && theirs.kind === 'not-found') return [];
  const kind = ours === undefined ? 'only-theirs' : 'only-ours';
  const [mine, yours] = ours === undefined ? ['NOT_FOUND', 'known'] : ['known', 'NOT_FOUND'];
  return [{ kind, path: '', ours: mine, theirs: yours, words: wordsOf({ kind, path: '' }) }];
}

/** Every port of a known workload that is declared, probed or claimed, and one that is none of these; in order. */
export function workloadPorts({ state }: InboundIndex): readonly WorkloadPort[] {
  const found: WorkloadPort[] = [];
  for (const [namespace, { pods, externalWorkloads }] of state.namespaces) {
    found.push(
      ...portsIn('core/Pod', namespace, pods),
      ...portsIn('workload.linkerd.io/ExternalWorkload', namespace, externalWorkloads),
    );
  }
  return found.sort(byPort);
}

function* portsIn<W extends Workload>(
  kind: WorkloadKind,
  namespace: string,
  workloads: WorkloadIndex<W>,
): Generator<WorkloadPort> {
  for (const group of workloads.groups()) {
    if (!group.shape.meshed) continue;
    const ports = new Set(interesting(group));
    let undeclared = LAST_PORT;
    while (ports.has(undeclared)) undeclared -= 1;
    for (const { name } of group.members.values())
      for (const port of [...ports, undeclared]) yield { workload: { kind, namespace, name }, port };
  }
}

const byPort = (a: WorkloadPort, b: WorkloadPort): number =>
  compareText(a.workload.namespace, b.workload.namespace) ||
  compareText(a.workload.kind, b.workload.kind) ||
  compareText(a.workload.name, b.workload.name) ||
  a.port - b.port;

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Does all of them, so many at a time; the results are in the order of `items`. */
async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [i, item] of queue) results[i] = await work(item);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return results;
}
