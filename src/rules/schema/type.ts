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
        ? `add \`${name}\``
        : `${backticks(near)} is no field here; did you mean \`${name}\`?`,
  }),
  type: ({ expected, value }: { expected: string; value: string }) => ({
    message: `expected ${expected}, found ${value}`,
    hint: `write ${expected}`,
  }),
  word: ({ value, words, near }: { value: string; words: readonly string[]; near?: string | undefined }) => ({
    message: `${value} is none of the words allowed here`,
    hint: `write ${near === undefined ? `one of ${orList(words)}` : `${near}; the words are ${orList(words)}`}`,
  }),
  range: ({ value, minimum, maximum }: { value: string; minimum: number; maximum: number }) => ({
    message: `${value} does not fit: a whole number from ${String(minimum)} to ${String(maximum)} is expected`,
    hint: 'write a number in that range',
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

const typeParams = ({ path, expected }: Problem<'type'>, raw: unknown) => ({
  expected,
  value: quote(valueAt(raw, path)),
});

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
