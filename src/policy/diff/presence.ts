/** A workload in both states, and which of its pods then are compared with which of its pods now. */
import type { FoundWorkload } from '../endpoints/workloads.js';
import { everyWorkload, workloadKey } from '../endpoints/workloads.js';
import type { InboundIndex } from '../inbound/inbound-index.js';
import type { Side } from '../impact/side.js';
import { sideAt, variantsOf, type Variant } from './variants.js';

/** A workload in one state. */
export interface Presence {
  readonly index: InboundIndex;
  readonly workload: FoundWorkload;
  readonly variants: readonly Variant[];
}

/** In one state or in both. */
export interface Unit {
  /** As it is, or was. */
  readonly workload: FoundWorkload;
  readonly before: Presence | undefined;
  readonly after: Presence | undefined;
}

/** Every workload of either state, by namespace, name and kind; one that has an owner is known by that. */
export function unitsOf(before: InboundIndex, after: InboundIndex): readonly Unit[] {
  const units = new Map<string, { before: Presence | undefined; after: Presence | undefined }>();
  for (const presence of presences(before))
    units.set(workloadKey(presence.workload), { before: presence, after: undefined });
  for (const presence of presences(after)) {
    const key = workloadKey(presence.workload);
    units.set(key, { before: units.get(key)?.before, after: presence });
  }
  return [...units]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, unit]) => {
      const workload = (unit.after ?? unit.before)?.workload;
      return workload === undefined ? [] : [{ workload, ...unit }];
    });
}

const presences = (index: InboundIndex): readonly Presence[] =>
  everyWorkload(index.state).map((workload) => ({ index, workload, variants: variantsOf(index, workload) }));

/** A text that two sides share exactly if they are equal. */
export type KeyOf = (side: Side) => string;
export type SidePair = readonly [before: Side, after: Side];

/**
 * The sides of a port that differ. A pod of the same name is compared with itself. Of the others, those that have the
 * same policy on both sides cancel out; what is left on one side is compared with all that is left on the other.
 */
export function pairsAt({ before, after }: Unit, port: number, keyOf: KeyOf): readonly SidePair[] {
  if (before === undefined || after === undefined) {
    const sides = sidesOf(before ?? after, (before ?? after)?.variants ?? [], port);
    return distinct(
      sides.map((side): SidePair => (before === undefined ? ['absent', side] : [side, 'absent'])),
      keyOf,
    );
  }
  const then = byMember(before);
  const now = byMember(after);
  const same = [...then].flatMap(([name, was]): SidePair[] => {
    const is = now.get(name);
    return is === undefined ? [] : [[sideAt(before.index, was, port), sideAt(after.index, is, port)]];
  });
  const gone = [...then].flatMap(([name, variant]) => (now.has(name) ? [] : [variant]));
  const come = [...now].flatMap(([name, variant]) => (then.has(name) ? [] : [variant]));
  const crossed = crossPairs(
    sidesOf(before, gone.length > 0 || come.length === 0 ? gone : before.variants, port),
    sidesOf(after, come.length > 0 || gone.length === 0 ? come : after.variants, port),
    keyOf,
  );
  return distinct([...same, ...crossed], keyOf);
}

function crossPairs(was: readonly Side[], is: readonly Side[], keyOf: KeyOf): readonly SidePair[] {
  const [keysWas, keysIs] = [new Set(was.map(keyOf)), new Set(is.map(keyOf))];
  const gone = was.filter((side) => !keysIs.has(keyOf(side)));
  const come = is.filter((side) => !keysWas.has(keyOf(side)));
  const from = gone.length > 0 ? gone : come.length > 0 ? was : [];
  const to = come.length > 0 ? come : gone.length > 0 ? is : [];
  return from.flatMap((a) => to.map((b): SidePair => [a, b]));
}

const byMember = ({ variants }: Presence): ReadonlyMap<string, Variant> =>
  new Map(
    variants.flatMap((variant) => variant.members.map(({ name }): [string, Variant] => [name, variant])),
  );

const sidesOf = (presence: Presence | undefined, variants: readonly Variant[], port: number): Side[] =>
  presence === undefined
    ? []
    : [...new Set([...new Set(variants)].map((variant) => sideAt(presence.index, variant, port)))];

function distinct(pairs: readonly SidePair[], keyOf: KeyOf): readonly SidePair[] {
  const found = new Map<string, SidePair>();
  for (const pair of pairs) {
    const [a, b] = [keyOf(pair[0]), keyOf(pair[1])];
    if (a !== b) found.set(`${a} ${b}`, pair);
  }
  return [...found.values()];
}
