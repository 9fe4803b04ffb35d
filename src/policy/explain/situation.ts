/** A call and a port, at some state of the policy between them. */
import type { Call, Verdict } from './verdict.js';
import { verdictOf } from './verdict.js';
import type { TargetEndpoint } from '../endpoints/target.js';
import { policyOf, type InboundIndex } from '../inbound/inbound-index.js';
import type { PortPolicy } from '../inbound/port-policy.js';

export interface Situation {
  readonly index: InboundIndex;
  readonly target: TargetEndpoint;
  readonly call: Call;
  readonly policy: PortPolicy;
  readonly verdict: Verdict;
}

/** Undefined for a workload that no policy reaches. */
export function situationOf(index: InboundIndex, target: TargetEndpoint, call: Call): Situation | undefined {
  const policy = policyOf(index, target.ref, target.port);
  if (policy === undefined) return undefined;
  return { index, target, call, policy, verdict: verdictOf(policy, call, index.world.semantics) };
}

export const isAllowed = ({ verdict: { outcome } }: Situation): boolean =>
  outcome === 'allow' || outcome === 'audit';

/** Whether the call is one of the kubelet's: it asks for a path that a probe of the workload asks for (A3). */
export function isProbe({ target, verdict }: Pick<Situation, 'target' | 'verdict'>): boolean {
  const { traffic, connection } = verdict;
  if (traffic.kind !== 'http' || connection.tls.kind !== 'none') return false;
  const { method, path } = traffic.request;
  const [asked = ''] = path.split('?');
  return method === 'GET' && target.shape.probes.get(target.port)?.includes(asked) === true;
}
