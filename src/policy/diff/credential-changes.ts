/** Workloads that show something else when they call: another identity, or one where there was none. */
import type { ClusterSettings } from '../../model/world.js';
import { identityOf } from '../endpoints/client.js';
import type { FoundWorkload } from '../endpoints/workloads.js';
import type { Presence, Unit } from './presence.js';

export interface CredentialChange {
  readonly workload: FoundWorkload;
  /** The identities of its pods, each once, ascending; `undefined` stands for pods without a proxy. */
  readonly before: readonly (string | undefined)[];
  readonly after: readonly (string | undefined)[];
}

export function credentialChanges(
  { workload, before, after }: Unit,
  settings: ClusterSettings,
): readonly CredentialChange[] {
  if (before === undefined || after === undefined) return [];
  const [was, is] = [shownBy(before, settings), shownBy(after, settings)];
  return JSON.stringify(was) === JSON.stringify(is) ? [] : [{ workload, before: was, after: is }];
}

const shownBy = ({ workload }: Presence, settings: ClusterSettings): readonly (string | undefined)[] =>
  [
    ...new Set(
      workload.members.map((member) =>
        member.kind === 'core/Pod' && !member.template.meshed ? undefined : identityOf(member, settings),
      ),
    ),
  ].sort();
