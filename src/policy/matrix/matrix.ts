/**
 * Who may call which port: clients against workload ports, exactly (architecture, 4).
 *
 *   clients ── where each stands among the sets of all policies ──> rows     clients that fall into the same atoms
 *   ports ──── their policies, cut into regions of traffic ───────> columns  ports of one policy
 *
 * A cell looks up in which of the column's sets a row stands; why is asked of the evaluator when somebody wants to know
 * (`answer.ts`).
 */
import type { Semantics } from '../../model/world.js';
import { cellCode, EVERYTHING, type AskedRegion, type CellCode } from './cells.js';
import type { MatrixClient } from './clients.js';
import { Faces, type Face } from './faces.js';
import type { RegionRef } from './regions.js';
import { ClientSets, Standings, type Standing } from './standing.js';
import { columnsOf, type MatrixColumn, type MatrixTarget } from './targets.js';

/** Clients that fare alike everywhere since they fall into the same atoms. */
export interface MatrixRow {
  readonly clients: readonly [MatrixClient, ...MatrixClient[]];
}

export interface Matrix {
  readonly rows: readonly MatrixRow[];
  readonly columns: readonly MatrixColumn[];
  /** Row after row. */
  readonly codes: Uint8Array;
  readonly code: (row: number, column: number) => CellCode;
  /** Whether the client's addresses matter in the column. */
  readonly isSpread: (row: number, column: number) => boolean;
  /** Of a row in a column; where no policy is enforced it stands nowhere. */
  readonly standing: (row: number, column: number) => Standing | undefined;
}

export interface MatrixInput {
  readonly clients: readonly MatrixClient[];
  readonly targets: readonly MatrixTarget[];
  readonly semantics: Semantics;
  /** Whether each region of traffic is a column of its own. */
  readonly perRegion: boolean;
  /** Told now and then how many of the cells are done. */
  readonly onProgress?: (done: number, all: number) => void;
}

export function buildMatrix({ clients, targets, semantics, perRegion, onProgress }: MatrixInput): Matrix {
  const columns = columnsOf(targets, clients, { semantics, perRegion });
  const sets = new ClientSets();
  const asked = columns.map(({ traffic }) =>
    traffic.regions.map(({ ref, access, sample }): AskedRegion => ({
      allowed: sets.numberOf(access.allowed),
      audited: sets.numberOf(access.audited),
      certain: sample !== undefined,
      probe: isProbeRegion(ref),
    })),
  );
  const rows = rowsOf(clients, new Faces(columns, new Standings(sets)));
  const codes = new Uint8Array(rows.length * columns.length);
  for (const [place, row] of rows.entries()) {
    fill(codes.subarray(place * columns.length, (place + 1) * columns.length), row, asked);
    if (place % PROGRESS_ROWS === 0) onProgress?.(place * columns.length, codes.length);
  }
  return {
    rows,
    columns,
    codes,
    code: (row, column) => codes[row * columns.length + column] ?? 0,
    isSpread: (row, column) => isSpread(rows[row]?.face.standing(column), asked[column] ?? []),
    standing: (row, column) => rows[row]?.face.standing(column),
  };
}

/** Whether some set of the regions has some of the places where the client stands, and not all. */
function isSpread(standing: Standing | undefined, regions: readonly AskedRegion[]): boolean {
  const [first, ...others] = standing?.atoms ?? [];
  if (first === undefined) return false;
  return others.some(({ inSet }) =>
    regions.some(
      ({ allowed, audited }) =>
        inSet[allowed] !== first.inSet[allowed] || inSet[audited] !== first.inSet[audited],
    ),
  );
}

/** The route that stands for the probes of a workload where its Server has none. */
const isProbeRegion = (ref: RegionRef): boolean =>
  ref.kind === 'rule' && ref.route.kind === 'default' && ref.route.name === 'probe';

const PROGRESS_ROWS = 64;

function fill(
  codes: Uint8Array,
  { clients: [{ addresses }], face }: FacedRow,
  asked: readonly (readonly AskedRegion[])[],
): void {
  const assumed = addresses.kind === 'assumed';
  for (const [column, regions] of asked.entries()) {
    const standing = face.standing(column);
    codes[column] = standing === undefined ? EVERYTHING : cellCode(standing, regions, assumed);
  }
}

/** In the order of their first clients. */
function rowsOf(clients: readonly MatrixClient[], faces: Faces): readonly FacedRow[] {
  const rows = new Map<string, { face: Face; clients: [MatrixClient, ...MatrixClient[]] }>();
  for (const client of clients) {
    const face = faces.of(client);
    const key = `${aloneKey(client)}\n${face.key}`;
    const row = rows.get(key);
    if (row === undefined) rows.set(key, { face, clients: [client] });
    else row.clients.push(client);
  }
  return [...rows.values()];
}

/** Anyone outside, pods without a proxy and the kubelet are looked for, and stand by themselves. */
const aloneKey = ({ subject: { kind } }: MatrixClient): string =>
  kind === 'workload' || kind === 'named' ? '' : kind;

type FacedRow = MatrixRow & { readonly face: Face };
