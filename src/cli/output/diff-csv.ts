/** `diff -o csv`: a row for each port and change, then for each probe, workload and client that changes. */
import { escapeControls } from '../../model/text.js';
import type { ClusterSettings } from '../../model/world.js';
import type { Diff } from '../../policy/diff/diff.js';
import type { FoundWorkload } from '../../policy/endpoints/workloads.js';
import { kindOfWorkload, workloadName } from './client-words.js';
import { csv } from './csv.js';
import { credentialWords, portTexts, probeWords, toldChanges } from './diff-wording.js';

const NAMES = [
  'namespace',
  'kind',
  'workload',
  'ports',
  'change',
  'what',
  'clients',
  'workloads',
  'authorizations',
];

export function diffCsv(diff: Diff, settings: ClusterSettings): string {
  const row = (
    { namespace, name, ...rest }: FoundWorkload,
    change: string,
    { ports = '', what = '', clients = '', workloads = '', authorizations = '' },
  ): string[] => {
    const kind = kindOfWorkload({ namespace, name, ...rest });
    return [namespace, kind, name, ports, change, what, clients, workloads, authorizations].map(
      escapeControls,
    );
  };
  const changes = diff.groups.flatMap(({ targets, changes: found }) =>
    targets.flatMap((target) =>
      toldChanges(found).map(({ effect, requests, clients, workloads, authorizations }) =>
        row(target.workload, effect, {
          ports: portTexts(target).join(' '),
          what: requests,
          clients,
          workloads: workloads.map(({ workload }) => workloadName(workload)).join(' '),
          authorizations,
        }),
      ),
    ),
  );
  return csv(NAMES, [
    ...diff.disappeared.map((workload) => row(workload, 'disappears', {})),
    ...diff.appeared.map((workload) => row(workload, 'appears', {})),
    ...changes,
    ...diff.probes.map((probe) =>
      row(probe.workload, probe.after === 'passes' ? 'probe-passes' : 'probe-fails', {
        ports: String(probe.probe.port),
        what: probeWords(probe),
      }),
    ),
    ...diff.credentials.map((change) =>
      row(change.workload, 'calls-as', { what: credentialWords(change, settings) }),
    ),
  ]);
}
