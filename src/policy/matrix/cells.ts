/** What a cell of a matrix says, as a number, worked out from where a client stands and which sets a column asks. */
import type { Standing, StandingAtom } from './standing.js';

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

const ACCESS_BITS = 7;
const PROBES_ONLY = 32;

export const accessOfCode = (code: CellCode): AccessWord => ACCESS[code & ACCESS_BITS] ?? 'none';
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
  const among = codeAmong(atoms, regions);
  if (!assumed || atoms.length === 1) return among;
  const access = new Set(atoms.map((atom) => codeAmong([atom], regions) & ACCESS_BITS));
  const [only = NONE] = access;
  return (access.size === 1 ? only : UNKNOWN_ADDRESS) | (among & ~ACCESS_BITS);
}

/** Of all the regions at each of the places: how many there are, and how many are allowed. */
function codeAmong(atoms: readonly StandingAtom[], regions: readonly AskedRegion[]): CellCode {
  let all = 0;
  let through = 0;
  let logged = 0;
  let probes = 0;
  let existing = 0;
  let existingThrough = 0;
  for (const { inSet } of atoms) {
    for (const { allowed, audited, certain, probe } of regions) {
      const gets = inSet[allowed] ?? 0;
      all += 1;
      through += gets;
      logged += inSet[audited] ?? 0;
      if (probe) probes += gets;
      if (!certain) continue;
      existing += 1;
      existingThrough += gets;
    }
  }
  if (through === 0) return NONE;
  const audit = (logged === 0 ? 0 : logged === through ? 2 : 1) << 3;
  const flags = audit | (probes === through ? PROBES_ONLY : 0);
  if (through === all) return ALL | flags;
  // Some traffic of both kinds, if all of it exists.
  const both = existingThrough > 0 && existingThrough < existing;
  return (both ? SOME : UNKNOWN_TRAFFIC) | flags;
}
