/** JUnit XML, as CI systems read it: suites of cases, of which some fail. */

export interface JunitCase {
  readonly name: string;
  /** Where it stands, for systems that show that; absent where it stands in no file. */
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  /** Absent for a case that passes. */
  readonly failure?: { readonly type: string; readonly message: string; readonly text: string } | undefined;
  /** Why it was not tried. */
  readonly skipped?: string | undefined;
  /** What is to be said of it besides. */
  readonly note?: string | undefined;
}

export interface JunitSuite {
  readonly name: string;
  readonly cases: readonly JunitCase[];
}

export function junit(suites: readonly JunitSuite[]): string {
  const cases = suites.flatMap((suite) => suite.cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="gatehouse" ${counts(cases)}>`,
    ...suites.flatMap(suiteLines),
    '</testsuites>',
    '',
  ].join('\n');
}

const counts = (cases: readonly JunitCase[]): string =>
  attributes({
    tests: cases.length,
    failures: cases.filter(({ failure }) => failure !== undefined).length,
    errors: 0,
    skipped: cases.filter(({ skipped }) => skipped !== undefined).length,
  });

const suiteLines = ({ name, cases }: JunitSuite): string[] => [
  `  <testsuite ${attributes({ name })} ${counts(cases)}>`,
  ...cases.flatMap((each) => caseLines(each, name)),
  '  </testsuite>',
];

function caseLines({ name, file, line, failure, skipped, note }: JunitCase, suite: string): string[] {
  const head = attributes({ classname: suite, name, file, line });
  const children = [
    ...(failure === undefined
      ? []
      : [
          `      <failure ${attributes({ message: failure.message, type: failure.type })}>${escaped(failure.text)}</failure>`,
        ]),
    ...(skipped === undefined ? [] : [`      <skipped ${attributes({ message: skipped })}/>`]),
    ...(note === undefined ? [] : [`      <system-out>${escaped(note)}</system-out>`]),
  ];
  return children.length === 0
    ? [`    <testcase ${head}/>`]
    : [`    <testcase ${head}>`, ...children, '    </testcase>'];
}

const attributes = (values: Readonly<Record<string, string | number | undefined>>): string =>
  Object.entries(values)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}="${attribute(String(value))}"`]))
    .join(' ');

/** White space other than blanks would be read as a blank. */
const attribute = (text: string): string =>
  escaped(text)
    .replaceAll('"', '&quot;')
    .replace(/[\t\n\r]/g, (character) => `&#${String(character.charCodeAt(0))};`);

// A reader of XML 1.0 refuses a whole file that holds one of these, however it is written.
const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

const escaped = (text: string): string =>
  text.replace(FORBIDDEN, '\uFFFD').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
