/** Random texts: what a writer of YAML makes of random values, such texts with a few careless edits, and token soup. */
import fc from 'fast-check';
import { stringify } from 'yaml';

const word = fc.constantFrom(
  ...[
    '',
    'a',
    'b c',
    'yes',
    '017',
    '1.5',
    'null',
    'x: y',
    '#c',
    '- d',
    'a#b',
    "it's",
    'q"q',
    'tab\there',
    '  sp',
    'trail  ',
  ],
  ...[
    'multi\nline\n',
    '\n\nlead',
    'a\n\nb\n c\n',
    'end\n\n\n',
    'long words here that a writer folds at some point',
    'é',
    '😀',
  ],
  ...[
    '{x}',
    '[y]',
    '*z',
    '&w',
    '!t',
    '%u',
    '@v',
    '`',
    '|',
    '>',
    '~',
    '-',
    '?',
    ':',
    'a:',
    'http://x:80/y?z',
    '0x1f',
  ],
  ...['2001-01-01', '\\', 'back\\slash\nnew', '"', '__proto__', 'constructor', 'true', '.5', '8080'],
);

const scalar = fc.oneof(
  word,
  fc.string({ maxLength: 12 }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);

const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(word, fc.string({ maxLength: 6 })), tie('value'), { maxKeys: 4 }),
  ),
}));

const style = fc.record({
  indent: fc.constantFrom(1, 2, 3, 4),
  indentSeq: fc.boolean(),
  lineWidth: fc.constantFrom(0, 20, 40, 80),
  minContentWidth: fc.constant(0),
  defaultStringType: fc.constantFrom(
    'PLAIN',
    'QUOTE_SINGLE',
    'QUOTE_DOUBLE',
    'BLOCK_LITERAL',
    'BLOCK_FOLDED',
  ),
  defaultKeyType: fc.constantFrom('PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE'),
  collectionStyle: fc.constantFrom('any', 'block', 'flow'),
  version: fc.constantFrom('1.1', '1.2'),
  blockQuote: fc.constantFrom(true, false, 'folded', 'literal'),
} as const);

const root = fc.oneof(
  fc.array(value, { minLength: 1, maxLength: 4 }),
  fc.dictionary(word, value, { minKeys: 1, maxKeys: 4 }),
);

export const writtenYaml = fc
  .tuple(root, style)
  .map(([data, options]) => stringify(data, { ...(options as object), aliasDuplicateObjects: false }));

const token = fc.constantFrom(
  ...[
    'a',
    'b',
    'a: ',
    'b: ',
    'c:',
    '- ',
    '-',
    '\n',
    '\n',
    '\n  ',
    '\n    ',
    '\n ',
    '  ',
    ' ',
    '"',
    "'",
    '"x"',
    "'y'",
  ],
  ...[
    '|',
    '>',
    '|-',
    '>+',
    '|2',
    '#',
    ' # c',
    '[',
    ']',
    '{',
    '}',
    ', ',
    ': ',
    ':',
    '\\n',
    '\\',
    'x y',
    '1',
    'yes',
    '?',
  ],
  ...[
    '&a ',
    '*a',
    '!t ',
    '...',
    '\n\n',
    '\n- ',
    '\n  - ',
    '\na: ',
    '\n  b: ',
    '\nc:\n',
    '<<: ',
    'k: v',
    '-\n',
    '\t',
  ],
);

export const tokenSoup = fc.array(token, { minLength: 1, maxLength: 25 }).map((tokens) => tokens.join(''));

const edit = fc.record({
  at: fc.double({ min: 0, max: 0.999, noNaN: true }),
  kind: fc.constantFrom('delete', 'insert', 'indent', 'dedent', 'repeat line', 'delete line'),
  token,
});

type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

export const editedYaml = fc
  .tuple(writtenYaml, fc.array(edit, { minLength: 1, maxLength: 3 }))
  .map(([text, edits]) => edits.reduce(apply, text));

function apply(text: string, { at, kind, token: inserted }: Edit): string {
  const offset = Math.floor(at * text.length);
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset) === -1 ? text.length : text.indexOf('\n', offset);
  switch (kind) {
    case 'delete':
      return text.slice(0, offset) + text.slice(offset + 1);
    case 'insert':
      return text.slice(0, offset) + inserted + text.slice(offset);
    case 'indent':
      return `${text.slice(0, start)} ${text.slice(start)}`;
    case 'dedent':
      return text.slice(0, start) + text.slice(start).replace(/^ /, '');
    case 'repeat line':
      return `${text.slice(0, end)}\n${text.slice(start, end)}${text.slice(end)}`;
    case 'delete line':
      return text.slice(0, start) + text.slice(end + 1);
  }
}
