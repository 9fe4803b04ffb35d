/** Names in policy that nobody has and that are nearly right: to correct one is the smallest change there is. */
import { targets } from '../../model/target-ref.js';
import { POLICY_GROUP } from '../../schema/index.js';
import { find } from '../state/state.js';
import { set, type Change } from './change.js';
import { inertPolicy, type Inert } from './inert.js';
import type { Situation } from './situation.js';

/** For each object that is about the port and names what does not exist, the same object with the near name. */
export const corrections = (situation: Situation): readonly Change[] =>
  inertPolicy(situation.index, situation.target, situation.policy).flatMap((inert) =>
    correction(situation, inert).map((step) => [step]),
  );

function correction({ index: { state } }: Situation, { object, reason }: Inert): Change {
  const { namespace = '', name, kind } = object;
  if (kind === 'ServerAuthorization') {
    const stored = find(state, 'policy.linkerd.io/ServerAuthorization', namespace, name);
    return stored !== undefined && reason.code === 'missing-target'
      ? [set(stored, ['server', 'name'], reason.near)]
      : [];
  }
  const stored = find(state, 'policy.linkerd.io/AuthorizationPolicy', namespace, name);
  if (kind !== 'AuthorizationPolicy' || stored === undefined) return [];
  if (reason.code === 'missing-target') return [set(stored, ['targetRef', 'name'], reason.near)];
  if (reason.code !== 'missing-authentication' || reason.near === undefined) return [];
  const { ref, near } = reason;
  const at = (stored.spec.requiredAuthenticationRefs ?? []).findIndex((each) =>
    targets(each ?? {}, POLICY_GROUP, ref.kind),
  );
  return at < 0 ? [] : [set(stored, ['requiredAuthenticationRefs', at, 'name'], near)];
}
