/** Probes of the kubelet that pass in one state and not in the other. */
import type { Semantics } from '../../model/world.js';
import { podsByProbes, probesOf, type ProbeCall } from '../endpoints/probes.js';
import type { FoundWorkload } from '../endpoints/workloads.js';
import { verdictOf } from '../explain/verdict.js';
import { sideAt, type Variant } from './variants.js';
import type { Presence, Unit } from './presence.js';

/** `some`: from some addresses that the kubelet may have, or of some pods. */
export type ProbeFate = 'passes' | 'fails' | 'some';

export interface ProbeChange {
  readonly workload: FoundWorkload;
  readonly probe: Pick<ProbeCall, 'role' | 'kind' | 'port' | 'path'>;
  /** Undefined where there was no such probe. */
  readonly before: ProbeFate | undefined;
  readonly after: ProbeFate;
}

/** Of probes that are there now: those that no longer pass, or pass again; and new ones that do not pass. */
export function probeChanges(
  { workload, before, after }: Unit,
  semantics: Semantics,
): readonly ProbeChange[] {
  if (after === undefined) return [];
  const then = before === undefined ? new Map<string, Fate>() : fates(before, semantics);
  return [...fates(after, semantics)].flatMap(([key, { probe, fate }]): ProbeChange[] => {
    const was = then.get(key)?.fate;
    const { role, kind, port, path } = probe;
    const changed = was === undefined ? fate !== 'passes' : was !== fate;
    return changed ? [{ workload, probe: { role, kind, port, path }, before: was, after: fate }] : [];
  });
}

interface Fate {
  readonly probe: ProbeCall;
  readonly fate: ProbeFate;
}

function fates(presence: Presence, semantics: Semantics): ReadonlyMap<string, Fate> {
  const found = new Map<string, Fate>();
  for (const variant of presence.variants) {
    for (const probe of probesOfVariant(presence, variant)) {
      const { role, kind, port, path } = probe;
      const key = JSON.stringify([role, kind, port, path]);
      const fate = fateOf(presence, { variant, probe }, semantics);
      const known = found.get(key)?.fate;
      found.set(key, { probe, fate: known === undefined || known === fate ? fate : 'some' });
    }
  }
  return found;
}

function* probesOfVariant({ index }: Presence, { members }: Variant): Generator<ProbeCall> {
  for (const pod of podsByProbes(members)) yield* probesOf(pod, index.world.settings);
}

function fateOf(
  { index }: Presence,
  { variant, probe }: { readonly variant: Variant; readonly probe: ProbeCall },
  semantics: Semantics,
): ProbeFate {
  const side = sideAt(index, variant, probe.port);
  if (typeof side === 'string') return 'passes';
  const { outcome } = verdictOf(side, probe, semantics);
  if (outcome === 'depends') return 'some';
  return outcome === 'allow' || outcome === 'audit' ? 'passes' : 'fails';
}
