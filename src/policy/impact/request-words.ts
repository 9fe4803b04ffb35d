/** The words that requests are made of when two policies are compared. */
import type { Pattern, Semantics } from '../../model/world.js';
import { withoutSlashes } from '../decide/match-http.js';
import { patternOf } from '../decide/patterns.js';
import type { Words } from './meeting-requests.js';
import type { Demand, RequestCut } from './request-cut.js';
import { sampleOf } from './sample-pattern.js';

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'];

/** Words for real requests. A pattern is met with a sample, or with a text that is mentioned somewhere, if one matches it. */
export function plainWords(cuts: readonly RequestCut[], semantics: Semantics): Words {
  const demands = cuts.flatMap((cut) => cut.demands);
  const fresh = unmentioned('other', demands);
  const paths = mentionedPaths(demands, fresh);
  const matches = (source: string, text: string): boolean =>
    patternOf(semantics, source)?.matchesWhole(text) === true;
  return {
    fresh,
    methods: methodsBeside(demands),
    hosts: cuts.some(({ hosts }) => hosts),
    segment: () => fresh,
    paths: (patterns) =>
      [...patterns.flatMap(sampled), ...paths].filter((path) =>
        patterns.every((source) => matches(source, path)),
      ),
    value: (name, pattern) =>
      [...sampled(pattern), ...mentionedValues(demands, name)].find((text) => matches(pattern, text)),
  };
}

const sampled = (pattern: string): readonly string[] => {
  const text = sampleOf(pattern);
  return text === undefined ? [] : [text];
};

/** Requests that say themselves which patterns they are to match, and the patterns that listen to that. */
export interface Assumptions {
  readonly words: Words;
  readonly semantics: Semantics;
}

/**
 * What is possible as long as nothing is known of patterns: a text with a mark in it matches the patterns that the mark
 * names, and no others. Texts that are spelt out match as they do.
 */
export function assumptions(cuts: readonly RequestCut[], semantics: Semantics): Assumptions {
  const demands = cuts.flatMap((cut) => cut.demands);
  const sources = [...new Set(cuts.flatMap(({ patterns }) => [...patterns]))];
  const places = new Map(sources.map((source, place) => [source, String(place)]));
  const mark = unmentioned('\u0001', demands);
  const marked = (patterns: readonly string[]): string =>
    `${mark}${patterns.map((source) => places.get(source)).join()}${mark}`;
  const listening = (source: string, { matchesWhole }: Pattern): Pattern => {
    const place = places.get(source) ?? '';
    return {
      matchesWhole: (text) => {
        const [, named, rest] = text.split(mark);
        return named === undefined || rest === undefined
          ? matchesWhole(text)
          : named.split(',').includes(place);
      },
    };
  };
  return {
    words: {
      ...plainWords(cuts, semantics),
      segment: marked,
      paths: () => [],
      value: (_, pattern) => marked([pattern]),
    },
    semantics: {
      ...semantics,
      compilePattern: (source) => {
        const pattern = patternOf(semantics, source);
        return pattern === undefined
          ? { ok: false, error: 'does not compile' }
          : { ok: true, pattern: listening(source, pattern) };
      },
    },
  };
}

/** `text`, or as often repeated as it takes until nobody mentions it. */
function unmentioned(text: string, demands: readonly Demand[]): string {
  const mentioned = demands.flatMap(({ host, path, call, headers, params }) => [
    host?.host.toLowerCase(),
    path?.value,
    call?.service,
    call?.method,
    ...[...headers, ...params].map(({ value }) => value),
  ]);
  let fresh = text;
  while (mentioned.some((one) => one?.includes(fresh))) fresh += text;
  return fresh;
}

function methodsBeside(demands: readonly Demand[]): readonly string[] {
  const mentioned = new Set(demands.map(({ method }) => method));
  let fresh = METHODS.find((method) => !mentioned.has(method)) ?? 'TRACE';
  while (mentioned.has(fresh)) fresh += 'X';
  return fresh === 'GET' ? ['GET'] : ['GET', fresh];
}

function mentionedPaths(demands: readonly Demand[], fresh: string): readonly string[] {
  const paths = new Set<string>();
  for (const { path } of demands) {
    if (path?.kind === 'exact') paths.add(path.value);
    if (path?.kind === 'prefix') {
      const prefix = withoutSlashes(path.value);
      for (const one of [prefix, `${prefix}/${fresh}`, `${prefix}/1`]) paths.add(one);
    }
  }
  for (const one of ['/', `/${fresh}`, '/1', '*']) paths.add(one);
  return [...paths];
}

const mentionedValues = (demands: readonly Demand[], name: string): readonly string[] =>
  demands
    .flatMap(({ headers, params }) => [...headers, ...params])
    .filter((match) => match.kind === 'exact' && match.name === name)
    .map(({ value }) => value);
