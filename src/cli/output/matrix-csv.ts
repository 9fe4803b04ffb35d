/** `matrix -o csv`: a line for each client and port, and for each region of traffic where those are columns. */
import type { AnsweredMatrix } from '../../app/matrix.js';
import { escapeControls } from '../../model/text.js';
import type { CellAnswer } from '../../policy/matrix/answer.js';
import type { MatrixColumn } from '../../policy/matrix/targets.js';
import { csv } from './csv.js';
import { sourceWords } from './explain-wording.js';
import { accessWords, enforcementWords, regionWords, sourcesOf, witnessWords } from './matrix-wording.js';

const NAMES = ['from', 'to', 'policy', 'region', 'access', 'audited', 'authorizations', 'allowed', 'refused'];

export function matrixCsv(matrix: AnsweredMatrix): string {
  const rows = matrix.columns.flatMap((asked, column) => {
    const ofColumn = [enforcementWords(asked), regionOf(asked)];
    return matrix.rows.flatMap(({ clients }, row) => {
      const ofCell = cellFields(matrix.answer(row, column), matrix.isSpread(row, column));
      const rest = [...ofColumn, ...ofCell].map(escapeControls);
      return clients.flatMap((client) =>
        asked.targets.map((target) => [escapeControls(client.name), escapeControls(target.name), ...rest]),
      );
    });
  });
  return csv(NAMES, rows);
}

const regionOf = ({ partial, traffic: { regions }, enforcement }: MatrixColumn): string => {
  const [region] = regions;
  return partial && region !== undefined && typeof enforcement !== 'string'
    ? regionWords(region.ref, enforcement)
    : '';
};

function cellFields(answer: CellAnswer, spread: boolean): readonly string[] {
  const { access, audited, allowed, refused } = answer;
  const from = spread || access === 'unknown-address';
  const mixed = access !== 'all' && access !== 'none';
  return [
    accessWords(answer),
    audited,
    sourcesOf(answer).map(sourceWords).join('; '),
    mixed && allowed !== undefined ? witnessWords(allowed, from) : '',
    mixed && refused !== undefined ? witnessWords(refused, from) : '',
  ];
}
