/**
 * The question that `gatehouse explain` asks: may this client call that port, and why? One function from the index
 * and a question to data (architecture, 12); commands read and render.
 */
import { fail, ok, type Result } from '../model/result.js';
import type { CreditedSource } from '../policy/decide/grant.js';
import type { Traffic } from '../policy/decide/request.js';
import type { Inapplicable } from '../policy/decide/why-not.js';
import { resolveClient, type ClientEndpoint } from '../policy/endpoints/client.js';
import { clientOfDenial, targetOfDenial, type Denial } from '../policy/endpoints/denial.js';
import type { EndpointProblem } from '../policy/endpoints/problem.js';
import { resolveTarget, type TargetEndpoint } from '../policy/endpoints/target.js';
import { requestOf, trafficOf, type RequestOptions } from '../policy/endpoints/traffic.js';
import { applied } from '../policy/explain/applied.js';
import type { Change } from '../policy/explain/change.js';
import { inertPolicy, type Inert } from '../policy/explain/inert.js';
import { notesOn, type Note } from '../policy/explain/notes.js';
import { repairs } from '../policy/explain/repair.js';
import { situationOf } from '../policy/explain/situation.js';
import { inapplicable, type Verdict } from '../policy/explain/verdict.js';
import { policyOf, type InboundIndex } from '../policy/inbound/inbound-index.js';
import type { PortPolicy } from '../policy/inbound/port-policy.js';

export interface ExplainQuestion {
  /** A workload, service account, identity or address; may be left out with a denial. */
  readonly from: string | undefined;
  /** `workload:port`; may be left out with a denial that tells it. */
  readonly to: string | undefined;
  readonly denial: Denial | undefined;
  /** Treats the client as having no proxy. */
  readonly unmeshed: boolean;
  /** The client's address, where `from` does not tell it. */
  readonly clientIp: string | undefined;
  /** Of names without a namespace. */
  readonly namespace: string;
  readonly request: RequestOptions;
}

export interface Explanation {
  readonly client: ClientEndpoint;
  readonly target: TargetEndpoint;
  /** As it was asked for; the proxy may take it for less. */
  readonly traffic: Traffic;
  readonly outcome: Verdict['outcome'];
  /** Undefined where no proxy enforces any policy. */
  readonly ruled:
    | {
        readonly policy: PortPolicy;
        readonly verdict: Verdict;
        /** All that apply; the first is credited. */
        readonly applied: readonly CreditedSource[];
        readonly notApplied: readonly Inapplicable[];
        readonly inert: readonly Inert[];
        /** Each would let the call through, the smallest first. */
        readonly changes: readonly Change[];
      }
    | undefined;
  readonly notes: readonly Note[];
}

export type ExplainProblem = EndpointProblem | { readonly code: 'needs-from' | 'needs-to' };

/** Answers a question, or says why it cannot be asked. */
export function explain(index: InboundIndex, question: ExplainQuestion): Result<Explanation, ExplainProblem> {
  const target = targetOf(index, question);
  if (!target.ok) return target;
  const client = clientOf(index, question, target.value.port);
  return client.ok ? ok(answer(index, question, { client: client.value, target: target.value })) : client;
}

function targetOf(
  index: InboundIndex,
  { to, denial, namespace }: ExplainQuestion,
): Result<TargetEndpoint, ExplainProblem> {
  if (to !== undefined) return resolveTarget(index, { to, port: denial?.port, namespace });
  return denial === undefined ? fail({ code: 'needs-to' }) : targetOfDenial(index, denial, namespace);
}

function clientOf(
  index: InboundIndex,
  { from, denial, unmeshed, clientIp, namespace }: ExplainQuestion,
  port: number,
): Result<ClientEndpoint, ExplainProblem> {
  if (from !== undefined) return resolveClient(index, { from, unmeshed, address: clientIp, namespace }, port);
  const client = denial === undefined ? undefined : clientOfDenial(denial);
  return client === undefined ? fail({ code: 'needs-from' }) : ok(client);
}

function answer(
  index: InboundIndex,
  question: ExplainQuestion,
  { client, target }: { readonly client: ClientEndpoint; readonly target: TargetEndpoint },
): Explanation {
  const { denial } = question;
  const policy = target.enforced ? policyOf(index, target.ref, target.port) : undefined;
  const options = requestOptions(question, policy);
  const traffic = trafficOf(options, policy?.protocol ?? 'detect');
  return explainCall(index, { client, target, traffic, denial });
}

/** What becomes of this traffic of a client to a port, and why. */
export function explainCall(
  index: InboundIndex,
  {
    client,
    target,
    traffic,
    denial,
  }: Pick<Explanation, 'client' | 'target' | 'traffic'> & Partial<Pick<ExplainQuestion, 'denial'>>,
): Explanation {
  const call = { client, traffic };
  const situation = target.enforced ? situationOf(index, target, call) : undefined;
  const notes = notesOn(index, { target, call, situation, denial });
  if (situation === undefined) return { client, target, traffic, outcome: 'allow', ruled: undefined, notes };
  const { verdict } = situation;
  const { semantics } = index.world;
  return {
    client,
    target,
    traffic,
    outcome: verdict.outcome,
    ruled: {
      policy: situation.policy,
      verdict,
      applied: applied(situation.policy, verdict, semantics),
      notApplied: inapplicable(situation.policy, { client, verdict }, semantics),
      inert: inertPolicy(index, target, situation.policy),
      // Of a Service's port that no pod has, nothing is worth changing.
      changes: target.servicePort === undefined ? repairs(situation) : [],
    },
    notes,
  };
}

/** A denial does not tell the request, but the route that it fell to: any request of that route will do. */
function requestOptions(
  { denial, request }: ExplainQuestion,
  policy: PortPolicy | undefined,
): RequestOptions {
  if (denial === undefined) return request;
  if (denial.event === 'connection') return { ...request, spoken: request.spoken ?? 'tcp' };
  const { route } = denial;
  if (policy === undefined || route === undefined || route.kind === 'default' || request.path !== undefined)
    return request;
  const like = requestOf(policy, route.name);
  return like === undefined ? request : { ...like, spoken: request.spoken };
}
