/** `matrix -o text`: a grid on 100 columns, then what its numbers, letters and mixed cells stand for. */
import pc from 'picocolors';
import type { AnsweredMatrix } from '../../app/matrix.js';
import { count, escapeControls } from '../../model/text.js';
import type { MatrixColumn } from '../../policy/matrix/targets.js';
import {
  enforcementWords,
  markOf,
  MARKS,
  type Mark,
  matrixClientWords,
  matrixTargetWords,
  mixedWords,
  regionWords,
} from './matrix-wording.js';

const WIDTH = 100;
const LABEL = 36;

type Paint = (mark: Mark) => string;

export function matrixText(matrix: AnsweredMatrix, { colour }: { readonly colour: boolean }): string {
  const paint = painter(colour);
  const blocks = [
    [summary(matrix)],
    ...(matrix.rows.length === 0 || matrix.columns.length === 0
      ? []
      : [...grids(matrix, paint), legend(paint)]),
    ['Columns:', ...matrix.columns.flatMap((column, place) => columnLines(column, place))],
    groupLines(matrix),
    mixedLines(matrix),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

function painter(colour: boolean): Paint {
  const { green, yellow, cyan, red, magenta } = pc.createColors(colour);
  const paints: Readonly<Record<Mark, (text: string) => string>> = {
    '+': green,
    '!': yellow,
    '~': yellow,
    ':': cyan,
    '.': red,
    '?': magenta,
  };
  return (mark) => paints[mark](mark);
}

function summary({ rows, columns }: AnsweredMatrix): string {
  const clients = rows.reduce((sum, row) => sum + row.clients.length, 0);
  const targets = new Set(columns.flatMap((column) => column.targets)).size;
  return `Who may call what: ${count(clients, 'client')} in ${count(rows.length, 'row')}, ${count(targets, 'port')} in ${count(columns.length, 'column')}`;
}

/** As many columns at a time as fit beside the names of the rows. */
function grids(matrix: AnsweredMatrix, paint: Paint): string[][] {
  const { rows, columns, code } = matrix;
  const letters = rows.map((_, place) => letterOf(place));
  const letterWidth = Math.max(...letters.map((letter) => letter.length));
  const labels = rows.map((row) => rowLabel(row.clients.map(matrixClientWords)));
  const labelWidth = Math.max(...labels.map((label) => label.length));
  const cellWidth = String(columns.length).length + 1;
  const margin = letterWidth + 1 + labelWidth + 1;
  const perGrid = Math.max(1, Math.floor((WIDTH - margin) / cellWidth));
  const grid = (from: number): string[] => {
    const places = [...columns.keys()].slice(from, from + perGrid);
    const head = places.map((place) => String(place + 1).padStart(cellWidth)).join('');
    return [
      `${' '.repeat(margin)}${head}`,
      ...rows.map((_, row) => {
        const cells = places.map((column) => {
          return ' '.repeat(cellWidth - 1) + paint(markOf(code(row, column)));
        });
        const letter = (letters[row] ?? '').padEnd(letterWidth);
        return `${letter} ${(labels[row] ?? '').padEnd(labelWidth)} ${cells.join('')}`;
      }),
    ];
  };
  const starts = Array.from({ length: Math.ceil(columns.length / perGrid) }, (_, n) => n * perGrid);
  return starts.map(grid);
}

/** A, B … Z, AA, AB …. */
export function letterOf(place: number): string {
  const letter = String.fromCharCode(65 + (place % 26));
  return place < 26 ? letter : letterOf(Math.floor(place / 26) - 1) + letter;
}

/** The first of the clients, and how many more there are. */
function rowLabel([first = '', ...others]: readonly string[]): string {
  const more = others.length === 0 ? '' : ` +${String(others.length)}`;
  const shown = escapeControls(first);
  const room = LABEL - more.length;
  return `${shown.length > room ? `…${shown.slice(1 - room)}` : shown}${more}`;
}

const legend = (paint: Paint): string[] => [
  MARKS.map(([mark, words]) => `${paint(mark)} ${words}`).join('   '),
];

function columnLines(column: MatrixColumn, place: number): string[] {
  const { targets, enforcement, traffic, partial } = column;
  const number = String(place + 1).padStart(4);
  const [region] = traffic.regions;
  const only =
    partial && region !== undefined && typeof enforcement !== 'string'
      ? `: ${regionWords(region.ref, enforcement)}`
      : '';
  return [
    `${number}  ${escapeControls(`${enforcementWords(column)}${only}`)}`,
    ...list(targets.map(matrixTargetWords)),
  ];
}

const INDENT = 6;

const list = (names: readonly string[]): string[] =>
  wrapped(names.map((name, place) => (place < names.length - 1 ? `${name},` : name)));

/** The words on as many lines as they take. */
function wrapped(words: readonly string[], head = ''): string[] {
  const lines: string[] = [];
  let line = head;
  for (const each of words) {
    const word = escapeControls(each);
    if (line !== '' && INDENT + line.length + 1 + word.length > WIDTH) {
      lines.push(' '.repeat(INDENT) + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, ' '.repeat(INDENT) + line];
}

/** Rows of several clients. */
function groupLines({ rows }: AnsweredMatrix): string[] {
  const lines = rows.flatMap(({ clients }, place) =>
    clients.length === 1
      ? []
      : [
          `${letterOf(place).padStart(4)}  ${String(clients.length)} clients that no policy here tells apart:`,
          ...list(clients.map(matrixClientWords)),
        ],
  );
  return lines.length === 0 ? [] : ['Rows of several clients:', ...lines];
}

/** Why cells are neither all nor none: those of a column that are so for the same reason together. */
function mixedLines(matrix: AnsweredMatrix): string[] {
  const lines = matrix.columns.flatMap((_, column) => {
    const byWords = new Map<string, string[]>();
    for (const row of matrix.rows.keys()) {
      const mark = markOf(matrix.code(row, column));
      if (mark !== '~' && mark !== '?') continue;
      const words = mixedWords(matrix.answer(row, column), matrix.isSpread(row, column));
      const rows = byWords.get(words);
      if (rows === undefined) byWords.set(words, [letterOf(row)]);
      else rows.push(letterOf(row));
    }
    return [...byWords].flatMap(([words, rows]) => {
      const [first = '', ...others] = wrapped(words.split(' '), `${rows.join(' ')}:`);
      return [String(column + 1).padStart(4) + first.slice(4), ...others];
    });
  });
  return lines.length === 0 ? [] : ['Some and unknown:', ...lines];
}
