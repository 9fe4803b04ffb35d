/** Answers the questions of the HTTP API from an index: the same functions and the same JSON as the commands. */
import { parseDenialLine } from '../../adapters/proxy-log/denial-line.js';
import type { ApiQuestion } from '../../adapters/http/api.js';
import { explain } from '../../app/explain.js';
import { liveLint } from '../../app/live-lint.js';
import { matrix } from '../../app/matrix.js';
import { SOURCE_FLAGS } from '../../app/options/common.js';
import { EXPLAIN_FLAGS } from '../../app/options/explain.js';
import type { Flags, ValuesOf } from '../../app/options/flag.js';
import { MATRIX_FLAGS } from '../../app/options/matrix.js';
import { nearest } from '../../model/nearest.js';
import { fail, ok, type Result } from '../../model/result.js';
import { orList, quote } from '../../model/text.js';
import type { World } from '../../model/world.js';
import type { InboundIndex } from '../../policy/inbound/inbound-index.js';
import type { RuleSettings } from '../../rules/settings.js';
import { explainJson } from '../output/explain-json.js';
import { problemText } from '../output/explain-problem.js';
import { lintJson } from '../output/lint-json.js';
import { matrixJsonParts } from '../output/matrix-json.js';

export interface AnswerDeps {
  readonly index: InboundIndex;
  readonly world: World;
  readonly settings: RuleSettings;
}

/** Parts of a JSON text, or what is wrong with the question. */
export type AnswerParts = Result<Iterable<string>, string>;

export function answerQuestion({ path, query }: ApiQuestion, deps: AnswerDeps): AnswerParts {
  switch (path) {
    case 'explain':
      return answerExplain(query, deps);
    case 'matrix':
      return answerMatrix(query, deps);
    case 'findings':
      return answerFindings(query, deps);
  }
}

/** How it is printed is no question. */
function without<F extends Flags, K extends keyof F>(flags: F, name: K): Omit<F, K> {
  const kept = Object.entries(flags).filter(([key]) => key !== name);
  return Object.fromEntries(kept) as Omit<F, K>;
}

const { namespace } = SOURCE_FLAGS;
const EXPLAIN = { ...without(EXPLAIN_FLAGS, 'output'), namespace };
const MATRIX = { ...without(MATRIX_FLAGS, 'output'), namespace };

function answerExplain(query: ApiQuestion['query'], { index, world }: AnswerDeps): AnswerParts {
  const read = readParameters(EXPLAIN, query);
  if (!read.ok) return read;
  const { from, to, log, unmeshed, clientIp, namespace, headers, method, path, host, protocol } = read.value;
  const denial = log === undefined ? undefined : parseDenialLine(log);
  if (denial?.ok === false) return fail(`log: the line ${denial.error}`);
  const request = { spoken: protocol, method, path, host, headers };
  const question = { from, to, denial: denial?.value, unmeshed, clientIp, namespace, request };
  const answer = explain(index, question);
  return answer.ok
    ? ok([explainJson(answer.value, world.settings)])
    : fail(inParameters(problemText(answer.error)));
}

function answerMatrix(query: ApiQuestion['query'], { index }: AnswerDeps): AnswerParts {
  const read = readParameters(MATRIX, query);
  if (!read.ok) return read;
  const answer = matrix(index, read.value);
  return answer.ok ? ok(matrixJsonParts(answer.value)) : fail(inParameters(problemText(answer.error)));
}

function answerFindings(query: ApiQuestion['query'], { index, world, settings }: AnswerDeps): AnswerParts {
  const read = readParameters({}, query);
  return read.ok ? ok([lintJson(liveLint({ state: index.state, world, settings }))]) : read;
}

/** Problems are worded for a command line. */
const inParameters = (text: string): string => text.replaceAll(/(^|\s)--(?=[a-z])/g, '$1');

/** Reads parameters that are called as the flags of the command are, or says everything that is wrong with them. */
function readParameters<F extends Flags>(flags: F, query: ApiQuestion['query']): Result<ValuesOf<F>, string> {
  const names = Object.values(flags).map(({ name }) => name);
  const complaints: string[] = [];
  for (const name of new Set(query.map(([given]) => given))) {
    if (names.includes(name)) continue;
    const near = nearest(name, names);
    const known = names.length === 0 ? 'there are none' : `there are ${orList(names)}`;
    complaints.push(
      `${quote(name)} is no parameter: ${near === undefined ? known : `did you mean ${near}?`}`,
    );
  }
  const values: [string, unknown][] = [];
  for (const [key, flag] of Object.entries(flags)) {
    const texts = query.flatMap(([name, value]) => (name === flag.name ? [value] : []));
    if (texts.length > 1 && flag.repeatable !== true) complaints.push(`${flag.name}: given more than once`);
    const parsed = flag.parse(texts.length === 0 ? undefined : texts);
    if (parsed.ok) values.push([key, parsed.value]);
    else complaints.push(`${flag.name}: ${parsed.error}`);
  }
  return complaints.length > 0 ? fail(complaints.join('\n')) : ok(Object.fromEntries(values) as ValuesOf<F>);
}
