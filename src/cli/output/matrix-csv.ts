/** `matrix -o csv`: a line for each client and port, and for each region of traffic where those are columns. RFC 4180. */
import type { AnsweredMatrix } from '../../app/matrix.js';
import { escapeControls } from '../../model/text.js';
import type { CellAnswer } from '../../policy/matrix/answer.js';
import type { MatrixColumn } from '../../policy/matrix/targets.js';
import { sourceWords } from './explain-wording.js';
import {
  accessWords,
  enforcementWords,
  isSpread,
  regionWords,
  sourcesOf,
  witnessWords,
} from './matrix-wording.js';

const HEADER = [
  'from',
  'to',
  'policy',
  'region',
  'access',
  'audited',
  'authorizations',
  'allowed',
  'refused',
];

export function matrixCsv(matrix: AnsweredMatrix): string {
  const lines = [HEADER.join(',')];
  for (const [column, asked] of matrix.columns.entries()) {
    const ofColumn = [enforcementWords(asked), regionOf(asked)].map(field);
    const targets = asked.targets.map(({ name }) => field(name));
    for (const [row, { clients }] of matrix.rows.entries()) {
      const ofCell = cellFields(matrix.answer(row, column), isSpread(matrix, row, column)).map(field);
      const rest = [...ofColumn, ...ofCell].join(',');
      for (const { name } of clients)
        for (const target of targets) lines.push(`${field(name)},${target},${rest}`);
    }
  }
  return `${lines.join('\n')}\n`;
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

/** In quotes where something in it would end it. */
function field(text: string): string {
  const shown = escapeControls(text);
  return /[",]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}
