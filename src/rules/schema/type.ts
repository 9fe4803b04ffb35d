import { valueAt } from '../../model/json.js';
import { backticks, orList, quote } from '../../model/text.js';
import { definitionOf, KIND_IDS, type SchemaProblem, type Subject } from '../../schema/index.js';
import { nearest } from '../../model/nearest.js';
import { defineRule, linkerd, type Message } from '../rule.js';

const render = {
  required: ({ name, near }: { name: string; near?: string | undefined }) => ({
    message: `\`${name}\` is required`,
    hint:
      near === undefined
        ? 'Linkerd cannot read the object without it'
        : `${backticks(near)} is no field here; did you mean \`${name}\`?`,
  }),
  type: ({ expected, value, $repair }: { expected: string; value: string; $repair: string | undefined }) => ({
    message: `expected ${expected}, found ${value}`,
    hint: $repair,
  }),
  word: ({ value, words, near }: { value: string; words: readonly string[]; near?: string | undefined }) => ({
    message: `${value} is none of the words allowed here`,
    hint: `write ${near === undefined ? `one of ${orList(words)}` : `${near}; the words are ${orList(words)}`}`,
  }),
  range: ({ value, minimum, maximum }: { value: string; minimum: number; maximum: number }) => ({
    message: `${value} is out of range`,
    hint: `write a whole number from ${String(minimum)} to ${String(maximum)}`,
  }),
};

const lenient = (cause: string): string => `Linkerd cannot read this route and ignores it: ${cause}`;

/**
 * PARSE: the spec has the JSON types that Linkerd's model asks for (AP-0, NA-1, SAZ-0, SRV-2, HR-0 ...).
 * Routes of the Gateway API that do not fit are admitted with a warning and judged no further (PARSE-0).
 */
export const schemaType = defineRule({
  code: 'schema/type',
  summary: 'a required member is missing, or a value has the wrong type',
  severity: 'deny',
  kinds: KIND_IDS,
  sources: ['PARSE', 'AP-0', 'NA-1', 'SAZ-0', 'SRV-2', 'HR-0', 'GH-0', 'GT-3', 'GC-3'],
  messages: {
    required: linkerd(render.required),
    type: linkerd(render.type),
    word: linkerd(render.word),
    range: linkerd(render.range),
    unreadable: {
      ...linkerd(({ cause }: { cause: string }) => ({
        message: lenient(cause),
        brief: `Linkerd ignores this route: ${cause}`,
        hint: 'until this is put right, none of its rules is checked and none takes effect',
      })),
      severity: 'warn',
    } satisfies Message<{ cause: string }>,
  },
  check({ subject }, report) {
    if (definitionOf(subject.kind).parse === 'lenient') {
      const [first] = subject.problems;
      if (first !== undefined) report('unreadable', first.path, { cause: causeOf(first, subject.raw) });
      return;
    }
    for (const problem of subject.problems) {
      switch (problem.kind) {
        case 'required':
          report('required', problem.path, requiredParams(problem, subject.raw));
          break;
        case 'type':
          report('type', problem.path, typeParams(problem, subject.raw));
          break;
        case 'word':
          report('word', problem.path, wordParams(problem, subject.raw));
          break;
        case 'range':
          report('range', problem.path, rangeParams(problem, subject.raw));
          break;
      }
    }
  },
});

type Problem<K extends SchemaProblem['kind']> = Extract<SchemaProblem, { kind: K }>;

function causeOf(problem: SchemaProblem, raw: unknown): string {
  switch (problem.kind) {
    case 'required':
      return render.required(requiredParams(problem, raw)).message;
    case 'type':
      return render.type(typeParams(problem, raw)).message;
    case 'word':
      return render.word(wordParams(problem, raw)).message;
    case 'range':
      return render.range(rangeParams(problem, raw)).message;
  }
}

/** A missing member, with the member that is there under a near name. */
function requiredParams({ name, path }: Problem<'required'>, raw: unknown) {
  const holder = valueAt(raw, path);
  const names = typeof holder === 'object' && holder !== null ? Object.keys(holder) : [];
  const near = nearest(
    name,
    names.filter((other) => other !== name),
  );
  return { name, near };
}

function typeParams({ path, expected }: Problem<'type'>, raw: unknown) {
  const value = valueAt(raw, path);
  return { expected, value: quote(value), $repair: repairOf(value, expected) };
}

/** What to do to `value` to make it what is expected; undefined where that is beyond guessing. */
function repairOf(value: unknown, expected: string): string | undefined {
  if (value === null) return 'a name with nothing after its colon is null: give it a value';
  if (typeof value === 'string') return withoutQuotes(value, expected);
  switch (expected) {
    case 'a string':
      return typeof value === 'number' || typeof value === 'boolean'
        ? `put it in quotes: ${backticks(quote(String(value)))}`
        : undefined;
    case 'a whole number':
      return typeof value === 'number' ? 'fractions are not counted here' : undefined;
    case 'a list':
      return 'begin each item with `- `, also where there is one only';
    case 'an object':
      return Array.isArray(value) ? 'write its members without `- `' : undefined;
    default:
      return undefined;
  }
}

/** A text that would be right without its quotes. */
function withoutQuotes(text: string, expected: string): string | undefined {
  const fits =
    (expected === 'a whole number' && /^-?\d{1,15}$/.test(text)) ||
    (expected === 'true or false' && (text === 'true' || text === 'false'));
  if (fits) return `write it without quotes: \`${text}\``;
  return expected === 'a list' ? 'begin each item with `- `, also where there is one only' : undefined;
}

function wordParams({ path, words }: Problem<'word'>, raw: unknown) {
  const value = valueAt(raw, path);
  return { value: quote(value), words, near: typeof value === 'string' ? nearest(value, words) : undefined };
}

const rangeParams = ({ path, minimum, maximum }: Problem<'range'>, raw: unknown) => ({
  value: quote(valueAt(raw, path)),
  minimum,
  maximum,
});

/** The schema looks no further after so many problems: what comes then is still in the spec, of whatever type. */
const MOST_PROBLEMS = 100;

/** Whether nothing else can be said of a subject: a lenient kind that does not parse, or one that is all wrong. */
export const isUnreadable = ({ kind, problems }: Pick<Subject, 'kind' | 'problems'>): boolean =>
  problems.length >= (definitionOf(kind).parse === 'lenient' ? 1 : MOST_PROBLEMS);
