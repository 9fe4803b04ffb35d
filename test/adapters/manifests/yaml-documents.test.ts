import { describe, expect, it } from '@jest/globals';
import { parseDocuments } from '../../../src/adapters/manifests/yaml-documents.js';

const parse = (text: string, file = 'a.yaml') => parseDocuments(text, { file });
const values = (text: string, file?: string): unknown[] =>
  parse(text, file).documents.map(({ value }) => value);
const problems = (text: string, file?: string): string[] =>
  parse(text, file).problems.map(
    ({ line, column, message }) => `${String(line)}:${String(column)} ${message}`,
  );

const SERVER = `apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata:
  name: web
spec:
  podSelector:
    matchExpressions:
    - key: app   # a comment
      operator: In
      values: [web, "api"]
    -
      key: tier
      operator: Exists
  "port": 8080
`;

describe('position', () => {
  const [server] = parse(SERVER).documents;

  it.each([
    [[], 1, 1],
    [['metadata', 'name'], 4, 3],
    [['spec', 'podSelector', 'matchExpressions'], 7, 5],
    [['spec', 'podSelector', 'matchExpressions', 0], 8, 7],
    [['spec', 'podSelector', 'matchExpressions', 0, 'values', 1], 10, 21],
    [['spec', 'podSelector', 'matchExpressions', 1], 12, 7],
    [['spec', 'podSelector', 'matchExpressions', '1', 'operator'], 13, 7],
    [['spec', 'port'], 14, 3],
  ])('of %j is %d:%d', (path, line, column) => {
    expect(server?.position(path)).toEqual({ line, column });
  });

  it.each([
    [['spec', 'proxyProtocol'], 5, 1],
    [['spec', 'podSelector', 'matchExpressions', 7, 'key'], 7, 5],
    [['spec', 'port', 'name'], 14, 3],
    [['status'], 1, 1],
  ])('of %j, which does not exist, is that of the nearest ancestor: %d:%d', (path, line, column) => {
    expect(server?.position(path)).toEqual({ line, column });
  });

  it('of an aliased member is its own, and of what the alias stands for where that is written', () => {
    const [document] = parse('a: &x\n  b: 1\nc: *x\nd:\n  <<: *x\n  e: 2\n').documents;
    expect(document?.value).toEqual({ a: { b: 1 }, c: { b: 1 }, d: { b: 1, e: 2 } });
    expect(document?.position(['c'])).toEqual({ line: 3, column: 1 });
    expect(document?.position(['c', 'b'])).toEqual({ line: 2, column: 3 });
    expect(document?.position(['d', 'b'])).toEqual({ line: 2, column: 3 });
    expect(document?.position(['d', 'e'])).toEqual({ line: 6, column: 3 });
  });

  it('counts lines from the start of the file, not of the document', () => {
    const [, second] = parse(`${SERVER}---\n# second\nkind: X\nspec:\n  port: 1\n`).documents;
    expect(second?.index).toBe(1);
    expect(second?.position([])).toEqual({ line: 17, column: 1 });
    expect(second?.position(['spec', 'port'])).toEqual({ line: 19, column: 3 });
  });

  it('is not moved by a byte order mark or by Windows line ends', () => {
    const [document] = parse(`\ufeff${SERVER.replaceAll('\n', '\r\n')}`).documents;
    expect(document?.value).toEqual(server?.value);
    expect(document?.position([])).toEqual({ line: 1, column: 1 });
    expect(document?.position(['spec', 'port'])).toEqual({ line: 14, column: 3 });
  });

  it('is known in JSON too', () => {
    const [document] = parse(
      '{\n  "kind": "Server",\n  "spec": {"port": 1, "l": [\n    {"a": 1}]}\n}\n',
      'a.json',
    ).documents;
    expect(document?.position([])).toEqual({ line: 1, column: 1 });
    expect(document?.position(['spec', 'port'])).toEqual({ line: 3, column: 12 });
    expect(document?.position(['spec', 'l', 0])).toEqual({ line: 4, column: 5 });
    expect(document?.position(['spec', 'l', 0, 'a'])).toEqual({ line: 4, column: 6 });
  });
});

describe('a list', () => {
  const list =
    'apiVersion: v1\nkind: List\nmetadata: {}\nitems:\n- kind: A\n  apiVersion: x/v1\n- kind: B\n  spec:\n    port: 1\n';

  it('stands for its items, each with its own positions', () => {
    const { documents } = parse(list);
    expect(documents.map(({ value, index }) => [index, value])).toEqual([
      [0, { kind: 'A', apiVersion: 'x/v1' }],
      [1, { kind: 'B', spec: { port: 1 } }],
    ]);
    expect(documents[1]?.position([])).toEqual({ line: 7, column: 3 });
    expect(documents[1]?.position(['spec', 'port'])).toEqual({ line: 9, column: 5 });
    expect(documents[1]?.position(['items'])).toEqual({ line: 7, column: 3 });
  });

  it('of one kind gives its items the kind and version that they leave out, as kubectl does', () => {
    const items = [{ metadata: { name: 'a' } }, { kind: 'Own', apiVersion: 'own/v1' }];
    const text = JSON.stringify({ kind: 'ServerList', apiVersion: 'policy.linkerd.io/v1beta3', items });
    expect(values(text)).toEqual([
      { apiVersion: 'policy.linkerd.io/v1beta3', kind: 'Server', metadata: { name: 'a' } },
      { kind: 'Own', apiVersion: 'own/v1' },
    ]);
  });

  it('may hold lists', () => {
    const inner = { kind: 'List', items: [{ kind: 'A' }, { kind: 'B' }] };
    expect(values(JSON.stringify({ kind: 'List', items: [inner, { kind: 'C' }] }))).toEqual([
      { kind: 'A' },
      { kind: 'B' },
      { kind: 'C' },
    ]);
  });

  it('may be empty', () => {
    expect(parse('kind: List\nitems: []\n')).toEqual({ documents: [], problems: [] });
  });

  it('without items, or with a kind that only ends like one, is an object', () => {
    expect(values('kind: AllowList\nspec: {items: []}\n')).toEqual([
      { kind: 'AllowList', spec: { items: [] } },
    ]);
    expect(values('kind: List\nitems:\n')).toEqual([{ kind: 'List', items: null }]);
  });

  it('names an item that is no object and keeps the others', () => {
    const { documents } = parse('kind: List\nitems:\n- kind: A\n- nonsense\n-\n');
    expect(documents.map(({ value }) => value)).toEqual([{ kind: 'A' }]);
    expect(problems('kind: List\nitems:\n- kind: A\n- nonsense\n-\n')).toEqual([
      '4:3 an item of a list is an object, found the text "nonsense"',
      '5:1 an item of a list is an object, found nothing',
    ]);
  });
});

describe('documents', () => {
  it('may have a quoted `<<` as a name', () => {
    expect(values("a: &x 1\n'<<': {b: 1}\n")).toEqual([{ a: 1, '<<': { b: 1 } }]);
    expect(values("'<<': {b: 1}\n")).toEqual([{ '<<': { b: 1 } }]);
  });

  it('are skipped when they are empty, null or only comments', () => {
    expect(parse('')).toEqual({ documents: [], problems: [] });
    expect(parse('---\n# nothing\n---\n\n---\nnull\n---\n~\n')).toEqual({ documents: [], problems: [] });
    expect(values('# first\n---\na: 1\n---\n\n# c\n---\nb: 2')).toEqual([{ a: 1 }, { b: 2 }]);
  });

  it('may each begin with a byte order mark, as in files that were put together', () => {
    expect(values('\ufeffa: 1\n---\n\ufeffb: 2\n---\n\ufeff{"c": 3}\n---\n\ufeff\n')).toEqual([
      { a: 1 },
      { b: 2 },
      { c: 3 },
    ]);
  });

  it('are still read when others in the file are broken', () => {
    const text = 'a: 1\n---\nb: [1\n---\nc: 3\n---\nd: "\n---\ne: *x\n---\nf: 6\n';
    expect(values(text)).toEqual([{ a: 1 }, { c: 3 }, { f: 6 }]);
    expect(problems(text)).toEqual([
      '3:5 `]` is missing: what was opened before is not closed here',
      '7:4 a quoted text is not closed: `"` is missing',
      '9:4 there is no anchor `&x` above',
    ]);
  });

  it('come from JSON values one after the other, and from JSON between separators', () => {
    expect(values('{"a": 1}\n{"b": 2}{"c": 3}')).toEqual([{ a: 1 }, { b: 2 }, { c: 3 }]);
    expect(values('{"a": 1}\n---\n{"b": 2}\n---\nc: 3')).toEqual([{ a: 1 }, { b: 2 }, { c: 3 }]);
  });

  it('hold no negative zero, which JSON would lose', () => {
    expect(values('[-0]\n---\na: -0\nb: -0.0\n---\n{"c": -0, "d": -0.0}')).toEqual([
      { a: 0, b: 0 },
      { c: 0, d: 0 },
    ]);
  });

  it.each(['a.json', 'a.yaml'])('before a broken JSON value stand, with their positions: %s', (file) => {
    const { documents } = parse('{"a": 1}\n{"b": {"c": 2}}\n{"d": }', file);
    expect(documents.map(({ value }) => value)).toEqual([{ a: 1 }, { b: { c: 2 } }]);
    expect(documents[1]?.position(['b', 'c'])).toEqual({ line: 2, column: 8 });
  });

  it('may be flow YAML, unless the file says that it is JSON', () => {
    expect(values('{a: 1, "b": 2,}')).toEqual([{ a: 1, b: 2 }]);
    expect(problems('{a: 1}', 'a.json')).toEqual(['1:2 expected a member name in double quotes, found `a`']);
    expect(problems('{"a": 1,}', 'a.json')).toEqual([
      '1:9 expected a member name in double quotes, found `}`',
    ]);
  });
});

describe('a problem', () => {
  it.each([
    [
      'a key that occurs twice',
      'a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n',
      '5:3 the key "c" occurs twice in one mapping',
    ],
    ['one written in two ways', 'yes: 1\n"true": 2\n', '2:1 the key "true" occurs twice in one mapping'],
    ['one in a flow mapping', 'a: {b: 1, b: 2}\n', '1:11 the key "b" occurs twice in one mapping'],
    [
      'one in JSON that is no YAML',
      '{"a": "\u007f", "b": 1, "b": 2}',
      '1:20 the key "b" occurs twice in one mapping',
    ],
    ['one in JSON', '{"a": {"b": 1,\n "b": 2}}', '2:2 the key "b" occurs twice in one mapping'],
    ['a tab before a key', 'a:\n\tb: 1\n', '2:1 a line is indented with a tab'],
    ['a tab after spaces', '- a: 1\n  \tb: 2\n', '2:3 a line is indented with a tab'],
    ['a tab in a block scalar', 'a: |\n\tx\n', '2:1 a line is indented with a tab'],
    [
      'a missing space',
      'apiVersion: v1\nkind:Server\nmetadata: {}\n',
      '2:1 expected `key: value`, found `kind:Server`',
    ],
    ['a colon in a value', 'a: 1\nb: c: d\n', '2:4 the value `c: d` has a `:` in it'],
    [
      'deeper indentation',
      'a: 1\n  b: 2\n',
      '2:3 the line is indented deeper than the one above, which already has a value',
    ],
    ['indentation in between', 'a:\n    b: 1\n  c: 2\n', '3:3 the indentation fits nothing above'],
    ['an indicator', 'a: @b\n', '1:4 a value cannot start with `@`'],
    ['an unknown anchor', 'a: *b\n', '1:4 there is no anchor `&b` above'],
    ['an anchor that is used above', 'a: *b\nc: &b 1\n', '1:4 there is no anchor `&b` above'],
    ['an anchor in itself', 'a: &b\n  - *b\n', '2:5 the value of the anchor `&b` contains itself'],
    ['a merge of text', 'a:\n  <<: b\n', '2:3 only a mapping or a list of mappings can be merged with `<<`'],
    ['a missing key', ': 1\n', '1:1 a key is missing or `null`'],
    ['a list as a key', '? [a]\n: 1\n', '1:3 a key must be a word, not a list or a mapping'],
    ['no number', 'a: .inf\n', '1:4 ".inf" is no number that JSON knows'],
    ['a tag that does not fit', 'a: !!int x\n', '1:10 "x" is not what its tag `!!int` says'],
    ['a template', 'a: 1\n{{- if .Values.x }}\nb: 2\n{{- end }}\n', '2:1 a template is no manifest yet'],
    ['a conflict', 'a: 1\n<<<<<<< HEAD\nb: 2\n', '2:1 an unresolved merge conflict'],
    ['text after a value', 'a: "b" c\n', '1:8 the value ends before `c`'],
    ['a control character', 'a: b\nc: \u0007\n', '2:4 the control character U+0007 is not allowed here'],
    [
      'a document that is text',
      'a:b\n',
      '1:1 a manifest is an object with `apiVersion` and `kind`, found the text "a:b"',
    ],
    [
      'a document that is a list',
      '- a\n',
      '1:1 a manifest is an object with `apiVersion` and `kind`, found a list',
    ],
    [
      'text after a separator',
      'a: 1\n--- {b: 1}\n',
      '2:1 only a comment may stand after the document separator `---`, found `{b: 1}`',
    ],
    ['a directive', '%YAML 1.2\n---\na: 1\n', '1:1 kubectl reads no directives (`%` at the start of a line)'],
    ['what follows the end', 'a: 1\n...\nb: 2\n', '3:1 kubectl does not read what stands after `...`'],
    ['an escape sequence', 'a: "\\d"\n', '1:5 invalid escape sequence \\d'],
  ])('names %s', (_name, text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });

  it.each([
    ['{"a": 1', '1:8 expected `,` or `}`, found the end of the document'],
    ['{"a": 1,\n "b" 2}', '2:6 expected `:` after the member name "b", found `2`'],
    ['{"a": [1,\n  2,\n  ]}', '3:3 expected a value, found `]`'],
    ['{"a": tru}', '1:7 expected a value, found `tru`'],
    ['{"a": 01}', '1:7 expected a value, found `01`'],
    ['{"a": "b\n"}', '1:9 a string ends in the middle of the line: `"` is missing'],
    ['{"a": "b', '1:9 a string ends in the middle of the line: `"` is missing'],
    ['{"a": "\\x"}', '1:7 the string `"\\x"` has an escape that JSON does not know'],
    ['{"a": 1e999}', '1:7 the number `1e999` is too large'],
    ['{"a": 1} x', '1:10 expected a value, found `x`'],
  ])('says where the JSON %j goes wrong', (text, problem) => {
    expect(problems(text, 'a.json')).toEqual([problem]);
  });

  it('in JSON is also shown for a file of another name', () => {
    expect(problems('{"a": 1\n "b": 2}')).toEqual(['2:2 expected `,` or `}`, found `"b"`']);
  });

  it('has a hint where there is advice', () => {
    expect(parse('a:\n\tb: 1\n').problems).toEqual([
      {
        file: 'a.yaml',
        line: 2,
        column: 1,
        message: 'a line is indented with a tab',
        hint: 'YAML is indented with spaces only',
      },
    ]);
    expect(parse('kind:Server\na: 1\n').problems[0]?.hint).toBe('a space is missing after the `:`');
  });

  it.each([
    ['{"a": 1}\n{"b": 1, "b": 2}\n{"c": 3}'],
    ['a: 1\n---\nb: 1\nb: 2\n---\nc: 3\n'],
    ['a: 1\n---\nb: &x {c: 1, c: 2}\n---\nc: 3\n'],
  ])('keeps its document out, but not the others: %j', (text) => {
    expect(values(text)).toEqual([{ a: 1 }, { c: 3 }]);
    expect(problems(text)).toHaveLength(1);
  });

  it('is reported for every key that occurs twice', () => {
    expect(problems('a: 1\na: 2\na: 3\nb: 1\nb: 2\n')).toHaveLength(3);
  });

  it('shows no control characters of the file', () => {
    expect(problems('{"a\\u001b[31m": 1, "a\\u001b[31m": 2}')).toEqual([
      '1:20 the key "a\\u001b[31m" occurs twice in one mapping',
    ]);
  });

  it('is the last of a file after a hundred', () => {
    const found = problems('a: [\n---\n'.repeat(1_000));
    expect(found).toHaveLength(101);
    expect(found.at(-1)).toMatch(/100 problems found, the rest of the file is not read$/);
  });
});

describe('hostile text', () => {
  const PLACES: [string, string][] = [
    ['blocks', '__proto__:\n  polluted: true\nconstructor: 1\nlist:\n- __proto__: 2\n'],
    ['a flow mapping', 'a: {__proto__: {polluted: true}, constructor: 1}\n'],
    ['the full parser', 'a: &x {__proto__: {polluted: true}, constructor: 1}\n'],
    ['a merge', 'a: &x\n  __proto__: {polluted: true}\n  constructor: 1\nb:\n  <<: *x\n'],
    ['JSON', '{"__proto__": {"polluted": true}, "constructor": 1}'],
  ];

  it.each(PLACES)('with `__proto__` in %s is plain data', (_place, text) => {
    const [value] = values(text);
    expect(JSON.stringify(value)).toContain('"__proto__":{"polluted":true}');
    const walk = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      expect([Object.prototype, Array.prototype]).toContain(Object.getPrototypeOf(node));
      for (const key of Object.keys(node)) walk(Object.getOwnPropertyDescriptor(node, key)?.value);
    };
    walk(value);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('in a list with `__proto__` in an item is plain data', () => {
    const [value] = values('{"kind": "PodList", "items": [{"__proto__": {"polluted": true}}]}');
    expect(JSON.stringify(value)).toBe('{"kind":"Pod","__proto__":{"polluted":true}}');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it('cannot make aliases explode', () => {
    const level = (name: string, of: string): string =>
      `${name}: &${name} [${Array(9).fill(`*${of}`).join(', ')}]\n`;
    const bomb = `a: &a [x]\n${level('b', 'a')}${level('c', 'b')}${level('d', 'c')}${level('e', 'd')}${level('f', 'e')}${level('g', 'f')}`;
    expect(problems(bomb)).toEqual([expect.stringMatching(/aliases stand for more than 100,000 values$/)]);
    const merge = (name: string, of: string): string =>
      `${name}: &${name} {<<: [${Array(9).fill(`*${of}`).join(', ')}]}\n`;
    const merges = `a: &a {x: 1}\n${merge('b', 'a')}${merge('c', 'b')}${merge('d', 'c')}${merge('e', 'd')}${merge('f', 'e')}${merge('g', 'f')}${merge('h', 'g')}`;
    expect(problems(merges)).toEqual([expect.stringMatching(/aliases stand for more than 100,000 values$/)]);
  });

  it('cannot make nested anchors too deep together', () => {
    const half = `${'['.repeat(200)}${']'.repeat(200)}`;
    const text = `a: &a ${half}\nb: ${half.slice(0, 200)}*a${half.slice(200)}\n`;
    expect(problems(text)).toEqual([expect.stringMatching(/nested more than 256 levels deep$/)]);
  });

  it.each([
    [
      'blocks',
      (depth: number) =>
        Array.from({ length: depth }, (_, i) => `${' '.repeat(Math.min(i, 300))}a:\n`).join(''),
    ],
    ['lists', (depth: number) => `a:\n${'- '.repeat(depth - 1)}a: b\n`],
    ['flow lists', (depth: number) => `a: ${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}\n`],
    ['flow mappings', (depth: number) => `${'{"a": '.repeat(depth)}1${'}'.repeat(depth)}`],
    ['the full parser', (depth: number) => `a: &x ${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}\n`],
  ])('may be nested 250 levels deep in %s, but not 260, nor 10,000', (_style, text) => {
    expect(problems(text(250))).toEqual([]);
    expect(problems(text(260))).toEqual([expect.stringMatching(/nested more than 256 levels deep$/)]);
    expect(problems(text(10_000))).toEqual([expect.stringMatching(/nested more than 256 levels deep$/)]);
  });
});
