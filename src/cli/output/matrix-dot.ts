/** `matrix -o dot`: clients on the left, ports on the right, an edge where anything may get through. For Graphviz. */
import type { AnsweredMatrix } from '../../app/matrix.js';
import { escapeControls } from '../../model/text.js';
import {
  enforcementWords,
  markOf,
  MARKS,
  matrixClientWords,
  matrixTargetWords,
  mixedWords,
  regionWords,
  type Mark,
} from './matrix-wording.js';

const STYLES: Readonly<Record<Exclude<Mark, '.'>, string>> = {
  '+': 'color="#1a7f37"',
  '!': 'color="#9a6700"',
  '~': 'color="#0969da", style=dashed',
  ':': 'color="#6e7781", style=dotted',
  '?': 'color="#8250df", style=dotted',
};

export function matrixDot(matrix: AnsweredMatrix): string {
  const { rows, columns } = matrix;
  const legend = new Map<Mark, string>(MARKS);
  const clients = rows.map(
    ({ clients: alike }, row) => `    c${String(row)} [label=${label(alike.map(matrixClientWords))}];`,
  );
  const ports = columns.map((column, place) => {
    const { targets, traffic, partial, enforcement } = column;
    const [region] = traffic.regions;
    const only =
      partial && region !== undefined && typeof enforcement !== 'string'
        ? [regionWords(region.ref, enforcement)]
        : [];
    return `    p${String(place)} [label=${label([...targets.map(matrixTargetWords), enforcementWords(column), ...only])}];`;
  });
  const edges = rows.flatMap((_, row) =>
    columns.flatMap((__, column): string[] => {
      const mark = markOf(matrix.code(row, column));
      if (mark === '.') return [];
      const words = mixedWords(matrix.answer(row, column), matrix.isSpread(row, column));
      const tip = label([words === '' ? (legend.get(mark) ?? '') : words]);
      return [`  c${String(row)} -> p${String(column)} [${STYLES[mark]}, tooltip=${tip}];`];
    }),
  );
  return `${[
    'digraph matrix {',
    '  rankdir=LR;',
    '  node [shape=box, fontname="sans-serif", fontsize=10];',
    '  subgraph clients {',
    '    rank=same;',
    ...clients,
    '  }',
    '  subgraph ports {',
    '    rank=same;',
    ...ports,
    '  }',
    ...edges,
    '}',
  ].join('\n')}\n`;
}

/** The lines of a label, in quotes: a backslash begins an escape there, and is never one of ours. */
const label = (lines: readonly string[]): string =>
  `"${lines.map((line) => escapeControls(line).replaceAll('\\', '\\\\').replaceAll('"', '\\"')).join('\\n')}"`;
