/** Whether the probes of workloads pass. */
import { witnessN } from '../../algebra/index.js';
import type { Semantics } from '../../model/world.js';
import { podsByProbes, probesOf, type ProbeCall } from '../endpoints/probes.js';
import { verdictOf } from '../explain/verdict.js';
import type { InboundIndex } from '../inbound/inbound-index.js';
import { sideAt } from '../diff/variants.js';
import type { ExpectedTarget } from './targets.js';

export interface FailingProbe {
  readonly target: ExpectedTarget;
  /** From an address from which it does not pass. */
  readonly probe: ProbeCall;
}

export interface CheckedProbes {
  readonly probes: number;
  readonly failing: readonly FailingProbe[];
}

/** The probes to these ports; ports that no container names are none of them. */
export function checkProbes(index: InboundIndex, targets: readonly ExpectedTarget[]): CheckedProbes {
  const { settings, semantics } = index.world;
  let probes = 0;
  const failing: FailingProbe[] = [];
  for (const target of targets) {
    const seen = new Set<string>();
    for (const pod of podsByProbes(target.variant.members)) {
      for (const probe of probesOf(pod, settings)) {
        if (probe.port !== target.port) continue;
        const { role, kind, path } = probe;
        const key = JSON.stringify([role, kind, path]);
        if (!seen.has(key)) probes += 1;
        const refused = refusedProbe(index, { target, probe }, semantics);
        if (refused !== undefined && !seen.has(`${key} fails`)) {
          seen.add(`${key} fails`);
          failing.push({ target, probe: refused });
        }
        seen.add(key);
      }
    }
  }
  return { probes, failing };
}

function refusedProbe(
  index: InboundIndex,
  { target, probe }: FailingProbe,
  semantics: Semantics,
): ProbeCall | undefined {
  const side = sideAt(index, target.variant, target.port);
  if (typeof side === 'string') return undefined;
  const { refused } = verdictOf(side, probe, semantics);
  const sample = witnessN(refused);
  if (sample === undefined) return undefined;
  const addresses = { kind: 'known' as const, networks: refused, sample };
  return { ...probe, client: { ...probe.client, addresses } };
}
