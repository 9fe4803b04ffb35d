import type { OracleSelector, Universe } from '../oracle/selector.js';
import type { RawLabelSelector } from '../../src/selector/requirement.js';

/** A small seeded generator (mulberry32): the same seed gives the same run. */
export interface Random {
  readonly seed: number;
  /** An integer from 0 up to, but not including, `n`. */
  below(n: number): number;
  pick<T>(items: readonly T[]): T;
}

// Taken out of the global object once: looking `Math` up in jest's context cost a quarter of the test's time.
const { floor, imul } = Math;

/** Seeded by GATEHOUSE_SEED, or by the clock. */
export function seededRandom(): Random {
  const seed = Number(process.env['GATEHOUSE_SEED'] ?? Date.now() % 2 ** 31);
  let state = seed | 0;
  function below(n: number): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * n);
  }
  return { seed, below, pick: (items) => items[below(items.length)] as (typeof items)[number] };
}

/** Runs the body and puts into its failure what is needed to repeat it. */
export function withSeed(random: Random, context: () => string, body: () => void): void {
  try {
    body();
  } catch (error) {
    throw new Error(`repeat with GATEHOUSE_SEED=${String(random.seed)}: ${context()}`, { cause: error });
  }
}

/** What both the oracle and the compiler take. */
export type RandomSelector = OracleSelector & RawLabelSelector;

/** A selector of up to two labels and three expressions over the universe; one expression in sixteen is incoherent. */
export function randomSelector(random: Random, { keys, values }: Universe): RandomSelector {
  const selector: RandomSelector = {};
  if (random.below(2) === 0) {
    selector.matchLabels = {};
    for (let n = random.below(3); n > 0; n--)
      define(selector.matchLabels, random.pick(keys), random.pick(values));
  }
  if (random.below(4) !== 0) {
    selector.matchExpressions = [];
    for (let n = random.below(4); n > 0; n--)
      selector.matchExpressions.push(randomExpression(random, keys, values));
  }
  return selector;
}

function randomExpression(random: Random, keys: readonly string[], values: readonly string[]) {
  const key = random.pick(keys);
  const operator = random.pick(['In', 'NotIn', 'NotIn', 'Exists', 'DoesNotExist'] as const);
  const takesValues = operator === 'In' || operator === 'NotIn';
  const coherent = random.below(16) !== 0;
  if (takesValues !== coherent)
    return random.below(2) === 0 ? { key, operator } : { key, operator, values: null };
  const list: string[] = [];
  for (let n = random.below(values.length + 1); n > 0; n--) list.push(random.pick(values));
  return { key, operator, values: list };
}

/** The same selector in other words: all as expressions, in reverse, with the lists reversed and one of them doubled. */
export function restated({ matchLabels = {}, matchExpressions = [] }: RandomSelector): RandomSelector {
  const labels = Object.entries(matchLabels).map(([key, value]) => ({
    key,
    operator: 'In' as const,
    values: [value],
  }));
  const reversed = [...labels, ...matchExpressions].reverse().map((expression) => {
    return expression.values ? { ...expression, values: [...expression.values].reverse() } : expression;
  });
  return { matchExpressions: [...reversed, ...reversed.slice(0, 1)] };
}

function define(labels: Record<string, string>, key: string, value: string): void {
  Object.defineProperty(labels, key, { value, enumerable: true, configurable: true, writable: true });
}
