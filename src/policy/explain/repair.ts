/**
 * The smallest change that would let a call through. Each is tried on the index before it is proposed: what is
 * returned works.
 */
import { member, type JsonObject } from '../../model/json.js';
import { readString } from '../objects/read.js';
import { overlapsOf } from '../overlap.js';
import { find } from '../state/state.js';
import { authorizations } from './authorize.js';
import { applyChange, set, type Change, type ChangeStep } from './change.js';
import { corrections } from './misspelt.js';
import { routeFor } from './route-for.js';
import { isAllowed, isProbe, situationOf, type Situation } from './situation.js';

/** So many causes one after the other are mended: protocol, route, authorization, and the proxy of the client. */
const DEPTH = 4;

/** Each works by itself; the smallest first. None for a call that is allowed, or that no change of ours allows. */
export function repairs(situation: Situation): readonly Change[] {
  if (isAllowed(situation)) return [];
  const ways = [meshing(situation), mended(situation, [], DEPTH)];
  return ways.filter((change) => change !== undefined).sort((a, b) => sizeOf(a) - sizeOf(b));
}

/** The client's proxy, and what its identity lacks then. */
function meshing(situation: Situation): Change | undefined {
  const step = meshStep(situation);
  if (step === undefined) return undefined;
  const next = after(situation, [step]);
  if (next === undefined) return undefined;
  return isAllowed(next) ? [step] : mended(next, [step], DEPTH - 1);
}

function meshStep(situation: Situation): ChangeStep | undefined {
  const { subject } = situation.call.client;
  if (subject.kind !== 'workload' || subject.plain === undefined || isProbe(situation)) return undefined;
  const { namespace, name, owner, members } = subject.workload;
  const [first] = members;
  // The injector leaves pods on the network of their node alone.
  if (first.kind !== 'core/Pod' || first.template.hostNetwork) return undefined;
  const workload = { namespace, name: owner?.name ?? name, kind: owner?.kind ?? 'Pod' };
  return { action: 'mesh', workload, reason: subject.plain };
}

function mended(situation: Situation, done: Change, depth: number): Change | undefined {
  if (depth === 0) return undefined;
  const proposed = proposals(situation);
  const tried = proposed.flatMap((steps) => {
    const next = after(situation, steps);
    return next === undefined ? [] : [{ steps, next }];
  });
  const found = tried.find(({ next }) => isAllowed(next));
  if (found !== undefined) return [...done, ...found.steps];
  const reason = situation.verdict.decision.reason;
  for (const { steps, next } of tried) {
    // Only what got the call further is worth going on from.
    if (next.verdict.decision.reason === reason) continue;
    const rest = mended(next, [...done, ...steps], depth - 1);
    if (rest !== undefined) return rest;
  }
  return undefined;
}

/** What may help against the reason of the refusal. */
function proposals(situation: Situation): readonly Change[] {
  switch (situation.verdict.decision.reason) {
    case 'no-authorization':
      return [...corrections(situation), ...authorizations(situation)];
    case 'no-route': {
      const route = routeFor(situation);
      return route === undefined ? [] : [[route]];
    }
    case 'protocol-mismatch':
      return detection(situation);
    case 'authorized':
    case 'no-http-policy':
    case 'direct-needs-identity':
    case 'invalid-answer':
      return [];
  }
}

/** Lets the proxy find out what is spoken. */
function detection({ index, policy }: Situation): readonly Change[] {
  if (policy.server.kind === 'default') return [];
  const { namespace, name } = policy.server;
  const server = find(index.state, 'policy.linkerd.io/Server', namespace, name);
  return server === undefined ? [] : [[set(server, ['proxyProtocol'], 'unknown')]];
}

/** The same call after these steps; undefined where they would be refused. */
function after({ index, target, call }: Situation, steps: Change): Situation | undefined {
  const next = applyChange(index, steps);
  return steps.some((step) => step.action === 'create' && overlaps(next, step.manifest))
    ? undefined
    : situationOf(next, target, steps.reduce(withStep, call));
}

/** Whether a new object is a Server that admission refuses beside the others (product description, section 3). */
function overlaps({ state }: Situation['index'], manifest: JsonObject): boolean {
  const metadata = member(manifest, 'metadata');
  const [namespace, name] = [readString(metadata, 'namespace'), readString(metadata, 'name')];
  if (member(manifest, 'kind') !== 'Server' || namespace === undefined || name === undefined) return false;
  return overlapsOf(state, namespace, name).some(({ kind }) => kind !== 'possible');
}

function withStep(call: Situation['call'], step: ChangeStep): Situation['call'] {
  const { subject } = call.client;
  if (step.action !== 'mesh' || subject.kind !== 'workload') return call;
  const client = {
    ...call.client,
    subject: { ...subject, plain: undefined },
    tls: { kind: 'established' as const, identity: subject.identity },
  };
  return { ...call, client };
}

/** About how many lines somebody has to write. */
function sizeOf(change: Change): number {
  return change.reduce((size, step) => {
    if (step.action === 'mesh') return size + 1;
    return size + leaves(step.action === 'create' ? step.manifest : step.value);
  }, 0);
}

const leaves = (value: unknown): number =>
  typeof value === 'object' && value !== null
    ? Object.values(value).reduce<number>((sum, item) => sum + leaves(item), 0)
    : 1;
