import { dayAfter } from '../../model/day.js';
import { andList, quote } from '../../model/text.js';
import type { StoredKind } from '../../policy/objects/kinds.js';
import { formatLabels, type Overlap } from '../../policy/overlap.js';
import { formatPort } from '../../policy/state/server.js';
import type { SubjectOf } from '../../schema/index.js';
import { defineRule, gatehouse } from '../rule.js';

/** The kinds whose objects decide an overlap. */
export const OVERLAP_KINDS: readonly StoredKind[] = Object.freeze([
  'policy.linkerd.io/Server',
  'core/Pod',
  'workload.linkerd.io/ExternalWorkload',
]);

interface Params extends Readonly<Record<string, unknown>> {
  readonly other: string;
  readonly port: string;
  /** Shown, but no part of what makes the finding the same as before. */
  readonly $witness: string;
  /** Whether this Server wins, and by what. */
  readonly $wins: boolean;
  readonly $by: 'age' | 'name';
  readonly $today: string;
}

const outcome = ({ other, $wins, $by }: Params): string => {
  const reason = $by === 'age' ? 'is the older and wins' : 'has the lower name and wins';
  return $wins
    ? `this Server ${reason}, and ${quote(other)} would silently do nothing there`
    : `${quote(other)} ${reason}, and this Server would silently do nothing there`;
};

const brief = ({ other, port, $wins }: Params): string =>
  `Server ${quote(other)} has port ${port} too${$wins ? ', and would do nothing there' : ', and wins'}`;

const hint = ({ other, $today }: Params): string =>
  `select other workloads or another port; to replace ${quote(other)}, annotate this Server with ` +
  `gatehouse.dev/accept: "server/overlap until ${$today} replaces ${other}", apply it, then delete ${quote(other)}`;

/**
 * SRV-6, product description section 3: two Servers on one port of one workload. Linkerd's docs forbid it and its
 * admission stopped checking it: the older Server wins, and the other one silently does nothing.
 */
export const serverOverlap = defineRule({
  code: 'server/overlap',
  summary: 'a Server that shares a workload and port with another one',
  severity: 'deny',
  scope: 'cluster',
  looksAt: OVERLAP_KINDS,
  kinds: ['policy.linkerd.io/Server'],
  sources: ['SRV-6'],
  messages: {
    live: gatehouse((params: Params) => ({
      message: `port ${params.port} of ${params.$witness} is claimed by Server ${quote(params.other)} too: ${outcome(params)}`,
      brief: brief(params),
      hint: hint(params),
    })),
    certain: gatehouse((params: Params) => ({
      message:
        `Server ${quote(params.other)} claims port ${params.port} of ${params.$witness} too, and no workload can tell ` +
        `the two apart: ${outcome(params)}`,
      brief: brief(params),
      hint: hint(params),
    })),
  },
  check({ subject, after, world }, report) {
    for (const overlap of after.overlaps(subject.ref.namespace ?? '', subject.ref.name)) {
      if (overlap.kind === 'possible') continue;
      const params = { ...paramsOf(overlap, subject), $today: dayAfter(world.today, 7) };
      report(overlap.kind, ['spec'], params, [serverRef(overlap)]);
    }
  },
});

export function paramsOf(overlap: Overlap, subject: SubjectOf<'policy.linkerd.io/Server'>) {
  const { other, winner, ports, workload, labels } = overlap;
  const kind = overlap.server.workloads === 'pods' ? 'pod' : 'external workload';
  return {
    other: other.name,
    port: ports.length > 0 ? andList(ports.map(String)) : formatPort(overlap.server.port),
    $witness: labels === undefined ? `${kind} ${workload ?? ''}` : formatLabels(labels),
    $wins: winner.name === subject.ref.name,
    $by: overlap.server.created === other.created ? ('name' as const) : ('age' as const),
  };
}

export const serverRef = ({ other: { namespace, name } }: Overlap) => ({
  group: 'policy.linkerd.io',
  kind: 'Server',
  namespace,
  name,
});
