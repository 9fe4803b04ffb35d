/** What a cell of a matrix says, as a number, worked out from where a client stands and which sets a column asks. */
import type { Standing } from './standing.js';

/** `unknown-address`: that depends on an address that nobody knows; `unknown-traffic`: on whether some request exists. */
export const ACCESS = ['none', 'all', 'some', 'unknown-address', 'unknown-traffic'] as const;
export type AccessWord = (typeof ACCESS)[number];

/** How much of what is allowed is so by `audit` alone, and logged. */
export const AUDITED = ['none', 'some', 'all'] as const;
export type AuditedWord = (typeof AUDITED)[number];

const NONE = 0;
const ALL = 1;
const SOME = 2;
const UNKNOWN_ADDRESS = 3;
const UNKNOWN_TRAFFIC = 4;

/** The access in the lower three bits, what is audited in the next two, and whether only probes get through. */
export type CellCode = number;

const PROBES_ONLY = 32;

export const accessOfCode = (code: CellCode): AccessWord => ACCESS[code & 7] ?? 'none';
export const auditedOfCode = (code: CellCode): AuditedWord => AUDITED[(code >> 3) & 3] ?? 'none';
/** Whether whatever gets through does so by the automatic route of the kubelet's probes. */
export const isProbesOnly = (code: CellCode): boolean => (code & PROBES_ONLY) !== 0;

/** The sets that a region of a column asks, by their numbers. */
export interface AskedRegion {
  readonly allowed: number;
  readonly audited: number;
  /** Whether there is such traffic at all. */
  readonly certain: boolean;
  /** Whether it is what the kubelet asks for, which the proxy lets through by itself. */
  readonly probe: boolean;
}

/** Where no policy is enforced. */
export const EVERYTHING: CellCode = ALL;

/**
 * What a client gets. A known client calls from everywhere that it stands; an assumed one from one place, and if it
 * would not fare alike at each of them nobody knows.
 */
export function cellCode({ atoms }: Standing, regions: readonly AskedRegion[], assumed: boolean): CellCode {
  const tally = new Tally();
  if (!assumed || atoms.length === 1) {
    for (const { inSet } of atoms) tally.add(inSet, regions);
    return tally.code();
  }
  const codes = new Set<CellCode>();
  for (const { inSet } of atoms) {
    const here = new Tally();
    here.add(inSet, regions);
    codes.add(here.code());
    tally.add(inSet, regions);
  }
  const access = new Set([...codes].map((code) => code & 7));
  const [only = NONE] = access;
  return (access.size === 1 ? only : UNKNOWN_ADDRESS) | tally.flags();
}

/** Counts the regions that a client meets, once for each place that it comes from. */
class Tally {
  #all = 0;
  #allowed = 0;
  #audited = 0;
  #certain = 0;
  #certainlyAllowed = 0;
  #probes = 0;

  add(inSet: Uint8Array, regions: readonly AskedRegion[]): void {
    for (const { allowed, audited, certain, probe } of regions) {
      const gets = inSet[allowed] ?? 0;
      this.#all += 1;
      this.#allowed += gets;
      this.#audited += inSet[audited] ?? 0;
      if (probe) this.#probes += gets;
      if (!certain) continue;
      this.#certain += 1;
      this.#certainlyAllowed += gets;
    }
  }

  code(): CellCode {
    return this.#access() | this.flags();
  }

  /** All of a code but the access. */
  flags(): number {
    const audited = this.#audited === 0 ? 0 : this.#audited === this.#allowed ? 2 : 1;
    const probesOnly = this.#allowed > 0 && this.#probes === this.#allowed;
    return (audited << 3) | (probesOnly ? PROBES_ONLY : 0);
  }

  #access(): number {
    if (this.#allowed === 0) return NONE;
    if (this.#allowed === this.#all) return ALL;
    // Some traffic of both kinds, if all of it exists.
    const both = this.#certainlyAllowed > 0 && this.#certainlyAllowed < this.#certain;
    return both ? SOME : UNKNOWN_TRAFFIC;
  }
}
