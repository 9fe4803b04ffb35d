/** What should be said beside an answer: facts that surprise people who ask. */
import type { AnswerProblem } from '../decide/answer-problem.js';
import { prepare } from '../decide/prepare.js';
import type { Denial } from '../endpoints/denial.js';
import { ANY_CALL } from '../endpoints/traffic.js';
import { policyOf, type InboundIndex } from '../inbound/inbound-index.js';
import { POLICY_KINDS, ROUTE_KINDS } from '../../schema/index.js';
import { find } from '../state/state.js';
import type { TargetEndpoint } from '../endpoints/target.js';
import { isProbe, type Situation } from './situation.js';
import type { Call } from './verdict.js';
import type { ServicePort } from '../endpoints/target.js';

export type Note =
  | { readonly code: 'no-policy'; readonly namespace: string }
  | { readonly code: 'port-undeclared'; readonly port: number; readonly service: ServicePort | undefined }
  /** Pods of the workload whose policy on this port is another one, as during a rollout. */
  | { readonly code: 'members-differ'; readonly shown: string; readonly others: readonly string[] }
  | { readonly code: 'account-unknown'; readonly namespace: string; readonly name: string }
  /** There is a service account of the name as well, which the workload does not run as. */
  | { readonly code: 'taken-for-workload'; readonly namespace: string; readonly name: string }
  | { readonly code: 'address-of-meshed'; readonly namespace: string; readonly name: string }
  /** The request is one that the kubelet sends. */
  | { readonly code: 'probe'; readonly allowed: boolean }
  | { readonly code: 'any-call' }
  | { readonly code: 'http-unseen'; readonly protocol: 'opaque' | 'TLS' }
  | { readonly code: 'answer-problem'; readonly problem: AnswerProblem }
  | { readonly code: 'log-server'; readonly was: string; readonly now: string }
  | { readonly code: 'log-route'; readonly was: string };

/** Of a call to a port that a policy reaches, or not. */
export function notesOn(
  index: InboundIndex,
  {
    target,
    call,
    situation,
    denial,
  }: {
    readonly target: TargetEndpoint;
    readonly call: Call;
    readonly situation: Situation | undefined;
    readonly denial: Denial | undefined;
  },
): readonly Note[] {
  return [
    ...ofTarget(index, target),
    ...ofClient(index, call),
    ...(situation === undefined ? [] : [...ofSituation(situation), ...ofDenial(situation, denial)]),
  ];
}

function ofTarget(
  index: InboundIndex,
  { ref, port, declared, servicePort, workload }: TargetEndpoint,
): Note[] {
  const notes: Note[] = [];
  const objects = index.state.namespaces.get(ref.namespace)?.objects;
  const kinds = [...POLICY_KINDS, ...ROUTE_KINDS];
  if (!kinds.some((kind) => objects?.has(kind) === true))
    notes.push({ code: 'no-policy', namespace: ref.namespace });
  if (!declared) notes.push({ code: 'port-undeclared', port, service: servicePort });
  const policy = policyOf(index, ref, port);
  const others = workload.members.filter(
    ({ kind, namespace, name }) => policyOf(index, { kind, namespace, name }, port) !== policy,
  );
  if (others.length > 0)
    notes.push({ code: 'members-differ', shown: ref.name, others: others.map(({ name }) => name) });
  return notes;
}

function ofClient({ state }: InboundIndex, { client: { subject } }: Call): Note[] {
  switch (subject.kind) {
    case 'workload': {
      const { namespace, name } = subject.workload;
      const other =
        subject.serviceAccount !== undefined &&
        subject.serviceAccount !== name &&
        find(state, 'core/ServiceAccount', namespace, name) !== undefined;
      return other ? [{ code: 'taken-for-workload', namespace, name }] : [];
    }
    case 'service-account': {
      const { namespace, name, known } = subject;
      return known ? [] : [{ code: 'account-unknown', namespace, name }];
    }
    case 'address':
      return subject.holder === undefined ? [] : [{ code: 'address-of-meshed', ...subject.holder }];
    case 'identity':
    case 'anonymous':
    case 'log':
      return [];
  }
}

function ofSituation(situation: Situation): Note[] {
  const { policy, verdict, call, index } = situation;
  const notes: Note[] = [];
  const { problem } = prepare(policy, index.world.semantics);
  if (problem !== undefined) notes.push({ code: 'answer-problem', problem });
  if (isProbe(situation))
    notes.push({ code: 'probe', allowed: verdict.outcome === 'allow' || verdict.outcome === 'audit' });
  const { traffic } = call;
  const { protocol } = policy;
  if (traffic.kind === 'http' && (protocol === 'opaque' || protocol === 'TLS'))
    notes.push({ code: 'http-unseen', protocol });
  const routed = [...policy.httpRoutes, ...policy.grpcRoutes].some(({ ref }) => ref.kind !== 'default');
  if (traffic.kind === 'http' && traffic.request.path === ANY_CALL && routed)
    notes.push({ code: 'any-call' });
  return notes;
}

/** Where the policy is no longer the one that the line tells of. */
function ofDenial({ policy, verdict }: Situation, denial: Denial | undefined): Note[] {
  if (denial === undefined) return [];
  const { server, route } = denial;
  const now = policy.server.kind === 'server' ? policy.server.name : policy.server.word;
  if (server !== undefined && (server.kind !== policy.server.kind || server.name !== now))
    return [{ code: 'log-server', was: server.name, now }];
  const decided = verdict.decision.route;
  return route !== undefined && route.name !== decided?.name ? [{ code: 'log-route', was: route.name }] : [];
}
